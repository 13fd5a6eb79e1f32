"""The rules put to a wave's completed interviews: flags are rows, made and taken back as what is stored says; nothing else changes.

Level-triggered: an interview is due when it was not looked at yet, or by other rules, or among so many fewer that what is
usual may have changed. A look that dies leaves interviews due, and is done again.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection, transaction

from respondents.core.quality.cases import Case, Finding
from respondents.core.quality.judging import Judge
from respondents.core.quality.rules import Rules
from respondents.core.quality.speed import PageTimes, expected_seconds
from respondents.core.quality.times import active_seconds
from respondents.core.record import CODE, columns
from respondents.models import Flag, Look
from respondents.quality.loading import fingerprint_of, rules_of
from respondents.quality.times import POSTED, seconds, times_of_wave
from surveys.core.codebook import Codebook
from surveys.core.columns import Column
from surveys.core.expressions import Answer
from surveys.models import Questionnaire, Wave

BATCH = 500
GROWTH = 1.25  # by which a wave may have grown before its interviews are looked at again

OURS = "i.wave_id = %(wave)s AND i.state = 'completed' AND NOT i.is_test AND NOT i.imported"
COMPLETES = f"SELECT count(*) FROM respondents_interview i WHERE {OURS}"
DUE = f"""
SELECT i.id FROM respondents_interview i LEFT JOIN respondents_look l ON l.interview_id = i.id
WHERE {OURS} AND i.id > %(after)s AND (%(everything)s OR l.interview_id IS NULL OR l.rules <> %(rules)s OR l.among * %(growth)s < %(completes)s
  OR EXISTS (SELECT FROM unnest(%(enough)s::int[]) AS n WHERE l.among < n AND n <= %(completes)s))
ORDER BY i.id LIMIT %(batch)s
"""
READ = f"""
SELECT i.id, i.language, i.questionnaire_id, i.device_sha256, r.codes, r.extra, {POSTED}, now()
FROM respondents_interview i JOIN respondents_record r ON r.interview_id = i.id
WHERE i.id = ANY (%(ids)s) ORDER BY i.questionnaire_id, i.id
"""
LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('respondents.look', %(wave)s))"
SAME_DEVICE = f"""
SELECT i.device_sha256, array_agg(i.id ORDER BY i.id) FROM respondents_interview i
WHERE {OURS} AND i.device_sha256 = ANY (%(marks)s) GROUP BY 1 HAVING count(*) >= %(least)s
"""
SAME_MARK = f"""
SELECT mark, array_agg(i.id ORDER BY i.id)
FROM respondents_look l JOIN respondents_interview i ON i.id = l.interview_id, unnest(l.marks) AS mark
WHERE {OURS} AND l.marks && %(marks)s::bytea[] AND mark = ANY (%(marks)s) GROUP BY mark HAVING count(*) > 1
"""
# A device that was forgotten meanwhile can no longer be seen: what was seen of it stays.
TAKE_BACK = """
DELETE FROM respondents_flag f USING respondents_interview i
WHERE i.id = f.interview_id AND f.interview_id = ANY (%(ids)s) AND NOT (f.rule = 'device' AND i.device_sha256 IS NULL)
  AND NOT EXISTS (SELECT FROM jsonb_array_elements(%(found)s::jsonb) AS e
                  WHERE e->>0 = f.interview_id::text AND e->>1 = f.rule AND e->>2 = f.subject)
