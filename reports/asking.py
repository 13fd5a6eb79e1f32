"""Who was asked a figure's question, and which answers it counts, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reports.core.conditions import in_words
from reports.press import Press
from reports.results import Result
from surveys.core.expressions import Expression
from surveys.core.questionnaire import Base, Questionnaire


def counted_answers(press: Press, questionnaire: Questionnaire, result: Result) -> str:
    """Return in words which answers the figure counts."""
    if not result.figure.selection:
        return _("every number given")
    return press.say(in_words(result.selection, questionnaire, press.language))


def belongs_when(press: Press, questionnaire: Questionnaire, base: Base) -> str:
    """Return in words who belongs to a base."""
    return press.say(in_words(base.condition, questionnaire, press.language))


def conditions_of(questionnaire: Questionnaire, result: Result) -> list[Expression]:
    """Return the conditions under which the figure's questions are put, each once."""
    pages, questions = questionnaire.page_of, questionnaire.questions
    names = [name for name in questions if name in result.questions]
    conditions = [condition for name in names for condition in (pages[name].relevant, questions[name].relevant)]
    return list({condition.text: condition for condition in conditions if condition is not None}.values())


def base_asked(questionnaire: Questionnaire, result: Result) -> Base | None:
    """Return the base to whose people the figure's question was put, None when no base is exactly those people."""
    conditions = [condition.text for condition in conditions_of(questionnaire, result)]
    bases = (base for base in questionnaire.bases.values() if base.condition and [base.condition.text] == conditions)
    return next(bases, None)


def not_asked(press: Press, questionnaire: Questionnaire, result: Result) -> str:
    """Return who was asked the figure's question and how the others of its base are counted, '' when all were asked."""
    estimate = result.estimate
    if estimate is None or not estimate.not_asked:
        return ""
    values = {"asked": press.count(estimate.n - estimate.not_asked), "others": press.count(estimate.not_asked)}
    base = base_asked(questionnaire, result)
    if base is None:
        return _("Question put to %(asked)s people; the %(others)s others of the base are counted as not having given this answer.") % values  # fmt: skip
    values["base"] = press.quoted(press.words_of(base)["base_line"])
    return _("Question put to the %(asked)s people of the base %(base)s; the %(others)s others are counted as not having given this answer.") % values  # fmt: skip
