"""Reads a wave for its alerts: every number that decides one, in a handful of queries."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import override

from respondents.audit import audit
from respondents.core.alerts import WATCHED, Cell, Reading
from respondents.core.pace import FieldTime, Pace
from respondents.core.progress import Progress
from respondents.field.recent import recent
from respondents.models import Alert, Quota, QuotaCell
from respondents.quotas.feasible import contradictions_by_language
from respondents.quotas.naming import cell_label
from surveys.core.cells import texts
from surveys.core.questionnaire import Questionnaire
from surveys.core.workbook import Row
from surveys.models import Wave

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)  # in which alerts are read
NEWS_OF_A_CLOSING = datetime.timedelta(days=1)

COUNT = """
SELECT count(*) FILTER (WHERE state = 'completed'), max(ended_at) FILTER (WHERE state = 'completed'), min(started_at),
  (SELECT count(*) FROM respondents_panelcall c JOIN respondents_interview i ON i.id = c.interview_id
   WHERE i.wave_id = %(wave)s AND c.given_up_at IS NOT NULL),
  (SELECT count(*) FROM respondents_letter WHERE wave_id = %(wave)s AND given_up_at IS NOT NULL)
FROM respondents_interview WHERE wave_id = %(wave)s AND NOT is_test AND NOT imported
"""

LAST_DAY = """
SELECT cell, count(*) FROM respondents_interview i, unnest(i.cell_ids) AS cell
WHERE i.wave_id = %(wave)s AND i.state = 'completed' AND i.ended_at > now() - interval '24 hours' AND NOT i.is_test GROUP BY cell
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
    stored = list(QuotaCell.objects.filter(wave=wave).in_plan_order())
    cells = _cells(wave, stored, FieldTime(wave.now, counts.first_entry, wave.closes_at))
    total = next((cell for cell in cells if not cell.label), None)
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
        is_full=total.is_full if total else bool(wave.target and counts.completes >= wave.target),
        awaits_sign_off=wave.paused_because == Wave.PausedBecause.SOFT_LIMIT and wave.awaits_sign_off,
        completes=counts.completes,
        soft_limit=wave.soft_limit,
        expected_minutes=float(wave.expected_minutes) if wave.expected_minutes else None,
        length=latest.length,
        cells=[cell for cell in cells if cell.label],
        pages=latest.pages(LANGUAGES),
        sources=latest.sources,
        contradictions=contradictions_by_language(wave, stored, LANGUAGES),
        calls_given_up=counts.calls_given_up,
        letters_given_up=counts.letters_given_up,
        differences=len(audit(wave)),
    )


def _cells(wave: Wave, stored: Sequence[QuotaCell], time: FieldTime) -> list[Cell]:
    with connection.cursor() as cursor:
        cursor.execute(LAST_DAY, {"wave": wave.pk})
        recent_of = dict(cursor.fetchall())
    definition = wave.questionnaire.definition() if wave.questionnaire else None
    return [_cell(cell, _label(cell, definition), recent_of.get(cell.pk, 0), time) for cell in stored]


def _cell(cell: QuotaCell, label: Mapping[str, str], recent: int, time: FieldTime) -> Cell:
    minimum_only = bool(set(cell.categories) & set(cell.quota.minimum_only))
    progress = Progress(cell.target, cell.ceiling, cell.reserved, cell.filled, minimum_only)
    pace = Pace(progress.to_do, recent, time)
    return Cell(cell.pk, label, cell.target, cell.filled, progress.is_full, progress.never_closes, pace.lateness, pace.missing, recent)


def _label(cell: QuotaCell, definition: Questionnaire | None) -> dict[str, str]:
    """The cell's name by language, "Région · Grand Est"; the total has none."""
    return {} if cell.quota.name == Quota.TOTAL else {language: _name(cell, definition, language) for language in LANGUAGES}


def _name(cell: QuotaCell, definition: Questionnaire | None, language: str) -> str:
    titles = texts(Row(0, cell.quota.cells), "label")
    title = titles.get(language) or next(iter(titles.values()), "") or " × ".join(cell.quota.variables)
    with override(language):
        return f"{title[:1].upper()}{title[1:]} · {cell_label(definition, cell.quota.variables, cell.combinations)}"
