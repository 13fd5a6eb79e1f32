"""A figure inside another site's page: what it shows, how high it is, and the code that is pasted there."""

from __future__ import annotations

from dataclasses import dataclass

from reports.core.drawing import Column
from reports.edition import Edition, FigureView
from reports.page.mentions import Mentions, about_line, address_of, mentions_of
from reports.page.png import width_of
from reports.results import Result

NARROWEST = 320  # the width in pixels for which the height is stated; a wider frame has room to spare
PADDING = 16


@dataclass(frozen=True)
class Embedded:
    """A figure as embedded, its ``height`` in pixels, and the ``code`` to paste."""

    figure: FigureView
    about: str
    mentions: Mentions
    height: int
    code: str


def embedded_of(edition: Edition, result: Result) -> Embedded:
    """Return a figure as other sites show it."""
    figure, mentions = edition.view(result, captioned=True), mentions_of(edition, result)
    about = about_line(edition, figure)
    height = _height(figure, about, mentions)
    return Embedded(figure, about, mentions, height, _code(edition, figure, height))


def _code(edition: Edition, figure: FigureView, height: int) -> str:
    address = address_of(edition, "embed", figure.code)
    title = figure.sentence.replace("&", "&amp;").replace('"', "&quot;")
    return f'<iframe src="{address}" title="{title}" width="100%" height="{height}" loading="lazy"></iframe>'


def _height(figure: FigureView, about: str, mentions: Mentions) -> int:
    """Return what the page needs at its narrowest, as its style sets it."""
    column = Column(0, NARROWEST - 2 * PADDING, 0, width_of)
    column.write(figure.sentence, 18, bold=True, leading=1.35)
    column.skip((figure.chart.height if figure.chart else 0) + 20)
    for words in (about, *figure.remarks):
        column.write(words, 14, leading=1.45)
        column.skip(6)
    for words in (mentions.demonstration, *mentions.lines[:-1]):
        column.write(words, 12, leading=1.45)
        column.skip(6)
    return round(column.y + 2 * PADDING + 60)
