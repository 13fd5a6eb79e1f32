"""The interviews that were removed from a wave, with who, when and why."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from respondents.quality.words import Speaker

READ = """
SELECT i.id, coalesce(s.label, ''), v.at, coalesce(u.username, ''), CASE WHEN v.id IS NOT NULL AND v.by_id IS NULL THEN NULL ELSE coalesce(v.reason, '') END,
  (SELECT coalesce(jsonb_agg(DISTINCT f.rule), '[]') FROM respondents_flag f WHERE f.interview_id = i.id)
FROM respondents_interview i
LEFT JOIN respondents_source s ON s.id = i.source_id
LEFT JOIN LATERAL (SELECT * FROM respondents_review r WHERE r.interview_id = i.id AND r.verdict = 'removed' ORDER BY r.at DESC, r.id DESC LIMIT 1) v
  ON true
LEFT JOIN auth_user u ON u.id = v.by_id
WHERE i.wave_id = %s AND i.state = 'removed' AND NOT i.is_test ORDER BY v.at, i.id
"""


class Removal(NamedTuple):
    """One removed interview; ``at``, ``by`` and ``reason`` are empty for one removed before they were kept."""

    id: uuid.UUID
    source: str
    at: datetime.datetime | None
    by: str
    reason: str
    rules: tuple[str, ...]
    said: tuple[str, ...]


def removals(wave_id: int, speaker: Speaker) -> list[Removal]:
    """Return the removed interviews of a wave, the oldest removal first."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [wave_id])
        rows: list[tuple[uuid.UUID, str, datetime.datetime | None, str, str | None, str]] = cursor.fetchall()
    return [_removal(*row, speaker=speaker) for row in rows]


def _removal(
    key: uuid.UUID, source: str, at: datetime.datetime | None, by: str, reason: str | None, flags: str, *, speaker: Speaker
) -> Removal:
    rules = tuple(json.loads(flags))
    return Removal(
        key,
        source,
        at,
        by,
        _("The person took their answers back.") if reason is None else reason,
        rules,
        tuple(speaker.rule(rule) for rule in rules),
    )
