"""A publication as readers see it: its frozen page in today's frame, with who published it, when, and what came after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from reports.core.typography import dated, moment
from reports.framing import frame_of
from reports.models import Release, ReleaseEvent
from reports.page.keeping import TAKEN, head_in, taken
from reports.press import Press
from reports.releases.filing import offers
from reports.technical import Fact

if TYPE_CHECKING:
    from reports.reading import Reading


def show(reading: Reading, page: str) -> HttpResponse:
    """Show a page ("results", "method", "receipt", "evidence", or one of TAKEN) of what is published, or that it waits for its hour.

    Raises Http404 when the publication has no such page.
    """
    if reading.release is None and page in ("evidence", *TAKEN):
        raise Http404
    if reading.release is None:
        return awaited(reading)
    return shown(reading, Release.objects.get(pk=reading.release), page)


def awaited(reading: Reading, release: Release | None = None) -> HttpResponse:
    """Say from when a publication, by default the wave's first, may be read, and nothing of it."""
    release = release or Release.objects.light().filter(wave=reading.wave).order_by("public_from").first()
    hour = _moment(reading, release) if release else ""
    return render(None, "reports/releases/awaited.html", frame_of(reading) | {"hour": hour})


def shown(reading: Reading, release: Release, page: str, at: str = "") -> HttpResponse:
    """Show one page of a publication, its links leading on below ``at`` (by default its own address). Raises Http404 when it has
    no such page."""
    if page == "evidence":
        return _receipt_as_json(reading, release)
    pages = release.pages.get(reading.language) or release.pages[reading.wave.survey.default_language]
    if page in TAKEN:
        return taken(pages, page, reading.item)
    frozen = pages["figures"].get(reading.item) if page == "receipt" else pages[page]
    if frozen is None:
        raise Http404
    # Links only: the code to embed keeps the wave's own address, which a correction follows and which is no secret.
    article = frozen["article"].replace(f'href="{_prefix(reading)}', f'href="{at or address_of(release)}')
    context = {
        "title_of_page": frozen["title"],
        "head": head_in(pages, page, reading.item),
        "article": mark_safe(article),  # noqa: S308 -- drawn and escaped by our own templates when it was frozen
        "release": release,
        "is_receipt": page == "receipt",
        "facts": tuple(_facts(reading, release)),
        "others": tuple(_others(reading, release)),
        "events": tuple(_events(reading, release)),
        "corrects": release.number - 1,
        "day": _moment(reading, release),
        "address": at or address_of(release),
        "is_public": not at,
        "documents": tuple(offers(release, reading.language)),
        "files": release.files.filter(is_public=True, media_type="text/csv").defer("content"),
    }
    return render(None, "reports/releases/release.html", frame_of(reading) | context)


def address_of(release: Release) -> str:
    """Return where a publication stands for ever."""
    return reverse("release_page", args=[release.wave.survey.slug, release.wave.code, release.number])


def as_json(release: Release) -> dict[str, Any]:
    """Return a publication for machines: what was published, its notice, and how to check it."""
    return {
        **about(release),
        "documents": release.notice["publication"].get("documents", []),
        "figures": release.figures,
        "notice": release.notice["languages"],
    }


def about(release: Release) -> dict[str, Any]:
    """Return what identifies a publication, as JSON values."""
    return {
        "release": {
            "number": release.number,
            "address": address_of(release),
            "published_at": release.published_at.isoformat(),
            "public_from": release.public_from.isoformat(),
            "published_by": release.notice["publication"]["by"],
            "corrects": release.number - 1 or None,
            "reason": release.reason,
            "notice_filed_on": release.notice["publication"]["filed_on"],
            "evidence_sha256": release.sha256,
            "events": [{"kind": event.kind, "at": event.at.isoformat(), "people": event.people, "text": event.text}
                       for event in release.events.all()],
        }
    }  # fmt: skip


def _receipt_as_json(reading: Reading, release: Release) -> HttpResponse:
    receipts = release.figures["receipts"].get(reading.language) or release.figures["receipts"][reading.wave.survey.default_language]
    if reading.item not in receipts:
        raise Http404
    return JsonResponse(receipts[reading.item] | about(release), json_dumps_params={"ensure_ascii": False, "indent": 1})


def _prefix(reading: Reading) -> str:
    return reverse("wave_results", args=[reading.wave.survey.slug, reading.wave.code])


def _facts(reading: Reading, release: Release) -> Iterator[Fact]:
    publication, language = release.notice["publication"], reading.language
    yield Fact(_("Publication"), _("no. %(number)s") % {"number": release.number})
    yield Fact(_("Published"), moment(release.published_at.astimezone(ZoneInfo(reading.wave.time_zone)), language))
    yield Fact(_("Published by"), publication["by"] or reading.wave.institute or reading.wave.survey.institute or _("not given"))
    if release.reason:
        yield Fact(_("Reason of the correction"), release.reason)
    if publication["filed_on"]:
        yield Fact(_("Notice filed on"), dated(publication["filed_on"], language))
    if uneven := publication["uneven_weights"]:
        yield Fact(_("Uneven weights allowed"), f"{uneven['allowed_by']} – {uneven['because']}")
    yield Fact(_("Fingerprint of the evidence (SHA-256)"), release.sha256, is_code=True)


def _others(reading: Reading, release: Release) -> Iterator[tuple[int, str, bool]]:
    """The other publications that may be read: number, address, and whether it came after this one."""
    for other in Release.objects.light().public().filter(wave=reading.wave).exclude(pk=release.pk).order_by("number"):
        yield other.number, address_of(other), other.number > release.number


def _events(reading: Reading, release: Release) -> Iterator[str]:
    press = Press(reading.wave.survey, reading.language)
    gone = 0
    for event in release.events.all():
        day = moment(timezone.localtime(event.at, ZoneInfo(reading.wave.time_zone)), reading.language)
        if event.kind == ReleaseEvent.Kind.WITHDRAWN:
            yield _("Withdrawn on %(day)s: %(reason)s") % {"day": day, "reason": event.text}
        gone += event.people
    if gone:
        yield _("Erased or removed since this publication, of the people interviewed: %(people)s. Its figures stay as they were published; its evidence still proves them.") % {"people": press.count(gone)}  # fmt: skip


def _moment(reading: Reading, release: Release) -> str:
    return moment(timezone.localtime(release.public_from, ZoneInfo(reading.wave.time_zone)), reading.language)
