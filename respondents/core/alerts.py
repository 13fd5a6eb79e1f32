"""What a pollster must be told of a field, decided from its numbers: which alerts stand now, and which have ended.

An alert opens at one threshold and ends at a further one (hysteresis), so that a number that trembles rings once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from respondents.core.noise import CHANCE, as_uneven, at_least

ENOUGH = 30  # people, below which no share and no median is judged
ALMOST_FULL, NO_LONGER_ALMOST_FULL = 90, 85  # per cent of a cell's target
OFF_LENGTH, BACK_TO_LENGTH = 30, 20  # per cent off the planned length
LOSES_TOO_MANY = 0.05  # of those who see a page
MUCH_WORSE = 1.5  # times the share of the other sources
DAYTIME = (8, 22)  # hours on the field's own clock: no silence is told of at night
FLOWING = ("soft", "live")
WATCHED = (*FLOWING, "paused")
NEWS_OF_OPENING, NEWS_OF_CLOSING = timedelta(hours=1), timedelta(days=1)  # how long they stay on screen
DIGESTS = (time(9), time(18))  # on the field's own clock
DIGEST_IS_LATE = timedelta(hours=2)


class Key(NamedTuple):
    """Which alert: its kind, and what it is about ("cell:12", "page:q6", "source:panel", or '' for the whole field)."""

    kind: str
    subject: str


Value = Mapping[str, object]  # the numbers that an alert says, as JSON
Alerts = dict[Key, Value]


@dataclass(frozen=True)
class Cell:
    """A quota cell: its name by language, its counts, and from its pace whether it is at risk and how many will be missing.

    A cell that ``never_closes`` is never told to be full; of one that is a minimum only, nothing is told.
    """

    id: int
    label: Mapping[str, str]
    target: int
    filled: int
    is_full: bool
    never_closes: bool = False
    is_minimum: bool = False
    lateness: str = "open"  # as respondents.core.pace says it
    missing: int | None = None
    recent: int = 0

    @property
    def percent(self) -> int:
        """Return the share of the target that is completed, rounded down."""
        return 100 * self.filled // self.target if self.target else 100


@dataclass(frozen=True)
class Page:
    """A page: how many saw it, and how many of them stopped there."""

    name: str
    label: Mapping[str, str]
    seen: int
    lost: int


@dataclass(frozen=True)
class Source:
    """What became of a source's people: by ``measure`` (drop_out, screened_out, quality), how many out of how many."""

    code: str
    label: str
    shares: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Clash:
    """Needs of quotas that cannot be met together: a name that lasts as long as it does, and what it says by language."""

    subject: str
    text: Mapping[str, str]


@dataclass(frozen=True)
class Reading:
    """A field at ``now``. ``since`` is when it last began to flow.

    ``opens_at`` and ``closes_at`` are its schedule (the first only while nobody has touched its state since), ``closed_at``
    is when it closed. ``length`` is the median of the completed interviews in minutes, and how many they are.
    """

    now: datetime
    zone: str
    state: str
    since: datetime | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    last_complete: datetime | None = None
    silence_minutes: int = 30
    is_full: bool = False
    awaits_sign_off: bool = False
    completes: int = 0
    soft_limit: int | None = None
    expected_minutes: float | None = None
    length: tuple[float, int] = (0.0, 0)
    cells: Sequence[Cell] = ()
    pages: Sequence[Page] = ()
    sources: Sequence[Source] = ()
    clashes: Sequence[Clash] = ()
    calls_given_up: int = 0
    letters_given_up: int = 0
    differences: int = 0

    @property
    def is_flowing(self) -> bool:
        """Say whether people can enter: the state lets them, the opening has come and the closing has not."""
        is_open = self.since is not None and self.since <= self.now and (self.closes_at is None or self.now < self.closes_at)
        return self.state in FLOWING and is_open


def alerts(reading: Reading, standing: Collection[Key] = ()) -> Alerts:
    """Return every alert that stands at this reading, with its numbers; ``standing`` are those that stood before it."""
    found: Alerts = {}
    if reading.state in WATCHED:
        for cell in reading.cells:
            found.update(_cell(cell, reading, standing))
        found.update(_pages(reading, standing))
        found.update(_sources(reading, standing))
        found.update(_whole(reading, standing))
    found.update(_schedule(reading))
    for kind, count in (("calls", reading.calls_given_up), ("letters", reading.letters_given_up), ("audit", reading.differences)):
        if count:
            found[Key(kind, "")] = {"n": count}
    return found


def digest_due(now: datetime, zone: str) -> datetime | None:
    """Return the hour of the digest that is due at ``now``, in the field's time zone; None between them."""
    local = now.astimezone(ZoneInfo(zone))
    hours = (datetime.combine(local.date(), hour, tzinfo=local.tzinfo) for hour in DIGESTS)
    return next((hour for hour in hours if timedelta() <= now - hour < DIGEST_IS_LATE), None)