"""

Found = dict[tuple[uuid.UUID, str, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Seen:
    """One interview as read for the rules."""

    id: uuid.UUID
    judge: Judge
    case: Case
    device: bytes | None
    now: datetime.datetime


def look(wave: Wave, *, everything: bool = False) -> int:
    """Look at the completed interviews of a wave that are due, or at all of them; return how many were looked at.

    It goes on where another look of the same wave does not: when one is running, nothing is done.
    """
    rules = rules_of(wave.survey)
    values = {**_counted(wave, rules), "everything": everything, "after": uuid.UUID(int=0)}
    times = times_of_wave(wave.pk)
    total = 0
    while ids := _due(values):
        with transaction.atomic():
            if not _is_alone(wave):
                break
            _look_at(wave, _read(ids, rules, times, values["completes"]), values)
        total += len(ids)
        values["after"] = ids[-1]
    return total


def look_at_fields() -> None:
    """Look at what is due in every wave asked here that has begun."""
    begun = [Wave.State.SOFT, Wave.State.LIVE, Wave.State.PAUSED, Wave.State.CLOSED]
    for wave in Wave.objects.filter(kind=Wave.Kind.OWN, state__in=begun).select_related("survey"):
        look(wave)


def is_due(wave: Wave) -> bool:
    """Say whether an interview of the wave is due for a look."""
    return bool(_due({**_counted(wave, rules_of(wave.survey)), "everything": False, "after": uuid.UUID(int=0), "batch": 1}))


def answers_of(codebook: Codebook, codes: Sequence[bytes], extras: Sequence[Mapping[str, str]]) -> list[dict[str, Answer]]:
    """Return the answers of each of some records, without the empty ones."""
    matrix = np.frombuffer(b"".join(codes), dtype=CODE).reshape(len(codes), len(codebook))
    people: list[dict[str, Answer]] = [{} for _ in codes]
    for name, column in columns(codebook, matrix, codebook.questions, extras).items():
        whole = column if isinstance(column, Column) else column.answers(len(codes))
        for person, index in zip(people, whole.index.tolist(), strict=True):
            if value := whole.values[index]:
                person[name] = value
    return people


def _counted(wave: Wave, rules: Rules) -> dict[str, Any]:
    enough = [rule.completes for rule in (rules.speeder, rules.rushing) if rule is not None]
    with connection.cursor() as cursor:
        cursor.execute(COMPLETES, {"wave": wave.pk})
        [completes] = cursor.fetchone()
    return {"wave": wave.pk, "rules": fingerprint_of(rules), "completes": completes, "growth": GROWTH, "enough": enough, "batch": BATCH}


def _due(values: Mapping[str, Any]) -> list[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute(DUE, values)
        return [row[0] for row in cursor.fetchall()]


def _is_alone(wave: Wave) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"wave": wave.pk})
        return bool(cursor.fetchone()[0])


def _read(ids: Sequence[uuid.UUID], rules: Rules, times: PageTimes, completes: int) -> list[Seen]:
    with connection.cursor() as cursor:
        cursor.execute(READ, {"ids": list(ids)})
        rows = cursor.fetchall()
    seen: list[Seen] = []
    for version in dict.fromkeys(row[2] for row in rows):
        seen += _seen([row for row in rows if row[2] == version], _questionnaire(version), rules, times, completes)
    return seen


def _seen(rows: Sequence[tuple[Any, ...]], stored: Questionnaire, rules: Rules, times: PageTimes, completes: int) -> Iterator[Seen]:
    judge = Judge(stored.definition(), rules, times, completes)
    people = answers_of(stored.codebook(), [bytes(row[4]) for row in rows], [json.loads(row[5]) for row in rows])
    for (interview_id, language, _, device, _, _, posted, now), answers in zip(rows, people, strict=True):
        yield Seen(interview_id, judge, Case(answers, seconds(posted), language), None if device is None else bytes(device), now)


@lru_cache(maxsize=32)
def _questionnaire(key: int) -> Questionnaire:
    return Questionnaire.objects.get(pk=key)


def _look_at(wave: Wave, seen: Sequence[Seen], values: Mapping[str, Any]) -> None:
    marks = {one.id: one.judge.marks(one.case) for one in seen}
    Look.objects.bulk_create(
        [_look(wave, one, list(marks[one.id]), values) for one in seen],
        update_conflicts=True, unique_fields=["interview"], update_fields=["at", "among", "rules", "seconds", "expected", "marks"],
    )  # fmt: skip
    found: Found = {(one.id, each.rule, each.subject): each.detail for one in seen for each in one.judge.findings(one.case)}
    found |= _shared_marks(wave, {mark: each for own in marks.values() for mark, each in own.items()})
    found |= _shared_devices(wave, seen)
    _store(found, [one.id for one in seen], seen[0].now)


def _look(wave: Wave, one: Seen, marks: list[bytes], values: Mapping[str, Any]) -> Look:
    taken, expected = active_seconds(one.case.seconds), expected_seconds(one.case, one.judge.times)
    return Look(interview_id=one.id, wave=wave, at=one.now, among=values["completes"], rules=values["rules"],
                seconds=taken, expected=expected, marks=marks)  # fmt: skip


def _shared_marks(wave: Wave, marks: Mapping[bytes, Finding]) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(SAME_MARK, {"wave": wave.pk, "marks": list(marks)})
        groups = [(marks[bytes(mark)], ids) for mark, ids in cursor.fetchall()]
    return {(one, each.rule, each.subject): {**each.detail, **_others(one, ids)} for each, ids in groups for one in ids}


def _shared_devices(wave: Wave, seen: Sequence[Seen]) -> Found:
    rule = seen[0].judge.rules.device
    devices = {one.device for one in seen if one.device is not None}
    if rule is None or not devices:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SAME_DEVICE, {"wave": wave.pk, "marks": list(devices), "least": rule.interviews})
        groups = [ids for _, ids in cursor.fetchall()]
    return {(one, "device", ""): _others(one, ids) for ids in groups for one in ids}


def _others(one: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[str, Any]:
    others = [other for other in ids if other != one]
    return {"others": len(others), "with": " ".join(str(other) for other in others[:3])}


def _store(found: Found, ids: Sequence[uuid.UUID], now: datetime.datetime) -> None:
    """Take back the flags of the interviews looked at that no rule raises any more, and keep those that are raised."""
    keys = [[str(interview), rule, subject] for interview, rule, subject in found]
    with connection.cursor() as cursor:
        cursor.execute(TAKE_BACK, {"ids": list(ids), "found": json.dumps(keys)})
    Flag.objects.bulk_create(
        [Flag(interview_id=one, rule=rule, subject=subject, detail=detail, made_at=now) for (one, rule, subject), detail in found.items()],
        update_conflicts=True, unique_fields=["interview", "rule", "subject"], update_fields=["detail"], batch_size=BATCH,
    )  # fmt: skip
