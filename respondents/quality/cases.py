"""The flagged interviews of a wave as they are reviewed: all of them in one query, then sieved, counted and put in order."""

from __future__ import annotations

import datetime
import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db import connection
from django.http import QueryDict

STATUSES = ("open", "kept", "removed", "all")

# An interview is open until somebody has kept it after its last flag, or removed it.
READ = """
WITH flagged AS (
  SELECT f.interview_id, max(f.made_at) AS last, jsonb_agg(jsonb_build_array(f.rule, f.subject, f.detail) ORDER BY f.rule, f.subject) AS flags
  FROM respondents_flag f JOIN respondents_interview i ON i.id = f.interview_id
  WHERE i.wave_id = %(wave)s AND i.state IN ('completed', 'removed') AND NOT i.is_test GROUP BY 1)
SELECT i.id, CASE WHEN i.state = 'removed' THEN 'removed' WHEN v.verdict = 'kept' AND v.at >= flagged.last THEN 'kept' ELSE 'open' END,
  i.device, i.language, i.ended_at, coalesce(s.id, 0), coalesce(s.label, ''), l.seconds, l.expected, flagged.flags,
  coalesce(v.reason, ''), v.at, coalesce(u.username, '')
FROM flagged JOIN respondents_interview i ON i.id = flagged.interview_id
LEFT JOIN respondents_source s ON s.id = i.source_id
LEFT JOIN respondents_look l ON l.interview_id = i.id
LEFT JOIN LATERAL (SELECT * FROM respondents_review r WHERE r.interview_id = i.id ORDER BY r.at DESC, r.id DESC LIMIT 1) v ON true
LEFT JOIN auth_user u ON u.id = v.by_id
ORDER BY jsonb_array_length(flagged.flags) DESC, i.ended_at, i.id
"""
BY_SOURCE = """
SELECT coalesce(s.id, 0), coalesce(s.label, ''), count(*) FILTER (WHERE i.state = 'completed'), count(*) FILTER (WHERE i.state = 'removed')
FROM respondents_interview i LEFT JOIN respondents_source s ON s.id = i.source_id
WHERE i.wave_id = %(wave)s AND i.state IN ('completed', 'removed') AND NOT i.is_test GROUP BY 1, 2 ORDER BY 2, 1
"""


class Raised(NamedTuple):
    """One flag: its rule, the question or grid it is about, and the numbers behind it."""

    rule: str
    subject: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Flagged:
    """A flagged interview: how it stands with its review, and what was flagged."""

    id: uuid.UUID
    status: str
    device: str
    language: str
    ended_at: datetime.datetime
    source_id: int
    source: str
    seconds: float | None
    expected: float | None
    flags: tuple[Raised, ...]
    reason: str
    reviewed_at: datetime.datetime | None
    by: str

    @property
    def short_id(self) -> str:
        """Return the end of its identifier, enough to tell it from its neighbours."""
        return str(self.id)[-12:]

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the rules that flag it, each once."""
        return tuple(dict.fromkeys(flag.rule for flag in self.flags))


@dataclass(frozen=True)
class Sieve:
    """Which flagged interviews are wanted; '' and 0 are all."""

    rule: str = ""
    source: int = 0
    device: str = ""
    status: str = "open"
    least: int = 0

    def lets(self, case: Flagged) -> bool:
        """Say whether an interview is wanted."""
        return (
            self.status in ("all", case.status)
            and (not self.rule or self.rule in case.rules)
            and (not self.source or self.source == case.source_id)
            and (not self.device or self.device == case.device)
            and len(case.flags) >= self.least
        )

    @property
    def query(self) -> str:
        """Return it as the query of an address, without what is usual."""
        return urlencode({name: value for name, value in vars(self).items() if value != getattr(Sieve, name)})


class SourceCount(NamedTuple):
    """What came through a source: completed interviews, of these flagged and not yet cleared, and removed ones."""

    id: int
    label: str
    completed: int
    removed: int
    flagged: int


def sieve_of(query: QueryDict) -> Sieve:
    """Read a sieve from an address; what it does not know is taken for nothing."""
    status = query.get("status", "open")
    return Sieve(query.get("rule", "")[:80], _whole(query.get("source", "")), query.get("device", "")[:8],
                 status if status in STATUSES else "open", _whole(query.get("least", "")))  # fmt: skip


def flagged_cases(wave_id: int) -> list[Flagged]:
    """Return the flagged interviews of a wave, those with most flags first, then the oldest."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"wave": wave_id})
        return [_flagged(*row) for row in cursor.fetchall()]


def counts_by_rule(cases: Sequence[Flagged]) -> dict[str, tuple[int, int]]:
    """Return, by rule, how many interviews it flags and how many of these nobody has judged, those with most first."""
    flagged = Counter(rule for case in cases for rule in case.rules)
    waiting = Counter(rule for case in cases if case.status == "open" for rule in case.rules)
    return {rule: (people, waiting[rule]) for rule, people in flagged.most_common()}


def counts_by_source(wave_id: int, cases: Sequence[Flagged]) -> list[SourceCount]:
    """Return what came through each source of a wave."""
    flagged = Counter(case.source_id for case in cases if case.status == "open")
    with connection.cursor() as cursor:
        cursor.execute(BY_SOURCE, {"wave": wave_id})
        rows: list[tuple[int, str, int, int]] = cursor.fetchall()
    return [SourceCount(*row, flagged[row[0]]) for row in rows]


def neighbours(cases: Sequence[Flagged], interview_id: uuid.UUID) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """Return the cases before and after one, in order; None at the ends, and both None when it is not among them."""
    ids = [case.id for case in cases]
    if interview_id not in ids:
        return None, ids[0] if ids else None
    at = ids.index(interview_id)
    return ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None


def _flagged(*row: Any) -> Flagged:
    *before, flags, reason, reviewed_at, by = row
    return Flagged(*before, tuple(Raised(*flag) for flag in json.loads(flags)), reason, reviewed_at, by)  # type: ignore[call-arg]  # nine


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
