"""A quota grid as it is pasted from a spreadsheet or an e-mail: its numbers by combination of categories, and what is odd in it.

Known layouts: a list (one or more columns of labels, then the number) and a table crossed by its head (labels on the left,
one or more rows of labels on top). Labels that span several lines or columns are repeated. Rows and columns of totals are
recognised by their name and checked against what they sum.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from respondents.core.quotas import Combination
from surveys.core.messages import N_, Message

MAX_CHARACTERS, MAX_ROWS, MAX_COLUMNS = 200_000, 2_000, 200
MAX_LABELS = 3  # columns of labels, or rows of the head
TOTALS = frozenset({"total", "totaux", "ensemble", "tou", "toute", "all", "somme", "sum", "sou total", "subtotal", "st", "total general", "grand total"})  # fmt: skip
ROUNDING = Decimal("0.5")  # points by which shares may miss 100, and a total of shares what it sums
SMALL_WORDS = frozenset(
    {"ans", "an", "years", "year", "old", "a", "to", "de", "from", "le", "la", "les", "l", "d", "the", "un", "une", "des"}
)
SINGULAR = {"women": "woman", "men": "man"}
OPEN_ENDED = re.compile(r"(?<=\d) (?:(?:et|ou) plu|and over|or over|or more)\b")
BLANKS = " \u00a0\u202f\u2009"
GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f\u2009'’]\d{3})+(?:[.,]\d+)?")
PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


class Odd(NamedTuple):
    """Something in the pasted text that a person must look at: its line (0: the whole), and what to do."""

    line: int
    message: Message


@dataclass
class Grid:
    """What was understood: the variables in order, whether the numbers are shares, and the number of each combination.

    ``within`` names the variables whose categories each add up to 100: shares inside them. ``totals`` counts the totals that
    were recognised and hold.
    """

    variables: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    is_percent: bool = False
    numbers: dict[Combination, Decimal] = field(default_factory=dict)
    totals: int = 0
    odd: list[Odd] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """Return what all numbers add up to."""
        return sum(self.numbers.values(), Decimal(0))

    def note(self, line: int, template: str, **values: object) -> None:
        """Note what is odd; ``template`` is marked with N_ by the caller."""
        self.odd.append(Odd(line, Message(template, values)))


Names = Mapping[str, Mapping[str, str]]  # by variable, its category by every way of writing it, as ``plain`` makes it


def plain(text: str) -> str:
    """Return a label as labels are compared: small letters, no accents, small words nor plurals, signs as blanks, "and over" as +."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if c.isalnum() or c == "+" else " " for c in letters if not unicodedata.combining(c))
    words = [SINGULAR.get(word, word if len(word) < 4 else word.rstrip("s")) for word in kept.split() if word not in SMALL_WORDS]
    return OPEN_ENDED.sub("+", " ".join(words)).replace(" +", "+")


def read_grid(text: str, names: Names, target: int) -> Grid:
    """Understand a pasted grid for a wave that wants ``target`` people; whatever is odd is noted, nothing is guessed in silence."""
    table = _table(text)
    grid = Grid()
    if not table or len(table) > MAX_ROWS or max(len(row) for row in table) > MAX_COLUMNS:
        grid.note(0, N_("Paste a grid of at most %(rows)s rows and %(columns)s columns."), rows=MAX_ROWS, columns=MAX_COLUMNS)
        return grid
    layout = _layout(table, names)
    if layout is None:
        _tell_no_layout(grid, table, names)
        return grid
    _fill(grid, table, layout, names)
    _tell_unit(grid, table, layout, target)
    return grid


def _tell_no_layout(grid: Grid, table: Sequence[Sequence[str]], names: Names) -> None:
    grid.note(0, N_("No grid of numbers with known categories was found: the first columns, and the first rows of a crossed table, must be categories of the quota variables."))  # fmt: skip
    known = {way for ways in names.values() for way in ways} | TOTALS
    labels = dict.fromkeys(cell for row in table for cell in row if cell and _number(cell) is None and plain(cell) not in known)
    if labels and len(labels) <= len(table) + len(table[0]):
        grid.note(
            0, N_("No variable has the categories %(labels)s."), labels=", ".join(list(labels)[:6]) + (", …" if len(labels) > 6 else "")
        )


@dataclass(frozen=True)
class _Layout:
    """Where labels stand: so many columns at the left and rows on top, and the variable of each ('' for none)."""

    left: int
    top: int
    rows_are: tuple[str, ...]
    columns_are: tuple[str, ...]
    score: int


