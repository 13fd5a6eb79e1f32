"""Makes the tables of a wave as they are wanted: numbers into texts, columns of too few people withheld, marks where they are due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isnan, nan

from django.utils.translation import gettext as _

from reports.core.sentences import UNPUBLISHED
from reports.core.tables import critical_value
from reports.core.tabulation import Average, Crossing, Line, Tabulated, cross, letter, tabulated
from reports.core.topics import Topic
from reports.core.typography import rounded_half_up, signed
from reports.press import Press
from reports.tables.beside import Beside
from reports.tables.legends import Legend
from reports.tables.ordering import ordered
from reports.tables.people import People
from reports.tables.printed import Cell, Column, Form, Printed, PrintedLine
from reports.tables.titles import Titles
from reports.tables.wanted import Wanted

CRITICAL = critical_value()
ABOVE, BELOW = "▲", "▼"


class Printer:
    """Makes the tables of a wave as they are wanted, in one language: its columns are put together once."""

    def __init__(self, people: People, wanted: Wanted, press: Press, others: Sequence[Beside] = ()) -> None:
        self.people, self.wanted, self.press, self.others = people, wanted, press, tuple(others)
        self.titles = Titles(people.wave, people.questionnaire, press)
        self.among = people.among(wanted.base)
        self.smallest = press.thresholds.smallest
        self.crossing: Crossing = cross(people.everybody, [people.banner(code) for code in wanted.by], people.weights, self.smallest)
        self.legend = Legend(people, wanted, self.titles)

    def table(self, code: str) -> Printed:
        """Return the table of a topic. Raises KeyError when the questionnaire has none of this code."""
        topic, wanted = self.people.topics[code], self.wanted
        table = tabulated(
            self.people.content(topic),
            self.crossing,
            among=self.among,
            valid_only=wanted.valid,
            with_letters=wanted.marks == "letters",
            bonferroni=wanted.bonferroni,
        )
        others = [(other, other.tabulated(topic, wanted)) for other in self.others]
        columns = [*self._columns(table), *(self._column_beside(other, then) for other, then in others)]
        lines = [*self._answers(table, others), *self._measures(table, others), *self._foot(table, others)]
        beside = [(_("Other waves"), len(others))] if others else []
        return Printed(
            number=topic.number,
            code=topic.code,
            heading=self.titles.heading(topic),
            title=self.titles.topic(topic),
            base_line=self.legend.base_line(table.content, round(float(table.base.base.n[0])), table.share),
            unit=self._unit(topic),
            banners=(*((self.titles.banner(each.code), len(each.heads)) for each in self.crossing.banners), *beside),
            columns=tuple(columns),
            lines=tuple(lines),
            notes=tuple(self.legend.notes(table, lines, columns, others)),
        )

    def _unit(self, topic: Topic) -> str:
        if topic.kind == "parts":
            return _("Means")
        told = {"column": _("In %"), "row": _("In % of the row"), "cell": _("In % of the whole"), "count": _("Number of people")}
        return told[self.wanted.per]

    def _columns(self, table: Tabulated) -> Iterator[Column]:
        words = [_("Everybody"), *(self.titles.words(head.words, head.name) for head in self.crossing.heads)]
        marks = [""] + [letter(at) for span in self.crossing.spans for at in range(len(span))]
        has_letters = self.wanted.marks == "letters" and self.wanted.per == "column"
        for at, (title, mark, n) in enumerate(zip(words, marks, table.base.base.n.tolist(), strict=True)):
            yield Column(title, mark if has_letters else "", self._is_weak(n), at in table.hidden)

    def _column_beside(self, other: Beside, then: Tabulated | None) -> Column:
        n = then.base.base.n[0] if then else 0
        return Column(self.press.label_of(other.people.wave), "", self._is_weak(n), n < self.smallest)

    def _is_weak(self, n: float) -> bool:
        return self.smallest <= n < self.press.thresholds.weak

    def _answers(self, table: Tabulated, others: Sequence[tuple[Beside, Tabulated | None]]) -> Iterator[PrintedLine]:
        for line in ordered(table, self._sorted_by(), self.wanted.per):
            label = self.titles.words(line.row.words, line.row.name)
            if line.row.kind == "heading":
                empty = Cell(None, "", "text")
                yield PrintedLine(label, "heading", line.row.level, (empty,) * (len(line.n) + len(others)))
                continue
            cells = [self._cell(line, at, table) for at in range(len(line.n))]
            cells += [self._cell_beside(line, other, then) for other, then in others]
            yield PrintedLine(label, line.row.kind, line.row.level, tuple(cells))

    def _sorted_by(self) -> int | None:
        """The position of the column that answers are sorted by; None for the questionnaire's order, or a column not shown."""
        names = ["total", *(f"{banner.code}.{head.name}" for banner in self.crossing.banners for head in banner.heads)]
        return names.index(self.wanted.sort) if self.wanted.sort in names else None

    def _cell(self, line: Line, at: int, table: Tabulated) -> Cell:
        if at in line.hidden:
            return Cell(None, UNPUBLISHED)
        value = line.values(self.wanted.per)[at]
        mark = _mark(line.z[at]) if at and self.wanted.marks == "rest" and self.wanted.per == "column" else ""
        letters = line.letters[at] if at and self.wanted.marks == "letters" and self.wanted.per == "column" else ""
        return self.number(value, "count" if self.wanted.per == "count" else "percent", mark, letters)

    def _cell_beside(self, line: Line, other: Beside, then: Tabulated | None) -> Cell:
        past = next((each for each in then.lines if each.row.name == line.row.name), None) if then else None
        if then is None or past is None or past.base_n[0] < self.smallest:
            return Cell(None, UNPUBLISHED)
        value = past.values(self.wanted.per)[0]
        if self.wanted.per != "column" or line.base_n[0] < self.smallest:
            return self.number(value, "count" if self.wanted.per == "count" else "percent")
        change = int(rounded_half_up(float(line.column[0]))) - int(rounded_half_up(value))
        mark = _mark(other.change(then.content.topic, line, past)) if self.wanted.marks == "rest" else ""
        return self.number(value, "percent", mark, f"({signed(change)})")

    def _average_beside(self, average: Average, then: Tabulated | None) -> Cell:
        """The same measure of another wave, whose question may have gained or lost some."""
        past = next((each for each in then.averages if each.measure.name == average.measure.name), None) if then else None
        return Cell(None, UNPUBLISHED) if past is None else self.number(float(past.value[0]), _form(past))

    def number(self, value: float, form: Form, mark: str = "", after: str = "") -> Cell:
        """Return a number as a cell: percentages without their sign, whole, "<1" below one half and a dash for none."""
        if isnan(value):
            return Cell(None, UNPUBLISHED)
        if form == "decimal":
            return Cell(value, self.press.decimals(value, 1), form, mark)
        if form == "value":
            return Cell(value, self.titles.number(value), form, mark)
        small = 0 < value < 0.5
        text = "–" if value == 0 else "<1" if small else self.press.count(value)
        return Cell(value, text, form, mark, after)

    def _measures(self, table: Tabulated, others: Sequence[tuple[Beside, Tabulated | None]]) -> Iterator[PrintedLine]:
        is_ranking = table.content.topic.kind == "ranking"
        if is_ranking and table.averages:
            empty = Cell(None, "", "text")
            yield PrintedLine(_("Mean rank"), "heading", 0, (empty,) * (len(table.base.base.n) + len(others)))
        for average in table.averages:
            cells = [self._average(average, at, table) for at in range(len(average.value))]
            cells += [self._average_beside(average, then) for _other, then in others]
            yield PrintedLine(self.titles.words(average.measure.words), "measure", int(is_ranking), tuple(cells))

    def _average(self, average: Average, at: int, table: Tabulated) -> Cell:
        if at in table.hidden:
            return Cell(None, UNPUBLISHED)
        return self.number(float(average.value[at]), _form(average), _mark(average.z[at]) if at and self.wanted.marks == "rest" else "")

    def _foot(self, table: Tabulated, others: Sequence[tuple[Beside, Tabulated | None]]) -> Iterator[PrintedLine]:
        base, thens = table.base.base, [then for _other, then in others]
        if table.content.is_exclusive and table.lines:
            form: Form = "count" if self.wanted.per == "count" else "percent"
            cells = [*self._sizes(self._wholes(table), table.hidden, form), *(self._whole_beside(then, form) for then in thens)]
            yield PrintedLine(_("Total"), "total", 0, tuple(cells))
        told = [
            (_("Unweighted n"), base.n, [then.base.base.n[0] if then else nan for then in thens]),
            (_("Weighted n"), base.w, [then.base.base.w[0] if then else nan for then in thens]),
            (_("Effective n"), table.base.effective_n, [then.base.effective_n[0] if then else nan for then in thens]),
        ]
        for at, (label, values, beside) in enumerate(told):
            cells = self._sizes(values.tolist(), table.hidden, "count")
            cells += [self.number(float(value), "count") for value in beside]
            yield PrintedLine(label, "n", 0, tuple(cells if at else self._few(cells, table, thens)))

    def _wholes(self, table: Tabulated) -> list[float]:
        """What the answers of each column add up to."""
        w: list[float] = table.base.base.w.tolist()
        if self.wanted.per == "count" or not w[0]:
            return w
        return [100.0 if self.wanted.per == "column" else 100 * each / w[0] for each in w]

    def _whole_beside(self, then: Tabulated | None, form: Form) -> Cell:
        if then is None or 0 in then.hidden:
            return Cell(None, UNPUBLISHED)
        return self.number(float(then.base.base.w[0]) if form == "count" else 100.0, form)

    def _sizes(self, values: Iterable[float], hidden: frozenset[int], form: Form) -> list[Cell]:
        return [Cell(None, UNPUBLISHED) if at in hidden else self.number(value, form) for at, value in enumerate(values)]

    def _few(self, cells: Sequence[Cell], table: Tabulated, thens: Sequence[Tabulated | None]) -> list[Cell]:
        """The unweighted sizes, those under the smallest base told as such."""
        n = [*table.base.base.n.tolist(), *(self.smallest if then is None else then.base.base.n[0] for then in thens)]
        return [Cell(None, f"<{self.smallest}", "text") if size < self.smallest else cell for size, cell in zip(n, cells, strict=True)]


def _form(average: Average) -> Form:
    """A median is one of the answers and is said as they are; the others have a decimal."""
    return "value" if average.measure.kind == "median" else "decimal"


def _mark(z: float) -> str:
    return ABOVE if z > CRITICAL else BELOW if z < -CRITICAL else ""
