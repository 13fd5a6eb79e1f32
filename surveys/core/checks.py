"""Checks that hold across a questionnaire: names that exist, conditions that can be known, promises about consent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from surveys.core.codebook import codebook_of
from surveys.core.expressions import Expression
from surveys.core.messages import N_
from surveys.core.questionnaire import Page, Question, Questionnaire
from surveys.core.workbook import Report, Row, Workbook


def check_questionnaire(questionnaire: Questionnaire, workbook: Workbook, report: Report) -> None:
    """Note every mistake that only shows when the sheets are read together."""
    checker = _Checker(questionnaire, _rows(workbook, "survey", "name"), report)
    for page in questionnaire.pages:
        checker.page(page)
    checker.consent()
    checker.codebook()
    base_rows = _rows(workbook, "bases", "code")
    for base in questionnaire.bases.values():
        check_condition(questionnaire, base.condition, "bases", base_rows[base.code], "condition", report)


def check_condition(
    questionnaire: Questionnaire,
    condition: Expression | None,
    sheet: str,
    row: Row,
    column: str,
    report: Report,
    known: Iterable[str] | None = None,
) -> None:
    """Note variables that do not exist (or are not in ``known``, those before this row) and choices not on offer."""
    if condition is None:
        return
    allowed = set(questionnaire.questions if known is None else known)
    for name in sorted(condition.variables - allowed):
        if name in questionnaire.questions:
            report.add(sheet, row.number, column, N_("${%(name)s} is answered later: a condition can only use earlier answers."), name=name)
        else:
            report.add(sheet, row.number, column, N_("${%(name)s} is not a question of the survey sheet."), name=name)
    for name, choice in condition.comparisons():
        question = questionnaire.questions.get(name)
        if question and question.choices and choice and choice not in question.choice_by_name:
            report.add(sheet, row.number, column, N_("“%(choice)s” is not a choice of %(name)s; its choices are: %(known)s."),
                       choice=choice, name=name, known=", ".join(question.choice_by_name))  # fmt: skip


def _rows(workbook: Workbook, sheet: str, key: str) -> Mapping[str, Row]:
    return {row[key]: row for row in reversed(workbook[sheet].rows)} if sheet in workbook else {}


class _Checker:
    def __init__(self, questionnaire: Questionnaire, rows: Mapping[str, Row], report: Report) -> None:
        self.questionnaire = questionnaire
        self.rows = rows
        self.report = report
        self.known: list[str] = []  # the variables answered before the row being checked

    def page(self, page: Page) -> None:
        self._condition(page.relevant, page.name, "relevant", self.known)
        if not page.questions:
            self._note(page.name, "name", N_("This page is empty."))
        on_page = [question.name for question in page.questions]
        for question in page.questions:
            # A question may depend on another of its own page; a calculation only on what stands above it.
            self._condition(question.relevant, question.name, "relevant", self.known + on_page)
            self._condition(question.constraint, question.name, "constraint", self.known + on_page)
            self._condition(question.ends_if, question.name, "ends_if", self.known + on_page)
            above = on_page[: on_page.index(question.name)]
            self._condition(question.calculation, question.name, "calculation", self.known + above)
            self._promises(question)
        self.known += on_page

    def consent(self) -> None:
        pages = self.questionnaire.pages
        asked = [question for page in pages for question in page.questions if question.is_consent]
        if len(asked) != 1 or not pages or pages[0].asked != tuple(asked) or pages[0].relevant is not None:
            self.report.add(
                "survey", 0, "appearance", N_("The first page must hold one question with the appearance “consent”, and no other question.")
            )
        elif not asked[0].required or asked[0].ends_as != "refused":
            self._note(
                asked[0].name,
                "ends_if",
                N_("The consent must be required, and a refusal must end the interview: fill in required, ends_if and ends_as = refused."),
            )

    def codebook(self) -> None:
        names = [variable.name for variable in codebook_of(self.questionnaire).variables]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.report.add(
                "survey", 0, "name", N_("“%(name)s” would name two variables: a question and a choice of a multiple."), name=name
            )

    def _promises(self, question: Question) -> None:
        if question.sensitive and question.required and not _can_decline(question):
            self._note(question.name, "sensitive", N_("A sensitive required question must offer a don't know and a refusal."))
        if question.kind == "multiple" and any(len(choice.flags & {"other"}) for choice in question.choices):
            follow_up = [q for q in self.questionnaire.page_of[question.name].questions if q.kind == "text" and q.relevant]
            if not any(question.name in q.relevant.variables for q in follow_up if q.relevant):
                self._note(
                    question.name,
                    "type",
                    N_("The choice flagged “other” needs a text question on the same page, relevant when it is ticked."),
                )

    def _condition(self, condition: Expression | None, name: str, column: str, known: Iterable[str]) -> None:
        if condition is not None and name in self.rows:
            check_condition(self.questionnaire, condition, "survey", self.rows[name], column, self.report, known)

    def _note(self, name: str, column: str, template: str, **values: object) -> None:
        number = self.rows[name].number if name in self.rows else 0
        self.report.add("survey", number, column, template, **values)


def _can_decline(question: Question) -> bool:
    if question.choices:
        flags = frozenset().union(*(choice.flags for choice in question.choices))
        return {"dont_know", "refused"} <= flags
    return bool(question.dont_know)
