"""A figure as a picture that stands alone: its sentence, its bars, its base and every mention; and the one that links show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.core.charts import Bar, Kind
from reports.core.drawing import Box, Column, Drawing, Ink, Line, Measure

WIDTH = 800
EDGE = 40
BAR = 22
MARK = 8  # the width of a point on a scale
CAP = 6  # half the height of an interval's ends
LOOKS: dict[Kind, tuple[Ink | None, Ink | None]] = {"measured": ("blue", None), "compared": ("paper", "blue"), "reference": (None, "hatch")}
SOCIAL = (1200, 630)  # what Open Graph shows whole


@dataclass(frozen=True)
class Poster:
    """What the picture of a figure says; it has no bars when it is withheld. ``scale`` are the ends of the bars' scale as printed,
    ``mentions`` the paragraphs under it, the survey's own first; ``demonstration`` is set apart, above all."""

    heading: str
    sentence: str
    bars: tuple[Bar, ...]
    scale: tuple[str, str]
    about: str
    remarks: tuple[str, ...]
    mentions: tuple[str, ...]
    demonstration: str
    description: str


def picture(poster: Poster, measure: Measure) -> Drawing:
    """Draw a figure with all its mentions, as high as they need."""
    column = Column(EDGE, WIDTH - EDGE, 24, measure)
    _warn(column, poster.demonstration, 13)
    column.write(poster.heading, 13, ink="blue", bold=True)
    column.skip(6)
    column.write(poster.sentence, 23, bold=True, leading=1.25)
    column.skip(12)
    _bars(column, poster)
    column.write(poster.about, 15, bold=True)
    for remark in poster.remarks:
        column.write(remark, 13, ink="soft")
    column.skip(12)
    column.rule()
    column.skip(8)
    for mention in poster.mentions:
        column.write(mention, 12, ink="soft")
        column.skip(3)
    return Drawing(WIDTH, round(column.y + 20), tuple(column.shapes), poster.sentence, poster.description)


def social(poster: Poster, measure: Measure) -> Drawing:
    """Draw what a link to the page shows elsewhere: the number, its sentence, its base, who asked whom and when."""
    width, height = SOCIAL
    column = Column(72, width - 72, 40, measure)
    _warn(column, poster.demonstration, 20)
    column.write(poster.heading, 22, ink="blue", bold=True)
    column.skip(8)
    below = _height(poster.about, 24, column) + _height(poster.mentions[0], 20, column) + 10
    bars = poster.bars[:1]
    room = height - 40 - below - column.y - (100 if bars else 28)
    column.write(poster.sentence, _largest(poster.sentence, room, column), bold=True, leading=1.25)
    column.skip(24)
    for bar in bars:
        _bar(column, bar, 32)
    foot = Column(72, width - 72, 0, measure)
    foot.skip(height - 40 - below)
    foot.write(poster.about, 24, bold=True)
    foot.skip(10)
    foot.write(poster.mentions[0], 20, ink="soft")
    return Drawing(width, height, (*column.shapes, *foot.shapes), poster.sentence, poster.description)


def _warn(column: Column, words: str, size: float) -> None:
    """Set the warning on a band over the whole width, above everything."""
    if not words:
        return
    band = Column(column.left, column.right, 12, column.measure)
    band.write(words, size)
    column.shapes.append(Box(0, 0, column.right + column.left, band.y + 8, fill="yellow"))
    column.shapes += band.shapes
    column.y = band.y + 8 + column.y


def _bars(column: Column, poster: Poster) -> None:
    for bar in poster.bars:
        caption = f"{bar.printed}  {bar.caption}"
        column.write(caption, 15, bold=bar.kind == "measured")
        column.skip(3)
        _bar(column, bar, BAR)
        column.skip(BAR + 10)
    if poster.bars:
        low, high = poster.scale
        column.skip(-4)
        end = Column(column.right - column.measure(high, 12), column.right + 1, column.y, column.measure)
        end.write(high, 12, ink="soft")
        column.write(low, 12, ink="soft")
        column.shapes += end.shapes
        column.skip(10)


def _bar(column: Column, bar: Bar, height: float) -> None:
    """Draw a bar on its track, and its interval: white where it lies on the bar, dark beyond its end."""

    def at(percent: float) -> float:
        return column.left + column.width * min(max(percent, 0.0), 100.0) / 100

    top, end = column.y, at(bar.percent)
    fill, outline = LOOKS[bar.kind]
    column.shapes.append(Box(column.left, top, column.width, height, "track"))
    start = end - MARK / 2 if bar.is_mark else column.left
    width = MARK if bar.is_mark else end - column.left
    column.shapes.append(Box(start, top, width, height, fill, outline, is_hatched=bar.kind == "reference"))
    if bar.span and bar.is_mark:
        low, high, middle = at(bar.span[0]), at(bar.span[1]), top + height / 2
        column.shapes += [Line(low, middle, high, middle, 2)]
        column.shapes += [Line(side, middle - CAP, side, middle + CAP, 2) for side in (low, high)]
    elif bar.span:
        low, high, middle = at(bar.span[0]), at(bar.span[1]), top + height / 2
        column.shapes += [Line(low, middle, end, middle, 2, "paper"), Line(low, middle - CAP, low, middle + CAP, 2, "paper")]
        column.shapes += [Line(end, middle, high, middle, 2), Line(high, middle - CAP, high, middle + CAP, 2)]


def _height(words: str, size: float, column: Column, *, bold: bool = False) -> float:
    trial = Column(column.left, column.right, 0, column.measure)
    trial.write(words, size, bold=bold)
    return trial.y


def _largest(words: str, room: float, column: Column, sizes: Sequence[int] = (52, 46, 40, 36, 32, 28)) -> int:
    """Return the largest of some sizes in which the words fit."""
    return next((size for size in sizes if _height(words, size, column, bold=True) <= room), sizes[-1])
