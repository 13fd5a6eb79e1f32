"""Checks of wordings: what is asked twice, what nobody will read to its end, what the computer would number by itself."""

from __future__ import annotations

from collections.abc import Mapping

from surveys.core.messages import N_
from surveys.core.questionnaire import Page, Question, Questionnaire
from surveys.core.workbook import Report, Row, Workbook

# In words. Short questions are understood better: our own proposals, generous beside the 20 words that textbooks advise.
LONGEST_QUESTION, LONGEST_CHOICE, LONGEST_NOTE = 80, 40, 300


def check_wordings(questionnaire: Questionnaire, workbook: Workbook, report: Report) -> None:
    """Warn of wordings asked twice, of texts that are too long, of messages and codes that are missing."""
    seen: dict[str, Question] = {}
    for page in questionnaire.pages:
        for question in page.questions:
            _check_twice(questionnaire, page, question, seen, report)
            _check_length("survey", question.row, question.labels, LONGEST_NOTE if question.kind == "note" else LONGEST_QUESTION, report)
            if question.soft_constraint is not None and not question.soft_messages:
                report.warn("survey", question.row, "soft_constraint_message", N_("Say what people should look at again: without words of yours they read a general sentence."))  # fmt: skip
    for choices in questionnaire.lists.values():
        for choice in choices:
            _check_length("choices", choice.row, choice.labels, LONGEST_CHOICE, report)
    _check_codes(workbook, {question.list_name for question in questionnaire.variables()}, report)


def _check_twice(questionnaire: Questionnaire, page: Page, question: Question, seen: dict[str, Question], report: Report) -> None:
    """What tells rows of a grid, or a word of explanation, from others worded like them stands above them."""
    wording = " ".join(question.labels.get(questionnaire.default_language, "").lower().split())
    is_explanation = question.kind == "text" and question.relevant is not None
    if not question.is_asked or not wording or question.block or page.is_grid or is_explanation:
        return
    first = seen.setdefault(wording, question)
    if first.row != question.row and first.choices == question.choices:
        report.warn("survey", question.row, "label", N_("The same question is asked in row %(number)s (%(name)s)."), number=first.row, name=first.name)  # fmt: skip


def _check_length(sheet: str, row: int, labels: Mapping[str, str], limit: int, report: Report) -> None:
    longest = max((len(text.split()) for text in labels.values()), default=0)
    if longest > limit:
        report.warn(sheet, row, "label", N_("%(count)s words: few people read more than %(limit)s here."), count=longest, limit=limit)


def _check_codes(workbook: Workbook, recorded: set[str], report: Report) -> None:
    first: dict[str, Row] = {}
    for row in workbook.get("choices", ()):
        if not row["code"] and row["list_name"] in recorded:
            first.setdefault(row["list_name"], row)
    for name, row in first.items():
        report.warn("choices", row.number, "code", N_("The list %(name)s has choices without code, numbered by their place: give each a code, so that a choice put in later changes none."), name=name)  # fmt: skip
