"""Quota places and page posts, as single SQL statements: the interview row is the reservation.

Rules of locking: the interview's row first, then the cells in ascending id, once per statement; the clock is the
database's; no lock is ever held across Python code. The test for room stands in WHERE, so that PostgreSQL repeats it on
the row it has locked; CHECK (reserved + filled <= ceiling) is the second guard. A statement that cannot have its locks
in time is tried again, then refused: nobody goes on without a place. A post is judged on the answers that were read, so
it is only written while the interview still has the revision that was read: otherwise it is Stale, and judged again.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import OperationalError, connection
from psycopg import errors

from surveys.core.expressions import Answer
from surveys.core.identifiers import uuid7

TRIES = 3
EXPIRY_BATCH = 500
ABANDONED_AFTER = "24 hours"


class Busy(Exception):
    """The database could not give its locks in time; nothing was saved, and the same request may be sent again."""


class Stale(Exception):
    """The interview changed after it was read, so the post was judged on old answers; nothing was saved: read again."""


@dataclass(frozen=True)
class Post:
    """One page as posted, ready to be logged, judged on the interview as it was at ``revision``.

    ``closes`` says that its page is closed once a place is held, ``closed`` that it is closed already; ``leads_to`` is the page
    that comes next.
    """

    interview_id: uuid.UUID
    revision: int
    request_id: uuid.UUID
    body_sha256: bytes
    page: str
    answers: Mapping[str, Answer]
    language: str
    closes: bool
    place_minutes: int
    closed: bool = False
    leads_to: str = ""

    def parameters(self) -> dict[str, Any]:
        """Return the statement's parameters."""
        return {
            "interview": self.interview_id,
            "revision": self.revision,
            "submission": uuid7(),
            "request": self.request_id,
            "body": self.body_sha256,
            "page": self.page,
            "answers": json.dumps(self.answers, ensure_ascii=False),
            "language": self.language,
            "closes": self.closes,
            "closed": self.closed,
            "minutes": self.place_minutes,
            "leads_to": self.leads_to,
        }


class Claim(NamedTuple):
    """The places that an interview needs: one in each of ``cells``, and one in some cell of each of ``blocks``."""

    cells: tuple[int, ...] = ()
    blocks: tuple[tuple[int, ...], ...] = ()


class Verdict(NamedTuple):
    """What a statement did: the interview's state after it, and whether the post was kept as a late edit only."""

    state: str
    late: bool


# The interview's row, locked, if nobody changed it since it was read; the post, logged once; and the interview again if
# the post applies to it.
_LOGGED = """
WITH me AS MATERIALIZED (
  SELECT id, wave_id, state, revision, cell_ids, is_test FROM respondents_interview
  WHERE id = %(interview)s AND revision = %(revision)s FOR UPDATE),
log AS (
  INSERT INTO respondents_submission
    (id, wave_id, interview_id, seq, request_id, body_sha256, page, answers, late, received_at)
  SELECT %(submission)s, wave_id, id, revision + 1, %(request)s, %(body)s, %(page)s, %(answers)s::jsonb,
    state NOT IN ('screening', 'reserved', 'expired') OR (%(closes)s AND state <> 'screening')
      OR %(closed)s, now()
  FROM me
  ON CONFLICT (interview_id, request_id, body_sha256) DO NOTHING
  RETURNING interview_id, late),
counted_edit AS (
  UPDATE respondents_interview i SET revision = i.revision + 1 FROM log WHERE i.id = log.interview_id AND log.late),
applied AS MATERIALIZED (SELECT me.* FROM me JOIN log ON log.interview_id = me.id WHERE NOT log.late)
"""

_OUTCOME = """
SELECT coalesce((SELECT state FROM moved), (SELECT state FROM me)), coalesce((SELECT late FROM log), false)
"""