def _table(text: str) -> list[list[str]]:
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    split = _splitter(lines)
    rows = [[cell.strip(BLANKS + '"') for cell in split(line)] for line in lines]
    width = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    kept = [i for i in range(width) if any(row[i] for row in rows)]
    return [[row[i] for i in kept] for row in rows if any(row)]


def _splitter(lines: Sequence[str]) -> _Split:
    for separator in ("\t", "|", ";"):
        if sum(separator in line for line in lines) * 2 > len(lines):
            return _Split(re.compile(re.escape(separator)), trims=separator == "|")
    if sum(bool(re.search(r"\S[ \u00a0]{2,}\S", line)) for line in lines) * 2 > len(lines):
        return _Split(re.compile(r"[ \u00a0]{2,}"), trims=True)
    return _Split(re.compile(r"\s*[:=]\s+|\s+(?=\d[\d \u00a0\u202f.,]*%?\s*$)"))


@dataclass(frozen=True)
class _Split:
    pattern: re.Pattern[str]
    trims: bool = False

    def __call__(self, line: str) -> list[str]:
        return self.pattern.split(line.strip(" |") if self.trims else line)


def _number(cell: str) -> Decimal | None:
    """The number in a cell, with blanks or apostrophes between thousands, a comma or a point, and perhaps %; None when it is none."""
    bare = cell.rstrip("%" + BLANKS).strip(BLANKS)
    if GROUPED.fullmatch(bare):
        bare = re.sub(r"[ \u00a0\u202f\u2009'’]", "", bare)
    return Decimal(bare.replace(",", ".")) if PLAIN.fullmatch(bare) and len(bare) <= 12 else None


def _layout(table: Sequence[Sequence[str]], names: Names) -> _Layout | None:
    """The layout in which most labels are known; None when in none every variable has its labels and the rest are numbers."""
    found = [
        layout
        for left, top in product(range(1, MAX_LABELS + 1), range(MAX_LABELS + 1))
        if left < len(table[0]) and top < len(table)
        for layout in [_tried(table, names, left, top)]
        if layout is not None
    ]
    return max(found, key=lambda layout: (layout.score, -layout.top), default=None)


def _tried(table: Sequence[Sequence[str]], names: Names, left: int, top: int) -> _Layout | None:
    body = [cell for row in table[top:] for cell in row[left:]]
    if sum(_number(cell) is not None or cell in ("", "-", "–", "—") for cell in body) < 0.9 * len(body):
        return None
    rows_are: list[str] = []
    score = 0
    for column in range(left):
        variable, hits = _variable([row[column] for row in table[top:]], names, rows_are)
        rows_are.append(variable)
        score += hits
    columns_are: list[str] = []
    for row in table[:top]:
        variable, hits = _variable(row[left:], names, [*rows_are, *columns_are])
        if hits <= 0 and any(_number(cell) is not None for cell in row[left:]):
            return None  # a row of numbers is no head
        columns_are.append(variable if hits > 0 else "")
        score += max(hits, 0)
    several = sum(not _is_total(head) for head in _heads(table, left, top)) > 1
    if "" in rows_are or (several and not any(columns_are)):
        return None
    return _Layout(left, top, tuple(rows_are), tuple(columns_are), score)


def _heads(table: Sequence[Sequence[str]], left: int, top: int) -> list[tuple[str, ...]]:
    """The labels on top of each column of numbers."""
    filled = [_filled(row[left:]) for row in table[:top]]
    return [tuple(row[i] for row in filled) for i in range(len(table[0]) - left)]


def _variable(labels: Sequence[str], names: Names, taken: Sequence[str]) -> tuple[str, int]:
    """The variable whose categories these labels are, and how many are, less those that are not."""
    wanted = [plain(label) for label in labels if label and plain(label) not in TOTALS]
    scores = {variable: sum(2 if label in known else -1 for label in wanted) for variable, known in names.items() if variable not in taken}
    best = max(scores, key=lambda variable: scores[variable], default="")
    return (best, scores[best]) if best and scores[best] > 0 else ("", 0)


def _is_total(labels: Sequence[str]) -> bool:
    return any(plain(label) in TOTALS for label in labels)


def _filled(labels: Sequence[str]) -> list[str]:
    """The labels with each empty one repeating the one before, as merged cells of a spreadsheet paste."""
    filled: list[str] = []
    for label in labels:
        filled.append(label or (filled[-1] if filled else ""))
    return filled


