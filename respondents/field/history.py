"""Who did what to a field, when, and why; and what happened by itself."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from respondents.field.alert_sentences import said
from respondents.models import Alert
from surveys.core.clocks import wall_of
from surveys.models import Wave

LATEST = 100  # lines shown
BY_ITSELF = ("soft_stop", "opened", "closed")


class Event(NamedTuple):
    """One line of the history, its time on the clock of the field's place."""

    at: datetime.datetime
    who: str
    what: str


def history_of(wave: Wave) -> list[Event]:
    """Return what people did to a wave, and what it did by itself, the latest first, in two queries."""
    wave_type = ContentType.objects.get_for_model(Wave)
    entries = (
        LogEntry.objects.filter(content_type=wave_type, object_id=str(wave.pk)).select_related("user").order_by("-action_time")[:LATEST]
    )
    by_people = [
        (entry.action_time, entry.user.get_full_name() or entry.user.get_username(), entry.get_change_message()) for entry in entries
    ]
    alone = Alert.objects.filter(wave=wave, kind__in=BY_ITSELF).order_by("-since")[:LATEST]
    by_itself = [(alert.since, _("by itself"), said(alert.kind, alert.value, get_language() or "").what) for alert in alone]
    latest = sorted(by_people + by_itself, key=lambda event: event[0], reverse=True)[:LATEST]
    return [Event(wall_of(at, wave.time_zone), who, what) for at, who, what in latest]