# The cells that a claim wants, locked in ascending order, whether it has all of them, and which it lacks. A claim on a full cell is refused
# by a plain read, before anything is locked: refusals, however many, hold nobody up. A place already held needs no room.
# Of each block of cells it has one, the least filled for its target as locked; ties fall by chance, the same for one interview.
_ROOM = """
full_cell AS MATERIALIZED (
  SELECT q.id FROM respondents_quotacell q, claim
  WHERE q.id = ANY (claim.cells) AND q.reserved + q.filled >= q.ceiling AND claim.state <> 'reserved'),
block AS MATERIALIZED (
  SELECT b.cell, b.number FROM unnest(%(block_cells)s::bigint[], %(block_numbers)s::int[]) AS b (cell, number), claim
  WHERE claim.state IN ('screening', 'quota_full')),
want AS MATERIALIZED (
  SELECT id, (reserved + filled)::float8 / greatest(target, 1) AS share FROM respondents_quotacell
  WHERE id = ANY (ARRAY(SELECT unnest(cells) FROM claim UNION ALL SELECT cell FROM block)) AND NOT EXISTS (SELECT FROM full_cell)
    AND ((SELECT state FROM claim) = 'reserved' OR reserved + filled < ceiling)
  ORDER BY id FOR NO KEY UPDATE),
chosen AS MATERIALIZED (
  SELECT DISTINCT ON (number) cell FROM block JOIN want ON want.id = block.cell
  ORDER BY number, share, md5(cell || (SELECT id::text FROM claim))),
verdict AS MATERIALIZED (
  SELECT id, state, cells AS asked, cells || ARRAY(SELECT cell FROM chosen) AS cells,
    (SELECT count(*) FROM want WHERE id = ANY (cells)) = cardinality(cells)
    AND (SELECT count(*) FROM chosen) = (SELECT count(DISTINCT number) FROM block) AS granted,
    coalesce(nullif(ARRAY(SELECT id FROM full_cell ORDER BY id), '{}'), ARRAY(
      SELECT cell FROM (SELECT unnest(cells) UNION SELECT cell FROM block
        WHERE number NOT IN (SELECT number FROM block JOIN chosen USING (cell))) w (cell)
      WHERE cell NOT IN (SELECT id FROM want) ORDER BY cell)) AS lacking
  FROM claim),
"""

# Saves a page and renews the place; on the quota page (takes) and after an expiry it takes the places, all or none.
SAVE = (
    _LOGGED
    + """,
claim AS MATERIALIZED (
  SELECT id, state, CASE WHEN state = 'screening' THEN %(cells)s::bigint[] ELSE cell_ids END AS cells
  FROM applied WHERE state = 'expired' OR (state = 'screening' AND %(takes)s)),
"""
    + _ROOM
    + """
taken AS (
  UPDATE respondents_quotacell q SET reserved = q.reserved + 1
  FROM want, verdict WHERE q.id = want.id AND want.id = ANY (verdict.cells) AND verdict.granted),
moved AS (
  UPDATE respondents_interview i SET
    revision = i.revision + 1, saved_at = now(), language = %(language)s,
    state = CASE WHEN v.id IS NULL THEN a.state WHEN v.granted THEN 'reserved'
                 WHEN a.state = 'screening' THEN 'quota_full' ELSE 'expired' END,
    cell_ids = coalesce(CASE WHEN v.granted THEN v.cells ELSE v.asked END, i.cell_ids), page = %(leads_to)s,
    refused_by = CASE WHEN NOT v.granted THEN v.lacking ELSE '{}' END,
    expires_at = CASE WHEN a.state = 'reserved' OR v.granted
                      THEN now() + make_interval(mins => %(minutes)s) ELSE i.expires_at END,
    ended_at = CASE WHEN a.state = 'screening' AND NOT v.granted THEN now() END
  FROM applied a LEFT JOIN verdict v ON v.id = a.id WHERE i.id = a.id RETURNING i.state)
"""
    + _OUTCOME
)

# Ends an interview as screened out or refused, and gives back the places it held.
END = (
    _LOGGED
    + """,
moved AS (
  UPDATE respondents_interview i SET
    revision = i.revision + 1, saved_at = now(), ended_at = now(), language = %(language)s, state = %(ends_as)s
  FROM applied a WHERE i.id = a.id RETURNING i.state, a.state AS before, a.cell_ids),
held AS MATERIALIZED (
  SELECT id FROM respondents_quotacell
  WHERE id = ANY (ARRAY(SELECT unnest(cell_ids) FROM moved WHERE before = 'reserved'))
  ORDER BY id FOR NO KEY UPDATE),
returned AS (UPDATE respondents_quotacell q SET reserved = q.reserved - 1 FROM held WHERE q.id = held.id)
"""
    + _OUTCOME
)

