"""Records made anew from the log: what is stored of an interview for the reports is nothing that its pages do not say."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from respondents.core.record import pack, unpack
from respondents.core.route import follow
from respondents.core.seen import seen
from respondents.plans import plans_of
from respondents.visits import FOLD, PLANS_MADE, draw_of, saved_answers
from surveys.core.codebook import Codebook
from surveys.core.drawing import Draw
from surveys.core.expressions import Answer
from surveys.core.identifiers import uuid7
from surveys.core.questionnaire import Questionnaire as Definition
from surveys.models import Questionnaire, Wave

BATCH = 500

STORED = f"""
SELECT i.id, i.state, i.state = 'completed' AND NOT i.is_test, i.imported, i.questionnaire_id, i.entry_number, i.is_test, i.wave_id, i.cell_ids,
  {PLANS_MADE}, r.codes, r.extra, r.counted, {FOLD}
FROM respondents_interview i LEFT JOIN respondents_record r ON r.interview_id = i.id
WHERE i.wave_id = %s AND i.state IN ('completed', 'over', 'removed')
"""

# The revision tells the figures that they were computed from something else.
REPLACE = """
WITH me AS (
  UPDATE respondents_interview SET revision = revision + 1 WHERE id = %(interview)s AND state = %(state)s RETURNING id, wave_id)
INSERT INTO respondents_record (id, wave_id, interview_id, codes, extra, counted)
SELECT %(record)s, wave_id, id, %(codes)s, %(extra)s::jsonb, %(counted)s FROM me
ON CONFLICT (interview_id) DO UPDATE SET codes = excluded.codes, extra = excluded.extra, counted = excluded.counted
"""


@dataclass(frozen=True)
class Differing:
    """An interview whose stored record is not the one its log gives: the variables that differ, and the record to store."""

    interview_id: uuid.UUID
    state: str
    variables: tuple[str, ...]
    codes: bytes
    extra: dict[str, str]
    counted: bool


def differing_records(wave: Wave) -> Iterator[Differing]:
    """Yield the finished interviews of a wave whose record is missing or differs from what their log gives.

    A record that cannot be read, or that is counted when it should not be, or the reverse, differs without a variable.
    """
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(STORED, [wave.pk])
        while rows := cursor.fetchmany(BATCH):
            yield from filter(None, map(_compared, rows))


def rebuild_records(wave: Wave) -> int:
    """Store the records that the log gives in place of those that differ; return how many were replaced."""
    differing = list(differing_records(wave))
    with connection.cursor() as cursor:
        for each in differing:
            extra = json.dumps(each.extra, ensure_ascii=False)
            values: dict[str, Any] = {"interview": each.interview_id, "state": each.state, "record": uuid7()}
            cursor.execute(REPLACE, {**values, "codes": each.codes, "extra": extra, "counted": each.counted})
    return len(differing)


def _compared(row: tuple[Any, ...]) -> Differing | None:
    (
        interview_id,
        state,
        counts,
        imported,
        questionnaire_id,
        entry_number,
        is_test,
        wave_id,
        cell_ids,
        made_at,
        codes,
        extra,
        counted,
        log,
    ) = row
    questionnaire = Questionnaire.objects.get(pk=questionnaire_id)
    codebook = questionnaire.codebook()
    saved = saved_answers(log)
    if imported:  # in one piece, without pages or a route: what the file held is what was asked
        answers = {name: answer for page in saved.values() for name, answer in page.items()}
        made = pack(codebook, answers, answers.keys())
    else:
        groups = plans_of(wave_id, questionnaire_id, made_at).groups_of(cell_ids, is_test=is_test)
        made = _made(questionnaire.definition(), codebook, saved, draw_of(interview_id, entry_number, groups))
    stored = None if codes is None else (bytes(codes), json.loads(extra))
    if stored == made and counted == counts:
        return None
    return Differing(interview_id, state, _variables(codebook, stored, made), *made, counts)


def _made(
    definition: Definition, codebook: Codebook, saved: Mapping[str, Mapping[str, Answer]], draw: Draw
) -> tuple[bytes, dict[str, str]]:
    route = follow(definition, saved, draw)
    codes, extra = pack(codebook, route.answers, route.asked)
    return codes, {**extra, **seen(definition, route, draw)}


def _variables(codebook: Codebook, stored: tuple[bytes, dict[str, str]] | None, made: tuple[bytes, dict[str, str]]) -> tuple[str, ...]:
    if stored is None or len(stored[0]) != len(made[0]):
        return ()
    before, after = unpack(codebook, *stored), unpack(codebook, *made)
    return tuple(name for name in codebook.questions if before.get(name) != after.get(name))
