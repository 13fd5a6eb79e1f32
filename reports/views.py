"""What readers see of a survey: its results, the receipt of each figure, and how it was made."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports.composition import dispositions
from reports.edition import Edition
from reports.evidence import evidence_of
from reports.framing import frame_of
from reports.models import ExternalFigure, NoteItem
from reports.note import footnotes_of, lead_of, paragraphs_of, title_of
from reports.notices import notice_of
from reports.page.embedding import embedded_of
from reports.page.head import head_of_figure, head_of_method, head_of_report
from reports.page.mentions import source_of, survey_line
from reports.press import Press
from reports.reading import Reading, lead_to_latest, readable
from reports.receipts import receipt_of
from reports.results import Result, results_of
from reports.technical import facts_of, margin_statement, margins_grid
from surveys.models import Wave

REFRESH_SECONDS = 2


@readable("results")
def results(reading: Reading) -> HttpResponse:
    """Show a wave's results as the published note, or how far it is from having any."""
    if reading.wave.kind == Wave.Kind.EXTERNAL:
        return _external(reading)
    edition = Edition(results_of(reading.wave), reading.language)
    items = list(NoteItem.objects.filter(survey=reading.wave.survey))
    has_figures = edition.state in ("raw", "weighted")
    context = {
        "edition": edition,
        "n": edition.press.count(edition.n),
        "survey_line": survey_line(edition, is_brief=True),
        "source": source_of(edition),
        "head": head_of_report(edition, title_of(edition, items), lead_of(edition, items)),
        "smallest_base": edition.press.thresholds.smallest,
        "heading": title_of(edition, items),
        "paragraphs": paragraphs_of(edition, items) if has_figures else (),
        "footnotes": footnotes_of(edition),
        "facts": facts_of(edition),
        "margin_statement": margin_statement(edition),
        "margins": margins_grid(edition),
        "refresh": REFRESH_SECONDS if reading.wave.is_open else 0,
    }
    return render(None, "reports/results.html", frame_of(reading) | context)


@readable("receipt")
def receipt(reading: Reading) -> HttpResponse:
    """Show everything that leads to one percentage."""
    edition, result = _figure(reading)
    context = {
        "edition": edition,
        "receipt": receipt_of(edition, result),
        "source": source_of(edition),
        "embedded": embedded_of(edition, result),
        "head": head_of_figure(edition, result),
    }
    return render(None, "reports/receipt.html", frame_of(reading) | context)


@readable("evidence")
def evidence(reading: Reading) -> HttpResponse:
    """Give the same as JSON."""
    edition, result = _figure(reading)
    return JsonResponse(evidence_of(edition, result), json_dumps_params={"ensure_ascii": False, "indent": 1})


@readable("method", also=dispositions)
def method(reading: Reading) -> HttpResponse:
    """Show the technical notice: how the survey was made, and the whole questionnaire."""
    if reading.wave.kind == Wave.Kind.EXTERNAL:
        raise Http404
    edition = Edition(results_of(reading.wave), reading.language)
    context = {"edition": edition, "notice": notice_of(edition), "head": head_of_method(edition, _("Technical notice"))}
    return render(None, "reports/method.html", frame_of(reading) | context)


@require_safe
def latest_receipt(request: HttpRequest, slug: str, item: str) -> HttpResponseBase:
    """Lead to the receipt of the latest wave."""
    return lead_to_latest(request, slug, "receipt", item)


@require_safe
def latest_evidence(request: HttpRequest, slug: str, item: str) -> HttpResponseBase:
    """Lead to the JSON of the latest wave."""
    return lead_to_latest(request, slug, "evidence", item)


def _external(reading: Reading) -> HttpResponse:
    wave = reading.wave
    press = Press(wave.survey, reading.language)
    figures = ExternalFigure.objects.filter(wave=wave).select_related("figure")
    rows = [(press.text(one.wording), press.percent(float(one.percent)), press.count(one.n), one.source) for one in figures]
    return render(None, "reports/external.html", frame_of(reading) | {"rows": rows, "comparability": press.text(wave.comparability)})


def _figure(reading: Reading) -> tuple[Edition, Result]:
    """Find the figure that the address names. Raises Http404."""
    if reading.wave.kind == Wave.Kind.EXTERNAL:
        raise Http404
    edition = Edition(results_of(reading.wave), reading.language)
    for result in edition.results:
        if result.figure.code == reading.item:
            return edition, result
    raise Http404
