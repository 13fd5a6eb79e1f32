"""How long pages take in a wave, from the times at which they came in."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

from django.db import connection

from respondents.core.quality.times import PageTime, page_times, seconds_per_page

LATEST = 2_000  # completed interviews that a wave's times are taken from: enough for a median, whatever the wave's size

# The pages of interview i with the second at which each came in, in order; late edits too, which took their time.
POSTED = """
(SELECT jsonb_agg(jsonb_build_array(page, extract(epoch FROM received_at)) ORDER BY seq) FROM respondents_submission WHERE interview_id = i.id)
"""
LATEST_COMPLETED = f"""
SELECT {POSTED} FROM (
  SELECT id FROM respondents_interview WHERE wave_id = %s AND state = 'completed' AND NOT is_test AND NOT imported
  ORDER BY ended_at DESC LIMIT %s) AS i
"""
ONE = f"SELECT {POSTED} FROM respondents_interview i WHERE id = %s"


def times_of_wave(wave_id: int, latest: int = LATEST) -> dict[str, PageTime]:
    """Return, by page, the 10th, 50th and 90th percentiles of its seconds over the latest completed interviews, pauses apart."""
    return page_times(_people(wave_id, latest))


def times_of_interview(interview_id: uuid.UUID) -> dict[str, float | None]:
    """Return the seconds that one person spent on each page after the first; None where they were away."""
    with connection.cursor() as cursor:
        cursor.execute(ONE, [interview_id])
        row = cursor.fetchone()
    return seconds(row[0]) if row else {}


def seconds(posted: str | None) -> dict[str, float | None]:
    """Return the seconds per page from what POSTED selects."""
    return seconds_per_page([(page, float(moment)) for page, moment in json.loads(posted or "[]")])


def _people(wave_id: int, latest: int) -> Iterator[dict[str, float | None]]:
    with connection.cursor() as cursor:
        cursor.execute(LATEST_COMPLETED, [wave_id, latest])
        for (posted,) in cursor.fetchall():
            yield seconds(posted)
