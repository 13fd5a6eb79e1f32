"""A quota plan as it is designed: what each of its lines wants, and the cells with target, ceiling and minimum that come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Literal, NamedTuple

from respondents.core.quotas import ANY, NEVER_CLOSES, Combination, ceiling_of, expanded, largest_remainder
from surveys.core.messages import N_, Message

Outside = Literal["", "refused", "interviewed"]

SMALL = Decimal("0.01")  # of the wave's target: a cell below it costs a field more than it brings
ROUNDING = Decimal("0.5")  # points by which shares may miss 100
SHOWN = 3  # combinations named in a sentence before "…"


class Problem(NamedTuple):
    """What is wrong with a plan: the row of its sheet (0: the plan's own row), the column, and what to do."""

    row: int
    column: str
    message: Message


@dataclass(frozen=True)
class Line:
    """One cell as it is wanted: the combinations that it holds, and how many people, as a number or a share in per cent.

    ``ceiling`` None: from the plan's tolerance. A line with a ``minimum`` and neither target nor share wants that minimum, and never closes.
    """

    row: int
    combinations: tuple[Combination, ...]
    target: int | None = None
    percent: Decimal | None = None
    ceiling: int | None = None
    minimum: int = 0


@dataclass(frozen=True)
class Design:
    """A plan as its author writes it.

    ``categories`` holds, variable by variable, the choices that people who are let in can have and that count in quotas.
    ``within`` names the outer variables of a nested plan: its shares are then those inside each of their categories.
    ``outside`` '' says that everybody must have a cell; ``leaves_out`` that a choice of its variables stands outside the quotas.
    """

    name: str
    variables: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...]
    within: tuple[str, ...] = ()
    is_soft: bool = False
    tolerance_percent: Decimal = Decimal(1)
    tolerance_min: int = 1
    outside: Outside = ""
    leaves_out: bool = False
    never_close: frozenset[Combination] = frozenset()

    @property
    def holds_everybody(self) -> bool:
        """Say whether whoever is let in has a cell in it."""
        return self.outside != "interviewed" and not self.leaves_out

    def outer(self, combination: Combination) -> Combination:
        """Return the part of a combination that belongs to the outer variables, in the order of ``within``."""
        return tuple(combination[self.variables.index(name)] for name in self.within)


@dataclass(frozen=True)
class CellDesign:
    """A cell ready to be made; ``combinations`` begins with the one that names it, the others are merged into it."""

    combinations: tuple[Combination, ...]
    target: int
    ceiling: int
    minimum: int = 0
    soft_ceiling: int | None = None

    @property
    def name(self) -> str:
        """Return how sheets write it: "1 18-24", "93 + 94"."""
        return written(self.combinations)


