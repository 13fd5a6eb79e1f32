"""The geometry of a figure through several waves: places in per cent of the width, heights in pixels, so that text keeps its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor

PLOT = 120  # pixels between the highest and the lowest value of the axis
TOP = 26  # pixels above, for the number of the highest point
BOTTOM = 24  # pixels below, for the waves' names
CAP = 4
STEP = 10  # the axis begins and ends on whole tens
FITS = 34  # letters side by side under the dots on a telephone: of waves with longer names only the first and the last are named
SHORT = 7  # letters of a name that stands centred under the first or the last dot
FIRST, LAST = 20, 91  # per cent of the width where the first and the last wave stand, clear of the axis' numbers


@dataclass(frozen=True)
class Dot:
    """One wave: its name, its value with its interval (None: no value, or none known), and whether it compares only as an indication."""

    label: str
    value: float | None
    printed: str = ""
    interval: tuple[float, float] | None = None
    is_indicative: bool = False


@dataclass(frozen=True)
class DrawnDot:
    """A wave in place: ``x`` is an SVG length, the others pixels; without value, ``y`` is None."""

    dot: Dot
    x: str
    y: float | None
    top: float
    bottom: float
    is_named: bool
    anchor: str = "middle"

    @property
    def number_at(self) -> float:
        """Return where its number stands, above its interval."""
        return self.top - 7


@dataclass(frozen=True)
class Segment:
    """The line between two successive waves that both have a value; dashed where the two compare only as an indication."""

    x1: str
    y1: float
    x2: str
    y2: float
    is_indicative: bool


@dataclass(frozen=True)
class TrendChart:
    """Dots from the oldest wave to this one, joined where no wave between lacks a value."""

    dots: tuple[DrawnDot, ...]
    segments: tuple[Segment, ...]
    low: int
    high: int
    height: int = TOP + PLOT + BOTTOM
    axis_top: int = TOP
    axis_bottom: int = TOP + PLOT
    names_at: int = TOP + PLOT + BOTTOM - 6

    @property
    def has_indicative(self) -> bool:
        """Say whether a mention of indicative comparison is needed."""
        return any(segment.is_indicative for segment in self.segments) or any(drawn.dot.is_indicative for drawn in self.dots)


def draw_trend(dots: Sequence[Dot], *, joined_by: Sequence[bool]) -> TrendChart | None:
    """Place percentages (0–100); ``joined_by`` says of each wave whether it compares with the one before only as an indication.

    None with fewer than two values: nothing to draw between.
    """
    ends = [end for dot in dots if dot.value is not None for end in (dot.interval or (dot.value, dot.value))]
    if sum(dot.value is not None for dot in dots) < 2:
        return None
    low, high = max(STEP * floor(min(ends) / STEP), 0), min(STEP * ceil(max(ends) / STEP), 100)
    high = max(high, low + STEP)
    is_roomy = max(len(dot.label) for dot in dots) * (len(dots) - 1) <= FITS
    drawn = tuple(
        replace(
            _placed(dot, FIRST + (LAST - FIRST) * at / (len(dots) - 1), low, high),
            is_named=is_roomy or at in (0, len(dots) - 1),
            anchor="middle" if len(dot.label) <= SHORT or at not in (0, len(dots) - 1) else "end" if at else "start",
        )
        for at, dot in enumerate(dots)
    )
    return TrendChart(drawn, tuple(_segments(drawn, joined_by)), low, high)


def _placed(dot: Dot, x: float, low: int, high: int) -> DrawnDot:
    def down(value: float) -> float:
        return round(TOP + PLOT * (high - value) / (high - low), 1)

    if dot.value is None:
        return DrawnDot(dot, f"{x:.2f}%", None, 0, 0, is_named=True)
    least, most = dot.interval or (dot.value, dot.value)
    return DrawnDot(dot, f"{x:.2f}%", down(dot.value), down(most), down(least), is_named=True)


def _segments(drawn: Sequence[DrawnDot], joined_by: Sequence[bool]) -> list[Segment]:
    return [
        Segment(before.x, before.y, after.x, after.y, joined_by[at])
        for at, (before, after) in enumerate(pairwise(drawn), 1)
        if before.y is not None and after.y is not None
    ]
