"""A page's answers judged together: what is asked, what is missing, what its limits, sums and conditions refuse or doubt."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from surveys.core.expressions import Answer, Expression, as_text, evaluate, holds
from surveys.core.messages import N_, Message
from surveys.core.offering import offered, only_offered
from surveys.core.questionnaire import Block, Choice, Page, Question, Questionnaire
from surveys.form.answers import BESIDE, CONFIRMATION, NOT_OFFERED, Mistake, box_words

NOT_POSSIBLE = Message(N_("This answer is not possible. Please check it."))
ARE_YOU_SURE = Message(N_("This answer is unusual. Please check it, or confirm it."))
ANOTHER_PAGE = Message(N_("Some of these answers belong to another page. Check this page, then continue."))
MISSING = {
    "single": Message(N_("Choose an answer.")),
    "multiple": Message(N_("Tick at least one answer.")),
    "ranking": Message(N_("Choose at least what comes first.")),
    "integer": Message(N_("Enter a number.")),
    "decimal": Message(N_("Enter a number.")),
    "date": Message(N_("Enter a date.")),
    "text": Message(N_("Write your answer.")),
}
MISSING_IN_LIST = Message(N_("Choose an answer in the list."))
MISSING_BESIDE_BOX = {
    "integer": N_("Enter a number, or tick “%(box)s”."),
    "decimal": N_("Enter a number, or tick “%(box)s”."),
    "date": N_("Enter a date, or tick “%(box)s”."),
    "text": N_("Write your answer, or tick “%(box)s”."),
}
TOO_FEW = {
    "multiple": (N_("Tick at least one answer."), N_("Tick at least %(limit)s answers.")),
    "ranking": (N_("Rank at least one answer."), N_("Rank at least %(limit)s answers.")),
}
TOO_MANY = {
    "multiple": (N_("Tick one answer only."), N_("Tick at most %(limit)s answers.")),
    "ranking": (N_("Rank one answer only."), N_("Rank at most %(limit)s answers.")),
}
MISSING_BESIDE_BOXES = Message(N_("Answer, or tick one of the boxes."))


@dataclass(frozen=True)
class Verdict:
    """A page judged as a whole: the questions that its own answers put aside, and what is wrong with the others.

    ``doubts`` are answers that a soft check finds unusual: their person may confirm them.
    """

    irrelevant: frozenset[str]
    mistakes: Mapping[str, Mistake]
    doubts: Mapping[str, Mistake]


def judge(page: Page, answers: Mapping[str, Answer], wrong: Collection[str], earlier: Mapping[str, Answer], language: str) -> Verdict:
    """Judge well-read ``answers``: what is asked, what is missing, what its constraint refuses or its soft check doubts.

    ``wrong`` names the questions already refused; in conditions they count as unanswered.
    ``earlier`` holds the answers of the route's other pages.
    """
    known = {**earlier, **answers, **dict.fromkeys(wrong, "")}
    irrelevant: set[str] = set()
    for question in page.in_order_of_need:
        if not _is_met(question.relevant, known) or not _is_met(question.offers_something, known):
            irrelevant.add(question.name)
            known[question.name] = ""
        elif question.calculation is not None:
            known[question.name] = as_text(evaluate(question.calculation, known))
    judged = [question for question in page.asked if question.name not in irrelevant and question.name not in wrong]
    mistakes = _found(judged, lambda question: _mistake(question, known, language))
    for name, mistake in _wrong_sums(page, irrelevant, {*wrong, *mistakes}, known):
        mistakes.setdefault(name, mistake)
    doubts = _found(judged, lambda question: _doubt(question, known, language))
    return Verdict(frozenset(irrelevant), mistakes, {name: doubt for name, doubt in doubts.items() if name not in mistakes})


def names_of_other_pages(questionnaire: Questionnaire, page: Page) -> frozenset[str]:
    """Return the names under which other pages' questions would be posted."""
    others = [question.name for other in questionnaire.pages if other is not page for question in other.asked]
    return frozenset(others) | {name + suffix for name in others for suffix in (*BESIDE, CONFIRMATION)}


def missing(question: Question) -> Message:
    """Say what to do about a required ``question`` left without answer."""
    if "minimal" in question.appearance:
        return MISSING_IN_LIST
    if question.steps:
        return MISSING["single"]
    if len(question.boxes) == 2:
        return MISSING_BESIDE_BOXES
    if question.boxes:
        return Message(MISSING_BESIDE_BOX[question.kind], {"box": box_words(question)[0]})
    return MISSING[question.kind]


