"""Open answers that say nothing in any language: rather miss some than accuse somebody who writes badly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from respondents.core.quality.cases import Case, Finding
from respondents.core.quality.letters import TABLES, surprise, without_marks
from respondents.core.quality.rules import Gibberish
from respondents.core.quality.same import plain
from surveys.core.expressions import Answer
from surveys.core.questionnaire import Question, Questionnaire

KEYBOARDS = ("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm")
NEIGHBOURS = {pair for row in KEYBOARDS for line in (row, row[::-1]) for pair in pairwise(line)}
RUN, RUN_SHARE = 5, 0.6  # letters in a row on the keyboard, and the share of the answer that they make
OVER_AND_OVER = re.compile(r"(\D{1,3})\1{2,}\D{0,2}")
SHORTEST_PATTERN = 5  # characters
CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{8}")  # catchphrase has six, Hirschsprung seven
FEWEST_LETTERS = 7  # below, an abbreviation or a name looks like anything


def text_questions(questionnaire: Questionnaire) -> tuple[Question, ...]:
    """Return the questions answered in one's own words: no e-mail, no postcode, nothing that a browser fills in."""
    return tuple(question for question in questionnaire.questions.values() if question.kind == "text" and _is_in_own_words(question))


def gibberish(case: Case, questions: Iterable[Question], rule: Gibberish) -> Iterator[Finding]:
    """Yield the open answers that are gibberish, each with why: empty, repeated, keyboard, consonants or letters."""
    for question in questions:
        text = _text(case.answers, question)
        reason = _reason(text, case.language, question.required, rule) if text else ""
        if reason:
            yield Finding("gibberish", question.name, {"because": reason})


def _is_in_own_words(question: Question) -> bool:
    return not question.format and question.appearance <= {"multiline"}


def _text(answers: Mapping[str, Answer], question: Question) -> str:
    answer = answers.get(question.name, "")
    return "" if answer in question.boxes else str(answer)


def _reason(text: str, language: str, required: bool, rule: Gibberish) -> str:
    letters = plain(text)
    if letters.isdecimal():
        return ""
    if required and len(letters) < rule.characters:
        return "empty"
    if len(letters) >= SHORTEST_PATTERN and OVER_AND_OVER.fullmatch(text.casefold().strip()):
        return "repeated"
    if _runs_along_the_keyboard(letters):
        return "keyboard"
    return _unlikely(text, rule) if language.split("-")[0] in TABLES else ""


def _runs_along_the_keyboard(letters: str) -> bool:
    length = run = 1
    covered = 0
    for pair in pairwise(letters):
        run = run + 1 if pair in NEIGHBOURS else 1
        covered += RUN if run == RUN else run > RUN
        length += 1
    return covered >= max(RUN, RUN_SHARE * length)


def _unlikely(text: str, rule: Gibberish) -> str:
    letters = without_marks(text)
    if sum("a" <= letter <= "z" for letter in letters) < FEWEST_LETTERS:
        return ""
    if CONSONANTS.search(letters):
        return "consonants"
    return "letters" if surprise(text) > rule.surprise else ""