@dataclass
class Built:
    """The cells that come of a design, and what is wrong with it; with problems, the cells are not to be used."""

    cells: tuple[CellDesign, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def note(self, row: int, column: str, template: str, **values: object) -> None:
        """Note one problem; ``template`` is marked with N_ by the caller."""
        self.problems.append(Problem(row, column, Message(template, values)))


def written(combinations: Sequence[Combination]) -> str:
    """Return a cell's combinations as sheets write them."""
    return " + ".join(" ".join(one) for one in combinations)


def build(design: Design, n: int, ceiling: int, outer: Mapping[Combination, CellDesign] | None = None) -> Built:
    """Return the cells of a plan for a wave of ``n`` people that stops at ``ceiling``.

    ``outer`` gives, for a nested plan, the cell of each combination of its outer variables. Numbers are taken as they are and
    must add up; shares become numbers that add up, by the largest remainder.
    """
    built = Built()
    _check_held_once(design, built)
    if built.problems:
        return built
    lines = [*design.lines, *_undivided(design, outer or {})]
    wanted = _nested(design, lines, outer or {}, built) if design.within else _shared_out(design, lines, n, built)
    if not built.problems:
        if not design.within:
            _check_sum(design, sum(wanted), n, built)
        cells = [_cell(design, line, target, ceiling, built) for line, target in zip(lines, wanted, strict=True)]
        built.cells = tuple(cells if any(line.row for line in lines) else sorted(cells, key=lambda cell: _place(design, cell)))
    return built


def _place(design: Design, cell: CellDesign) -> tuple[int, ...]:
    """Where a cell stands in the order of the choices."""
    return tuple(each.index(name) if name in each else -1 for name, each in zip(cell.combinations[0], design.categories, strict=True))


def combinations_of(design: Design) -> Iterator[Combination]:
    """Return every combination of answers that the plan may meet."""
    return product(*design.categories)


def small_cells(design: Design, cells: Sequence[CellDesign], n: int) -> Iterator[tuple[CellDesign, CellDesign | None]]:
    """Return the cells below one per cent of ``n`` that close, each with the neighbour to merge it with, None when it has none.

    A neighbour differs by one variable, the last first, by one step in the order of its choices; of two, the one that wants fewer people.
    """
    for cell in cells:
        if cell.target < n * SMALL and cell.ceiling != NEVER_CLOSES:
            yield cell, min(_neighbours(design, cell, cells), key=lambda other: other.target, default=None)


def _neighbours(design: Design, cell: CellDesign, cells: Sequence[CellDesign]) -> list[CellDesign]:
    own = cell.combinations[0]
    by_combination = {one: other for other in cells for one in other.combinations}
    for position in reversed(range(len(own))):
        order = design.categories[position]
        if own[position] not in order:
            continue
        at = order.index(own[position])
        beside = [(*own[:position], order[i], *own[position + 1 :]) for i in (at - 1, at + 1) if 0 <= i < len(order)]
        found = [by_combination[one] for one in beside if one in by_combination and by_combination[one] is not cell]
        if found and design.variables[position] not in design.within:
            return found
    return []


def _check_held_once(design: Design, built: Built) -> None:
    """Every combination has one cell, or a stated verdict."""
    held: dict[Combination, Line] = {}
    for line in design.lines:
        for combination in expanded(line.combinations, design.categories):
            if combination in held and held[combination] is not line:
                built.note(line.row, "categories", N_("%(combination)s stands in two cells."), combination=" ".join(combination))
            held[combination] = line
    divided = {design.outer(combination) for combination in held} if design.within else set()
    missing = [one for one in combinations_of(design) if one not in held and (not design.within or design.outer(one) in divided)]
    if missing and not design.outside:
        named = ", ".join(" ".join(one) for one in missing[:SHOWN]) + (", …" if len(missing) > SHOWN else "")
        built.note(0, "outside", N_("No cell holds %(named)s (%(variables)s): add them, or write under outside whether such people are refused or interviewed."),
                   variables=" × ".join(design.variables), named=named)  # fmt: skip


def _undivided(design: Design, outer: Mapping[Combination, CellDesign]) -> list[Line]:
    """The outer cells that the plan does not divide: each is one cell, with everybody of it."""
    divided = {design.outer(one) for line in design.lines for one in expanded(line.combinations, design.categories)}
    lines = []
    for cell in dict.fromkeys(outer.values()):
        if design.within and not any(one in divided for one in _outer_combinations(cell, outer)):
            whole = tuple(_with_outer(design, one) for one in cell.combinations)
            lines.append(Line(0, whole, percent=Decimal(100)))
    return lines


def _outer_combinations(cell: CellDesign, outer: Mapping[Combination, CellDesign]) -> list[Combination]:
    return [one for one, its in outer.items() if its is cell]


def _with_outer(design: Design, outer: Combination) -> Combination:
    given = dict(zip(design.within, outer, strict=True))
    return tuple(given.get(name, ANY) for name in design.variables)


def _nested(design: Design, lines: Sequence[Line], outer: Mapping[Combination, CellDesign], built: Built) -> list[int]:
    """The lines' targets when each outer cell shares out its own."""
    groups: dict[CellDesign, list[int]] = {}
    for position, line in enumerate(lines):
        parents = {outer.get(design.outer(one)) for one in expanded(line.combinations, design.categories)}
        if len(parents) > 1:
            built.note(line.row, "categories", N_("%(cell)s lies in two cells of %(outer)s: it must lie in one."),
                       cell=written(line.combinations), outer=" × ".join(design.within))  # fmt: skip
        elif None in parents:
            built.note(line.row, "categories", N_("%(outer)s has no cell for %(cell)s: write its quota or its margin first."),
                       cell=written(line.combinations), outer=" × ".join(design.within))  # fmt: skip
        for parent in parents - {None}:
            assert parent is not None
            groups.setdefault(parent, []).append(position)
    wanted = [0] * len(lines)
    if not built.problems:
        for parent, positions in groups.items():
            shared = _shared_out(design, [lines[i] for i in positions], parent.target, built, inside=parent)
            for position, number in zip(positions, shared, strict=False):
                wanted[position] = number
            total = sum(shared)
            if not built.problems and (total > parent.target or (total < parent.target and design.holds_everybody)):
                built.note(lines[positions[0]].row, "target", N_("The targets inside %(outer)s add up to %(sum)s, and %(outer)s wants %(target)s."),
                           outer=parent.name, sum=total, target=parent.target)  # fmt: skip
    return wanted


def _shared_out(design: Design, lines: Sequence[Line], n: int, built: Built, inside: CellDesign | None = None) -> list[int]:
    """The lines' targets when ``n`` people are shared out among them."""
    minima = [line for line in lines if _wants_minimum(line)]
    shares = [line.percent for line in lines if line.percent is not None]
    numbers = [line for line in lines if line.target is not None]
    for line in lines:
        if line.target is not None and line.percent is not None:
            built.note(line.row, "percent", N_("Write a target or a percent, not both."))
        elif line.target is None and line.percent is None and not _wants_minimum(line):
            built.note(line.row, "target", N_("%(cell)s has neither target, nor percent, nor minimum."), cell=written(line.combinations))
    if shares and numbers:
        built.note(numbers[0].row, "target", N_("The plan has targets and percents: write one of the two everywhere."))
    total = sum(shares, Decimal(0))
    if shares and total == 0:
        built.note(0, "percent", N_("All shares of the plan are zero."))
    elif shares and not minima and abs(total - 100) > ROUNDING and not _may_be_part(design, total):
        where = inside.name if inside else design.name
        built.note(
            lines[0].row,
            "percent",
            N_("The shares of %(name)s add up to %(total)s, not to 100."),
            name=where,
            total=f"{total.normalize():f}",
        )
    if built.problems:
        return []
    rest = [100 - total] if shares and total < 100 - ROUNDING else []
    of_shares = iter(largest_remainder([*shares, *rest], n) if shares else [])
    return [line.minimum if _wants_minimum(line) else line.target if line.target is not None else next(of_shares) for line in lines]


def _wants_minimum(line: Line) -> bool:
    return line.target is None and line.percent is None and line.minimum > 0


def _may_be_part(design: Design, total: Decimal) -> bool:
    """Whether shares below 100 are meant: the rest of the people are interviewed outside of the plan."""
    return not design.holds_everybody and total < 100


def _check_sum(design: Design, total: int, n: int, built: Built) -> None:
    if total > n:
        built.note(0, "variables", N_("The targets of %(name)s add up to %(sum)s, %(more)s more than the wave's target of %(target)s."),
                   name=design.name, sum=total, more=total - n, target=n)  # fmt: skip
    elif total < n and design.holds_everybody:
        built.note(0, "variables", N_("The targets of %(name)s add up to %(sum)s, %(fewer)s fewer than the wave's target of %(target)s: everybody has a cell in it, so that they must add up to it."),
                   name=design.name, sum=total, fewer=n - total, target=n)  # fmt: skip


def _cell(design: Design, line: Line, target: int, whole: int, built: Built) -> CellDesign:
    never_closes = line.ceiling == NEVER_CLOSES or _wants_minimum(line) or bool(set(line.combinations) & design.never_close)
    limit = min(ceiling_of(target, design.tolerance_percent, design.tolerance_min), max(whole, target))
    if line.ceiling is not None and not never_closes:
        limit = line.ceiling
    if limit < target:
        built.note(line.row, "ceiling", N_("The ceiling of %(cell)s, %(ceiling)s, is below its target, %(target)s."),
                   cell=written(line.combinations), ceiling=limit, target=target)  # fmt: skip
    if line.minimum > target:
        built.note(line.row, "minimum", N_("The minimum of %(cell)s, %(minimum)s, is above its target, %(target)s."),
                   cell=written(line.combinations), minimum=line.minimum, target=target)  # fmt: skip
    if never_closes:
        return CellDesign(line.combinations, target, NEVER_CLOSES, max(line.minimum, target))
    if design.is_soft:
        return CellDesign(line.combinations, target, NEVER_CLOSES, line.minimum, limit)
    return CellDesign(line.combinations, target, limit, line.minimum)
