"""Each publication at its own address, for ever: its pages, its receipts, its JSON twins and its public files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import override
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from reports.models import Release, ReleaseFile
from reports.page.keeping import TAKEN
from reports.reading import Reading, reading_of, revalidated, wave_at
from reports.releases.showing import address_of, as_json, awaited, shown


@require_safe
@gzip_page
def page(request: HttpRequest, slug: str, wave: str, number: int, page: str = "results", item: str = "") -> HttpResponseBase:
    """Show a page of one publication, or that its hour has not come."""
    reading, release = _find(request, slug, wave, number, item)
    if page in ("evidence", *TAKEN) and not release.is_public:
        raise Http404
    with override(reading.language):
        response = shown(reading, release, page) if release.is_public else awaited(reading, release)
    return revalidated(response, reading.wave)


@require_safe
@gzip_page
def twin(request: HttpRequest, slug: str, wave: str, number: int) -> HttpResponseBase:
    """Give a publication as JSON."""
    _reading, release = _find(request, slug, wave, number)
    if not release.is_public:
        raise Http404
    return JsonResponse(as_json(release), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def file(request: HttpRequest, slug: str, wave: str, number: int, name: str) -> HttpResponseBase:
    """Give one of its public files."""
    _reading, release = _find(request, slug, wave, number)
    if not release.is_public:
        raise Http404
    return download(get_object_or_404(release.files, name=name, is_public=True))


@require_safe
def latest_wave(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Lead to the publication of that number of the latest wave."""
    found = wave_at(slug)
    release = Release.objects.light().filter(wave=found, number=number).select_related("wave__survey").first()
    if release is None:
        raise Http404
    return HttpResponseRedirect(address_of(release))


def download(kept: ReleaseFile) -> HttpResponse:
    """Give a file of a publication, with its fingerprint."""
    headers = {"Content-Disposition": f'attachment; filename="{kept.name}"', "X-Content-SHA256": kept.sha256}
    return HttpResponse(bytes(kept.content), content_type=kept.media_type, headers=headers)


def _find(request: HttpRequest, slug: str, wave: str, number: int, item: str = "") -> tuple[Reading, Release]:
    reading = reading_of(request, slug, wave, item)
    releases = Release.objects.select_related("wave__survey").prefetch_related("events")
    return reading, get_object_or_404(releases, wave=reading.wave, number=number)
