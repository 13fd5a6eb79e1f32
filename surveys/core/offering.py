"""Which choices a question offers somebody: carried forward from earlier answers, or each under its own condition."""

from __future__ import annotations

from collections.abc import Mapping

from surveys.core.expressions import Answer, holds
from surveys.core.longlists import LongList
from surveys.core.questionnaire import Choice, Question


def offered(question: Question, answers: Mapping[str, Answer]) -> tuple[Choice, ...]:
    """Return the choices on offer to somebody with these ``answers``, in the list's order."""
    if not question.is_filtered:
        return question.choices
    if isinstance(question.choices, LongList):
        return question.choices.where(question.choice_filter, answers)
    return tuple(choice for choice in question.choices if choice.relevant is None or holds(choice.relevant, answers))


def only_offered(question: Question, answer: Answer, answers: Mapping[str, Answer]) -> Answer:
    """Return what is left of an ``answer`` once the choices that are not on offer are taken out; a box's code stays."""
    if not question.choices or not question.is_filtered or not answer:
        return answer
    names = {choice.name for choice in offered(question, answers)}
    if isinstance(answer, str):
        return answer if answer in names else ""
    return tuple(name for name in answer if name in names) or ""
