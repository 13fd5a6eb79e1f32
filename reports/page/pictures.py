"""A figure's picture as its numbers, words and mentions make it; every pen draws from the same poster."""

from __future__ import annotations

from reports.core.posters import Poster, picture, social
from reports.core.typography import percentage, typeset
from reports.edition import Edition
from reports.page.mentions import about_line, mentions_of
from reports.page.png import as_png, width_of
from reports.page.svg import as_svg
from reports.results import Result

SHARP = 2  # a picture is twice its nominal size, for print and fine screens


def poster_of(edition: Edition, result: Result) -> Poster:
    """Return what the picture of a figure says."""
    view, mentions, press = edition.view(result, captioned=True), mentions_of(edition, result), edition.press
    survey = edition.wave.survey
    about = about_line(edition, view)
    return Poster(
        heading=f"{typeset(survey.title, survey.default_language)} · {press.label_of(edition.wave)}",
        sentence=view.sentence,
        bars=tuple(drawn.bar for drawn in view.chart.bars) if view.chart else (),
        scale=(view.chart.ends if view.chart else None) or (percentage("0", press.language), percentage("100", press.language)),
        about=about,
        remarks=view.remarks,
        mentions=mentions.lines,
        demonstration=mentions.demonstration,
        description=" ".join((about, *view.remarks, mentions.demonstration, *mentions.lines)).strip(),
    )


def svg_of(poster: Poster) -> str:
    """Return a figure's picture as an SVG file."""
    return as_svg(picture(poster, width_of))


def png_of(poster: Poster) -> bytes:
    """Return a figure's picture as a PNG file, its mentions also as text in it."""
    return as_png(picture(poster, width_of), _written_in(poster), scale=SHARP)


def social_of(poster: Poster) -> bytes:
    """Return the picture that a link to a figure shows elsewhere, as a PNG file."""
    return as_png(social(poster, width_of), _written_in(poster))


def _written_in(poster: Poster) -> dict[str, str]:
    return {"Title": poster.sentence, "Description": poster.description}
