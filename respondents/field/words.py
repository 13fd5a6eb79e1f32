"""How the fieldwork screen says things: what became of people, states with their sign, moments and lengths of time."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import get_language, npgettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from respondents.core.pace import State
from respondents.models import Interview
from surveys.core.typography import NARROW, NO_BREAK

# "1 complète", "1 937 complètes": so many interviews of the wave that ended so.
SAID: Mapping[Interview.State, Callable[[int], str]] = {
    Interview.State.SCREENING: lambda n: npgettext("interviews", "in screening", "in screening", n),
    Interview.State.RESERVED: lambda n: pgettext("interviews", "in progress"),
    Interview.State.COMPLETED: lambda n: npgettext("interviews", "completed", "completed", n),
    Interview.State.SCREENED_OUT: lambda n: npgettext("interviews", "screened out", "screened out", n),
    Interview.State.REFUSED: lambda n: npgettext("interviews", "refused", "refused", n),
    Interview.State.QUOTA_FULL: lambda n: npgettext("interviews", "turned away, quota full", "turned away, quota full", n),
    Interview.State.EXPIRED: lambda n: npgettext("interviews", "interrupted", "interrupted", n),
    Interview.State.OVER: lambda n: npgettext("interviews", "completed over quota", "completed over quota", n),
    Interview.State.ABANDONED: lambda n: npgettext("interviews", "abandoned", "abandoned", n),
    Interview.State.REMOVED: lambda n: npgettext("interviews", "removed", "removed", n),
    Interview.State.DUPLICATE: lambda n: npgettext("interviews", "duplicate", "duplicates", n),
    Interview.State.FORGED: lambda n: npgettext("interviews", "link not valid", "links not valid", n),
}

# A sign and a word, so that colour never carries the state alone.
STATES: Mapping[State, tuple[str, Promise]] = {
    "at_risk": ("▲", pgettext_lazy("cell", "At risk")),
    "late": ("△", pgettext_lazy("cell", "Late")),
    "open": ("○", pgettext_lazy("cell", "Open")),
    "ahead": ("◇", pgettext_lazy("cell", "Ahead")),
    "almost_full": ("◕", pgettext_lazy("cell", "Almost full")),
    "full": ("●", pgettext_lazy("cell", "Full")),
    "closed": ("□", pgettext_lazy("cell", "Closed")),
    "minimum": ("≥", pgettext_lazy("cell", "Minimum only")),
    "minimum_reached": ("≥", pgettext_lazy("cell", "Minimum reached")),
    "reached": ("✓", pgettext_lazy("cell", "Reached")),
}
PRESSING: tuple[State, ...] = ("at_risk", "late", "open", "ahead", "minimum", "almost_full", "closed", "full", "minimum_reached", "reached")
NOTHING = "–"


def state_word(state: State) -> str:
    """Return a state as its sign and its word: "▲ At risk"."""
    sign, word = STATES[state]
    return f"{sign} {word}"


@dataclass(frozen=True)
class Writing:
    """How numbers and moments are written in one language; asked once for a whole table, since a language is slow to look up.

    Nothing is written as –.
    """

    french: bool
    days: tuple[str, ...]

    def count(self, number: int | None) -> str:
        """Return "2 032" in French, "2,032" in English."""
        if number is None:
            return NOTHING
        if -1000 < number < 1000:
            return str(number)
        return f"{number:,}".replace(",", NARROW) if self.french else f"{number:,}"

    def decimal(self, value: float | None, digits: int = 1, *, sign: bool = False) -> str:
        """Return "52,4" in French, "52.4" in English, with a true minus sign."""
        if value is None:
            return NOTHING
        text = f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"
        if float(text) == 0:
            text = text.lstrip("+-")
        text = text.replace("-", "−")
        return text.replace(".", ",") if self.french else text

    def percentage(self, value: float | None, digits: int = 1) -> str:
        """Return "52,4 %" in French, "52.4%" in English."""
        if value is None:
            return NOTHING
        return self.decimal(value, digits) + (f"{NO_BREAK}%" if self.french else "%")

    def moment(self, at: datetime.datetime | None, *, minutes: bool = False) -> str:
        """Return "lun. 27, 20 h" (with ``minutes`` "lun. 27, 20 h 52") in French, "Mon 27, 20:00" in English."""
        if at is None:
            return NOTHING
        day = self.days[at.weekday()]
        if self.french:
            hour = f"{at.hour}{NO_BREAK}h" + (f"{NO_BREAK}{at.minute:02}" if minutes and at.minute else "")
            return f"{day}.{NO_BREAK}{at.day}, {hour}"
        return f"{day}{NO_BREAK}{at.day}, {at.hour}:{at.minute if minutes else 0:02}"


def writing() -> Writing:
    """Return how the active language writes."""
    return _writing(get_language() or "")


@lru_cache(maxsize=16)
def _writing(language: str) -> Writing:
    """Kept by language, which is the active one."""
    return Writing(language == "fr", tuple(str(WEEKDAYS_ABBR[day]).rstrip(".") for day in range(7)))


def minutes_and_seconds(seconds: int | None) -> str:
    """Return "5 min 45" for a length of 345 seconds; – for nothing."""
    if seconds is None:
        return NOTHING
    return f"{seconds // 60}{NO_BREAK}min{NO_BREAK}{seconds % 60:02}"


def duration(time: datetime.timedelta) -> str:
    """Return a length of time in its two largest units: "3 j 11 h", "53 min"."""
    minutes = int(abs(time).total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}
    return _("%(minutes)d min") % {"minutes": rest}
