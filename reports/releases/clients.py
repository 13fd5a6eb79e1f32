"""What those who commissioned a study read before everybody: no account, a secret address that ends by itself or is closed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from reports.documents.formats import FORMATS
from reports.documents.shelf import file_of
from reports.framing import frame_of
from reports.models import ClientLink, Release
from reports.reading import Reading, reading_of
from reports.releases.approvals import DRAFT, record
from reports.releases.drafts import Draft, draft_of
from reports.releases.showing import shown
from respondents.requests import from_foreign_site
from surveys.models import Wave


class AnswerForm(forms.Form):
    """What a client says of the figures: their name, whether they agree, and what they would have changed."""

    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[("agrees", gettext_lazy("I agree to the publication of these figures.")), ("changes", gettext_lazy("I ask for changes."))],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=gettext_lazy("Remark, or the changes that you ask for"), required=False, max_length=4000, widget=forms.Textarea({"rows": 4})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse to ask for changes without saying which."""
        given = super().clean() or {}
        if given.get("answer") == "changes" and not given.get("remark"):
            raise ValidationError(_("Say which changes you ask for."))
        return given


def make_link(wave: Wave, label: str, expires_at: datetime | None, by: User, shows: Sequence[str] = ()) -> str:
    """Make a link for ``label`` and return its token, of which only the SHA-256 is kept."""
    token = secrets.token_urlsafe(16)
    shown_there = ["release", *shows]
    ClientLink.objects.create(
        wave=wave, token_sha256=_digest(token), label=label, shows=shown_there, made_at=timezone.now(), made_by=by, expires_at=expires_at
    )
    return token


def open_links(wave: Wave | None = None) -> QuerySet[ClientLink]:
    """Return the links that open now, of a wave or of all."""
    links = ClientLink.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()), revoked_at__isnull=True)
    return links if wave is None else links.filter(wave=wave)


def secret(view: Any) -> Any:
    """Keep a page whose address is its secret from being stored, listed or passed on."""

    @wraps(view)
    def kept_secret(request: HttpRequest, *given: Any, **named: Any) -> HttpResponseBase:
        response: HttpResponseBase = view(request, *given, **named)
        response["Cache-Control"], response["X-Robots-Tag"], response["Referrer-Policy"] = "private, no-store", "noindex", "no-referrer"
        return response

    return kept_secret


@require_safe
@secret
def page(request: HttpRequest, token: str, page: str = "results", item: str = "") -> HttpResponseBase:
    """Show the latest publication of the link's wave, whether or not its hour has come; before there is one, its draft."""
    link = _link(token)
    release = Release.objects.filter(wave=link.wave).prefetch_related("events").order_by("-number").first()
    if release is None and DRAFT in link.shows and page == "results":
        return HttpResponseRedirect(reverse("client_draft", args=[token]))
    if release is None:
        raise Http404
    reading = reading_of(request, link.wave.survey.slug, link.wave.code, item)
    with override(reading.language):
        return shown(reading, release, page, at=reverse("client_page", args=[token]))


@csrf_exempt  # no cookie is looked at: the address alone lets in
@require_http_methods(["GET", "HEAD", "POST"])
@secret
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """Show the tables of every question before publication, and keep what the client says of them."""
    link = _link(token, DRAFT)
    if request.method == "POST" and from_foreign_site(request):
        raise PermissionDenied
    reading = reading_of(request, link.wave.survey.slug, link.wave.code)
    with override(reading.language):
        made = draft_of(reading.wave)
        if made is None:
            return render(request, "reports/releases/draft.html", frame_of(reading) | {"token": token})
        form = AnswerForm(request.POST or None, initial={"sha256": made.sha256})
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            if given["sha256"] == made.sha256:
                record(link, given["name"], made.sha256, given["remark"], agrees=given["answer"] == "agrees")
                return HttpResponseRedirect(f"{reverse('client_draft', args=[token])}{reading.query}#answer")
            form.add_error(None, _("The figures have changed since you read them: nothing was recorded. Read them again below."))
        context = _context(reading, link, made, form) | {"token": token}
        return render(request, "reports/releases/draft.html", context, status=409 if form.errors else 200)


@require_safe
@secret
def draft_note(request: HttpRequest, token: str, language: str, suffix: str) -> HttpResponse:
    """Give the note as it stands before publication, PROVISIONAL on every page of it."""
    link = _link(token, DRAFT)
    made = draft_of(link.wave)
    if made is None or suffix not in FORMATS or language not in made.notes:
        raise Http404
    file = file_of(link.wave, "note", made.notes[language], suffix)
    disposition = f'attachment; filename="{_("provisional")}-{file.name}"'
    return HttpResponse(file.content, content_type=file.media_type, headers={"Content-Disposition": disposition})


def _context(reading: Reading, link: ClientLink, made: Draft, form: AnswerForm) -> dict[str, Any]:
    return frame_of(reading) | {
        "tables": made.tables[reading.language],
        "sha256": made.sha256,
        "form": form,
        "said": [(each, each.sha256 != made.sha256) for each in link.approvals.order_by("-at", "-pk")],
        "formats": [(FORMATS[suffix].name, suffix) for suffix in ("pdf", "docx", "html")],
        "language": reading.language,
    }


def _link(token: str, shows: str = "") -> ClientLink:
    link = open_links().filter(token_sha256=_digest(token)).select_related("wave__survey", "wave__questionnaire").first()
    if link is None or (shows and shows not in link.shows):
        raise Http404
    return link


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
