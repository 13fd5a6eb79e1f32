"""A field that runs by itself where a person said so: the soft launch that stops, the closing hour. PostgreSQL decides both.

Each statement looks at the whole and does what is due, so it may be sent at any time, by anybody, twice: after a completion,
to be at once, and by beat, to be sure.
"""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection

from respondents.visits import LAST_GRACE

logger = logging.getLogger(__name__)

# Pauses the soft launches that have what they wait for. Somebody who holds a wave's row is moving it: beat looks again.
STOP_SOFT = """
WITH done AS MATERIALIZED (
  SELECT w.id FROM surveys_wave w
  WHERE w.state = 'soft' AND (%(wave)s::bigint IS NULL OR w.id = %(wave)s)
    AND w.soft_limit <= (SELECT count(*) FROM respondents_interview i
                         WHERE i.wave_id = w.id AND i.state = 'completed' AND NOT i.is_test AND NOT i.imported)
  ORDER BY w.id FOR NO KEY UPDATE SKIP LOCKED)
UPDATE surveys_wave w SET state = 'paused', paused_because = 'soft_limit', state_since = now()
FROM done WHERE w.id = done.id RETURNING w.id
"""

# Closes the waves whose hour is past, once nobody is answering: their places are held, or a page was saved within the same time.
CLOSE = f"""
WITH due AS MATERIALIZED (
  SELECT w.id FROM surveys_wave w
  WHERE w.kind = 'own' AND w.state IN ('soft', 'live', 'paused') AND w.closes_at <= now()
    AND (w.closes_at <= now() - interval '{LAST_GRACE}' OR NOT EXISTS (
      SELECT FROM respondents_interview i WHERE i.wave_id = w.id AND NOT i.is_test
        AND ((i.state = 'reserved' AND i.expires_at > now())
          OR (i.state = 'screening' AND i.saved_at > now() - make_interval(mins => w.place_minutes)))))
  ORDER BY w.id FOR NO KEY UPDATE SKIP LOCKED)
UPDATE surveys_wave w SET state = 'closed', paused_because = '', state_since = now()
FROM due WHERE w.id = due.id RETURNING w.id
"""


def stop_soft_launches(wave_id: int | None = None) -> list[int]:
    """Pause the soft launches that have reached their limit, one wave's or all; return the waves. Those who are answering finish."""
    return _moved(STOP_SOFT, wave_id)


def stop_soft_launch(wave_id: int) -> None:
    """Pause the wave if its soft launch is complete; never fails, since the person who has just completed waits for their page."""
    try:
        stop_soft_launches(wave_id)
    except DatabaseError as error:
        logger.warning("The soft launch of wave %s waits for the beat: %s", wave_id, type(error).__name__)


def close_due() -> list[int]:
    """Close the waves whose closing time is past, unless somebody is still answering; return the waves."""
    return _moved(CLOSE, None)


def _moved(statement: str, wave_id: int | None) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"wave": wave_id})
        return [wave for (wave,) in cursor.fetchall()]
