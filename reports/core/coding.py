"""Codes given to open answers by people: which of them hold, how far two coders agree, and what becomes of a record."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from respondents.core.record import Codes
from surveys.core.codebook import DONT_KNOW, NO_ANSWER, NOT_ASKED, REFUSED, Codebook
from surveys.core.expressions import holds
from surveys.core.questionnaire import Choice, Labels, Question, Questionnaire

State = Literal["none", "single", "agreed", "disagreed", "settled"]
LEFT_OPEN = (NOT_ASKED, NO_ANSWER, DONT_KNOW, REFUSED)  # nothing was written


@dataclass(frozen=True)
class Code:
    """One code of a frame; ``choice`` is the listed answer of the question before it that it goes back into, '' = none."""

    code: str
    label: Labels
    choice: str = ""


@dataclass(frozen=True)
class Frame:
    """The codes of one open question; ``host`` is the question whose “other” it specifies and ``other`` that answer ('' = none)."""

    question: str
    codes: tuple[Code, ...]
    host: str = ""
    other: str = ""


@dataclass(frozen=True)
class Act:
    """One coding of one answer: by whom (a key), which codes, and whether it settles a disagreement."""

    by: int
    codes: frozenset[str]
    settles: bool = False


@dataclass(frozen=True)
class Standing:
    """What holds of one answer: ``codes`` is empty as long as two coders disagree; ``by`` is each coder's latest coding."""

    state: State
    codes: frozenset[str]
    by: Mapping[int, frozenset[str]]


def standing(acts: Sequence[Act]) -> Standing:
    """Return what holds after these codings, given in the order in which they were made.

    Of a coder the latest holds. The latest that settles ends it; without one, coders who agree are believed, and so is one alone.
    """
    by = {act.by: act.codes for act in acts if not act.settles}
    settled = [act.codes for act in acts if act.settles]
    if settled:
        return Standing("settled", settled[-1], by)
    if not by:
        return Standing("none", frozenset(), by)
    if len(set(by.values())) > 1:
        return Standing("disagreed", frozenset(), by)
    return Standing("single" if len(by) == 1 else "agreed", next(iter(by.values())), by)


def folded(text: str) -> str:
    """Return the text without what does not tell answers apart: case, accents, spaces, punctuation at its ends."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join(plain.split()).strip(" .,;:!?…«»\"'’")


def observed_agreement(pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> float | None:
    """Return the share of answers (0–1) to which two coders gave exactly the same codes; None without any."""
    return sum(first == second for first, second in pairs) / len(pairs) if pairs else None


def cohen_kappa(pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> float | None:
    """Return Cohen's kappa of two coders, each set of codes being one category; None without answers or where chance agrees on all.

    κ = (pₒ − pₑ) / (1 − pₑ), pₑ from each coder's own frequencies: J. Cohen, « A coefficient of agreement for nominal scales »,
    Educational and Psychological Measurement 20 (1960), 37–46.
    """
    observed = observed_agreement(pairs)
    if observed is None:
        return None
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    by_chance = sum(n * seconds[codes] for codes, n in firsts.items()) / len(pairs) ** 2
    return None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


def pairs_of(standings: Sequence[Standing]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Return what the two coders who share most answers gave to each of these, before anything was settled."""
    shared: dict[tuple[int, int], list[tuple[frozenset[str], frozenset[str]]]] = {}
    for each in standings:
        coders = sorted(each.by)
        for place, first in enumerate(coders):
            for second in coders[place + 1 :]:
                shared.setdefault((first, second), []).append((each.by[first], each.by[second]))
    return max(shared.values(), key=len, default=[])


def host_of(questionnaire: Questionnaire, question: Question) -> tuple[str, str]:
    """Return the question whose “other” answer alone leads to this open one, and that answer; ('', '') where none does."""
    if question.relevant is None or holds(question.relevant, {}):
        return "", ""
    for name in sorted(question.relevant.variables & questionnaire.questions.keys()):
        host = questionnaire.questions[name]
        for choice in host.choices if host.kind in ("single", "multiple") else ():
            answer = (choice.name,) if host.kind == "multiple" else choice.name
            if "other" in choice.flags and holds(question.relevant, {name: answer}):
                return name, choice.name
    return "", ""


def coded_questionnaire(questionnaire: Questionnaire, frames: Sequence[Frame]) -> Questionnaire:
    """Return the questionnaire in which each of these open questions is a multiple one, whose choices are its codes."""
    by_name = {frame.question: frame for frame in frames}
    if not by_name.keys() & questionnaire.questions.keys():
        return questionnaire
    pages = [
        replace(page, questions=tuple(_coded(each, by_name[each.name]) if each.name in by_name else each for each in page.questions))
        for page in questionnaire.pages
    ]
    return replace(questionnaire, pages=tuple(pages))


def _coded(question: Question, frame: Frame) -> Question:
    choices = tuple(Choice(code.code, code.label, number) for number, code in enumerate(frame.codes, 1))
    return replace(question, kind="multiple", choices=choices, list_name=question.name, dont_know="", refused="", minimum="", maximum="")


def with_codes(
    matrix: Codes, codebook: Codebook, coded: Codebook, frames: Sequence[Frame], given: Mapping[str, Mapping[int, frozenset[str]]]
) -> Codes:
    """Return the records as positions of the ``coded`` codebook: codes in place of texts, and back-coded answers where they belong.

    ``given`` holds, by open question, the codes that hold by row. A text without any is read as no answer. A code with a listed
    choice ticks it (of a multiple) or takes the place of “other” (of a single); “other” goes once every code went back.
    """
    names = {frame.question for frame in frames}
    kept = [(place, codebook.position[each.name]) for place, each in enumerate(coded.variables) if each.question.name not in names]
    made = np.full((len(matrix), len(coded)), NOT_ASKED, matrix.dtype)
    made[:, [place for place, _ in kept]] = matrix[:, [was for _, was in kept]]
    for frame in frames:
        texts = matrix[:, codebook.positions_of[frame.question].start]
        is_open = np.isin(texts, LEFT_OPEN)
        span = coded.positions_of[frame.question]
        made[:, span.start : span.stop] = np.where(is_open, texts, NO_ANSWER)[:, None]
        for row, codes in given.get(frame.question, {}).items():
            if codes and not is_open[row]:
                made[row, span.start : span.stop] = [code.code in codes for code in frame.codes]
                _back_code(made[row], coded, frame, codes)
    return made


def _back_code(record: Codes, coded: Codebook, frame: Frame, codes: frozenset[str]) -> None:
    host = coded.questions.get(frame.host)
    back = {code.choice for code in frame.codes if code.code in codes and code.choice}
    if host is None or not back <= host.choice_by_name.keys():
        return
    goes_whole = all(code.choice for code in frame.codes if code.code in codes)
    start = coded.positions_of[host.name].start
    if host.kind == "multiple" and record[start] >= 0:
        for choice in back:
            record[start + host.positions[choice]] = 1
        if back and goes_whole:
            record[start + host.positions[frame.other]] = int(frame.other in back)
    elif host.kind == "single" and goes_whole and len(back) == 1 and record[start] == host.choice_by_name[frame.other].code:
        record[start] = host.choice_by_name[back.pop()].code