def out_of_bounds(question: Question, answer: Answer, on_offer: Collection[Choice] | None = None) -> Message | None:
    """Say between which limits an answer must be, when it is not; None when it is. ``on_offer`` are the choices offered, by default all."""
    if question.kind in ("multiple", "ranking"):
        return _count_message(question, answer, question.choices if on_offer is None else on_offer)
    if question.kind == "text":
        return _length_message(question, len(str(answer)))
    if _is_between(question, answer):
        return None
    low, high = limit_text(question, question.minimum), limit_text(question, question.maximum)
    if low and high:
        return Message(N_("Enter a date from %(low)s to %(high)s.") if question.kind == "date" else N_("Enter a number from %(low)s to %(high)s."),
                       {"low": low, "high": high})  # fmt: skip
    if question.kind == "date":
        template = N_("Enter a date from %(limit)s on.") if low else N_("Enter a date up to %(limit)s.")
    else:
        template = N_("Enter a number of at least %(limit)s.") if low else N_("Enter a number of at most %(limit)s.")
    return Message(template, {"limit": low or high})


def limit_text(question: Question, limit: str) -> str:
    """Return a limit as people write it: a date with its day first."""
    if question.kind == "date" and limit:
        return datetime.date.fromisoformat(limit).strftime("%d/%m/%Y")
    return limit


def _found(questions: Iterable[Question], look: Callable[[Question], Mistake | None]) -> dict[str, Mistake]:
    found = ((question.name, look(question)) for question in questions)
    return {name: mistake for name, mistake in found if mistake is not None}


def _mistake(question: Question, known: Mapping[str, Answer], language: str) -> Mistake | None:
    answer = known.get(question.name, "")
    if not answer:
        return missing(question) if question.required else None
    if answer in question.boxes:
        return None
    if only_offered(question, answer, known) != answer:
        return NOT_OFFERED
    refused = out_of_bounds(question, answer, offered(question, known))
    if refused is not None:
        return refused
    if question.constraint is None or holds(question.constraint, known, answer):
        return None
    return question.constraint_messages.get(language) or NOT_POSSIBLE


def _doubt(question: Question, known: Mapping[str, Answer], language: str) -> Mistake | None:
    answer = known.get(question.name, "")
    if not answer or question.soft_constraint is None or answer in question.boxes or holds(question.soft_constraint, known, answer):
        return None
    return question.soft_messages.get(language) or ARE_YOU_SURE


def _wrong_sums(
    page: Page, irrelevant: Collection[str], wrong: Collection[str], known: Mapping[str, Answer]
) -> Iterable[tuple[str, Mistake]]:
    """The blocks whose numbers do not add up, told at the first of their questions that is asked."""
    for block in page.blocks.values():
        numbers = (question for question in page.asked if question.block == block.name and question.is_number)
        inside = [question for question in numbers if question.name not in irrelevant]
        if block.total is not None and inside and not any(question.name in wrong for question in inside):
            mistake = _sum_mistake(block, inside, known)
            if mistake is not None:
                yield inside[0].name, mistake


def _sum_mistake(block: Block, questions: Iterable[Question], known: Mapping[str, Answer]) -> Message | None:
    """A box ticked, or nothing answered, leaves nothing to add up; an empty number counts for none."""
    answers = [(question, known.get(question.name, "")) for question in questions]
    if any(answer in question.boxes for question, answer in answers) or not any(answer for _, answer in answers):
        return None
    total = sum((Decimal(str(answer)) for _, answer in answers if answer), Decimal(0))
    if total == block.total:
        return None
    return Message(
        N_("These numbers add up to %(sum)s: they must add up to %(total)s."), {"sum": f"{total:f}", "total": f"{block.total:f}"}
    )


def _is_met(condition: Expression | None, known: Mapping[str, Answer]) -> bool:
    return condition is None or holds(condition, known)


def _is_between(question: Question, answer: Answer) -> bool:
    value: str | Decimal
    value, low, high = str(answer), question.minimum, question.maximum
    if question.is_number:  # dates written 2023-11-22 compare as texts
        number = Decimal(value)
        return (not low or number >= Decimal(low)) and (not high or number <= Decimal(high))
    return (not low or value >= low) and (not high or value <= high)


def _count_message(question: Question, answer: Answer, on_offer: Collection[Choice]) -> Message | None:
    """How many choices must be ticked, or ranked: never more than are on offer; a choice that excludes the others is enough alone."""
    names = (answer,) if isinstance(answer, str) else answer
    possible = sum(not choice.is_exclusive for choice in on_offer)
    low, high, count = min(int(question.minimum or 0), possible), int(question.maximum or len(question.choices)), len(names)
    if low <= count <= high or any(question.choice_by_name[name].is_exclusive for name in names):
        return None
    one, several = TOO_FEW[question.kind] if count < low else TOO_MANY[question.kind]
    limit = low if count < low else high
    return Message(one) if limit == 1 else Message(several, {"limit": limit})


def _length_message(question: Question, length: int) -> Message | None:
    if question.minimum and length < int(question.minimum):
        return Message(
            N_("Write at least %(limit)s characters: you have written %(length)s."), {"limit": question.minimum, "length": length}
        )
    if question.maximum and length > int(question.maximum):
        return Message(
            N_("Write at most %(limit)s characters: you have written %(length)s."), {"limit": question.maximum, "length": length}
        )
    return None
