"""Who of a base counts, as one condition: those who were asked, or who gave an opinion, so that anybody can count them again."""

from __future__ import annotations

from collections.abc import Iterable

from surveys.core.expressions import Expression, parse
from surveys.core.questionnaire import Question


def only_those_who_answered(base: Expression | None, questions: Iterable[Question], *, with_an_opinion: bool) -> Expression | None:
    """Return the base narrowed to the people with an answer to every one of the questions; None is everybody.

    With ``with_an_opinion`` don't know and refusals are no answers. A question left empty by somebody who was asked reads as one
    not asked.
    """
    parts = [f"({base.text})"] if base else []
    parts += [_answered(question, with_an_opinion=with_an_opinion) for question in questions]
    return parse(" and ".join(parts)) if parts else None


def _answered(question: Question, *, with_an_opinion: bool) -> str:
    name = f"${{{question.name}}}"
    without = {choice.name for choice in question.choices if not choice.is_valid_answer} | set(question.boxes)
    if question.kind == "multiple":
        choices = [choice.name for choice in question.choices if choice.name not in without or not with_an_opinion]
        return "(" + " or ".join(f"selected({name}, '{choice}')" for choice in choices) + ")"
    excluded = sorted(without) if with_an_opinion else []
    return " and ".join(f"{name} != '{answer}'" for answer in ("", *excluded))
