"""The staff's page of a wave's documents: what there is, each to be downloaded, and what the notice lacks."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reports.dataset import snapshot
from reports.documents.formats import FORMATS
from reports.documents.missing import blocks_publication, is_under_the_law, missing
from reports.documents.shelf import KINDS, document_of, file_of
from reports.edition import Edition
from reports.results import results_of
from surveys.form.frame import own_name
from surveys.models import Wave
from surveys.staff import staff_context, staff_page


@dataclass(frozen=True)
class Shelf:
    """A kind of document as the page lists it: its name, and (code, name) of the languages that it is written in."""

    kind: str
    title: Promise
    languages: tuple[tuple[str, str], ...]


@require_GET
def documents(request: HttpRequest, wave_id: int) -> HttpResponse:
    """List the documents of a wave, and in red what its notice lacks."""
    wave = _wave(wave_id)
    language = _language(wave, get_language() or "")
    with override(language):
        edition = Edition(results_of(wave), language)
        lacking, is_blocked = missing(edition), blocks_publication(edition)
    languages = tuple((code, own_name(code)) for code in wave.survey.languages)
    shown = {
        "wave": wave,
        "shelves": [Shelf(kind, each.title, languages) for kind, each in KINDS.items()],
        "formats": list(FORMATS.values()),
        "missing": lacking,
        "is_blocked": is_blocked,
        "is_under_the_law": is_under_the_law(wave.survey),
        "state": edition.state,
    }
    return TemplateResponse(request, "reports/documents/documents.html", staff_context(request, _("Documents"), shown))


@require_GET
def document(request: HttpRequest, wave_id: int, kind: str, language: str, suffix: str) -> HttpResponse:
    """Give one document as a file."""
    wave = _wave(wave_id)
    if kind not in KINDS or suffix not in FORMATS or language not in wave.survey.languages:
        raise Http404
    with snapshot():  # one computation's figures with its own summary
        made = document_of(results_of(wave), kind, language)
    file = file_of(wave, kind, made, suffix)
    disposition = f'attachment; filename="{file.name}"'  # an address and codes: no sign that a header could not carry
    return HttpResponse(file.content, content_type=file.media_type, headers={"Content-Disposition": disposition})


def _wave(pk: int) -> Wave:
    return get_object_or_404(Wave.objects.select_related("survey", "questionnaire").exclude(questionnaire=None), pk=pk)


def _language(wave: Wave, wanted: str) -> str:
    return wanted if wanted in wave.survey.languages else wave.survey.default_language


urlpatterns = [
    path("", staff_page(documents, "reports.view_aggregation"), name="documents"),
    path(
        "<slug:kind>.<slug:language>.<slug:suffix>", staff_page(document, "reports.view_aggregation"), name="document",
    ),
]  # fmt: skip
