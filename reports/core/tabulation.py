"""One table of a study: the rows of a question by the columns of banners, every number of it, and which columns stay hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from reports.core.hiding import Family, hidden_columns
from reports.core.measures import means, medians
from reports.core.precision import SMALLEST_BASE
from reports.core.rows import Content, Mask, Measure, Row, Words
from reports.core.tables import Grouping, Table, Test, critical_value, group, independence_in, tabulate

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Head:
    """A column's head: its name in the banner, in words, and the people in it. ``is_net`` when others of the banner are within it."""

    name: str
    words: Words
    people: Mask
    is_net: bool = False


@dataclass(frozen=True)
class Banner:
    """Columns that stand together under one title."""

    code: str
    words: Words
    heads: tuple[Head, ...]


@dataclass(frozen=True)
class Crossing:
    """Everybody's column and those of the banners, side by side, over the people of a wave; under ``smallest`` people nothing of a
    column is shown."""

    banners: tuple[Banner, ...]
    grouping: Grouping
    smallest: int = SMALLEST_BASE

    @cached_property
    def heads(self) -> tuple[Head, ...]:
        """Return the columns after everybody's."""
        return tuple(head for banner in self.banners for head in banner.heads)

    @cached_property
    def spans(self) -> tuple[range, ...]:
        """Return the positions of each banner's columns; everybody's is 0."""
        ends = np.cumsum([1, *(len(banner.heads) for banner in self.banners)]).tolist()
        return tuple(range(start, end) for start, end in pairwise(ends))

    @cached_property
    def shared(self) -> NDArray[np.bool_]:
        """Return, columns × columns, whether two have somebody in common."""
        members = self.grouping.members > 0
        return np.stack([members[column].any(axis=0) for column in members.T])

    @cached_property
    def families(self) -> Mapping[str, Family]:
        """Return, by the code of each banner whose columns exclude one another, its columns within everybody; nets apart."""
        found = {}
        for banner, span in zip(self.banners, self.spans, strict=True):
            parts = tuple(at for at, head in zip(span, banner.heads, strict=True) if not head.is_net)
            if not any(self.shared[a, b] for a, b in combinations(parts, 2)):
                found[banner.code] = Family(0, parts)
        return found

    @cached_property
    def nests(self) -> tuple[Family, ...]:
        """Return the same for every net of those banners: the columns that lie within it."""
        members = self.grouping.members > 0
        nets = [(at, family) for banner, span in zip(self.banners, self.spans, strict=True) if (family := self.families.get(banner.code))
                for at, head in zip(span, banner.heads, strict=True) if head.is_net]  # fmt: skip
        return tuple(Family(net, tuple(at for at in family.parts if not members[~members[:, net], at].any())) for net, family in nets)

    @cached_property
    def opposites(self) -> tuple[Family, ...]:
        """Return, of each banner, the pairs of columns that share nobody, other than two parts of one family: a net and what is
        outside it, "none of these" and "at least one". What is not in the one may be the other."""
        found = []
        for banner, span in zip(self.banners, self.spans, strict=True):
            parts = self.families[banner.code].parts if banner.code in self.families else ()
            pairs = (pair for pair in combinations(span, 2) if not self.shared[pair] and not set(pair) <= set(parts))
            found += [Family(0, pair) for pair in pairs]
        return tuple(found)

    def hidden(self, n: Floats) -> frozenset[int]:
        """Return the columns to hide whole where they have ``n`` people each."""
        families = [*self.families.values(), *self.nests, *self.opposites]
        return hidden_columns([round(each) for each in n.tolist()], families, self.smallest)


@dataclass(frozen=True)
class Line:
    """One row by column: people, weight, the three percentages (0–100), z against the rest, the letters of the columns above
    which it stands, and the standard error; ``base_n`` are the people among whom it is counted, ``hidden`` the columns where they
    are too few."""

    row: Row
    n: Floats
    w: Floats
    column: Floats
    across: Floats
    cell: Floats
    z: Floats
    letters: tuple[str, ...]
    error: Floats
    base_n: Floats
    hidden: frozenset[int]

    def values(self, per: str) -> list[float]:
        """Return its numbers as per cents of the "column", of the "row" or of the whole ("cell"), or as weighted "count"."""
        found: list[float] = {"column": self.column, "row": self.across, "cell": self.cell, "count": self.w}[per].tolist()
        return found


@dataclass(frozen=True)
class Average:
    """A mean, a median, a score or a rank by column, with z against the rest where that is tested."""

    measure: Measure
    value: Floats
    z: Floats


@dataclass(frozen=True)
class Tabulated:
    """A table with all its numbers. ``hidden`` are the columns of too few people: nothing of them may be shown, whole columns.

    ``share`` is the base's share of the sample's weight, in %; ``tests`` the test of each banner's whole, by its code.
    """

    content: Content
    crossing: Crossing
    base: Table
    lines: tuple[Line, ...]
    averages: tuple[Average, ...]
    hidden: frozenset[int]
    share: float
    tests: Mapping[str, Test]


def cross(everybody: Mask, banners: Sequence[Banner], weights: Floats, smallest: int = SMALLEST_BASE) -> Crossing:
    """Put the people into the columns of banners; do it once for all the tables of a wave."""
    columns = [everybody, *(head.people for banner in banners for head in banner.heads)]
    return Crossing(tuple(banners), group(columns, weights), smallest)


