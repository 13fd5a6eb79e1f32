"""Reads a wave for its alerts: every number that decides one, in a handful of queries."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from respondents.audit import audit
from respondents.core.alerts import WATCHED, Reading
from respondents.core.pace import FieldTime
from respondents.field.cells import LANGUAGES, read_quotas
from respondents.field.recent import recent
from respondents.models import Alert
from surveys.models import Wave

NEWS_OF_A_CLOSING = datetime.timedelta(days=1)

COUNT = """
SELECT count(*) FILTER (WHERE state = 'completed'), max(ended_at) FILTER (WHERE state = 'completed'), min(started_at),
  (SELECT count(*) FROM respondents_panelcall c JOIN respondents_interview i ON i.id = c.interview_id
   WHERE i.wave_id = %(wave)s AND c.given_up_at IS NOT NULL),
  (SELECT count(*) FROM respondents_letter WHERE wave_id = %(wave)s AND given_up_at IS NOT NULL)
FROM respondents_interview WHERE wave_id = %(wave)s AND NOT is_test AND NOT imported
"""


class Counts(NamedTuple):
    """What COUNT selects."""

    completes: int
    last_complete: datetime.datetime | None
    first_entry: datetime.datetime | None
    calls_given_up: int
    letters_given_up: int


def watched() -> list[Wave]:
    """Return the waves that may have alerts: in the field, just closed, or with an alert that still stands."""
    standing = Alert.objects.filter(wave=OuterRef("pk"), ended_at__isnull=True)
    just_closed = Q(state=Wave.State.CLOSED, state_since__gt=Now() - NEWS_OF_A_CLOSING)
    chosen = Q(state__in=WATCHED) | just_closed | Exists(standing)
    return list(Wave.objects.on_the_clock().filter(chosen, kind=Wave.Kind.OWN).select_related("survey", "questionnaire").order_by("pk"))


def read(wave: Wave) -> Reading:
    """Return what decides the alerts of a wave, which was read ``on_the_clock``."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"wave": wave.pk})
        counts = Counts(*cursor.fetchone())
    quotas = read_quotas(wave, FieldTime(wave.now, counts.first_entry, wave.closes_at))
    latest = recent(wave.pk, wave.place_minutes, wave.now)
    return Reading(
        now=wave.now,
        zone=wave.time_zone,
        state=wave.state,
        since=max(filter(None, (wave.state_since, wave.opens_at)), default=None),
        opens_at=wave.opens_at if wave.state_since and wave.opens_at and wave.state_since < wave.opens_at else None,
        closes_at=wave.closes_at,
        closed_at=wave.state_since if wave.state == Wave.State.CLOSED else None,
        last_complete=counts.last_complete,
        silence_minutes=wave.silence_minutes,
        is_full=quotas.is_full or bool(wave.target and counts.completes >= wave.target),
        awaits_sign_off=wave.paused_because == Wave.PausedBecause.SOFT_LIMIT and wave.awaits_sign_off,
        completes=counts.completes,
        soft_limit=wave.soft_limit,
        expected_minutes=float(wave.expected_minutes) if wave.expected_minutes else None,
        length=latest.length,
        cells=quotas.cells,
        clashes=quotas.clashes,
        pages=latest.pages(LANGUAGES),
        sources=latest.sources,
        calls_given_up=counts.calls_given_up,
        letters_given_up=counts.letters_given_up,
        differences=len(audit(wave)),
    )
