"""Contacts on screen: a file looked at, then brought in; dead addresses; one person taken out; links deleted apart from answers."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db import OperationalError, transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from respondents.core.contacts import normal_address
from respondents.invitations.bounces import mark_bounced
from respondents.invitations.contacts import LEFT_OUT, ContactsRefused, Look, bring_in, look
from respondents.invitations.forms import BouncesForm, ContactsForm, PersonForm, PurgeForm
from respondents.invitations.frame import find_wave, framed, person_of
from respondents.invitations.people import erase, hashes_of, unsubscribe
from respondents.invitations.purge import purge
from respondents.models import ContactFile, Panelist
from surveys.core.messages import N_
from surveys.models import Wave
from surveys.staff import write_down
from surveys.translation import say

SHOWN = 100
LETTER_LEAVES = N_("A letter is leaving just now. Nothing was changed: please try again.")


def contacts(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show what a file of contacts would do, every bad row named; then bring them in, all or none."""
    wave = find_wave(wave_id)
    if request.method == "POST" and "kept" in request.POST:
        return _bring_in(request, wave)
    form = ContactsForm(request.POST or None, request.FILES or None)
    about: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        about |= _looked_at(request, wave, str(file.name), file.read())
    context = framed(request, wave, _("Import contacts"), about)
    wrong = form.errors or about.get("faults")
    return TemplateResponse(request, "respondents/invitations/contacts.html", context, status=422 if wrong else 200)


def bounces(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Mark the addresses that a mailbox of reports, or a list, says are dead."""
    wave = find_wave(wave_id)
    form = BouncesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            marked = mark_bounced(form.cleaned_data["file"].read())
            write_down(request, wave, _("Dead addresses marked: %(marked)s.") % {"marked": marked.marked})
        said = _("Addresses named: %(named)s; among the contacts: %(contacts)s; marked now: %(marked)s.") % marked._asdict()
        messages.success(request, said)
        return HttpResponseRedirect(reverse("invitations", args=[wave_id]))
    context = framed(request, wave, _("Dead addresses"), {"form": form, "submit": _("Mark them")})
    return TemplateResponse(request, "respondents/invitations/file.html", context, status=422 if form.errors else 200)


def person(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Take one person out of the letters, or erase them, at their wish."""
    wave = find_wave(wave_id)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _take_out(request, wave, form):
        return HttpResponseRedirect(reverse("invitations", args=[wave_id]))
    context = framed(request, wave, _("One person"), {"form": form, "submit": _("Do it")})
    return TemplateResponse(request, "respondents/invitations/file.html", context, status=422 if form.errors else 200)


def purged(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Count what a purge takes away, and do it on a post with its reason."""
    wave = find_wave(wave_id)
    form = PurgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _purge(request, wave, form):
        return HttpResponseRedirect(reverse("invitations", args=[wave_id]))
    about = {"form": form, "gone": purge(wave, contacts=True, dry_run=True), "submit": _("Delete"), "is_open": wave.is_open}
    context = framed(request, wave, _("Delete links and contacts"), about)
    return TemplateResponse(request, "respondents/invitations/purge.html", context, status=422 if form.errors else 200)


def _purge(request: HttpRequest, wave: Wave, form: PurgeForm) -> bool:
    try:
        with transaction.atomic():
            gone = purge(wave, contacts=form.cleaned_data["contacts"])
            said = {**gone._asdict(), "reason": form.cleaned_data["reason"]}
            write_down(request, wave, _("Purged: %(links)s links, %(letters)s letters, %(contacts)s contacts. Reason: %(reason)s") % said)
    except OperationalError:  # the relay holds the letter that it is sending
        form.add_error(None, _(LETTER_LEAVES))
        return False
    messages.success(request, _("Gone: %(links)s links, %(letters)s letters, %(contacts)s contacts, of whom %(kept_out)s left a hash that keeps them out.") % gone._asdict())  # fmt: skip
    return True


def _looked_at(request: HttpRequest, wave: Wave, name: str, content: bytes) -> dict[str, object]:
    try:
        found = look(wave, name, content)
    except ContactsRefused as refused:
        told = [(fault.row or "", fault.column, say(fault.message)) for fault in refused.faults[:SHOWN]]
        return {"faults": told, "count": len(refused.faults), "more": max(0, len(refused.faults) - SHOWN)}
    kept = ContactFile.objects.create(wave=wave, name=name[:200], content=content, by=person_of(request), at=Now())
    return {"kept": kept.pk, "form": None, **_preview(found)}


def _preview(found: Look) -> dict[str, Any]:
    reasons = Counter(reason for _contact, reason in found.left_out)
    return {
        "new": found.new[:10],
        "new_count": len(found.new),
        "known_count": len(found.known),
        "variables": found.reading.variables,
        "ignored": found.reading.ignored,
        "left_out": [(contact.row, contact.email, LEFT_OUT[reason]) for contact, reason in found.left_out[:SHOWN]],
        "left_out_more": max(0, len(found.left_out) - SHOWN),
        "reasons": [(LEFT_OUT[reason], count) for reason, count in reasons.most_common()],
    }


def _bring_in(request: HttpRequest, wave: Wave) -> HttpResponse:
    """The file is read again, against the contacts as they are now; a second press finds it gone."""
    number = request.POST["kept"]
    kept = int(number) if number.isdecimal() and len(number) < 19 else 0
    file = ContactFile.objects.filter(wave=wave, by=person_of(request), pk=kept).first()
    if file is None:
        messages.warning(
            request, _("Nothing is imported: this file was imported before, or is kept no longer. Choose it again if need be.")
        )
        return HttpResponseRedirect(reverse("contacts", args=[wave.pk]))
    with transaction.atomic():
        found = bring_in(wave, file.name, bytes(file.content), update="update" in request.POST)
        file.delete()
        said = {"new": len(found.new), "left": len(found.left_out)}
        write_down(request, wave, _("Contacts imported: %(new)s; left out: %(left)s.") % said)
    messages.success(request, _("Contacts imported: %(new)s; left out: %(left)s.") % said)
    return HttpResponseRedirect(reverse("invitations", args=[wave.pk]))


def _take_out(request: HttpRequest, wave: Wave, form: PersonForm) -> bool:
    email = normal_address(form.cleaned_data["email"])
    found = Panelist.objects.filter(email=email).first() if email else None
    if found is None:
        gone = Panelist.objects.filter(email__in=hashes_of(email)).exists()
        form.add_error("email", _("This person is erased already.") if gone else _("No contact has this address."))
        return False
    erases = form.cleaned_data["what"] == "erase"
    said = _("One contact erased. Reason: %(reason)s") if erases else _("One contact receives no more letters. Reason: %(reason)s")
    try:
        with transaction.atomic():
            erase(found) if erases else unsubscribe(found.pk)
            write_down(request, wave, said % {"reason": form.cleaned_data["reason"]})  # never the address: the history stays
    except OperationalError:
        form.add_error(None, _(LETTER_LEAVES))
        return False
    messages.success(request, _("Done. Letters that wait for this person do not leave."))
    return True