def tabulated(
    content: Content,
    crossing: Crossing,
    *,
    among: Mask | None = None,
    valid_only: bool = False,
    with_letters: bool = False,
    bonferroni: bool = False,
) -> Tabulated:
    """Compute a table of a topic's content by the columns of a crossing.

    ``among`` narrows it to some people; ``valid_only`` leaves out those without an opinion, rows and base; ``with_letters`` tests
    the columns of each banner two by two, with Bonferroni's correction on request.
    """
    base = content.asked & (content.valid if valid_only else True)
    base = base if among is None else base & among
    rows = [row for row in content.rows if not (valid_only and row.kind == "aside")]
    table = tabulate(crossing.grouping, base, [row.people for row in rows])
    own = [_own(crossing, row, base, among) for row in rows]
    hidden = crossing.hidden(table.base.n)
    letters = _letters(crossing, table, hidden, bonferroni=bonferroni) if with_letters else [()] * len(rows)
    z = _tested(table, table.against_rest(), crossing.smallest)
    lines = [_line(row, table, at, z, hidden, letters[at]) if mine is None else
             _line(row, mine, 0, _tested(mine, mine.against_rest(), crossing.smallest), hidden | crossing.hidden(mine.base.n))
             for at, (row, mine) in enumerate(zip(rows, own, strict=True))]  # fmt: skip
    averages = tuple(_average(crossing, measure, base) for measure in content.measures)
    whole = float((crossing.grouping.tally(np.ones(crossing.grouping.size, np.bool_)) * crossing.grouping.weights).sum())
    share = 100 * float(table.base.w[0]) / whole if whole else 0.0
    return Tabulated(content, crossing, table, tuple(lines), averages, hidden, share, _tests(content, crossing, table, rows))


def _own(crossing: Crossing, row: Row, base: Mask, among: Mask | None) -> Table | None:
    """The table of a row that has a base of its own."""
    if row.base is None:
        return None
    return tabulate(crossing.grouping, row.base if among is None else row.base & among & base, [row.people])


def _line(row: Row, table: Table, at: int, z: Floats, hidden: frozenset[int], letters: tuple[str, ...] = ()) -> Line:
    across, cell = table.row_percent()[at], table.cell_percent()[at]
    mine = letters or ("",) * len(across)
    n, w, percent, error = table.rows.n[at], table.rows.w[at], table.percent[at], table.standard_error[at]
    return Line(row, n, w, percent, across, cell, z[at], mine, error, table.base.n, hidden)


def _tested(table: Table, z: Floats, smallest: int) -> Floats:
    """z where a test may be shown: of no base too small, in the column or in the rest, nor of a share without error (0, 100)."""
    few = (table.base.n < smallest) | (table.base.n[:1] - table.base.n < smallest)
    return np.where(few | ~(table.standard_error > 0), np.nan, z)


def _letters(crossing: Crossing, table: Table, hidden: frozenset[int], *, bonferroni: bool) -> list[tuple[str, ...]]:
    """For each row and column, the letters of its banner's columns that it is significantly above."""
    above = [[""] * len(table.base.n) for _ in range(len(table.rows.n))]
    for span in crossing.spans:
        pairs = [(a, b) for a, b in combinations(span, 2) if not crossing.shared[a, b] and a not in hidden and b not in hidden]
        critical = critical_value(comparisons=len(pairs) if bonferroni else 1) if pairs else 0.0
        for a, b in pairs:
            for at, z in enumerate(table.between(a, b).tolist()):
                if abs(z) > critical:
                    higher, lower = (a, b) if z > 0 else (b, a)
                    above[at][higher] += letter(lower - span.start)
    return [tuple("".join(sorted(each)) for each in row) for row in above]


def letter(place: int) -> str:
    """Return the letter of a banner's column by its place from 0: A to Z, then a to z; further columns have none."""
    return chr(ord("A") + place) if place < 26 else chr(ord("a") + place - 26) if place < 52 else ""


def _average(crossing: Crossing, measure: Measure, base: Mask) -> Average:
    """The measure by column; withheld where too few people have it, and not tested where so few are beside them."""
    people = base & measure.people
    found = means(crossing.grouping, people, measure.values)
    value = medians(crossing.grouping, people, measure.values) if measure.kind == "median" else found.value
    smallest = crossing.smallest
    few = (found.n < smallest) | (found.n[:1] - found.n < smallest) | (measure.kind == "median")
    is_hidden = np.isin(np.arange(len(value)), sorted(crossing.hidden(found.n)))
    return Average(measure, np.where(is_hidden, np.nan, value), np.where(few | is_hidden, np.nan, found.against_rest()))


def _tests(content: Content, crossing: Crossing, table: Table, rows: Sequence[Row]) -> dict[str, Test]:
    """The test of each banner whose columns exclude one another, against answers that do."""
    if not content.is_exclusive:
        return {}
    answers = [at for at, row in enumerate(rows) if row.kind in ("answer", "aside")]
    found = {}
    for code, family in crossing.families.items():
        if (test := independence_in(table, answers, family.parts)) is not None:
            found[code] = test
    return found
