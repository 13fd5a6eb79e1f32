"""What is taken away from the report: a figure's picture and numbers, its chart inside another site's page, the picture of a link."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt

from reports.edition import Edition
from reports.note import lead_of
from reports.page.embedding import embedded_of
from reports.page.keeping import CSV, PNG, SVG
from reports.page.pictures import png_of, poster_of, social_of, svg_of
from reports.page.tables import figure_csv, figures_csv
from reports.reading import Reading, readable
from reports.results import Result, results_of
from surveys.models import Wave

# A page that others may frame runs nothing and fetches nothing but its own styles.
IN_FRAMES = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"

View = Callable[..., HttpResponseBase]


def embeddable(view: View) -> View:
    """Let other sites show the page in a frame, which no other page allows."""

    @wraps(view)
    def framed(request: HttpRequest, *given: Any, **named: Any) -> HttpResponseBase:
        response = view(request, *given, **named)
        response.headers["Content-Security-Policy"] = IN_FRAMES
        return response

    return xframe_options_exempt(framed)


@readable("svg")
def picture_svg(reading: Reading) -> HttpResponse:
    """Give a figure's picture as SVG."""
    return HttpResponse(svg_of(poster_of(*figure_of(reading))), content_type=SVG)


@readable("png")
def picture_png(reading: Reading) -> HttpResponse:
    """Give a figure's picture as PNG."""
    return HttpResponse(png_of(poster_of(*figure_of(reading))), content_type=PNG)


@readable("csv")
def numbers_csv(reading: Reading) -> HttpResponse:
    """Give a figure's numbers as CSV."""
    return HttpResponse(figure_csv(*figure_of(reading)), content_type=CSV)


@readable("figures.csv")
def all_numbers_csv(reading: Reading) -> HttpResponse:
    """Give the numbers of all figures as CSV."""
    return HttpResponse(figures_csv(edition_of(reading)), content_type=CSV)


@readable("social")
def social_picture(reading: Reading) -> HttpResponse:
    """Give the picture that a link to a figure shows elsewhere; to the whole report, that of its first published figure."""
    edition, result = figure_of(reading) if reading.item else lead_figure_of(reading)
    return HttpResponse(social_of(poster_of(edition, result)), content_type=PNG)


@embeddable
@readable("embed")
def embed(reading: Reading) -> HttpResponse:
    """Show one figure for another site's page, with its mentions."""
    edition, result = figure_of(reading)
    return render(None, "reports/page/embed.html", {"title": edition.sentence(result), "embedded": embedded_of(edition, result)})


def edition_of(reading: Reading) -> Edition:
    """Return a wave's results in the reader's language. Raises Http404 for a wave that has no questionnaire of ours."""
    if reading.wave.kind == Wave.Kind.EXTERNAL:
        raise Http404
    return Edition(results_of(reading.wave), reading.language)


def figure_of(reading: Reading) -> tuple[Edition, Result]:
    """Return the figure that the address names. Raises Http404."""
    edition = edition_of(reading)
    for result in edition.results:
        if result.figure.code == reading.item:
            return edition, result
    raise Http404


def lead_figure_of(reading: Reading) -> tuple[Edition, Result]:
    """Return the figure that stands for the whole report. Raises Http404 before there is any."""
    edition = edition_of(reading)
    lead = lead_of(edition, reading.wave.survey.note_items.all())
    if lead is None:
        raise Http404
    return edition, lead
