"""The sheets quotas and quota_cells, read into plans: what each line wants, and every mistake with its row and its column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from respondents.core.designs import Built, CellDesign, Design, Line, Outside, build
from respondents.core.quotas import ANY, NEVER_CLOSES, Combination, expanded, joined_names
from surveys.core.checks import categories_without_answer
from surveys.core.messages import N_
from surveys.core.questionnaire import Choice
from surveys.core.workbook import Row
from surveys.drafts import Draft, decimal_of
from surveys.loading import categories_of, categories_without_share

NEVER = "none"  # the ceiling of a cell that never closes
KINDS = ("hard", "soft")
OUTSIDE: tuple[Outside, ...] = ("", "refused", "interviewed")
NO_CATEGORIES = N_("“%(name)s” is not a single question nor a calculation with a list of choices.")
NO_CHOICE = N_("“%(category)s” is not a choice of %(name)s.")
CELL_BY_CELL = N_("This plan is written cell by cell: say it in the sheet quota_cells.")
NO_SHARE = N_("%(variable)s = %(category)s has no share in the margins sheet: add it, or flag the choice outside_quota.")


@dataclass(frozen=True)
class Planned:
    """A row of quotas with its rows of quota_cells, the plan they mean, and the cells that come of it."""

    row: Row
    lines: tuple[Row, ...]
    design: Design
    built: Built


def planned(draft: Draft, wave: str) -> list[Planned]:
    """Return the plans of a wave, in the order of the sheet; every mistake is noted in the draft's report.

    A plan that names what does not exist is left out; one whose numbers do not go together has problems and no cells.
    """
    row = draft.wave_row(wave)
    target = int(row["target"]) if row and row["target"].isdecimal() else 0
    ceiling = int(row["ceiling"]) if row and row["ceiling"].isdecimal() else target
    rows = [each for each in draft.rows("quotas") if each["wave"] == wave]
    read = {each.number: (each, _lines_of(draft, each), _design(draft, each)) for each in rows}
    wave_plans = _Wave(draft, wave, target, ceiling, [design for _, _, design in read.values() if design])
    found = []
    for each, lines, design in read.values():
        if design:
            built = wave_plans.built(design)
            _note(draft, each, built)
            found.append(Planned(each, lines, design, built))
    return found


class _Wave:
    """The plans of one wave, each built once: nested ones after the plan that they divide."""

    def __init__(self, draft: Draft, wave: str, target: int, ceiling: int, designs: Sequence[Design]) -> None:
        self.draft, self.wave, self.target, self.ceiling, self.designs = draft, wave, target, ceiling, designs
        self.done: dict[str, Built] = {}

    def built(self, design: Design) -> Built:
        if design.name not in self.done:
            outer = self._outer(design) if design.within else None
            self.done[design.name] = build(design, self.target, self.ceiling, outer)
        return self.done[design.name]

    def _outer(self, design: Design) -> dict[Combination, CellDesign]:
        """The cells that a nested plan divides: those of the plan over its outer variables, otherwise those of their margin."""
        parent = next((one for one in self.designs if set(one.variables) == set(design.within) and not one.within), None)
        parent = parent or next((one for one in self.designs if set(one.variables) == set(design.within)), None)
        if parent is None:
            names = design.within
            parent = Design(" ".join(names), names, tuple(tuple(_countable(self.draft, self.wave, name)) for name in names),
                            tuple(_margin_lines(self.draft, self.wave, names)), outside="interviewed")  # fmt: skip
        order = [parent.variables.index(name) for name in design.within]
        return {
            tuple(one[i] for i in order): cell
            for cell in self.built(parent).cells
            for one in expanded(cell.combinations, parent.categories)
        }


def _note(draft: Draft, row: Row, built: Built) -> None:
    for problem in built.problems:
        sheet, number = ("quota_cells", problem.row) if problem.row else ("quotas", row.number)
        draft.report.add(sheet, number, problem.column, problem.message.template, **problem.message.values)


def _lines_of(draft: Draft, row: Row) -> tuple[Row, ...]:
    return tuple(line for line in draft.rows("quota_cells") if (line["wave"], line["quota"]) == (row["wave"], row["name"]))


def _design(draft: Draft, row: Row) -> Design | None:
    """The plan that a row means; None, noted, when it names what does not exist."""
    known = len(draft.report.mistakes)
    variables, within = tuple(row["variables"].split()), tuple(row["within"].split())
    lines = _lines_of(draft, row)
    _check_words(draft, row)
    if not _names_are_known(draft, row, variables, within):
        return None
    wanted = list(_written_lines(draft, row, lines, variables) if lines else _shared_lines(draft, row, variables))
    _check_minimum_only(draft, row, variables)
    if len(draft.report.mistakes) > known or not wanted:
        return None
    choices = [categories_of(draft.questionnaire_of(draft.wave_row(row["wave"])), name) for name in variables]
    return Design(
        name=row["name"],
        variables=variables,
        categories=tuple(tuple(_countable(draft, row["wave"], name)) for name in variables),
        lines=tuple(wanted),
        within=within,
        is_soft=row["kind"] == "soft",
        tolerance_percent=decimal_of(row["tolerance_percent"] or "1"),
        tolerance_min=int(row["tolerance_min"] or 1),
        outside=next(each for each in OUTSIDE if each == row["outside"]),
        leaves_out=any("outside_quota" in choice.flags for each in choices for choice in each.values()),
        never_close=frozenset((name,) for name in row["minimum_only"].split()),
    )


def _names_are_known(draft: Draft, row: Row, variables: Sequence[str], within: Sequence[str]) -> bool:
    """Note the variables that a plan cannot be made of; say whether there is none."""
    questionnaire = draft.questionnaire_of(draft.wave_row(row["wave"]))
    unknown = [name for name in variables if not categories_of(questionnaire, name)]
    if not variables:
        draft.note("quotas", row, "variables", N_("This cell must be filled in."))
    for name in unknown:
        draft.note("quotas", row, "variables", NO_CATEGORIES, name=name)
    if len(set(variables)) < len(variables):
        draft.note("quotas", row, "variables", N_("A variable stands twice in the plan."))
    if within and not set(within) < set(variables):
        draft.note("quotas", row, "within", N_("Write some of the plan's variables, not all: those inside which it shares out."))
    return bool(variables) and not unknown and len(set(variables)) == len(variables)


def _check_words(draft: Draft, row: Row) -> None:
    if row["kind"] not in KINDS:
        draft.note("quotas", row, "kind", N_("Write hard or soft."))
    if row["outside"] not in OUTSIDE:
        draft.note("quotas", row, "outside", N_("Write refused or interviewed, or nothing when everybody has a cell."))
    if row["tolerance_percent"]:
        draft.percent("quotas", row, "tolerance_percent")
    draft.whole("quotas", row, "tolerance_min")


def _check_minimum_only(draft: Draft, row: Row, variables: Sequence[str]) -> None:
    if len(variables) != 1:
        for column in ("minimum_only", "merged"):
            if row[column]:
                draft.note("quotas", row, column, CELL_BY_CELL)
        return
    choices = categories_of(draft.questionnaire_of(draft.wave_row(row["wave"])), variables[0])
    for name in row["minimum_only"].split():
        if choices and name not in choices:
            draft.note("quotas", row, "minimum_only", NO_CHOICE, category=name, name=variables[0])


def _countable(draft: Draft, wave: str, variable: str) -> list[str]:
    """The categories that people let in can have and that count in quotas."""
    questionnaire = draft.questionnaire_of(draft.wave_row(wave))
    ended = set() if draft.form_is_wrong else set(categories_without_answer(questionnaire, variable))
    return [name for name, choice in categories_of(questionnaire, variable).items() if name not in ended and not _stands_outside(choice)]


def _stands_outside(choice: Choice) -> bool:
    return "outside_quota" in choice.flags


def _shared_lines(draft: Draft, row: Row, variables: Sequence[str]) -> Iterator[Line]:
    """The lines of a plan without rows of its own: a cell for each category, or group of merged ones, with its share of the margin."""
    lines = list(_margin_lines(draft, row["wave"], variables))
    if len(variables) > 1:
        if not lines:
            draft.note("quotas", row, "variables", N_("Nothing says how many people each combination of %(variables)s should have: write the shares of “%(variables)s” in the sheet margins, or the cells in the sheet quota_cells."),
                       variables=" ".join(variables))  # fmt: skip
        yield from lines
        return
    variable = variables[0]
    if not lines and _is_given(draft, row["wave"], variable):
        names = _countable(draft, row["wave"], variable)
        yield from (Line(0, ((name,),), percent=Decimal(100) / len(names)) for name in names)
        return
    if not row["outside"]:
        for category in categories_without_share(draft, row["wave"], variable):
            draft.note("quotas", row, "variables", NO_SHARE, variable=variable, category=category)
    for category in _cells_nobody_fills(draft, row["wave"], variable):
        draft.note("quotas", row, "variables", N_("Nobody who ends the interview can be %(variable)s = %(category)s: its cell would never fill. Take its share out of the margins, or mend the conditions."),
                   variable=variable, category=category)  # fmt: skip
    yield from _merged(draft, row, variable, lines)


def _is_given(draft: Draft, wave: str, variable: str) -> bool:
    """Say whether the variable is a group that comes with the place: its groups are of equal size unless shares are written."""
    question = draft.questionnaire_of(draft.wave_row(wave)).questions.get(variable)
    return question is not None and question.split == "least-filled"


def _merged(draft: Draft, row: Row, variable: str, lines: Sequence[Line]) -> Iterator[Line]:
    shares = {line.combinations[0][0]: line.percent or Decimal(0) for line in lines}
    groups: list[Combination] = []
    for text in row["merged"].split():
        group = joined_names(text, list(shares))
        if len(group) < 2 or any(set(group) & set(other) for other in groups):
            draft.note("quotas", row, "merged", N_("“%(text)s” should join categories of %(variable)s that have a share, each once: 94+93."),
                       text=text, variable=variable)  # fmt: skip
        groups.append(group)
    leads = {name: group for group in groups for name in group}
    for name, share in shares.items():
        group = leads.get(name, (name,))
        if group[0] == name:
            yield Line(0, tuple((each,) for each in group), percent=sum((shares[each] for each in group[1:]), share))


def _margin_lines(draft: Draft, wave: str, variables: Sequence[str]) -> Iterator[Line]:
    """A line for each combination that the margins give a share, in the order of the margins: the first has the odd person of a tie."""
    questionnaire = draft.questionnaire_of(draft.wave_row(wave))
    choices = [list(categories_of(questionnaire, name)) for name in variables]
    aside = Draft(draft.workbook, draft.questionnaire)  # what is wrong with a margin is noted where margins are checked
    rows = [row for row in draft.rows("margins") if (row["wave"], row["variable"].split()) == (wave, list(variables))]
    shares = {tuple(row["category"].split()): aside.percent("margins", row, "percent") for row in rows}
    for combination, share in shares.items():
        if len(combination) == len(choices) and all(map(list.__contains__, choices, combination)):
            yield Line(0, (combination,), percent=share)


def _cells_nobody_fills(draft: Draft, wave: str, variable: str) -> list[str]:
    """The categories with a share that no answer gives; looked into once the form itself has no mistake."""
    shares = {
        row["category"]
        for row in draft.rows("margins")
        if (row["wave"], row["variable"]) == (wave, variable) and row["percent"].strip("0.,")
    }
    questionnaire = draft.questionnaire_of(draft.wave_row(wave))
    if draft.form_is_wrong or variable not in questionnaire.questions:
        return []
    return [category for category in categories_without_answer(questionnaire, variable) if category in shares]


def _written_lines(draft: Draft, row: Row, lines: Sequence[Row], variables: Sequence[str]) -> Iterator[Line]:
    """The lines of a plan that the sheet quota_cells writes cell by cell."""
    if row["merged"] and len(variables) == 1:
        draft.note("quotas", row, "merged", CELL_BY_CELL)
    choices = [categories_of(draft.questionnaire_of(draft.wave_row(row["wave"])), name) for name in variables]
    for line in lines:
        own = _combination(draft, line, "categories", line["categories"], variables, choices)
        others = [_combination(draft, line, "merged", text, variables, choices) for text in _split_merged(line["merged"])]
        combinations = tuple(each for each in (own, *others) if each)
        ceiling = NEVER_CLOSES if line["ceiling"] == NEVER else draft.whole("quota_cells", line, "ceiling")
        target, minimum = draft.whole("quota_cells", line, "target"), draft.whole("quota_cells", line, "minimum")
        percent = draft.percent("quota_cells", line, "percent") if line["percent"] else None
        if combinations:
            yield Line(line.number, combinations, target, percent, ceiling, minimum or 0)


def _split_merged(text: str) -> list[str]:
    return [each for each in f" {text} ".split(" + ") if each.strip()]


def _combination(
    draft: Draft, line: Row, column: str, text: str, variables: Sequence[str], choices: Sequence[Mapping[str, Choice]]
) -> Combination | None:
    names = tuple(text.split())
    if len(names) != len(variables):
        draft.note("quota_cells", line, column, N_("Write one category for each of %(variables)s, in this order, with a blank between."),
                   variables=" ".join(variables))  # fmt: skip
        return None
    for name, variable, known in zip(names, variables, choices, strict=True):
        if name != ANY and name not in known:
            draft.note("quota_cells", line, column, NO_CHOICE, category=name, name=variable)
            return None
        if name != ANY and _stands_outside(known[name]):
            draft.note("quota_cells", line, column, N_("%(variable)s = %(category)s is interviewed outside the quotas: it has no cell."),
                       variable=variable, category=name)  # fmt: skip
            return None
    return names
