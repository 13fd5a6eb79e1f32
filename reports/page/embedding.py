"""A figure inside another site's page: what it shows, how high it is, and the code that is pasted there."""

from __future__ import annotations

from dataclasses import dataclass

from reports.core.drawing import Column
from reports.edition import Edition, FigureView
from reports.page.mentions import Mentions, about_line, address_of, mentions_of
from reports.page.png import width_of
from reports.results import Result

COLUMN, PHONE = 480, 320  # widths in pixels of a frame: the stated height is enough from the first on, and grows down to the second
MARGINS = 48  # pixels that a page leaves beside a frame on a phone
PADDING = 16
WIDEST_FONT = 1.15  # how much wider than ours the reader's own font may be


@dataclass(frozen=True)
class Embedded:
    """A figure as embedded, its ``height`` in pixels in frames of ``width`` pixels or more, and the ``code`` to paste."""

    figure: FigureView
    about: str
    mentions: Mentions
    height: int
    width: int
    code: str


def embedded_of(edition: Edition, result: Result) -> Embedded:
    """Return a figure as other sites show it."""
    figure, mentions = edition.view(result, captioned=True), mentions_of(edition, result)
    about = about_line(edition, figure)
    height, tallest = (_height(figure, about, mentions, width) for width in (COLUMN, PHONE))
    return Embedded(figure, about, mentions, height, COLUMN, _code(edition, figure, height, tallest))


def _code(edition: Edition, figure: FigureView, height: int, tallest: int) -> str:
    """Return a frame that grows as the window narrows; a text's height falls slower and slower with its width, so a straight line
    between two widths is always enough."""
    address = address_of(edition, "embed", figure.code)
    title = figure.sentence.replace("&", "&amp;").replace('"', "&quot;")
    slope = (tallest - height) / (COLUMN - PHONE)
    grows = f"max({height}px, calc({tallest + slope * (PHONE + MARGINS):.0f}px - {100 * slope:.0f}vw))"
    return f'<iframe src="{address}" title="{title}" width="100%" height="{height}" style="border: 0; height: {grows}" loading="lazy"></iframe>'


def _height(figure: FigureView, about: str, mentions: Mentions, width: int) -> int:
    """Return what the page needs in a frame of that width, as its style sets it."""
    column = Column(0, width - 2 * PADDING, 0, _wide)
    column.write(figure.sentence, 18, bold=True, leading=1.35)
    column.skip((figure.chart.height if figure.chart else 0) + 20)
    for words in (about, *figure.remarks):
        column.write(words, 14, leading=1.5)
        column.skip(7)
    for words in (mentions.demonstration, *mentions.lines[:-1]):
        column.write(words, 12, leading=1.4)
        column.skip(6)
    return round(column.y + 2 * PADDING + 50)


def _wide(words: str, size: float, *, bold: bool = False) -> float:
    return WIDEST_FONT * width_of(words, size, bold=bold)
