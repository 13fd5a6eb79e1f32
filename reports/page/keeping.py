"""What is taken away from a publication: its pictures, numbers and embedded charts, as they were when it was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from reports.core.charts import Bar
from reports.core.posters import Poster
from reports.edition import Edition
from reports.models import NoteItem
from reports.note import lead_of, title_of
from reports.page.head import Head, head_of_figure, head_of_method, head_of_report
from reports.page.pictures import png_of, poster_of, social_of, svg_of
from reports.page.tables import figure_csv, figures_csv

TAKEN = ("svg", "png", "csv", "social", "embed", "figures.csv")
CSV, PNG, SVG = "text/csv; charset=utf-8", "image/png", "image/svg+xml; charset=utf-8"


def kept_of(edition: Edition, technical_notice: str) -> dict[str, Any]:
    """Return, as JSON values, what a publication keeps to draw these again. Call it in the edition's language."""
    items = list(NoteItem.objects.filter(survey=edition.wave.survey))
    lead = lead_of(edition, items)
    return {
        "taken": {result.figure.code: {"poster": asdict(poster_of(edition, result)), "csv": figure_csv(edition, result)}
                  for result in edition.results},
        "figures.csv": figures_csv(edition),
        "lead": lead.figure.code if lead else "",
        "heads": {
            "results": asdict(head_of_report(edition, title_of(edition, items), lead)),
            "method": asdict(head_of_method(edition, technical_notice)),
            "receipt": {result.figure.code: asdict(head_of_figure(edition, result)) for result in edition.results},
        },
    }  # fmt: skip


def taken(pages: Mapping[str, Any], page: str, item: str) -> HttpResponse:
    """Give one of TAKEN from what a publication keeps in a language. Raises Http404 when it keeps none."""
    if page == "figures.csv":
        return HttpResponse(pages["figures.csv"], content_type=CSV)
    kept = pages["taken"].get(item or pages["lead"])
    if kept is None:
        raise Http404
    if page == "csv":
        return HttpResponse(kept["csv"], content_type=CSV)
    if page == "embed":
        embedded = pages["embeds"][item]
        article = mark_safe(embedded["article"])  # noqa: S308 -- drawn and escaped by our own template when it was frozen
        return render(None, "reports/page/embed.html", {"title": embedded["title"], "article": article})
    poster = _poster(kept["poster"])
    if page == "svg":
        return HttpResponse(svg_of(poster), content_type=SVG)
    return HttpResponse(social_of(poster) if page == "social" else png_of(poster), content_type=PNG)


def head_in(pages: Mapping[str, Any], page: str, item: str) -> Head | None:
    """Return the head that a publication keeps for one of its pages, None when it keeps none."""
    kept = pages.get("heads", {}).get(page)
    kept = kept.get(item) if kept and page == "receipt" else kept
    if kept is None:
        return None
    data_set = mark_safe(kept["data_set"])  # noqa: S308 -- no character is left in it that HTML reads
    return Head(**{**kept, "languages": tuple(tuple(each) for each in kept["languages"]), "data_set": data_set})


def _poster(kept: Mapping[str, Any]) -> Poster:
    bars = tuple(Bar(**{**bar, "interval": tuple(bar["interval"]) if bar["interval"] else None}) for bar in kept["bars"])
    texts: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items() if name != "bars"}
    return Poster(**texts, bars=bars)
