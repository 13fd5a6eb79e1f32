"""The staff's pages about a wave's invitations: where they stand, a send-out from its draw to its letters, texts, contacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from respondents.invitations import contacts_staff, letters_staff
from respondents.invitations.deciding import AlreadyConfirmed, FieldNotOpen, confirm, prepare
from respondents.invitations.forms import InvitationsForm, RemindersForm
from respondents.invitations.frame import find_wave, framed, person_of
from respondents.invitations.pool import Options
from respondents.invitations.reading import Share, given_up, history, percent_of, waiting
from respondents.invitations.standing import Standing, standing
from respondents.models import SendOut
from surveys.models import Wave
from surveys.staff import staff_page, write_down

WATCH = "respondents.view_invitation"
SEND = "respondents.change_invitation"
IMPORT = "respondents.add_panelist"
PURGE = "respondents.delete_panelist"

FORMS: Mapping[str, type[InvitationsForm | RemindersForm]] = {
    SendOut.Kind.INVITATION: InvitationsForm,
    SendOut.Kind.REMINDER: RemindersForm,
}


@require_GET
def invitations(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show contacts, invited and returned cell by cell, what to send now, and what was sent."""
    wave = find_wave(wave_id)
    stands = standing(wave, Options())
    about = {
        "stands": stands,
        "groups": _groups(stands),
        "neediest": [(each, percent_of(each.need.rate)) for each in stands.missing_most[:3]],
        "rate": percent_of(stands.total.need.rate),
        "participation": Share(stands.whole.returned, stands.whole.invited),
        "waiting": waiting(wave),
        "given_up": given_up(wave),
        "history": history(wave),
        "may_send": request.user.has_perm(SEND),
    }
    return TemplateResponse(request, "respondents/invitations/invitations.html", framed(request, wave, _("Invitations"), about))


def prepare_send_out(request: HttpRequest, wave_id: int, kind: str) -> HttpResponse:
    """Ask whom to write to, and draw them; nothing leaves."""
    wave = find_wave(wave_id)
    form = FORMS[kind](request.POST or None)
    stands, cell = standing(wave, Options()), _cell(request)
    if request.method == "POST" and form.is_valid():
        send_out = prepare(wave, kind, form.options(cell), person_of(request))
        return HttpResponseRedirect(reverse("send_out", args=[wave_id, send_out.pk]))
    chosen = next((each for each in stands.cells if each.id == cell), None)
    about = {"form": form, "stands": stands, "kind": kind, "cell": chosen, "rate": percent_of((chosen or stands.total).need.rate)}
    title = _("Prepare reminders") if kind == SendOut.Kind.REMINDER else _("Prepare invitations")
    context = framed(request, wave, title, about)
    return TemplateResponse(request, "respondents/invitations/prepare.html", context, status=422 if form.errors else 200)


def send_out(request: HttpRequest, wave_id: int, send_out_id: int) -> HttpResponse:
    """Show a draw and what each cell gets of it; on a post its letters are written, or the draw is dropped."""
    wave = find_wave(wave_id)
    found = get_object_or_404(SendOut, pk=send_out_id, wave=wave)
    if request.method == "POST":
        return _drop(request, found) if "drop" in request.POST else _confirm(request, wave, found)
    labels = {each.id: (each.dimension, each.label) for each in standing(wave, Options()).cells}
    rows = [(labels[each["id"]], each, percent_of(each["rate"])) for each in found.cells if each["id"] in labels]
    about = {"send_out": found, "rows": rows, "count": len(found.drawn), "is_reminder": found.kind == SendOut.Kind.REMINDER}
    return TemplateResponse(request, "respondents/invitations/send_out.html", framed(request, wave, _("Send-out"), about))


def _confirm(request: HttpRequest, wave: Wave, found: SendOut) -> HttpResponse:
    try:
        with transaction.atomic():
            done = confirm(found.pk)
            said = {"kind": done.get_kind_display(), "count": done.queued, "seed": done.seed}
            write_down(request, wave, _("%(kind)s: %(count)s letters written, seed %(seed)s.") % said)
    except AlreadyConfirmed:
        messages.warning(request, _("This send-out was confirmed before: its letters are written, none is written twice."))
    except FieldNotOpen:
        messages.error(request, _("The field is not open: letters would lead people to a closed door. Open the field, then confirm."))
        return HttpResponseRedirect(reverse("send_out", args=[wave.pk, found.pk]))
    else:
        messages.success(request, _("%(count)s letters are written and leave one after the other; %(left)s people drawn could not be written to any more.") % {"count": done.queued, "left": done.left})  # fmt: skip
    return HttpResponseRedirect(reverse("invitations", args=[wave.pk]))


def _drop(request: HttpRequest, found: SendOut) -> HttpResponse:
    dropped, _by_model = SendOut.objects.filter(pk=found.pk, confirmed_at__isnull=True).delete()
    if dropped:
        messages.success(request, _("The draw is dropped: nobody was written to."))
    else:
        messages.warning(request, _("This send-out was confirmed before: its letters are written, and it stays."))
    return HttpResponseRedirect(reverse("invitations", args=[found.wave_id]))


def _groups(stands: Standing) -> list[tuple[str, list[tuple[Any, Share, str]]]]:
    """The cells under the title of their quota, each with its return as a fraction and the rate that is expected of it."""
    groups: dict[str, list[tuple[Any, Share, str]]] = {}
    for each in stands.cells:
        line = (each, Share(each.counts.returned, each.counts.invited), percent_of(each.need.rate))
        groups.setdefault(each.dimension, []).append(line)
    return list(groups.items())


def _cell(request: HttpRequest) -> int | None:
    written = request.GET.get("cell", "")
    if written and not (written.isascii() and written.isdigit() and len(written) < 19):
        raise BadRequest("The parameter cell cannot be read.")
    return int(written) if written else None


def invite(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Prepare invitations."""
    return prepare_send_out(request, wave_id, SendOut.Kind.INVITATION)


def remind(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Prepare reminders."""
    return prepare_send_out(request, wave_id, SendOut.Kind.REMINDER)


urlpatterns = [
    path("<int:wave_id>/", staff_page(invitations, WATCH, IMPORT, PURGE), name="invitations"),
    path("<int:wave_id>/invite/", staff_page(invite, SEND), name="prepare_invitations"),
    path("<int:wave_id>/remind/", staff_page(remind, SEND), name="prepare_reminders"),
    path("<int:wave_id>/send-outs/<int:send_out_id>/", staff_page(send_out, SEND), name="send_out"),
    path("<int:wave_id>/letters/", staff_page(letters_staff.letters, SEND), name="letters"),
    path("<int:wave_id>/letters/<str:kind>/<str:language>/", staff_page(letters_staff.letter, SEND), name="letter"),
    path("<int:wave_id>/contacts/", staff_page(contacts_staff.contacts, IMPORT), name="contacts"),
    path("<int:wave_id>/bounces/", staff_page(contacts_staff.bounces, IMPORT), name="bounces"),
    path("<int:wave_id>/person/", staff_page(contacts_staff.person, PURGE), name="contact"),
    path("<int:wave_id>/purge/", staff_page(contacts_staff.purged, PURGE), name="purge_contacts"),
]
