"""The texts of a wave's letters: written on screen, seen as they will arrive, sent to oneself first."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from respondents.core.contacts import normal_address
from respondents.core.letters import PLACES, fill, one_line
from respondents.invitations.forms import TextForm
from respondents.invitations.frame import find_wave, framed, person_of
from respondents.invitations.links import links_of
from respondents.invitations.texts import Text, filled_values, proposed, texts_of
from respondents.models import Letter, LetterText, SendOut
from surveys.form.frame import own_name
from surveys.models import Wave
from surveys.staff import write_down

SAMPLE_CODE = "AAAAAAAAAAAAAAAAAAAAAA"  # a link that opens nothing


@require_GET
def letters(request: HttpRequest, wave_id: int) -> HttpResponse:
    """List the letters of a wave, kind by kind and language by language."""
    wave = find_wave(wave_id)
    found = [
        (kind.value, kind.label, [(language, own_name(language), text) for language, text in texts_of(wave, kind.value).items()])
        for kind in SendOut.Kind
    ]
    return TemplateResponse(request, "respondents/invitations/letters.html", framed(request, wave, _("Letters"), {"found": found}))


def letter(request: HttpRequest, wave_id: int, kind: str, language: str) -> HttpResponse:
    """Show a letter as it will arrive, and keep what is written, go back to the proposed text, or send it to oneself."""
    wave = find_wave(wave_id)
    if kind not in SendOut.Kind.values or language not in wave.survey.languages:
        raise Http404
    text = texts_of(wave, kind)[language]
    form = TextForm(request.POST or None, initial={"subject": text.subject, "body": text.body})
    here = HttpResponseRedirect(reverse("letter", args=[wave_id, kind, language]))
    if request.method == "POST" and "propose" in request.POST:
        _keep(request, wave, kind, language, None)
        return here
    if request.method == "POST" and form.is_valid():
        text = Text(one_line(form.cleaned_data["subject"]), form.cleaned_data["body"].replace("\r\n", "\n"), True)
        if "keep" in request.POST:
            _keep(request, wave, kind, language, text)
            return here
        if "test" in request.POST:
            _send_test(request, wave, language, text)
    values = filled_values(wave, language, _sample_name(language), links_of(SAMPLE_CODE))
    about = {
        "form": form,
        "kind_label": SendOut.Kind(kind).label,
        "language_label": own_name(language),
        "language": language,
        "is_own": text.is_own,
        "subject": fill(text.subject, values),
        "body": fill(text.body, values),
        "places": [f"{{{place}}}" for place in PLACES],
    }
    context = framed(request, wave, _("Letter"), about)
    return TemplateResponse(request, "respondents/invitations/letter.html", context, status=422 if form.errors else 200)


def _keep(request: HttpRequest, wave: Wave, kind: str, language: str, text: Text | None) -> None:
    """Keep the wave's own text, or none, which gives the proposed one back; letters already written keep theirs."""
    where: dict[str, Any] = {"wave": wave, "kind": kind, "language": language}
    said = {"kind": SendOut.Kind(kind).label, "language": language}
    with transaction.atomic():
        if text is None or text[:2] == proposed(kind, language)[:2]:
            LetterText.objects.filter(**where).delete()
            write_down(request, wave, _("Letter “%(kind)s” (%(language)s): the proposed text again.") % said)
        else:
            LetterText.objects.update_or_create(**where, defaults={"subject": text.subject, "body": text.body})
            write_down(request, wave, _("Letter “%(kind)s” (%(language)s): text changed.") % said)
    messages.success(request, _("The text is kept: letters written from now on say it."))


def _send_test(request: HttpRequest, wave: Wave, language: str, text: Text) -> None:
    """The person's own letter: as it will arrive, with a link that opens nothing."""
    person = person_of(request)
    to = normal_address(person.email)
    if not to:
        messages.error(request, _("Your own account has no e-mail address: write it in your profile first."))
        return
    values = filled_values(wave, language, person.get_full_name() or _sample_name(language), links_of(SAMPLE_CODE))
    Letter.objects.create(
        key=f"test:{uuid.uuid4()}", kind=Letter.Kind.ALERT, wave=wave, to=to, subject=f"[test] {fill(text.subject, values)}"[:300],
        body=fill(text.body, values), due_at=Now(),
    )  # fmt: skip
    messages.success(request, _("A test is on its way to %(to)s; its links open nothing.") % {"to": to})


def _sample_name(language: str) -> str:
    return "Camille Martin" if language.startswith("fr") else "Alex Smith"
