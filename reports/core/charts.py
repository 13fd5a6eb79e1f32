"""The geometry of a figure's bars: lengths in per cent of the width, heights in pixels, so that text keeps its size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["measured", "compared", "reference"]

CAPTION = 20  # pixels above a bar for its caption, when there are several bars
BAR = 14
CAP = 5  # half the height of the two ends of an interval
GAP = 10
AXIS = 22  # pixels under columns or points, for the numbers of their axis


@dataclass(frozen=True)
class Bar:
    """One percentage to draw (0–100), its printed form, what it is of, and its margin in points (None: no margin).

    ``interval`` is the 95 % interval as computed (low, high), which near 0 and 100 is not the percentage plus or minus its margin.
    A ``is_mark`` is a place on a scale that need not begin at nothing: a point is drawn, and no length.
    """

    kind: Kind
    percent: float
    printed: str
    caption: str
    margin: float | None = None
    interval: tuple[float, float] | None = None
    is_mark: bool = False

    @property
    def span(self) -> tuple[float, float] | None:
        """Return the ends of the interval to draw, None when the percentage has no margin."""
        if self.margin is None:
            return None
        return self.interval or (self.percent - self.margin, self.percent + self.margin)


@dataclass(frozen=True)
class DrawnBar:
    """A bar in place: ``width``, ``low`` and ``high`` are SVG lengths; ``top`` and the like are pixels, ``middle`` of its height,
    between ``cap_top`` and ``cap_bottom`` the ends of its interval."""

    bar: Bar
    width: str
    baseline: int
    top: int
    low: str
    high: str

    @property
    def middle(self) -> int:
        """Return where its interval is drawn."""
        return self.top + BAR // 2

    @property
    def cap_top(self) -> int:
        """Return the upper end of the interval's caps."""
        return self.middle - CAP

    @property
    def cap_bottom(self) -> int:
        """Return the lower end of the interval's caps."""
        return self.middle + CAP


@dataclass(frozen=True)
class Chart:
    """Bars one under another, of a given ``height`` in pixels. ``ends`` are the ends of their scale as printed, where it is not
    from 0 to 100 %: points on it are then drawn instead of bars."""

    bars: tuple[DrawnBar, ...]
    height: int
    has_captions: bool = False
    bar_height: int = BAR
    ends: tuple[str, str] | None = None

    @property
    def has_reference(self) -> bool:
        """Say whether one of them is a reference measure, hatched."""
        return any(drawn.bar.kind == "reference" for drawn in self.bars)


def draw(bars: Sequence[Bar], *, captioned: bool = False) -> Chart:
    """Place the bars one under another; a bar alone needs no caption where its sentence says no other figure."""
    drawn, y = [], 0
    has_captions = captioned or len(bars) > 1
    caption = CAPTION if has_captions else 0
    for bar in bars:
        top = y + caption
        low, high = bar.span or (bar.percent, bar.percent)
        drawn.append(DrawnBar(bar, _length(bar.percent), top - 6, top, _length(low), _length(high)))
        y = top + BAR + GAP
    return Chart(tuple(drawn), max(y - GAP, 0), has_captions)


@dataclass(frozen=True)
class Scale:
    """What a mean, a median or a score is drawn on: from ``low`` to ``high`` in its own unit, and both as printed."""

    low: float
    high: float
    ends: tuple[str, str]

    def place(self, value: float) -> float:
        """Return where a value stands, in per cent of the scale."""
        return 100 * (value - self.low) / (self.high - self.low)


def on_scale(bars: Sequence[Bar], scale: Scale, *, captioned: bool = False) -> Chart:
    """Place values in their own unit on a scale, the ends of it written below."""
    marks = [
        replace(
            bar,
            percent=scale.place(bar.percent),
            interval=(scale.place(bar.interval[0]), scale.place(bar.interval[1])) if bar.interval else None,
            margin=0.0 if bar.interval else None,
            is_mark=True,
        )
        for bar in bars
    ]
    chart = draw(marks, captioned=captioned)
    return replace(chart, height=chart.height + AXIS, ends=scale.ends)


def round_above(value: float) -> float:
    """Return the first of 1, 2, 5, 10, 20, 50… that is not below a positive value: where a scale without an end of its own ends."""
    step = 10.0 ** math.floor(math.log10(value))
    return next(times * step for times in (1, 2, 5, 10) if times * step >= value)


def _length(percent: float) -> str:
    return f"{min(max(percent, 0.0), 100.0):.2f}%"


COLUMNS_HEIGHT = 140  # pixels, of the highest column of a histogram
NEAR = 18  # per cent of the axis that a number at its end takes on a telephone


@dataclass(frozen=True)
class DrawnColumn:
    """A class of values in place: ``left`` and ``width`` are SVG lengths, ``top`` and ``height`` pixels."""

    low: float
    high: float
    people: int
    left: str
    width: str
    top: int
    height: int


@dataclass(frozen=True)
class Histogram:
    """Columns side by side on one axis; ``one`` is where the weight 1 stands, '' when it is off the axis; near an end of the axis
    it is not ``labelled``, since the end's own number stands there."""

    columns: tuple[DrawnColumn, ...]
    one: str
    labelled: bool = False
    height: int = COLUMNS_HEIGHT + AXIS
    base: int = COLUMNS_HEIGHT


def draw_histogram(classes: Sequence[tuple[float, float, int]]) -> Histogram | None:
    """Place classes (from, to, people) of one width; a class of somebody is never drawn as nobody. None without classes."""
    if not classes:
        return None
    low, high, most = classes[0][0], classes[-1][1], max(people for _low, _high, people in classes)
    span = high - low
    columns = []
    for start, end, people in classes:
        height = max(round(COLUMNS_HEIGHT * people / most), 2) if people else 0
        left, width = 100 * (start - low) / span, 100 * (end - start) / span
        columns.append(DrawnColumn(start, end, people, f"{left:.2f}%", f"{width:.2f}%", COLUMNS_HEIGHT - height, height))
    at = 100 * (1 - low) / span
    return Histogram(tuple(columns), f"{at:.2f}%" if low <= 1 <= high else "", NEAR <= at <= 100 - NEAR)
