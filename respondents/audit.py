"""The invariants of quota places, asserted from the database alone, in one statement and so in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from surveys.models import Wave

AUDIT = """
WITH chosen AS (SELECT id FROM surveys_wave WHERE %(wave)s::bigint IS NULL OR id = %(wave)s),
people AS (
  SELECT i.* FROM respondents_interview i JOIN chosen ON chosen.id = i.wave_id),
held AS (
  SELECT cell AS id, count(*) FILTER (WHERE state = 'reserved') AS reserved,
    count(*) FILTER (WHERE state = 'completed') AS filled
  FROM people, unnest(cell_ids) AS cell WHERE state IN ('reserved', 'completed') GROUP BY cell),
whole AS (
  SELECT wave_id, count(*) FILTER (WHERE state = 'reserved') AS reserved,
    count(*) FILTER (WHERE state = 'completed') AS filled
  FROM people WHERE NOT is_test AND NOT imported GROUP BY wave_id)

-- Every cell's counters are its interviews, and none is above its ceiling.
SELECT 'counters', c.wave_id, 'cell ' || c.id,
  format('reserved %%s for %%s, filled %%s for %%s, ceiling %%s', c.reserved, coalesce(h.reserved, 0), c.filled,
         coalesce(h.filled, 0), c.ceiling)
FROM respondents_quotacell c JOIN chosen ON chosen.id = c.wave_id LEFT JOIN held h ON h.id = c.id
WHERE c.reserved <> coalesce(h.reserved, 0) OR c.filled <> coalesce(h.filled, 0) OR c.reserved + c.filled > c.ceiling

-- The hard total is the whole wave; plans may leave people out (choices outside the quota), the total leaves nobody out.
UNION ALL
SELECT 'total', c.wave_id, 'cell ' || c.id,
  format('reserved %%s for %%s, filled %%s for %%s', c.reserved, coalesce(w.reserved, 0), c.filled, coalesce(w.filled, 0))
FROM respondents_quotacell c JOIN chosen ON chosen.id = c.wave_id
JOIN respondents_quota q ON q.id = c.quota_id AND q.name = 'total' LEFT JOIN whole w ON w.wave_id = c.wave_id
WHERE c.reserved <> coalesce(w.reserved, 0) OR c.filled <> coalesce(w.filled, 0)

-- No place is held long after its time.
UNION ALL
SELECT 'leaked', wave_id, 'interview ' || id, format('place held since %%s', expires_at)
FROM people WHERE state = 'reserved' AND expires_at < now() - interval '2 minutes'

-- Every completed interview has its log and its record, and only those that count are counted.
UNION ALL
SELECT 'unfounded', i.wave_id, 'interview ' || i.id, 'completed without its log or its record'
FROM people i LEFT JOIN respondents_record r ON r.interview_id = i.id
WHERE i.state = 'completed' AND (r.id IS NULL OR r.counted = i.is_test OR NOT EXISTS (
  SELECT FROM respondents_submission s WHERE s.interview_id = i.id AND NOT s.late))
"""


@dataclass(frozen=True)
class Difference:
    """One broken invariant: which check, in which wave, on which cell or interview, and the numbers found."""

    check: str
    wave_id: int
    row: str
    found: str


def audit(wave: Wave | None = None) -> list[Difference]:
    """Return every broken invariant of one wave, or of all; an empty list says that nothing is oversold or lost.

    The checks: ``counters`` (cells equal their interviews, none above its ceiling), ``total`` (the hard total equals the
    wave), ``leaked`` (no place held past its time), ``unfounded`` (every completed interview has its log and its record).
    """
    with connection.cursor() as cursor:
        cursor.execute(AUDIT, {"wave": wave.pk if wave else None})
        return [Difference(*row) for row in cursor.fetchall()]
