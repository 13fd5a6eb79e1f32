"""Checks of who reaches what: pages, questions, choices and endings that concern nobody, or everybody."""

from __future__ import annotations

from surveys.core.checks.names import base_row
from surveys.core.expressions import Expression
from surveys.core.grammar import Call, Literal, Variable
from surveys.core.messages import N_
from surveys.core.questionnaire import Page, Question, Questionnaire
from surveys.core.reasoning import Reasoner, Verdict, about
from surveys.core.workbook import Report, Workbook

MOST_FILTERED = 300  # choices of one question looked at one by one


def check_reach(questionnaire: Questionnaire, workbook: Workbook, report: Report) -> None:
    """Note what nobody reaches and endings that nobody escapes, warn of choices and endings that concern nobody.

    Every condition must only use answers given before it.
    """
    checker = _Reach(questionnaire, report)
    for page in questionnaire.pages:
        checker.page(page)
    for base in questionnaire.bases.values():
        if base.condition is not None and checker.reasoner.verdict([(base.condition, True)]) is Verdict.IMPOSSIBLE:
            row = base_row(workbook, base)
            report.add("bases", row.number, "condition", N_("Nobody can be in this base: its condition can never hold."))


def categories_without_answer(questionnaire: Questionnaire, name: str) -> list[str]:
    """Return the choices of a single question, or of a calculation with a list, that nobody who ends the interview can have."""
    question, reasoner = questionnaire.questions[name], Reasoner(questionnaire)
    return [choice.name for choice in question.choices if reasoner.verdict([(_is(name, choice.name), True)]) is Verdict.IMPOSSIBLE]


class _Reach:
    def __init__(self, questionnaire: Questionnaire, report: Report) -> None:
        self.questionnaire = questionnaire
        self.reasoner = Reasoner(questionnaire)
        self.report = report

    def page(self, page: Page) -> None:
        if page.relevant is not None and self._never(page):
            self._note(page, "relevant", N_("Nobody reaches this page: its condition can never hold there."))
            return
        for question in page.questions:
            self.question(page, question)

    def question(self, page: Page, question: Question) -> None:
        if question.relevant is not None and self._never(page, question.relevant):
            if page.relevant is not None and not self._never(page, question.relevant, aside=True):
                self._note(question, "relevant", N_("Nobody is asked this: its condition contradicts that of its page, %(condition)s."), condition=page.relevant.text)  # fmt: skip
            else:
                self._note(question, "relevant", N_("Nobody is asked this: its condition can never hold."))
            return
        self._choices(page, question)
        self._ending(page, question)
        self._constraint(page, question)

    def _choices(self, page: Page, question: Question) -> None:
        filtered = [choice for choice in question.choices if choice.relevant is not None]
        if len(filtered) > MOST_FILTERED or not question.is_asked:
            return
        never = [choice for choice in filtered if self._never(page, question.relevant, choice.relevant)]
        column = "type" if question.choice_filter is None else "choice_filter"
        if never and len(never) == len(question.choices):
            self._note(
                question, column, N_("No choice is left to anybody: look at the choice filter and at the conditions of the choices.")
            )
        elif never:
            self._warn(question, column, N_("Never on offer: %(choices)s."), choices=", ".join(choice.name for choice in never))

    def _ending(self, page: Page, question: Question) -> None:
        if question.ends_if is None:
            return
        ends = about(question.ends_if, question.name)
        given = _given(question) if question.required and question.is_asked else None
        if self._no_answer(page, question, given, ends):
            self._warn(question, "ends_if", N_("This never ends an interview: no answer meets its condition."))
        elif page.relevant is None and question.relevant is None and self._no_answer(page, question, given, denied=ends):
            self._note(question, "ends_if", N_("This ends everybody’s interview: nobody goes beyond this page."))

    def _constraint(self, page: Page, question: Question) -> None:
        if not question.is_asked:
            return
        if question.constraint is not None and self._no_answer(page, question, _given(question), about(question.constraint, question.name)):
            self._note(question, "constraint", N_("No answer meets this condition."))
        soft = about(question.soft_constraint, question.name)
        if soft is not None and self._no_answer(page, question, _given(question), soft):
            self._warn(question, "soft_constraint", N_("No answer meets this condition: everybody would be asked whether they are sure."))

    def _no_answer(self, page: Page, question: Question, *conditions: Expression | None, denied: Expression | None = None) -> bool:
        """Say whether nobody asked the question answers so."""
        claims = [*((condition, True) for condition in conditions), (denied, False)]
        if all(condition is None or condition.variables <= {question.name} for condition, _ in claims):
            return not self.reasoner.has_answer(question, claims)
        return self._never(page, question.relevant, *conditions, denied=denied)

    def _never(self, page: Page, *conditions: Expression | None, denied: Expression | None = None, aside: bool = False) -> bool:
        """Say whether nobody on the page meets the conditions and does not meet the one ``denied``."""
        claims = [*((condition, True) for condition in conditions), (denied, False)]
        return self.reasoner.verdict(claims, at=page, aside=aside) is Verdict.IMPOSSIBLE

    def _note(self, line: Page | Question, column: str, template: str, **values: object) -> None:
        self.report.add("survey", line.row, column, template, **values)

    def _warn(self, line: Page | Question, column: str, template: str, **values: object) -> None:
        self.report.warn("survey", line.row, column, template, **values)


def _given(question: Question) -> Expression:
    return Expression(question.name, Variable(question.name))


def _is(name: str, choice: str) -> Expression:
    return Expression(f"${{{name}}} = '{choice}'", Call("=", (Variable(name), Literal(choice))))
