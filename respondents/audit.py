"""The invariants of quota places, asserted from the database alone, in one statement and so in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from respondents.models import Quota
from surveys.models import Wave

AUDIT = """
WITH chosen AS (
  SELECT w.id, s.slug || ' ' || w.code AS name FROM surveys_wave w JOIN surveys_survey s ON s.id = w.survey_id
  WHERE %(wave)s::bigint IS NULL OR w.id = %(wave)s),
people AS MATERIALIZED (
  SELECT i.id, i.wave_id, i.state, i.is_test, i.imported, i.cell_ids, i.expires_at
  FROM respondents_interview i JOIN chosen ON chosen.id = i.wave_id WHERE i.state IN ('reserved', 'completed')),
cells AS MATERIALIZED (
  SELECT c.*, q.name AS quota, concat_ws(' = ', q.name, nullif(array_to_string(c.categories, ' × '), '')) AS name
  FROM respondents_quotacell c JOIN chosen ON chosen.id = c.wave_id JOIN respondents_quota q ON q.id = c.quota_id),
places AS MATERIALIZED (SELECT people.id, people.wave_id, people.state, cell FROM people, unnest(cell_ids) AS cell),
held AS (
  SELECT cell AS id, count(*) FILTER (WHERE state = 'reserved') AS reserved,
    count(*) FILTER (WHERE state = 'completed') AS filled
  FROM places GROUP BY cell),
whole AS (
  SELECT wave_id, count(*) FILTER (WHERE state = 'reserved') AS reserved,
    count(*) FILTER (WHERE state = 'completed') AS filled
  FROM people WHERE NOT is_test AND NOT imported GROUP BY wave_id),
plans AS (
  SELECT wave_id, quota_id, quota, sum(reserved) AS reserved, sum(filled) AS filled FROM cells GROUP BY wave_id, quota_id, quota),
differences (check_name, wave_id, subject, found) AS (

-- Every cell's counters are its interviews, and none is above its ceiling.
SELECT 'counters', c.wave_id, c.name,
  format('reserved %%s for %%s, filled %%s for %%s, ceiling %%s', c.reserved, coalesce(h.reserved, 0), c.filled,
         coalesce(h.filled, 0), c.ceiling)
FROM cells c LEFT JOIN held h ON h.id = c.id
WHERE c.reserved <> coalesce(h.reserved, 0) OR c.filled <> coalesce(h.filled, 0) OR c.reserved + c.filled > c.ceiling

-- The hard total, and each plan that leaves nobody out, is the whole wave; no plan is more than that.
UNION ALL
SELECT 'total', p.wave_id, p.quota,
  format('reserved %%s for %%s, filled %%s for %%s', p.reserved, coalesce(w.reserved, 0), p.filled, coalesce(w.filled, 0))
FROM plans p LEFT JOIN whole w ON w.wave_id = p.wave_id
WHERE p.reserved > coalesce(w.reserved, 0) OR p.filled > coalesce(w.filled, 0)
  OR (p.quota_id = ANY (%(covering)s) AND (p.reserved < coalesce(w.reserved, 0) OR p.filled < coalesce(w.filled, 0)))

-- Nobody holds two cells of one plan, nor a cell that is not of their wave.
UNION ALL
SELECT 'misplaced', p.wave_id, 'interview ' || p.id,
  CASE WHEN c.quota_id IS NULL THEN 'holds a cell that is not of its wave' ELSE 'holds ' || count(*) || ' cells of ' || min(c.quota) END
FROM places p LEFT JOIN cells c ON c.id = p.cell AND c.wave_id = p.wave_id
GROUP BY p.wave_id, p.id, c.quota_id HAVING count(*) > 1 OR c.quota_id IS NULL

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
UNION ALL
SELECT 'unfounded', r.wave_id, 'interview ' || r.interview_id, 'counted although it is not completed'
FROM respondents_record r JOIN chosen ON chosen.id = r.wave_id LEFT JOIN people i ON i.id = r.interview_id AND i.state = 'completed'
WHERE r.counted AND i.id IS NULL)

SELECT d.check_name, d.wave_id, chosen.name, d.subject, d.found FROM differences d JOIN chosen ON chosen.id = d.wave_id
ORDER BY d.wave_id, array_position(ARRAY['counters', 'total', 'misplaced', 'leaked', 'unfounded'], d.check_name::text), d.subject, d.found
"""


@dataclass(frozen=True)
class Difference:
    """One broken invariant: which check, in which wave, on which cell, plan or interview, and the numbers found."""

    check: str
    wave_id: int
    wave: str
    row: str
    found: str

    def __str__(self) -> str:
        return f"{self.check}: {self.wave}, {self.row}: {self.found}"


def audit(wave: Wave | None = None) -> list[Difference]:
    """Return every broken invariant of one wave, or of all; an empty list says that nothing is oversold or lost.

    The checks: ``counters`` (cells equal their interviews, none above its ceiling), ``total`` (the hard total, and each plan
    that leaves nobody out, equal the wave), ``misplaced`` (nobody holds two cells of one plan), ``leaked`` (no place held
    past its time), ``unfounded`` (every completed interview has its log and its record, and no other counts).
    """
    with connection.cursor() as cursor:
        cursor.execute(AUDIT, {"wave": wave.pk if wave else None, "covering": _covering_plans(wave)})
        return [Difference(*row) for row in cursor.fetchall()]


def _covering_plans(wave: Wave | None) -> list[int]:
    """The plans in which everybody who is let in has a cell: a choice outside the quota leaves people out of the others."""
    plans = Quota.objects.filter(wave__questionnaire__isnull=False).select_related("wave__questionnaire")
    return [plan.pk for plan in (plans.filter(wave=wave) if wave else plans) if plan.covers_everybody()]
