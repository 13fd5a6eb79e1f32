"""A publication before its hour, for those who have a link: no account, a secret address that ends by itself or is closed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from reports.models import ClientLink, Release
from reports.reading import reading_of
from reports.releases.showing import shown
from surveys.models import Wave


def make_link(wave: Wave, label: str, expires_at: datetime | None, by: User) -> str:
    """Make a link for ``label`` and return its token, of which only the SHA-256 is kept."""
    token = secrets.token_urlsafe(16)
    ClientLink.objects.create(
        wave=wave, token_sha256=_digest(token), label=label, shows=["release"], made_at=timezone.now(), made_by=by, expires_at=expires_at
    )
    return token


def open_links(wave: Wave | None = None) -> QuerySet[ClientLink]:
    """Return the links that open now, of a wave or of all."""
    links = ClientLink.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()), revoked_at__isnull=True)
    return links if wave is None else links.filter(wave=wave)


@require_safe
def page(request: HttpRequest, token: str, page: str = "results", item: str = "") -> HttpResponseBase:
    """Show the latest publication of the link's wave, whether or not its hour has come."""
    link = open_links().filter(token_sha256=_digest(token)).select_related("wave__survey").first()
    release = Release.objects.filter(wave=link.wave).prefetch_related("events").order_by("-number").first() if link else None
    if link is None or release is None:
        raise Http404
    reading = reading_of(request, link.wave.survey.slug, link.wave.code, item)
    with override(reading.language):
        response = shown(reading, release, page, at=reverse("client_page", args=[token]))
    # Its address is its secret: nobody keeps it, lists it or passes it on.
    response["Cache-Control"], response["X-Robots-Tag"], response["Referrer-Policy"] = "private, no-store", "noindex", "no-referrer"
    return response


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
