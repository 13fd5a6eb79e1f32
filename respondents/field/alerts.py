"""Opens and ends the alerts of a field, and writes about each change once: level-triggered, so any pass may be lost or run twice.

The database keeps at most one open alert per kind and subject; whoever opens or ends it, in one statement, writes the letter
about it in the same transaction.
"""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import get_language

from respondents.core.alert_words import LOUDEST_FIRST, WORDS
from respondents.core.alerts import Key, alerts, digest_due
from respondents.field.alert_sentences import Said, ended, said
from respondents.field.letters import write_about, write_digest
from respondents.field.watching import read, watched
from respondents.models import Alert
from surveys.models import Wave

logger = logging.getLogger(__name__)

# Two beats at once would judge the same field twice: the second leaves it to the first.
TAKE_TURNS = "SELECT pg_try_advisory_xact_lock(hashtextextended('respondents.alerts', %(wave)s))"

FOUND = "SELECT kind, subject, value FROM jsonb_to_recordset(%(found)s::jsonb) AS found (kind text, subject text, value jsonb)"

OPEN = f"""
INSERT INTO respondents_alert (wave_id, kind, subject, value, since)
SELECT %(wave)s, kind, subject, value, now() FROM ({FOUND}) AS found
ON CONFLICT (wave_id, kind, subject) WHERE ended_at IS NULL DO NOTHING RETURNING id, kind, subject, value
"""

RENEW = f"""
UPDATE respondents_alert a SET value = found.value FROM ({FOUND}) AS found
WHERE a.wave_id = %(wave)s AND a.ended_at IS NULL AND (a.kind, a.subject) = (found.kind, found.subject) AND a.value <> found.value
"""

END = f"""
UPDATE respondents_alert a SET ended_at = now()
WHERE a.wave_id = %(wave)s AND a.ended_at IS NULL AND NOT EXISTS (
  SELECT FROM ({FOUND}) AS found WHERE (found.kind, found.subject) = (a.kind, a.subject))
RETURNING a.id, a.kind, a.subject, a.value
"""


@dataclass(frozen=True)
class Change:
    """An alert that this pass opened (``is_new``) or ended."""

    id: int
    key: Key
    value: Mapping[str, Any]
    is_new: bool


@dataclass(frozen=True)
class Shown:
    """An open alert as a screen shows it: its sign, what it says, what to do, since when, and what it is about."""

    kind: str
    subject: str
    said: Said
    since: datetime.datetime


def watch_fields() -> int:
    """Look at every field once; return how many alerts were opened or ended. One that cannot be read leaves the others watched."""
    return sum(map(_changed, watched()))


def watch(wave: Wave) -> list[Change]:
    """Open and end the alerts of a wave read ``on_the_clock``, and write the letters about it; return what changed."""
    with transaction.atomic():
        if not _has_its_turn(wave.pk):
            return []
        standing = [Key(*key) for key in Alert.objects.filter(wave=wave, ended_at__isnull=True).values_list("kind", "subject")]
        found = [{"kind": key.kind, "subject": key.subject, "value": value} for key, value in alerts(read(wave), standing).items()]
        changes = _changes(wave.pk, found)
        write_about(wave, _letters(changes))
        hour = digest_due(wave.now, wave.time_zone)
        if hour is not None:
            write_digest(wave, hour, open_alerts)
    return changes


def open_alerts(wave_id: int) -> list[Shown]:
    """Return the open alerts of a wave in the active language, the loudest first, in one query."""
    return shown(Alert.objects.filter(wave=wave_id, ended_at__isnull=True).values("kind", "subject", "value", "since"))


def shown(rows: Iterable[Mapping[str, Any]]) -> list[Shown]:
    """Return alerts, given as rows, as a screen shows them, in the active language, the loudest first."""
    known = [row for row in rows if row["kind"] in WORDS]
    ordered = sorted(known, key=lambda row: (LOUDEST_FIRST.index(row["kind"]), row["since"], row["subject"]))
    language = get_language() or ""
    return [Shown(row["kind"], row["subject"], said(row["kind"], row["value"], language), row["since"]) for row in ordered]


def _changed(wave: Wave) -> int:
    try:
        return len(watch(wave))
    except Exception:
        logger.exception("The field of wave %s cannot be watched.", wave.pk)
        return 0


def _has_its_turn(wave_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS, {"wave": wave_id})
        return bool(cursor.fetchone()[0])


def _changes(wave_id: int, found: list[dict[str, Any]]) -> list[Change]:
    parameters: dict[str, int | str] = {"wave": wave_id, "found": json.dumps(found, ensure_ascii=False)}
    with connection.cursor() as cursor:
        cursor.execute(END, parameters)
        ended_rows = cursor.fetchall()
        cursor.execute(RENEW, parameters)
        cursor.execute(OPEN, parameters)
        opened_rows = cursor.fetchall()
    rows = [(row, False) for row in ended_rows] + [(row, True) for row in opened_rows]
    return [Change(pk, Key(kind, subject), json.loads(value), is_new) for (pk, kind, subject, value), is_new in rows]


def _letters(changes: Iterable[Change]) -> list[tuple[str, Any]]:
    """Each change that is news, as the name of its effect and how it is said in a language."""
    news = sorted(changes, key=lambda change: (LOUDEST_FIRST.index(change.key.kind), change.id))
    return [
        (f"{change.id}{'+' if change.is_new else '-'}", _teller(change)) for change in news if change.is_new or WORDS[change.key.kind].ended
    ]


def _teller(change: Change) -> Any:
    tell = said if change.is_new else ended
    return lambda language: tell(change.key.kind, change.value, language)