def _fill(grid: Grid, table: Sequence[Sequence[str]], layout: _Layout, names: Names) -> None:
    grid.variables = tuple(name for name in (*layout.rows_are, *layout.columns_are) if name)
    sides = [_filled([row[i] for row in table[layout.top :]]) for i in range(layout.left)]
    heads = _heads(table, layout.left, layout.top)
    totals: list[tuple[int, tuple[str, ...], Decimal]] = []
    for at, row in enumerate(table[layout.top :]):
        line = layout.top + at + 1
        side = tuple(column[at] for column in sides)
        for head, cell in zip(heads, row[layout.left :], strict=True):
            number = _checked_number(grid, line, cell)
            if number is None:
                continue
            labels = [
                *zip(layout.rows_are, side, strict=True),
                *((v, label) for v, label in zip(layout.columns_are, head, strict=True) if v),
            ]
            if _is_total(side) or (_is_total(head) and any(layout.columns_are)):
                totals.append(
                    (line, tuple("" if plain(label) in TOTALS else _category(grid, 0, v, label, names) for v, label in labels), number)
                )
                continue
            combination = tuple(_category(grid, line, variable, label, names) for variable, label in labels)
            if "" not in combination and combination in grid.numbers:
                grid.note(line, N_("%(combination)s stands above already."), combination=" × ".join(label for _, label in labels))
            elif "" not in combination:
                grid.numbers[combination] = number
    for line, partly, number in totals:
        _check_total(grid, line, partly, number)


def _checked_number(grid: Grid, line: int, cell: str) -> Decimal | None:
    if cell in ("", "-", "–", "—"):
        return None
    number = _number(cell)
    if number is None:
        grid.note(line, N_("“%(cell)s” is not a number."), cell=cell)
    elif AMBIGUOUS.fullmatch(cell.strip(BLANKS)):
        grid.note(line, N_("“%(cell)s” can be read in two ways: write thousands without point or comma, and shares with at most two decimals."), cell=cell)  # fmt: skip
    return number


def _category(grid: Grid, line: int, variable: str, label: str, names: Names) -> str:
    known = names[variable].get(plain(label), "")
    if not known and line:
        grid.note(line, N_("“%(label)s” is not a category of %(variable)s."), label=label, variable=variable)
    return known


def _check_total(grid: Grid, line: int, partly: tuple[str, ...], number: Decimal) -> None:
    """A total is the sum of what it stands under; shares inside the categories of a variable have 100 everywhere."""
    parts = [
        value for combination, value in grid.numbers.items() if all(own in ("", its) for own, its in zip(partly, combination, strict=True))
    ]
    total = sum(parts, Decimal(0))
    spread = max(ROUNDING, Decimal(len(parts)) / 20) if any(value % 1 for value in (*parts, number)) else Decimal(0)
    if abs(total - number) <= spread or (number == 100 and not any(partly)):
        grid.totals += 1
    elif parts and not (number == 100 or any(abs(sum(_inside(grid, v), Decimal(0)) - 100) <= ROUNDING for v in partly if v)):
        grid.note(line, N_("The total says %(said)s, and what it sums makes %(sum)s."), said=_shown(number), sum=_shown(total))


def _inside(grid: Grid, category: str) -> Iterator[Decimal]:
    return (value for combination, value in grid.numbers.items() if category in combination)


def _tell_unit(grid: Grid, table: Sequence[Sequence[str]], layout: _Layout, target: int) -> None:
    """Shares or people: by a sign, by decimals, or by what they add up to; and inside which variable shares make 100."""
    if not grid.numbers:
        grid.note(0, N_("The grid has no number."))
        return
    said = any("%" in cell for row in table for cell in row)
    has_decimals = any(value % 1 for value in grid.numbers.values())
    near = abs(grid.total - 100) <= ROUNDING
    grid.within = () if near or grid.total == target else _within(grid)
    grid.is_percent = said or has_decimals or bool(grid.within) or (near and grid.total != target)
    if grid.is_percent and not near and not grid.within:
        grid.note(0, N_("The shares add up to %(total)s, not to 100."), total=_shown(grid.total))
    elif not grid.is_percent and grid.total != target:
        grid.note(0, N_("The numbers add up to %(total)s, and the wave wants %(target)s."), total=_shown(grid.total), target=target)


def _within(grid: Grid) -> tuple[str, ...]:
    """The first variables, or the last ones, inside each category of which the shares make 100."""
    count = len(grid.variables)
    positions = [tuple(range(size)) for size in range(1, count)] + [tuple(range(count - size, count)) for size in range(1, count)]
    for own in positions:
        sums: dict[Combination, Decimal] = {}
        for combination, value in grid.numbers.items():
            key = tuple(combination[i] for i in own)
            sums[key] = sums.get(key, Decimal(0)) + value
        if all(abs(total - 100) <= ROUNDING for total in sums.values()):
            return tuple(grid.variables[i] for i in own)
    return ()


def _shown(number: Decimal) -> str:
    return f"{number.normalize():f}"
