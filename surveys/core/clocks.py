"""Times as people write them, on the clock of a place: what they mean on the two nights a year when clocks change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from surveys.core.messages import N_, Message


@dataclass(frozen=True)
class Moment:
    """An instant, in UTC, and what must be said of how it was written; None when there is nothing to say."""

    at: datetime
    remark: Message | None = None


class NoSuchTime(ValueError):
    """The clocks of the place never show this time: ``message`` says so, and what to write instead."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def moment(wall: datetime, zone: str) -> Moment:
    """Return the instant at which clocks in ``zone`` show ``wall`` (a naive time); of two, the first. Raises NoSuchTime."""
    place = ZoneInfo(zone)
    first, second = wall.replace(tzinfo=place, fold=0), wall.replace(tzinfo=place, fold=1)
    at = first.astimezone(timezone.utc)
    if first.utcoffset() == second.utcoffset():
        return Moment(at)
    values = {"time": f"{wall:%H:%M}", "zone": zone}
    if wall_of(at, zone) == wall:
        return Moment(at, Message(N_("%(time)s comes twice that night in %(zone)s: the first one is meant."), values))
    earlier, later = wall_of(second.astimezone(timezone.utc), zone), wall_of(at, zone)
    text = N_("%(time)s does not exist that night in %(zone)s: clocks go forward. Write %(earlier)s or %(later)s.")
    raise NoSuchTime(Message(text, {**values, "earlier": f"{earlier:%H:%M}", "later": f"{later:%H:%M}"}))


def wall_of(at: datetime, zone: str) -> datetime:
    """Return what clocks in ``zone`` show at an instant, as a naive time."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
