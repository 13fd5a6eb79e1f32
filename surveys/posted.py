"""What a page posts: reads the values of each question into its answer, then judges the page as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from surveys.core.expressions import Answer, as_text, evaluate, holds
from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Page, Question, Questionnaire
from surveys.searching import FIND, NONE_OF_THESE, is_searched, read_search

TEXT_LENGTH = 4_000
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
UNREADABLE = re.compile("[\x00\ud800-\udfff]")  # neither PostgreSQL nor UTF-8 can hold them
DONT_KNOW_BOX = "__dk"

Mistake = Message | str  # what to do about it: a sentence of ours to translate, or the author's own

DONT_KNOW = Message(N_("Don't know"))
NOT_OFFERED = Message(N_("Choose among the answers offered."))
ONE_ONLY = Message(N_("Give one answer only."))
ANSWER_OR_BOX = Message(N_("Answer, or tick “%(box)s”, but not both."), {"box": DONT_KNOW})
NOT_A_NUMBER = Message(N_("Enter a whole number, in digits only."))
TOO_LONG = Message(N_("Shorten your answer to %(limit)s characters."), {"limit": TEXT_LENGTH})
NOT_READABLE = Message(N_("Remove the unreadable characters from your answer."))
NOT_POSSIBLE = Message(N_("This answer is not possible. Please check it."))
ANOTHER_PAGE = Message(N_("Some of these answers belong to another page. Check this page, then continue."))
MISSING = {
    "single": Message(N_("Choose an answer.")),
    "multiple": Message(N_("Tick at least one answer.")),
    "integer": Message(N_("Enter a number.")),
    "text": Message(N_("Write your answer.")),
}
MISSING_IN_LIST = Message(N_("Choose an answer in the list."))
MISSING_BESIDE_BOX = {
    "integer": Message(N_("Enter a number, or tick “%(box)s”."), {"box": DONT_KNOW}),
    "text": Message(N_("Write your answer, or tick “%(box)s”."), {"box": DONT_KNOW}),
}


@dataclass(frozen=True)
class Reading:
    """One question's answer as posted, kept even when wrong so that it can be shown again."""

    answer: Answer
    mistake: Mistake | None = None


@dataclass(frozen=True)
class Verdict:
    """A page judged as a whole: the questions that its own answers put aside, and what is wrong with the others."""

    irrelevant: frozenset[str]
    mistakes: Mapping[str, Mistake]


def read(
    question: Question,
    values: Sequence[str],
    box: Sequence[str] = (),
    typed: Sequence[str] = (),
    *,
    language: str,
    earlier: Mapping[str, Answer] | None = None,
) -> Reading:
    """Read the ``values`` posted for ``question``, those of the don't-know ``box`` beside it, and what was ``typed`` to search.

    ``earlier`` are the answers of the route's other pages, which may decide what can be found.
    """
    if question.kind == "multiple":
        return _read_multiple(question, values, language)
    if len(values) > 1:
        return Reading("", ONE_ONLY)
    value = values[0] if values else ""
    if is_searched(question) and (not value or value == NONE_OF_THESE or value in question.choice_by_name):
        text = UNREADABLE.sub("\ufffd", typed[0] if typed else "")
        return Reading(*read_search(question, value, text, earlier or {}, language))
    if question.kind == "single":
        return Reading(value) if not value or value in question.choice_by_name else Reading("", NOT_OFFERED)
    text = clean_text(value)
    if question.dont_know and box:
        return Reading(UNREADABLE.sub("\ufffd", text), ANSWER_OR_BOX) if text else Reading(question.dont_know)
    return _read_integer(text) if question.kind == "integer" else _read_text(text)


def judge(page: Page, answers: Mapping[str, Answer], wrong: Collection[str], earlier: Mapping[str, Answer], language: str) -> Verdict:
    """Judge well-read ``answers``: what is asked, what is missing, what its constraint refuses.

    ``wrong`` names the questions already refused; in conditions they count as unanswered.
    ``earlier`` holds the answers of the route's other pages.
    """
    known = {**earlier, **answers, **dict.fromkeys(wrong, "")}
    irrelevant: set[str] = set()
    for question in page.in_order_of_need:
        if question.relevant is not None and not holds(question.relevant, known):
            irrelevant.add(question.name)
            known[question.name] = ""
        elif question.calculation is not None:
            known[question.name] = as_text(evaluate(question.calculation, known))
    mistakes: dict[str, Mistake] = {}
    for question in page.asked:
        if question.name not in irrelevant and question.name not in wrong:
            mistake = _mistake(question, known, language)
            if mistake is not None:
                mistakes[question.name] = mistake
    return Verdict(frozenset(irrelevant), mistakes)


def names_of_other_pages(questionnaire: Questionnaire, page: Page) -> frozenset[str]:
    """Return the names under which other pages' questions would be posted."""
    others = [question.name for other in questionnaire.pages if other is not page for question in other.asked]
    return frozenset(others) | {name + beside for name in others for beside in (DONT_KNOW_BOX, FIND)}


def clean_text(value: str) -> str:
    """Return ``value`` without outer blanks, its line ends as single newlines."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def _read_multiple(question: Question, values: Sequence[str], language: str) -> Reading:
    posted = set(values) - {""}
    ticked = [choice for choice in question.choices if choice.name in posted]
    answer = tuple(choice.name for choice in ticked) or ""
    if len(ticked) < len(posted):
        return Reading(answer, NOT_OFFERED)
    exclusive = next((choice for choice in ticked if choice.is_exclusive), None)
    if exclusive is not None and len(ticked) > 1:
        return Reading(answer, exclusive_mistake(exclusive.labels.get(language, "")))
    return Reading(answer)


def exclusive_mistake(label: str) -> Message:
    """Say that the choice with this ``label`` excludes the others."""
    return Message(N_("“%(choice)s” cannot be ticked together with another answer."), {"choice": label})


def _read_integer(text: str) -> Reading:
    if not text:
        return Reading("")
    if not WHOLE_NUMBER.fullmatch(text):
        return Reading(UNREADABLE.sub("\ufffd", text), NOT_A_NUMBER)
    return Reading(str(int(text)))


def _read_text(text: str) -> Reading:
    if UNREADABLE.search(text):
        return Reading(UNREADABLE.sub("\ufffd", text), NOT_READABLE)
    return Reading(text, TOO_LONG if len(text) > TEXT_LENGTH else None)


def _mistake(question: Question, known: Mapping[str, Answer], language: str) -> Mistake | None:
    answer = known.get(question.name, "")
    if not answer:
        return missing(question) if question.required else None
    if question.constraint is None or (question.dont_know and answer == question.dont_know):
        return None
    if holds(question.constraint, known, answer):
        return None
    return question.constraint_messages.get(language) or NOT_POSSIBLE


def missing(question: Question) -> Message:
    """Say what to do about a required ``question`` left without answer."""
    if "minimal" in question.appearance:
        return MISSING_IN_LIST
    return MISSING_BESIDE_BOX[question.kind] if question.dont_know and question.kind in MISSING_BESIDE_BOX else MISSING[question.kind]
