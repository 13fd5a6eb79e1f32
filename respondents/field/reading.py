"""What the fieldwork screen reads: everything about a wave in the field, at one instant, in one SQL statement.

The counts over interviews come from indexes alone (``Interview.Meta.indexes``): people by how they ended, the completed of the
last 24 hours, their lengths, those whom a full cell turned away. Nothing is kept between two readings, so nothing can be stale.
"""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from django.db import connection

READ = """
WITH people AS MATERIALIZED (
  SELECT is_test, state, source_id, device, page, count(*)::int AS n FROM respondents_interview
  WHERE wave_id = %(wave)s AND NOT imported AND state NOT IN ('screening', 'reserved') GROUP BY is_test, state, source_id, device, page
  UNION ALL
  SELECT is_test, state, source_id, device, page, count(*)::int FROM respondents_interview
  WHERE wave_id = %(wave)s AND NOT imported AND state IN ('screening', 'reserved') GROUP BY is_test, state, source_id, device, page),
recent AS MATERIALIZED (
  SELECT ended_at, cell_ids FROM respondents_interview
  WHERE wave_id = %(wave)s AND state = 'completed' AND NOT is_test AND NOT imported AND ended_at > now() - interval '24 hours'),
by_cell AS (SELECT cell, count(*)::int AS n FROM (SELECT unnest(cell_ids) AS cell FROM recent) r GROUP BY cell),
turned_away AS (
  SELECT cell, sum(n)::int AS n
  FROM (SELECT refused_by, count(*) AS n FROM respondents_interview
        WHERE wave_id = %(wave)s AND state = 'quota_full' AND NOT is_test AND NOT imported GROUP BY refused_by) r,
    unnest(refused_by) AS cell GROUP BY cell)
SELECT now(), w.id, w.code, w.labels, w.state, w.paused_because, w.opens_at, w.closes_at, w.time_zone, w.target, w.ceiling, w.soft_limit,
  s.slug, s.title, s.default_language, s.data_kind = 'demonstration', w.questionnaire_id, v.published_at IS NOT NULL,
  (SELECT min(started_at) FROM (
    SELECT started_at FROM respondents_interview WHERE wave_id = w.id AND state = 'completed' AND NOT is_test AND NOT imported
    ORDER BY ended_at LIMIT 1) first),
  (SELECT coalesce(sum(n), 0)::int FROM people WHERE is_test),
  (SELECT json_agg(json_build_array(source_id, device, state, n)) FROM (
    SELECT source_id, device, state, sum(n)::int AS n FROM people WHERE NOT is_test GROUP BY source_id, device, state) p),
  (SELECT json_agg(json_build_array(state, page, n)) FROM (
    SELECT state, page, sum(n)::int AS n FROM people WHERE NOT is_test GROUP BY state, page) p),
  (SELECT json_agg(json_build_array(ago, n)) FROM (
    SELECT (extract(epoch FROM date_trunc('hour', now(), w.time_zone) - hour) / 3600)::int AS ago, n FROM (
      SELECT date_bin('1 hour', ended_at, date_trunc('hour', now(), w.time_zone)) AS hour, count(*)::int AS n FROM recent GROUP BY hour) b) h),
  (SELECT count(*)::int FROM recent),
  (SELECT count(*)::int FROM recent WHERE ended_at > now() - interval '1 hour'),
  (SELECT percentile_disc(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY seconds) FROM respondents_interview
   WHERE wave_id = w.id AND state = 'completed' AND NOT is_test AND NOT imported),
  (SELECT json_agg(json_build_array(id, code, label, kind = 'panel')) FROM respondents_source WHERE wave_id = w.id),
  (SELECT json_agg(json_build_object('kind', kind, 'subject', subject, 'value', value, 'since', extract(epoch FROM since)))
   FROM respondents_alert
   WHERE wave_id = w.id AND ended_at IS NULL AND subject NOT LIKE 'cell:%%'),
  (SELECT json_build_array(count(i.sent_at), count(*) FILTER (WHERE p.state = 'completed'))
   FROM respondents_invitation i LEFT JOIN respondents_interview p ON p.id = i.interview_id WHERE i.wave_id = w.id),
  (SELECT json_agg(json_build_array(q.name, q.row, q.cells, q.variables, q.kind, q.minimum_only, q.outside, c.id, c.categories, c.merged,
      c.minimum, c.target, c.ceiling, c.soft_ceiling, c.reserved, c.filled, coalesce(b.n, 0), coalesce(t.n, 0))
    ORDER BY q.row, c.position, c.id)
   FROM respondents_quotacell c JOIN respondents_quota q ON q.id = c.quota_id
   LEFT JOIN by_cell b ON b.cell = c.id LEFT JOIN turned_away t ON t.cell = c.id WHERE c.wave_id = w.id)
FROM surveys_wave w
JOIN surveys_survey s ON s.id = w.survey_id
LEFT JOIN surveys_questionnaire v ON v.id = w.questionnaire_id
WHERE w.id = %(wave)s AND w.kind <> 'external'
"""


class Head(NamedTuple):
    """What READ selects of the wave. ``people``: (source, device, state, how many); ``pages``: (state, page, how many); ``hours``: (hours ago, completes);
    ``sources``: (id, code, label, whether it is a panel)."""

    now: datetime.datetime
    wave_id: int
    code: str
    labels: str
    state: str
    paused_because: str
    opens_at: datetime.datetime | None
    closes_at: datetime.datetime | None
    time_zone: str
    target: int | None
    ceiling: int | None
    soft_limit: int | None
    slug: str
    title: str
    default_language: str
    is_demonstration: bool
    questionnaire_id: int | None
    is_published: bool
    opened_at: datetime.datetime | None
    tests: int
    people: list[tuple[int | None, str, str, int]] | None
    pages: list[tuple[str, str, int]] | None
    hours: list[tuple[int, int]] | None
    last_day: int
    last_hour: int
    seconds: list[int] | None
    sources: list[tuple[int, str, str, bool]] | None
    alerts: list[dict[str, Any]] | None
    invited: tuple[int, int]
    cells: list[list[Any]] | None


class Line(NamedTuple):
    """What READ selects of one cell and its quota."""

    quota: str
    quota_row: int
    quota_cells: dict[str, str]
    variables: list[str]
    kind: str
    minimum_only: list[str]
    outside: str
    id: int
    categories: list[str]
    merged: list[list[str]]
    minimum: int
    target: int
    ceiling: int
    soft_ceiling: int | None
    reserved: int
    filled: int
    recent: int
    turned_away: int


def read(wave_id: int) -> Head | None:
    """Read a wave's field; None when there is no such wave, or nobody is interviewed here for it."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"wave": wave_id})
        row = cursor.fetchone()
    return Head(*row) if row else None


def lines(head: Head) -> list[Line]:
    """Return the cells, quota by quota as designed."""
    return [Line(*cell) for cell in head.cells or []]
