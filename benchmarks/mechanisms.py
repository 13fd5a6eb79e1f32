"""Other ways to give a place out, beside our statement: each writes the same rows, so that only the way differs.

A claim is made by an interview in screening that wants a place in each of ``cells``. It logs the page, moves the interview
and takes the places, in cells without the database's own guard. What a claim returns is whether the places were given.
"""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import IsolationLevel

from respondents import places
from surveys.core.identifiers import uuid7

AGAIN = {"40P01": "deadlock", "40001": "serialization", "55P03": "lock timeout"}
MINUTES = 10

Cells = Sequence[int]

TABLES = """
CREATE TABLE bench_slot (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, cell bigint NOT NULL, interview uuid);
CREATE INDEX bench_slot_free ON bench_slot (cell, id) WHERE interview IS NULL;
CREATE TABLE bench_taken (cell bigint NOT NULL, interview uuid NOT NULL);
CREATE INDEX bench_taken_cell ON bench_taken (cell);
ALTER TABLE respondents_quotacell DROP CONSTRAINT quota_cap;
"""

# The page in the log and the interview's new state: what every way writes beside its places.
LOG = """
INSERT INTO respondents_submission (id, wave_id, interview_id, seq, request_id, body_sha256, page, answers, late, received_at)
SELECT gen_random_uuid(), wave_id, id, revision + 1, %(request)s, '\\x00', 'profil', '{}', false, now()
FROM respondents_interview WHERE id = %(interview)s RETURNING 1
"""
MOVE = """
UPDATE respondents_interview i SET revision = i.revision + 1, saved_at = now(), cell_ids = %(cells)s::bigint[],
  state = CASE WHEN {granted} THEN 'reserved' ELSE 'quota_full' END,
  expires_at = CASE WHEN {granted} THEN now() + interval '10 minutes' END
"""
WRITE = f"WITH log AS ({LOG}) {MOVE.format(granted='%(granted)s')} WHERE i.id = %(interview)s"

ONE_STATEMENT = f"""
WITH me AS MATERIALIZED (SELECT id FROM respondents_interview WHERE id = %(interview)s AND state = 'screening' FOR UPDATE),
want AS MATERIALIZED (
  SELECT id FROM respondents_quotacell WHERE id = ANY (%(cells)s::bigint[]) AND EXISTS (SELECT FROM me)
    AND reserved + filled < ceiling ORDER BY id FOR NO KEY UPDATE),
go AS MATERIALIZED (SELECT count(*) = cardinality(%(cells)s::bigint[]) AS ok FROM want),
taken AS (UPDATE respondents_quotacell q SET reserved = reserved + 1 FROM want, go WHERE q.id = want.id AND go.ok),
log AS ({LOG}),
moved AS ({MOVE.format(granted="go.ok")} FROM me, go WHERE i.id = me.id)
SELECT ok FROM go
"""
TAKE = "UPDATE respondents_quotacell SET reserved = reserved + 1 WHERE id = ANY (%(cells)s)"
HAS_ROOM = "SELECT count(*) FROM respondents_quotacell WHERE id = ANY (%(cells)s) AND reserved + filled < ceiling"
LOCKED = "SELECT reserved + filled < ceiling FROM respondents_quotacell WHERE id = ANY (%(cells)s) ORDER BY id FOR NO KEY UPDATE"
TAKE_IF_ROOM = """
UPDATE respondents_quotacell SET reserved = reserved + 1 WHERE id = ANY (%(cells)s) AND reserved + filled < ceiling
"""
ADVISORY = "SELECT pg_advisory_xact_lock(%(key)s)"
COUNTED = """
SELECT count(*) FROM respondents_quotacell q WHERE id = ANY (%(cells)s)
  AND (SELECT count(*) FROM bench_taken WHERE cell = q.id) < ceiling
"""
FREE_SLOTS = """
SELECT s.id FROM unnest(%(cells)s::bigint[]) AS cell,
  LATERAL (SELECT bench_slot.id FROM bench_slot WHERE bench_slot.cell = cell.cell AND interview IS NULL ORDER BY bench_slot.id LIMIT 1 FOR UPDATE SKIP LOCKED) s
"""
TAKE_SLOTS = "UPDATE bench_slot SET interview = %(interview)s WHERE id = ANY (%(slots)s)"


def ours(interview: uuid.UUID, cells: Cells) -> bool:
    """Claim as a respondent's page does."""
    post = places.Post(interview_id=interview, revision=1, request_id=uuid.uuid4(), body_sha256=b"\0", page="profil", answers={},
                       language="fr", closes=True, place_minutes=MINUTES)  # fmt: skip
    return places.save(post, takes=True, cells=cells).state == "reserved"


