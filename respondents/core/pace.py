"""How fast interviews come, and what that means at closing: the rate, the end to expect, how many will be missing, a word for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Literal

from respondents.core.progress import Progress

State = Literal[
    "at_risk", "late", "open", "ahead", "almost_full", "full", "closed", "minimum", "minimum_reached", "reached",
]  # fmt: skip

DAY = timedelta(days=1)
MEASURABLE_AFTER = timedelta(hours=6)  # of field: before, a rate per day would be a guess
AT_RISK, LATE, AHEAD = Fraction("1.25"), Fraction("1.05"), Fraction("0.8")  # times the time left


@dataclass(frozen=True)
class FieldTime:
    """The hours of a field at ``now``: when its first person came (None: nobody yet) and when it closes (None: nobody said)."""

    now: datetime
    opened_at: datetime | None = None
    closes_at: datetime | None = None

    @cached_property
    def elapsed(self) -> timedelta:
        """Return how long the field has lasted; zero before its first person."""
        return max(timedelta(), self.now - self.opened_at) if self.opened_at else timedelta()

    @cached_property
    def left(self) -> timedelta | None:
        """Return the time left before closing, never negative; None when no closing time is set."""
        return max(timedelta(), self.closes_at - self.now) if self.closes_at else None

    @cached_property
    def days_left(self) -> Fraction | None:
        """Return the days left before closing, exactly; None when no closing time is set."""
        return None if self.left is None else _ratio(self.left, DAY)

    @property
    def window(self) -> timedelta:
        """Return how far back a rate looks: 24 hours, or the whole field while it is younger."""
        return min(DAY, self.elapsed)

    @cached_property
    def days_back(self) -> Fraction:
        """Return ``window`` in days, exactly."""
        return _ratio(self.window, DAY)

    @cached_property
    def is_measurable(self) -> bool:
        """Say whether a rate can be told: not before six hours of field."""
        return self.elapsed >= MEASURABLE_AFTER

    @property
    def planned(self) -> Fraction | None:
        """Return the share of the field's time that has gone by, from 0 to 1: where a steady field would be. None when it is not known."""
        if self.opened_at is None or self.closes_at is None or self.closes_at <= self.opened_at:
            return None
        return min(Fraction(1), _ratio(self.elapsed, self.closes_at - self.opened_at))


@dataclass(frozen=True)
class Pace:
    """So many interviews still ``to_do``, ``recent`` ones completed within the last 24 hours (``FieldTime.window``)."""

    to_do: int
    recent: int
    time: FieldTime

    @cached_property
    def rate(self) -> Fraction | None:
        """Return the completes per day; None before six hours of field."""
        return self.recent / self.time.days_back if self.time.is_measurable else None

    @property
    def needed(self) -> int | None:
        """Return the completes needed per day until closing, rounded up; None without a closing time, or past it with some to do."""
        if not self.to_do:
            return 0
        return ceil(self.to_do / self.time.days_left) if self.time.days_left else None

    @cached_property
    def missing(self) -> int | None:
        """Return how many will be missing at closing: ``max(0, to_do − rate × days left)``, rounded up. None when it cannot be told."""
        if not self.to_do or self.time.days_left == 0:
            return self.to_do
        if self.rate is None or self.time.days_left is None:
            return None
        return max(0, ceil(self.to_do - self.rate * self.time.days_left))

    @cached_property
    def takes(self) -> timedelta | None:
        """Return how long the rest takes at this rate; None when no rate can be told, nobody comes, or it takes more than a year."""
        if not self.to_do:
            return timedelta()
        days = self.to_do / self.rate if self.rate else None
        return timedelta(days=float(days)) if days is not None and days <= 366 else None

    @property
    def expected_end(self) -> datetime | None:
        """Return when the last interview comes at this rate; None when ``takes`` cannot be told."""
        return None if self.takes is None else self.time.now + self.takes

    @property
    def delay(self) -> timedelta | None:
        """Return by how much the expected end is after closing, negative before it; None when either is unknown."""
        return self.expected_end - self.time.closes_at if self.expected_end and self.time.closes_at else None

    @property
    def lateness(self) -> Literal["at_risk", "late", "open", "ahead"]:
        """Return the word for what the rest takes against the time left; ``open`` while that cannot be told."""
        if not self.to_do or self.rate is None or self.time.days_left is None:
            return "open"
        able = self.rate * self.time.days_left  # how many come by closing
        if self.to_do > AT_RISK * able:
            return "at_risk"
        if self.to_do > LATE * able:
            return "late"
        return "ahead" if self.to_do < AHEAD * able else "open"


def state_of(progress: Progress, pace: Pace, *, is_closed: bool = False) -> State:
    """Return the one word for a cell, the most pressing first; ``is_closed`` says that its wave takes nobody any more.

    A cell that lags is told before one that is almost full: 95 % done may still be missed. A minimum blocks nothing.
    """
    if progress.never_closes and not progress.to_do:
        return "minimum_reached" if progress.minimum_only else "reached"
    if progress.is_full:
        return "full"
    if is_closed:
        return "closed"
    if progress.minimum_only:
        return "minimum"
    if pace.lateness in ("at_risk", "late"):
        return pace.lateness
    return "almost_full" if progress.is_almost_full else pace.lateness


def _ratio(part: timedelta, whole: timedelta) -> Fraction:
    """Two durations as an exact fraction: microseconds are whole."""
    unit = timedelta(microseconds=1)
    return Fraction(part // unit, whole // unit)
