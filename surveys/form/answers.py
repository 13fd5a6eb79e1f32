"""What is posted for one question, read into its answer: choices, ranks, numbers, dates and texts, and the boxes beside them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from surveys.core.expressions import Answer
from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Kind, Question
from surveys.form.finding import FIND, NONE_OF_THESE, is_searched, read_search

TEXT_LENGTH = 4_000
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
DECIMAL_NUMBER = re.compile(r"-?[0-9]{1,9}([.,][0-9]{1,9})?")
THOUSANDS = re.compile(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))")  # as people write 1 000
ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
WRITTEN_DATE = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4})")  # day first, as outside of America
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]{1,63}(\.[^@\s.]{1,63}){1,8}")
POSTCODE = re.compile(r"[0-9]{5}")
UNREADABLE = re.compile("[\x00\ud800-\udfff]")  # neither PostgreSQL nor UTF-8 can hold them
DONT_KNOW_BOX, REFUSED_BOX, CONFIRMATION = "__dk", "__rf", "__ok"  # what follows a question's name in the fields beside it
BOXES = (DONT_KNOW_BOX, REFUSED_BOX)
BESIDE = (*BOXES, FIND)

Mistake = Message | str  # what to do about it: a sentence of ours to translate, or the author's own

DONT_KNOW = Message(N_("Don't know"))
REFUSED = Message(N_("I prefer not to answer"))
NOT_OFFERED = Message(N_("Choose among the answers offered."))
ONE_ONLY = Message(N_("Give one answer only."))
ONE_BOX_ONLY = Message(N_("Tick one of the two boxes only."))
RANKED_TWICE = Message(N_("Each answer can have one rank only: the same one stands twice."))
A_RANK_IS_MISSING = Message(N_("Fill in the ranks one after the other, without leaving one out."))
NOT_A_NUMBER = Message(N_("Enter a whole number, in digits only."))
NOT_A_DECIMAL = Message(N_("Enter a number, in digits only, with a comma if need be."))
NOT_A_DATE = Message(N_("Enter a date that exists: day, month and year, as 31/12/2023."))
NOT_AN_EMAIL = Message(N_("Enter an e-mail address such as name@example.org."))
NOT_A_POSTCODE = Message(N_("Enter a postcode of five digits."))
TOO_LONG = Message(N_("Shorten your answer to %(limit)s characters."), {"limit": TEXT_LENGTH})
NOT_READABLE = Message(N_("Remove the unreadable characters from your answer."))


@dataclass(frozen=True)
class Reading:
    """One question's answer as posted, kept even when wrong so that it can be shown again."""

    answer: str | tuple[str, ...]
    mistake: Mistake | None = None


def read(
    question: Question,
    values: Sequence[str],
    boxes: Mapping[str, Sequence[str]] | None = None,
    *,
    language: str,
    earlier: Mapping[str, Answer] | None = None,
) -> Reading:
    """Read the ``values`` posted for ``question``, and those of the ``boxes`` beside it, by what follows its name.

    ``earlier`` are the answers of the route's other pages, which may decide what a search can find.
    """
    if question.kind == "multiple":
        return _read_multiple(question, values, language)
    if question.kind == "ranking":
        return _read_ranking(question, values)
    if len(values) > 1:
        return Reading("", ONE_ONLY)
    value = values[0] if values else ""
    if is_searched(question) and (not value or value == NONE_OF_THESE or value in question.choice_by_name):
        typed = UNREADABLE.sub("\ufffd", next(iter((boxes or {}).get(FIND, ())), ""))
        return Reading(*read_search(question, value, typed, earlier or {}, language))
    if question.kind == "single":
        return Reading(value) if not value or value in question.choice_by_name else Reading("", NOT_OFFERED)
    text = clean_text(value)
    ticked = [code for suffix, code in boxes_of(question).items() if (boxes or {}).get(suffix)]
    if len(ticked) > 1:
        return Reading(UNREADABLE.sub("\ufffd", text), ONE_BOX_ONLY)
    if ticked:
        return Reading(UNREADABLE.sub("\ufffd", text), answer_or_box(question)) if text else Reading(ticked[0])
    return _read_entry(question, text)