# Completes: a held place becomes a completed one; after an expiry it counts only if there is still room, else it is over.
COMPLETE = (
    _LOGGED
    + """,
claim AS MATERIALIZED (
  SELECT id, state, CASE WHEN state = 'screening' THEN %(cells)s::bigint[] ELSE cell_ids END AS cells FROM applied),
"""
    + _ROOM
    + """
taken AS (
  UPDATE respondents_quotacell q SET
    filled = q.filled + 1, reserved = q.reserved - CASE WHEN verdict.state = 'reserved' THEN 1 ELSE 0 END
  FROM want, verdict WHERE q.id = want.id AND want.id = ANY (verdict.cells) AND verdict.granted),
moved AS (
  UPDATE respondents_interview i SET
    revision = i.revision + 1, saved_at = now(), ended_at = now(), language = %(language)s,
    state = CASE WHEN v.granted THEN 'completed' WHEN v.state = 'screening' THEN 'quota_full' ELSE 'over' END,
    cell_ids = v.cells, refused_by = v.lacking
  FROM verdict v WHERE i.id = v.id RETURNING i.id, i.wave_id, i.state, i.is_test),
kept AS (
  INSERT INTO respondents_record (id, wave_id, interview_id, codes, extra, counted)
  SELECT %(record)s, wave_id, id, %(codes)s, %(extra)s::jsonb, state = 'completed' AND NOT is_test
  FROM moved WHERE state IN ('completed', 'over'))
"""
    + _OUTCOME
)

# Somebody who has no place any more, or got none, comes back: the same places again, if all of them have room. Whoever's panel was
# told an outcome meanwhile holds up nobody's place.
RETAKE = (
    """
WITH claim AS MATERIALIZED (
  SELECT id, state, cell_ids AS cells FROM respondents_interview
  WHERE id = %(interview)s AND state IN ('expired', 'quota_full') AND returned_as = '' FOR UPDATE),
"""
    + _ROOM
    + """
taken AS (
  UPDATE respondents_quotacell q SET reserved = q.reserved + 1
  FROM want, verdict WHERE q.id = want.id AND want.id = ANY (verdict.cells) AND verdict.granted),
moved AS (
  UPDATE respondents_interview i SET
    state = 'reserved', revision = i.revision + 1, cell_ids = v.cells, refused_by = '{}', ended_at = NULL,
    expires_at = now() + make_interval(mins => %(minutes)s)
  FROM verdict v WHERE i.id = v.id AND v.granted RETURNING i.state)
SELECT coalesce((SELECT state FROM moved), (SELECT state FROM claim), '')
"""
)

# Somebody who got no place after the last page they had to answer comes back, and may give that page again; or somebody
# who was silent for a day before taking one, and goes on.
REOPEN = """
UPDATE respondents_interview SET state = 'screening', revision = revision + 1, saved_at = now(), ended_at = NULL, cell_ids = '{}', refused_by = '{}'
WHERE id = %(interview)s AND state IN ('quota_full', 'abandoned') AND returned_as = ''
"""

# Gives back the places of interviews without a saved page for too long; other sessions' rows are left to them.
EXPIRE = """
WITH due AS MATERIALIZED (
  SELECT id FROM respondents_interview
  WHERE state = 'reserved' AND expires_at < now() AND (%(wave)s::bigint IS NULL OR wave_id = %(wave)s)
  ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED),
expired AS (
  UPDATE respondents_interview i SET state = 'expired', revision = i.revision + 1
  FROM due WHERE i.id = due.id RETURNING i.cell_ids),
places AS MATERIALIZED (
  SELECT cell AS id, count(*)::int AS given FROM expired, unnest(expired.cell_ids) AS cell GROUP BY cell),
held AS MATERIALIZED (
  SELECT q.id, places.given FROM respondents_quotacell q JOIN places ON places.id = q.id
  ORDER BY q.id FOR NO KEY UPDATE OF q),
returned AS (UPDATE respondents_quotacell q SET reserved = q.reserved - held.given FROM held WHERE q.id = held.id)
SELECT count(*) FROM expired
"""

ABANDON = """
WITH silent AS MATERIALIZED (
  SELECT id FROM respondents_interview
  WHERE state = 'screening' AND saved_at < now() - %(after)s::interval FOR UPDATE SKIP LOCKED)
UPDATE respondents_interview i SET state = 'abandoned', revision = i.revision + 1, ended_at = now()
FROM silent WHERE i.id = silent.id
"""

