"""Coded answers that count: the questionnaire and the records of a wave with codes in place of open answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db import connection

from reports.core.coding import (
    Act,
    Code,
    Frame,
    Standing,
    coded_questionnaire,
    cohen_kappa,
    host_of,
    observed_agreement,
    pairs_of,
    standing,
)
from reports.models import CodeFrame
from surveys.core.questionnaire import Questionnaire
from surveys.models import Wave

ACTS = """
SELECT c.interview_id, c.by_id, c.codes, c.settles FROM reports_coding c
JOIN respondents_interview i ON i.id = c.interview_id JOIN respondents_record r ON r.interview_id = i.id AND r.counted
WHERE c.frame_id = %s AND i.wave_id = %s AND i.state = 'completed' AND NOT i.is_test ORDER BY c.interview_id, c.at, c.id
"""


@dataclass(frozen=True)
class Summary:
    """How far the answers of one question are coded. ``agreement`` (0–1) and ``kappa`` are of two coders, before settling."""

    answers: int
    coded: int
    twice: int
    disagreed: int
    coders: int
    agreement: float | None
    kappa: float | None


def codes_of(frame: CodeFrame) -> tuple[Code, ...]:
    """Return the codes of a stored frame, in their order."""
    return tuple(Code(each["code"], each["label"], each.get("choice", "")) for each in frame.codes)


def frames_of(wave: Wave, questionnaire: Questionnaire) -> list[tuple[CodeFrame, Frame]]:
    """Return the frames with codes of the wave's open questions, as stored and as counted."""
    found = []
    for stored in CodeFrame.objects.filter(survey=wave.survey_id).exclude(codes=[]):
        question = questionnaire.questions.get(stored.question)
        if question is not None and question.kind == "text":
            found.append((stored, Frame(stored.question, codes_of(stored), *host_of(questionnaire, question))))
    return found


def definition_of(wave: Wave) -> Questionnaire:
    """Return the wave's questionnaire as its answers are counted: a coded open question is a multiple one of its codes."""
    assert wave.questionnaire is not None, "a wave of figures only has no questions"
    questionnaire = wave.questionnaire.definition()
    return coded_questionnaire(questionnaire, [frame for _stored, frame in frames_of(wave, questionnaire)])


def standings_of(stored: CodeFrame, wave: Wave) -> dict[UUID, Standing]:
    """Return what holds of each coded answer of a wave, by interview; only of people who are counted."""
    with connection.cursor() as cursor:
        cursor.execute(ACTS, [stored.pk, wave.pk])
        rows = cursor.fetchall()
    return {
        interview: standing([Act(by, frozenset(codes), settles) for _, by, codes, settles in acts])
        for interview, acts in groupby(rows, key=lambda row: row[0])
    }


def given_to(people: Sequence[UUID], wave: Wave, frames: Iterable[tuple[CodeFrame, Frame]]) -> dict[str, dict[int, frozenset[str]]]:
    """Return the codes that hold, by open question and by the place of the person among ``people``."""
    place = {person: row for row, person in enumerate(people)}
    return {
        frame.question: {place[who]: each.codes for who, each in standings_of(stored, wave).items() if each.codes and who in place}
        for stored, frame in frames
    }


def summed_up(answers: int, standings: Mapping[UUID, Standing]) -> Summary:
    """Return how far ``answers`` are coded."""
    of = list(standings.values())
    pairs = pairs_of(of)
    return Summary(
        answers=answers,
        coded=sum(bool(each.codes) for each in of),
        twice=sum(len(each.by) > 1 for each in of),
        disagreed=sum(each.state == "disagreed" for each in of),
        coders=len({by for each in of for by in each.by}),
        agreement=observed_agreement(pairs),
        kappa=cohen_kappa(pairs),
    )


def summaries(wave: Wave, answered: Mapping[str, int]) -> Iterator[tuple[str, Summary]]:
    """Yield each coded question of a wave with how far its answers are coded; ``answered`` counts them by question."""
    if wave.questionnaire is not None:
        for stored, frame in frames_of(wave, wave.questionnaire.definition()):
            yield frame.question, summed_up(answered.get(frame.question, 0), standings_of(stored, wave))