def one_statement(interview: uuid.UUID, cells: Cells) -> bool:
    """Lock in order, look and take in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_STATEMENT, _parameters(interview, cells))
        return bool(cursor.fetchone()[0])


def five_round_trips(interview: uuid.UUID, cells: Cells) -> bool:
    """Lock in order, look in Python, take: a transaction of several statements."""

    def look_and_take(cursor: CursorWrapper, given: dict[str, Any]) -> bool:
        cursor.execute(LOCKED, given)
        granted = all(room for (room,) in cursor.fetchall())
        if granted:
            cursor.execute(TAKE, given)
        return granted

    return _in_a_transaction(interview, cells, look_and_take)


def cell_by_cell(interview: uuid.UUID, cells: Cells) -> bool:
    """Take each cell by a conditional UPDATE, in order; undo everything when one is full."""

    def take_each(cursor: CursorWrapper, given: dict[str, Any]) -> bool:
        cursor.execute("SAVEPOINT before")
        for cell in cells:
            cursor.execute(TAKE_IF_ROOM, {"cells": [cell]})
            if cursor.rowcount == 0:
                cursor.execute("ROLLBACK TO SAVEPOINT before")
                return False
        return True

    return _in_a_transaction(interview, cells, take_each)


def one_advisory_lock(interview: uuid.UUID, cells: Cells) -> bool:
    """Let one claim of the wave through at a time."""

    def take_turns(cursor: CursorWrapper, given: dict[str, Any]) -> bool:
        cursor.execute(ADVISORY, {"key": 1})
        return _look_and_take(cursor, given)

    return _in_a_transaction(interview, cells, take_turns)


def advisory_locks_and_count(interview: uuid.UUID, cells: Cells) -> bool:
    """Lock each cell's name in order, and count the people it holds: no counter."""

    def lock_and_count(cursor: CursorWrapper, given: dict[str, Any]) -> bool:
        for cell in cells:
            cursor.execute(ADVISORY, {"key": cell})
        cursor.execute(COUNTED, given)
        granted = cursor.fetchone()[0] == len(cells)
        if granted:
            cursor.execute("INSERT INTO bench_taken SELECT unnest(%(cells)s::bigint[]), %(interview)s", given)
        return granted

    return _in_a_transaction(interview, cells, lock_and_count)


def serializable(interview: uuid.UUID, cells: Cells) -> bool:
    """Look and take without a lock; the database refuses what could not have happened in some order."""
    return _in_a_transaction(interview, cells, _look_and_take)


def slots(interview: uuid.UUID, cells: Cells) -> bool:
    """Take a row per place, and pass over those that somebody else looks at."""

    def take_free_ones(cursor: CursorWrapper, given: dict[str, Any]) -> bool:
        cursor.execute(FREE_SLOTS, given)
        free = [row[0] for row in cursor.fetchall()]
        if len(free) < len(cells):
            return False
        cursor.execute(TAKE_SLOTS, {**given, "slots": free})
        return True

    return _in_a_transaction(interview, cells, take_free_ones)


def one_update(interview: uuid.UUID, cells: Cells) -> bool:
    """Take all cells by one conditional UPDATE, whose rows are locked in whatever order they are met."""

    def take_all(cursor: CursorWrapper, given: dict[str, Any]) -> bool:
        cursor.execute("SAVEPOINT before")
        cursor.execute(TAKE_IF_ROOM, {"cells": random.sample(list(cells), len(cells))})
        granted = cursor.rowcount == len(cells)
        if not granted:
            cursor.execute("ROLLBACK TO SAVEPOINT before")
        return granted

    return _in_a_transaction(interview, cells, take_all)


def naive(interview: uuid.UUID, cells: Cells) -> bool:
    """Look, then take: what a program does that thinks it is alone."""
    given = _parameters(interview, cells)
    with connection.cursor() as cursor:
        granted = _look_and_take(cursor, given)
        cursor.execute(WRITE, {**given, "granted": granted})
    return granted


@dataclass(frozen=True)
class Mechanism:
    """A way to give places out; ``exact`` says that it must never oversell, ``with_total`` that a claim wants the hard total too."""

    name: str
    claim: Callable[[uuid.UUID, Cells], bool]
    isolation: IsolationLevel | None = None
    with_total: bool = True
    exact: bool = True


BARE = "a1 the same, with hard total"  # what our statement adds to, so that a page's whole verdict is one statement
MECHANISMS = (
    Mechanism("ours: places.SAVE", ours),
    Mechanism("a1 one statement, ordered locks", one_statement, with_total=False),
    Mechanism(BARE, one_statement),
    Mechanism("a2 ordered locks, transaction", five_round_trips),
    Mechanism("a3 conditional UPDATE per cell", cell_by_cell),
    Mechanism("b  advisory lock per wave", one_advisory_lock),
    Mechanism("b' advisory lock per cell, COUNT", advisory_locks_and_count),
    Mechanism("c  SERIALIZABLE and retry", serializable, isolation=IsolationLevel.SERIALIZABLE),
    Mechanism("d  slot rows, SKIP LOCKED", slots),
    Mechanism("x  one UPDATE, any order", one_update),
    Mechanism("n  look, then take: no lock", naive, exact=False),
)


def persistently(mechanism: Mechanism, interview: uuid.UUID, cells: Cells, retries: Counter[str], until: float) -> bool:
    """Claim, and again with jitter when the database could not, until a moment of the monotonic clock; ``retries`` counts why."""
    attempt = 0
    while True:
        try:
            return mechanism.claim(interview, cells)
        except OperationalError as error:
            why = AGAIN.get(getattr(error.__cause__, "sqlstate", None) or "")
            if why is None:
                raise
            retries[why] += 1
        except places.Busy:
            retries["busy"] += 1
        if time.monotonic() > until:
            retries["gave up"] += 1
            return False
        attempt += 1
        time.sleep(random.uniform(0.001, 0.01) * min(attempt, 5))


def _look_and_take(cursor: CursorWrapper, given: dict[str, Any]) -> bool:
    cursor.execute(HAS_ROOM, given)
    granted = cursor.fetchone()[0] == len(given["cells"])
    if granted:
        cursor.execute(TAKE, given)
    return granted


def _in_a_transaction(interview: uuid.UUID, cells: Cells, take: Callable[[CursorWrapper, dict[str, Any]], bool]) -> bool:
    given = _parameters(interview, cells)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT FROM respondents_interview WHERE id = %(interview)s AND state = 'screening' FOR UPDATE", given)
        granted = take(cursor, given)
        cursor.execute(WRITE, {**given, "granted": granted})
    return granted


def _parameters(interview: uuid.UUID, cells: Cells) -> dict[str, Any]:
    return {"interview": interview, "cells": list(cells), "request": uuid7()}