def _cell(cell: Cell, reading: Reading, standing: Collection[Key]) -> Iterator[tuple[Key, Value]]:
    subject = f"cell:{cell.id}"
    value = {"label": dict(cell.label), "filled": cell.filled, "target": cell.target, "percent": cell.percent}
    almost = Key("cell_almost_full", subject)
    if cell.is_minimum:
        return
    if cell.is_full:
        yield Key("cell_full", subject), value
    elif cell.target and not cell.never_closes and cell.percent >= (NO_LONGER_ALMOST_FULL if almost in standing else ALMOST_FULL):
        yield almost, value
    risk = Key("cell_at_risk", subject)
    is_at_risk = cell.lateness == "at_risk" or (risk in standing and cell.lateness == "late")
    if reading.is_flowing and not cell.is_full and is_at_risk and cell.missing:
        yield risk, {**value, "missing": cell.missing, "to_do": max(0, cell.target - cell.filled), "recent": cell.recent}


def _whole(reading: Reading, standing: Collection[Key]) -> Iterator[tuple[Key, Value]]:
    silent = _silent_minutes(reading)
    if silent >= reading.silence_minutes:
        yield Key("stalled", ""), {"minutes": silent}
    minutes, n = reading.length
    off = _off(minutes, reading.expected_minutes)
    if n >= ENOUGH and abs(off) >= (BACK_TO_LENGTH if Key("length", "") in standing else OFF_LENGTH):
        yield Key("length", ""), {"minutes": round(minutes, 1), "expected": reading.expected_minutes, "off": round(off), "n": n}
    if reading.awaits_sign_off:
        yield Key("soft_stop", ""), {"n": reading.completes, "limit": reading.soft_limit}
    for clash in reading.clashes:
        yield Key("contradiction", clash.subject), {"text": dict(clash.text)}


def _schedule(reading: Reading) -> Iterator[tuple[Key, Value]]:
    """What happened at its hour, for as long as that is news."""
    if reading.opens_at and reading.is_flowing and reading.now < reading.opens_at + NEWS_OF_OPENING:
        yield Key("opened", ""), {}
    if reading.closed_at and reading.closes_at and reading.closes_at <= reading.closed_at > reading.now - NEWS_OF_CLOSING:
        yield Key("closed", ""), {"n": reading.completes}


def _silent_minutes(reading: Reading) -> int:
    """Minutes of this day without a complete, since the morning at the earliest; 0 where nobody could complete, and at night."""
    local = reading.now.astimezone(ZoneInfo(reading.zone))
    if not reading.is_flowing or reading.is_full or reading.since is None or not DAYTIME[0] <= local.hour < DAYTIME[1]:
        return 0
    morning = datetime.combine(local.date(), time(DAYTIME[0]), tzinfo=local.tzinfo)
    last = max(moment for moment in (morning, reading.since, reading.last_complete) if moment is not None)
    return max(0, (reading.now - last) // timedelta(minutes=1))


def _off(minutes: float, expected: float | None) -> float:
    """By how many per cent a length is off the planned one; 0 where none is planned."""
    return 100 * (minutes - expected) / expected if expected else 0.0


def _pages(reading: Reading, standing: Collection[Key]) -> Iterator[tuple[Key, Value]]:
    """A page loses too many when it loses more than the share allowed, and more than chance would at that share.

    It then stands until the page no longer loses more than the share allowed.
    """
    for page in reading.pages:
        key = Key("drop_out", f"page:{page.name}")
        if page.seen < ENOUGH or page.lost <= LOSES_TOO_MANY * page.seen:
            continue
        if key in standing or at_least(page.lost, page.seen, LOSES_TOO_MANY) < CHANCE:
            yield key, {"label": dict(page.label), "lost": page.lost, "seen": page.seen, "percent": round(100 * page.lost / page.seen)}


def _sources(reading: Reading, standing: Collection[Key]) -> Iterator[tuple[Key, Value]]:
    """A source is bad when a share of its people is much larger than among all the others, by Fisher's exact test too."""
    for source in reading.sources:
        for measure, (count, n) in source.shares.items():
            others = [other.shares[measure] for other in reading.sources if other is not source and measure in other.shares]
            other_count, other_n = sum(count for count, _ in others), sum(n for _, n in others)
            if min(n, other_n) < ENOUGH or count * other_n <= MUCH_WORSE * other_count * n:
                continue
            key, chance = Key(f"source_{measure}", f"source:{source.code}"), as_uneven(count, n, other_count, other_n)
            if key in standing or chance < CHANCE:
                shares = {"percent": round(100 * count / n), "others": round(100 * other_count / other_n)}
                yield key, {"label": source.label, "count": count, "n": n, **shares}