def boxes_of(question: Question) -> Mapping[str, str]:
    """Return the codes of the boxes beside a question, by what follows its name in their fields."""
    codes = {DONT_KNOW_BOX: question.dont_know, REFUSED_BOX: question.refused}
    return {suffix: code for suffix, code in codes.items() if code}


def box_words(question: Question) -> Sequence[Message]:
    """Return what is written beside the boxes of a question, in order."""
    return [message for message, code in ((DONT_KNOW, question.dont_know), (REFUSED, question.refused)) if code]


def answer_or_box(question: Question) -> Message:
    """Say that an answer and a box exclude each other."""
    if len(question.boxes) == 2:
        return Message(N_("Answer, or tick one of the boxes, but not both."))
    return Message(N_("Answer, or tick “%(box)s”, but not both."), {"box": box_words(question)[0]})


def clean_text(value: str) -> str:
    """Return ``value`` without outer blanks, its line ends as single newlines."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def exclusive_mistake(label: str) -> Message:
    """Say that the choice with this ``label`` excludes the others."""
    return Message(N_("“%(choice)s” cannot be ticked together with another answer."), {"choice": label})


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


def _read_ranking(question: Question, values: Sequence[str]) -> Reading:
    """The values are one list per rank, from the first; those left empty at the end are ranks that need not be filled."""
    named = [value for value in values if value]
    known = tuple(dict.fromkeys(value for value in named if value in question.choice_by_name))
    if any(value not in question.choice_by_name for value in named):
        return Reading(known or "", NOT_OFFERED)
    if len(known) < len(named):
        return Reading(known, RANKED_TWICE)
    if list(values[: len(named)]) != named:
        return Reading(known, A_RANK_IS_MISSING)
    return Reading(known or "")


def _read_entry(question: Question, text: str) -> Reading:
    if not text:
        return Reading("")
    if question.steps:
        return Reading(text) if text in question.steps or text in question.boxes else Reading("", NOT_OFFERED)
    if UNREADABLE.search(text):
        wrong = NOT_READABLE if question.kind == "text" else ENTRIES[question.kind][1]
        return Reading(UNREADABLE.sub("\ufffd", text), wrong)
    if question.kind == "text":
        return _read_text(question, text)
    understood, wrong = ENTRIES[question.kind]
    answer = understood(text)
    return Reading(text, wrong) if answer is None else Reading(answer)


def _read_text(question: Question, text: str) -> Reading:
    if len(text) > TEXT_LENGTH:
        return Reading(text, TOO_LONG)
    if question.format == "email" and not EMAIL.fullmatch(text):
        return Reading(text, NOT_AN_EMAIL)
    if question.format == "postcode":
        joined = text.replace(" ", "")
        return Reading(joined) if POSTCODE.fullmatch(joined) else Reading(text, NOT_A_POSTCODE)
    return Reading(text)


def _whole(text: str) -> str | None:
    text = THOUSANDS.sub("", text)
    return str(int(text)) if WHOLE_NUMBER.fullmatch(text) else None


def _decimal(text: str) -> str | None:
    text = THOUSANDS.sub("", text)
    if not DECIMAL_NUMBER.fullmatch(text):
        return None
    whole, _, decimals = text.replace(",", ".").partition(".")
    decimals = decimals.rstrip("0")
    sign = "-" if whole.startswith("-") and (int(whole) or decimals) else ""
    return f"{sign}{abs(int(whole))}" + (f".{decimals}" if decimals else "")


def _date(text: str) -> str | None:
    if found := ISO_DATE.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := WRITTEN_DATE.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


ENTRIES: Mapping[Kind, tuple[Callable[[str], str | None], Message]] = {
    "integer": (_whole, NOT_A_NUMBER),
    "decimal": (_decimal, NOT_A_DECIMAL),
    "date": (_date, NOT_A_DATE),
}
