"""A long list is searched: what is posted for it, read into an answer or into what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from surveys.core.expressions import Answer
from surveys.core.messages import N_, Message
from surveys.core.offering import offered
from surveys.core.questionnaire import Choice, Question

FIND = "__find"  # what is typed is posted beside the answer, under the question's name and this
NONE_OF_THESE = " "  # what the last radio posts; no choice is called so
LONGEST_LIST = 60  # choices that are shown at once
MOST_SHOWN = 30  # matches to pick from
LONGEST_TYPED = 100  # characters

NOT_FOUND = N_("Nothing in the list matches “%(typed)s”. Check the spelling, or write only the beginning.")
SEVERAL = N_("%(count)s answers match “%(typed)s”: choose yours below.")
TOO_MANY = N_("%(count)s answers match “%(typed)s”. The first %(shown)s are below: choose yours, or write more letters.")
PICK_OR_SEARCH = N_("The answer chosen does not match “%(typed)s”: choose again, or empty the search.")
NONE_CHOSEN = Message(N_("Write your answer in another way, or only its beginning."))
TOO_LONG = Message(N_("Shorten your answer to %(limit)s characters."), {"limit": LONGEST_TYPED})


def is_searched(question: Question) -> bool:
    """Say whether a question is answered by searching its list."""
    return question.kind == "single" and ("autocomplete" in question.appearance or len(question.choices) > LONGEST_LIST)


def matches(question: Question, typed: str, language: str, among: Sequence[Choice] | None = None) -> list[Choice]:
    """Return the choices that what is ``typed`` may mean, ``among`` those on offer (None: all)."""
    finder = question.finders.get(language)
    if finder is None:
        return []
    positions = None if among is None else {question.positions[choice.name] for choice in among}
    return [question.choices[position] for position in finder.find(typed, positions)]


def read_search(question: Question, value: str, typed: str, known: Mapping[str, Answer], language: str) -> tuple[str, Message | None]:
    """Return the answer picked (``value``: a choice, none of these, or '') or found, and what to do when there is none.

    What was typed in vain is kept after a blank, which begins no choice's name, so that it can be shown again.
    """
    text = " ".join(typed.split())
    if not text:
        return value.strip(), None
    kept = f" {text[:LONGEST_TYPED]}"
    if len(text) > LONGEST_TYPED:
        return kept, TOO_LONG
    if value == NONE_OF_THESE:
        return f" {kept}", NONE_CHOSEN
    found = matches(question, text, language, _known_offer(question, known))
    if value:  # a choice picked for other words than those now in the entry may be a choice forgotten there
        is_meant = value in {choice.name for choice in found}
        return (value, None) if is_meant else (kept, Message(PICK_OR_SEARCH, {"typed": text}))
    if len(found) == 1:
        return found[0].name, None
    template = NOT_FOUND if not found else SEVERAL if len(found) <= MOST_SHOWN else TOO_MANY
    return kept, Message(template, {"typed": text, "count": len(found), "shown": MOST_SHOWN})


def _known_offer(question: Question, known: Mapping[str, Answer]) -> Sequence[Choice] | None:
    """The choices on offer, as far as the answers of earlier pages decide; None otherwise: they are judged with the page."""
    if not question.is_filtered or not question.needs <= known.keys():
        return None
    return offered(question, known)
