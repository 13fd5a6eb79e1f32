"""What a reader calls each question: its author's own number where its name holds one (q7_knows → Q7), else one of ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count
from string import ascii_uppercase

from surveys.core.questionnaire import Question, Questionnaire

OWN_NUMBER = re.compile(r"([A-Za-z]{1,3}[0-9]{1,3}[a-z]?)(?![A-Za-z0-9])")
PREFIXES = "Q" + ascii_uppercase  # of our own numbers: the first letter that the author's do not begin with


def references(questionnaire: Questionnaire, language: str) -> Mapping[str, str]:
    """Return, by name, the number of each question that a person answers; notes, calculations and the consent have none.

    Questions that share a number are told apart by a second one (q4_a, q4_b → Q4.1, Q4.2), the turns of a loop by their
    subject in the ``language``: Q4 (Trains).
    """
    same_row: dict[object, list[Question]] = {}
    for question in questionnaire.questions.values():
        if question.is_asked and not question.is_consent:
            same_row.setdefault(question.row or question.name, []).append(question)
    stems = [_stem([question.name for question in turns]) for turns in same_row.values()]
    labels = {choice.name: choice.labels for choices in questionnaire.lists.values() for choice in choices}
    named = {}
    for number, stem, turns in zip(_numbers(stems), stems, same_row.values(), strict=True):
        for question in turns:
            subject = question.name[len(stem) + 1 :]
            label = labels.get(subject, {})
            told = label.get(language) or label.get(questionnaire.default_language) or subject
            named[question.name] = f"{number} ({told})" if subject else number
    return named


def _stem(names: Sequence[str]) -> str:
    """The name that the turns of a loop have in common: q4 for q4_train and q4_bus, or q4 itself where it stands among them."""
    shortest = min(names, key=len)
    while shortest and not all(name == shortest or name.startswith(f"{shortest}_") for name in names):
        shortest = shortest.rpartition("_")[0]
    return shortest


def _numbers(names: Sequence[str]) -> Sequence[str]:
    own = [found[1].upper() if (found := OWN_NUMBER.match(name)) else "" for name in names]
    used = {number[:1] for number in own}
    prefix, following = next((letter for letter in PREFIXES if letter not in used), "Q"), count(1)
    shared = Counter(own)
    places: Counter[str] = Counter()
    numbers = []
    for name, number in zip(names, own, strict=True):
        if not number:
            numbers.append(f"{prefix}{next(following)}")
        elif shared[number] == 1 or name.upper() == number:
            numbers.append(number)
        else:
            places[number] += 1
            numbers.append(f"{number}.{places[number]}")
    return numbers