# Takes a completed interview out of the results: its places open again, its record no longer counts, its answers are kept.
REMOVE = """
WITH me AS MATERIALIZED (
  UPDATE respondents_interview i SET state = 'removed', revision = i.revision + 1
  WHERE i.id = %(interview)s AND i.state = 'completed' RETURNING i.id, i.cell_ids),
held AS MATERIALIZED (
  SELECT id FROM respondents_quotacell
  WHERE id = ANY (ARRAY(SELECT unnest(cell_ids) FROM me)) ORDER BY id FOR NO KEY UPDATE),
returned AS (UPDATE respondents_quotacell q SET filled = q.filled - 1 FROM held WHERE q.id = held.id),
uncounted AS (UPDATE respondents_record r SET counted = false FROM me WHERE r.interview_id = me.id)
SELECT count(*) FROM me
"""


def save(post: Post, *, takes: bool = False, cells: Sequence[int] = (), blocks: Sequence[Sequence[int]] = ()) -> Verdict:
    """Log a page and move on; with ``takes`` the interview takes a place in each of ``cells`` and in one cell of each of ``blocks``.

    Raises Busy and Stale.
    """
    return _run(SAVE, {**post.parameters(), "takes": takes, "cells": list(cells), **_blocks(blocks)})


def end(post: Post, ends_as: str) -> Verdict:
    """Log a page that ends the interview and give its places back. Raises Busy and Stale."""
    return _run(END, {**post.parameters(), "ends_as": ends_as})


def complete(post: Post, *, codes: bytes, extra: Mapping[str, str], cells: Sequence[int] = ()) -> Verdict:
    """Log the last page, count the interview and keep its record, all at once. Raises Busy and Stale."""
    record = {"record": uuid7(), "codes": codes, "extra": json.dumps(extra, ensure_ascii=False), "cells": list(cells)}
    return _run(COMPLETE, {**post.parameters(), **record, **_blocks(())})


def retake(interview_id: uuid.UUID, place_minutes: int, blocks: Sequence[Sequence[int]] = ()) -> str:
    """Take the places again of an interview that lost them or got none, which needs one in each of ``blocks`` too.

    Return its state after it, '' if it is no such one. Raises Busy.
    """
    return str(_row(RETAKE, {"interview": interview_id, "minutes": place_minutes, **_blocks(blocks)})[0])


def reopen(interview_id: uuid.UUID) -> None:
    """Let somebody who got no place post their last page again, or who was silent go on: no place is taken yet."""
    with connection.cursor() as cursor:
        cursor.execute(REOPEN, {"interview": interview_id})


def expire(wave_id: int | None = None) -> int:
    """Give back the places that are due, in one wave or everywhere; return how many interviews lost theirs. Raises Busy."""
    total = 0
    while True:
        count = int(_row(EXPIRE, {"wave": wave_id, "batch": EXPIRY_BATCH})[0])
        total += count
        if count < EXPIRY_BATCH:
            return total


def abandon() -> int:
    """Mark as abandoned the interviews that never reached a place within a day; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(ABANDON, {"after": ABANDONED_AFTER})
        return int(cursor.rowcount)


def remove(interview_id: uuid.UUID) -> bool:
    """Take a completed interview out of quotas and results; return False when it was not a completed one.

    The last statement of the transaction that says who did it and why, hence not tried again. Raises OperationalError.
    """
    with connection.cursor() as cursor:
        cursor.execute(REMOVE, {"interview": interview_id})
        return bool(cursor.fetchone()[0])


def _blocks(blocks: Sequence[Sequence[int]]) -> dict[str, list[int]]:
    cells = [(cell, number) for number, block in enumerate(blocks) for cell in block]
    return {"block_cells": [cell for cell, _ in cells], "block_numbers": [number for _, number in cells]}


def _run(statement: str, parameters: Mapping[str, Any]) -> Verdict:
    state, late = _row(statement, parameters)
    if state is None:
        raise Stale
    return Verdict(state, late)


def _row(statement: str, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
    for attempt in range(TRIES):
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                row: tuple[Any, ...] = cursor.fetchone()
                return row
        except OperationalError as error:
            if not isinstance(error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected | errors.SerializationFailure):
                raise
            time.sleep(random.uniform(0.01, 0.05) * (attempt + 1))  # noqa: S311 -- jitter, not a secret
    raise Busy
