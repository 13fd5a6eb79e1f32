"""Checks that hold across a questionnaire: names that exist, conditions that can be known, promises about consent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from surveys.core.codebook import codebook_of
from surveys.core.expressions import CURRENT, Expression, as_number, as_text
from surveys.core.grammar import Call, Literal, Variable
from surveys.core.messages import N_
from surveys.core.questionnaire import Base, Choice, Page, Question, Questionnaire
from surveys.core.workbook import Report, Row, Workbook

CHOICES_NAMED = 30  # in a mistake


def check_names(questionnaire: Questionnaire, workbook: Workbook, report: Report) -> None:
    """Note what conditions name that is not there or not yet answered, and promises that are not kept."""
    checker = _Checker(questionnaire, report)
    for page in questionnaire.pages:
        checker.page(page)
    checker.consent()
    checker.codebook()
    for base in questionnaire.bases.values():
        row = base_row(workbook, base)
        check_condition(questionnaire, base.condition, "bases", row, "condition", report)


def check_condition(
    questionnaire: Questionnaire,
    condition: Expression | None,
    sheet: str,
    row: Row,
    column: str,
    report: Report,
    known: Iterable[str] | None = None,
    current: Question | None = None,
) -> None:
    """Note variables that do not exist (or are not in ``known``, those before this row) and choices not on offer.

    ``current`` is the question whose answer a dot means; without it, a dot means nothing.
    """
    if condition is None:
        return
    allowed = set(questionnaire.questions if known is None else known)
    for name in sorted(condition.variables - allowed):
        if name in questionnaire.questions:
            report.add(sheet, row.number, column, N_("${%(name)s} is answered later: a condition can only use earlier answers."), name=name)
        else:
            report.add(sheet, row.number, column, N_("${%(name)s} is not a question of the survey sheet."), name=name)
    if condition.uses_current and current is None:
        report.add(sheet, row.number, column, N_("A dot is the current answer, and there is none here: name the question, as in ${name}."))
    for name, value in condition.expectations():
        question = current if name == CURRENT else questionnaire.questions.get(name)
        if question and question.choices and not _is_on_offer(value, question):
            report.add(sheet, row.number, column, N_("“%(choice)s” is not a choice of %(name)s; its choices are: %(known)s."),
                       choice=as_text(value), name=question.name, known=_known(question))  # fmt: skip


def _known(question: Question) -> str:
    """The choices of a question, the first ones of a long list."""
    names = list(question.choice_by_name)
    return ", ".join(names[:CHOICES_NAMED]) + ("…" if len(names) > CHOICES_NAMED else "")


def _is_on_offer(value: str | float, question: Question) -> bool:
    if isinstance(value, float):
        return any(as_number(name) == value for name in question.choice_by_name)
    return not value or value in question.choice_by_name


def base_row(workbook: Workbook, base: Base) -> Row:
    """Return the first row of the bases sheet with this base's code."""
    return next(row for row in workbook["bases"] if row["code"] == base.code)


