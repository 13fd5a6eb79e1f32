"""What must stand around a table: its base line above, and below it only the notes that are true of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from reports.core.conditions import in_words
from reports.core.rows import Content
from reports.core.tabulation import Tabulated
from reports.core.typography import rounded_half_up
from reports.press import uncapitalised
from reports.tables.beside import Beside
from reports.tables.people import People
from reports.tables.printed import Column, PrintedLine
from reports.tables.titles import Titles
from reports.tables.wanted import Wanted

Others = Sequence[tuple[Beside, Tabulated | None]]


class Legend:
    """Writes the base line and the notes of the tables of some people, as they are wanted."""

    def __init__(self, people: People, wanted: Wanted, titles: Titles) -> None:
        self.people, self.wanted, self.titles, self.press = people, wanted, titles, titles.press
        self.among = people.among(wanted.base)

    def base_line(self, content: Content, n: int, share: float) -> str:
        """Return the base in words, with its size and, of a part of the sample, its share."""
        base = self._asked(content)
        if self.wanted.base:
            chosen = self.press.base_line(self.people.questionnaire.bases[self.wanted.base])
            base = chosen if content.asked.all() else _("%(base)s; among them: %(chosen)s") % {"base": base, "chosen": chosen}
        if self.wanted.valid:
            base = _("%(base)s, those who gave an opinion") % {"base": base}
        values = {"base": base, "n": self.press.count(n), "share": self.press.percent(share)}
        if n == self.people.n:
            return _("Base: %(base)s, n = %(n)s") % values
        return _("Base: %(base)s, %(share)s of the sample (n = %(n)s)") % values

    def notes(self, table: Tabulated, lines: Sequence[PrintedLine], columns: Sequence[Column], others: Others) -> Iterator[str]:
        """Yield the notes that are true of this table."""
        yield from self._of_answers(table, lines)
        yield from self._of_columns(columns)
        yield from self._of_marks(table, lines)
        yield from self._of_tests(table)
        yield from self._of_waves(table, others)
        if self.people.refusal:
            yield _("Unweighted percentages.") + " " + self.press.text(self.people.refusal)
        elif self.wanted.weights == "raw":
            yield _("Unweighted percentages.")

    def _asked(self, content: Content) -> str:
        """Who was asked: a base of the study when it is exactly these people, else the condition in words."""
        questionnaire = self.people.questionnaire
        for base in questionnaire.bases.values():
            people = self.people.everybody if base.condition is None else self.people.holding(base.condition)
            if (people == content.asked).all():
                return self.press.base_line(base)
        condition = questionnaire.filter_of(content.topic.questions[0].name)
        if condition is None:
            return _("everybody asked")
        return uncapitalised(self.press.say(in_words(condition, questionnaire, self.press.language)))

    def _of_answers(self, table: Tabulated, lines: Sequence[PrintedLine]) -> Iterator[str]:
        if self.wanted.per != "column":
            return
        if table.content.is_exclusive:
            if _sums_differ(table, lines):
                yield _("Totals may differ from 100% or from the sub-total because of rounding.")
        elif table.content.topic.kind == "multiple" and _adds_to_more(table):
            yield _("Total above 100: several answers possible.")

    def _of_columns(self, columns: Sequence[Column]) -> Iterator[str]:
        if any(column.is_weak for column in columns):
            values = {"smallest": self.press.thresholds.smallest, "largest": self.press.thresholds.weak - 1}
            yield _("* Weak base (%(smallest)s to %(largest)s people), to be read with caution.") % values
        if any(column.is_hidden for column in columns):
            yield _("… Fewer than %(smallest)s people, or a column that would tell of fewer: not shown.") % {
                "smallest": self.press.thresholds.smallest
            }

    def _of_marks(self, table: Tabulated, lines: Sequence[PrintedLine]) -> Iterator[str]:
        if any(cell.mark for line in lines for cell in line.cells[: len(table.base.base.n)]):
            yield _("▲ ▼ Significantly above or below the rest of the base, at the 95% level.")
        if self.wanted.marks == "letters" and self.wanted.per == "column" and self.wanted.by:
            yield (
                _(
                    "Letters: the columns of the same banner that this one is significantly above, at the 95% level, with Bonferroni’s correction."
                )
                if self.wanted.bonferroni
                else _("Letters: the columns of the same banner that this one is significantly above, at the 95% level.")
            )

    def _of_tests(self, table: Tabulated) -> Iterator[str]:
        for code, test in table.tests.items():
            p = _("p < 0.001") if test.p < 0.001 else _("p = %(p)s") % {"p": self.press.decimals(test.p, 3)}
            degrees = {"first": self.press.decimals(test.numerator, 1), "second": self.press.count(test.denominator)}
            values = {"banner": self.titles.banner(code), "f": self.press.decimals(test.f, 2), "p": p, **degrees}
            yield _("%(banner)s: Rao–Scott test, F(%(first)s; %(second)s) = %(f)s, %(p)s.") % values

    def _of_waves(self, table: Tabulated, others: Others) -> Iterator[str]:
        now = self.press.label_of(self.people.wave)
        for other, then in others:
            values = {"wave": self.press.label_of(other.people.wave), "now": now}
            if then is None:
                yield _("%(wave)s: not asked, or not in the same way: nothing to compare.") % values
                continue
            yield _("%(wave)s: in brackets, what changed until %(now)s, in points of the printed percentages.") % values
            if other.is_indicative or other.verdict(table.content.topic).is_indicative:
                yield _("≈ %(wave)s: indicative comparison.") % values


def _sums_differ(table: Tabulated, lines: Sequence[PrintedLine]) -> bool:
    """Say whether, in some column, the printed answers do not add up to 100, or some detail to its sub-total."""
    for at in range(len(table.base.base.n)):
        printed = [(line.kind, line.level, _rounded(line, at)) for line in lines if line.kind in ("net", "answer", "aside")]
        known = [(kind, level, value) for kind, level, value in printed if value is not None]
        if known and len(known) == len(printed) and _column_differs(known):
            return True
    return False


def _column_differs(printed: Sequence[tuple[str, int, int]]) -> bool:
    if sum(value for kind, _level, value in printed if kind != "net") != 100:
        return True
    detail: dict[int, int] = {}
    above = -1
    for at, (kind, level, value) in enumerate(printed):
        above = at if kind == "net" else above if level else -1
        if level and above >= 0:
            detail[above] = detail.get(above, 0) + value
    return any(printed[at][2] != total for at, total in detail.items())


def _rounded(line: PrintedLine, at: int) -> int | None:
    value = line.cells[at].value
    return None if value is None else int(rounded_half_up(value))


def _adds_to_more(table: Tabulated) -> bool:
    return sum(float(line.column[0]) for line in table.lines if line.row.kind != "net") > 100 + 1e-9