class _Checker:
    def __init__(self, questionnaire: Questionnaire, report: Report) -> None:
        self.questionnaire = questionnaire
        self.report = report
        self.known: list[str] = []  # the variables answered before the row being checked

    def page(self, page: Page) -> None:
        self._condition(page.relevant, page, "relevant", self.known)
        if not page.questions:
            self._note(page, "name", N_("This page is empty."))
        on_page = [question.name for question in page.questions]
        asked = [question.name for question in page.asked]
        for position, question in enumerate(page.questions):
            # A question may depend on any other that its page asks; on a calculation only when it stands above.
            above = on_page[:position]
            others = [name for name in asked if name != question.name]
            self._condition(question.relevant, question, "relevant", [*self.known, *above, *others])
            self._condition(question.constraint, question, "constraint", self.known + on_page, question)
            self._condition(question.ends_if, question, "ends_if", self.known + on_page, question)
            self._condition(question.soft_constraint, question, "soft_constraint", self.known + on_page, question)
            self._condition(question.calculation, question, "calculation", self.known + above)
            self._condition(question.choice_filter, question, "choice_filter", self.known)
            for choice in self.questionnaire.lists.get(question.list_name, ()):
                check_condition(self.questionnaire, choice.relevant, "choices", Row(choice.row, {}), "relevant", self.report, self.known)
            self._promises(question)
            self._categories(question)
        self._circles(page)
        self.known += on_page

    def _circles(self, page: Page) -> None:
        """Note questions of one page that are shown only once the other is answered, and the other way round."""
        needs = {question.name: question.needs & {q.name for q in page.questions} for question in page.questions}
        for name in (question.name for question in page.asked if question.relevant):
            reached, ahead = set[str](), [name]
            while ahead:
                following = needs[ahead.pop()] - reached
                reached |= following
                ahead += following
            if name in reached and name not in needs[name]:  # its own name in its own condition is noted already
                self._note(
                    self.questionnaire.questions[name],
                    "relevant",
                    N_("%(name)s depends on itself, through the questions that it depends on."),
                    name=name,
                )

    def _categories(self, question: Question) -> None:
        """Note what a calculation with a list gives that is none of the list's choices."""
        if question.kind != "calculate" or not question.choices or question.calculation is None:
            return
        for node in question.calculation.outcomes():
            source = self.questionnaire.questions.get(node.name) if isinstance(node, Variable) else None
            values = [as_text(node.value)] if isinstance(node, Literal) else list(source.choice_by_name) if source else []
            if isinstance(node, Call) and node.rows is not None:
                values = sorted(set(node.rows.values()))  # what the table can give
            elif isinstance(node, Call) or (source and (source.kind == "multiple" or not source.choices)):
                self._note(question, "calculation", N_("%(name)s could give something that is not in its list: write each result as a choice of the list, in if()."),
                           name=question.name)  # fmt: skip
            for value in [value for value in values if value and value not in question.choice_by_name][:CHOICES_NAMED]:
                self._note(question, "calculation", N_("“%(choice)s” is not a choice of %(name)s; its choices are: %(known)s."),
                           choice=value, name=question.name, known=_known(question))  # fmt: skip

    def consent(self) -> None:
        pages = self.questionnaire.pages
        asked = [question for page in pages for question in page.questions if question.is_consent]
        if len(asked) != 1 or not pages or pages[0].asked != tuple(asked) or pages[0].relevant is not None:
            self.report.add(
                "survey", 0, "appearance", N_("The first page must hold one question with the appearance “consent”, and no other question.")
            )
        elif asked[0].kind != "single" or not asked[0].required or asked[0].ends_as != "refused":
            self._note(
                asked[0],
                "ends_if",
                N_("The consent must be required, and a refusal must end the interview: fill in required, ends_if and ends_as = refused."),
            )

    def codebook(self) -> None:
        times = Counter(variable.name.lower() for variable in codebook_of(self.questionnaire).variables)
        for name in sorted(name for name in times if times[name] > 1):
            self.report.add(
                "survey", 0, "name", N_("“%(name)s” would name two variables: a question and a choice of a multiple."), name=name
            )

    def _promises(self, question: Question) -> None:
        for name in question.attention:
            if not _can_be_answered(question, name):
                self._note(question, "attention", N_("“%(choice)s” is no possible answer to %(name)s."), choice=name, name=question.name)
        if question.sensitive and question.required and not _can_decline(question):
            self._note(question, "sensitive", N_("A sensitive required question must offer a don't know and a refusal."))
        for choice in question.choices:
            if (
                "other" in choice.flags
                and question.is_asked
                and question.choice_filter is None
                and not self._is_specified(question, choice)
            ):
                self._note(
                    question,
                    "type",
                    N_("The choice flagged “other” needs a text question on the same page, relevant when it is ticked."),
                )

    def _is_specified(self, question: Question, choice: Choice) -> bool:
        conditions = (q.relevant for q in self.questionnaire.page_of[question.name].questions if q.kind == "text" and q.relevant)
        return any((question.name, choice.name) in condition.comparisons() for condition in conditions)

    def _condition(
        self, condition: Expression | None, line: Page | Question, column: str, known: Iterable[str], current: Question | None = None
    ) -> None:
        check_condition(self.questionnaire, condition, "survey", Row(line.row, {}), column, self.report, known, current)

    def _note(self, line: Page | Question, column: str, template: str, /, **values: object) -> None:
        self.report.add("survey", line.row, column, template, **values)


def _can_be_answered(question: Question, name: str) -> bool:
    if question.choices or question.steps:
        return name in question.choice_by_name or name in question.steps
    return question.is_number and as_number(name) is not None


def _can_decline(question: Question) -> bool:
    if question.choices:
        flags = frozenset().union(*(choice.flags for choice in question.choices))
        return {"dont_know", "refused"} <= flags
    return bool(question.boxes)
