"""The staff's pages about a wave in the field: watching it, taking its cells along, checking its counters, removing an interview."""

from __future__ import annotations

import uuid
from functools import partial

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from respondents.audit import audit
from respondents.field import records
from respondents.field.cell import CHANGE, change_cell, read_or_404
from respondents.field.exporting import CSV, as_csv, as_xlsx
from respondents.field.screen import address_of, rooms, shown
from respondents.field.table import Table, asked
from respondents.models import Interview
from respondents.quality.reviewing import remove
from surveys.core.files import XLSX
from surveys.models import Wave
from surveys.staff import may, require, staff_context, staff_page, write_down

WATCH = "respondents.view_quotacell"
REMOVE = "respondents.change_interview"


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


@require_GET
def watch(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show the whole screen, complete without JavaScript."""
    around = {"rooms": rooms(wave_id, partial(may, request.user)), "weighting_now": address_of("weighting_now", wave_id)}
    about = {**_shown(request, wave_id), **around}
    context = staff_context(request, _("Fieldwork"), about)
    return TemplateResponse(request, "respondents/fieldwork.html", context)


@require_GET
def live(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show the part that refreshes itself."""
    return TemplateResponse(request, "respondents/_fieldwork.html", _shown(request, wave_id))


@require_GET
def export_cells(request: HttpRequest, wave_id: int, kind: str) -> HttpResponse:
    """Give the cells as the screen shows them, as a CSV file or an Excel workbook."""
    field = read_or_404(wave_id)
    table = Table(field, asked(request.GET))
    written, content_type = (as_xlsx(table), XLSX) if kind == "xlsx" else (as_csv(table), CSV)
    name = f"{field.head.slug}-{field.head.code}-quotas-{field.now:%Y-%m-%d-%H%M}.{kind}"
    return HttpResponse(written, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_GET
def audited(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show what an audit of the wave's counters finds now; a request of its own, since it reads every interview."""
    wave = get_object_or_404(Wave.objects.select_related("survey"), pk=wave_id)
    found = {"differences": audit(wave), "wave": wave}
    if request.htmx:  # type: ignore[attr-defined]
        return TemplateResponse(request, "respondents/_audit.html", {**found, "is_quiet": True})
    return TemplateResponse(request, "respondents/audit.html", staff_context(request, _("Counters checked"), found))


def kept_records(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show what the wave keeps and until when; delete the panels' identifiers, with a reason."""
    wave = get_object_or_404(Wave.objects.select_related("survey"), pk=wave_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        require(request, REMOVE)
    if request.method == "POST" and form.is_valid() and _forget(request, wave, form):
        return HttpResponseRedirect(reverse("kept_records", args=[wave_id]))
    closed_at = wave.state_since if wave.state == Wave.State.CLOSED else None
    lines = [(holding, holding.ends_at(closed_at), holding.is_due(closed_at, timezone.now())) for holding in records.kept(wave)]
    links = records.forget_links(wave, dry_run=True)
    about = {
        "wave": wave,
        "lines": lines,
        "closed_at": closed_at,
        "links": links,
        "form": form,
        "may_forget": request.user.has_perm(REMOVE),
    }
    context = staff_context(request, _("Records and how long they are kept"), about)
    return TemplateResponse(request, "respondents/records.html", context, status=422 if form.errors else 200)


def remove_interview(request: HttpRequest, interview_id: uuid.UUID) -> HttpResponse:
    """Take a completed interview out of quotas and results, with a reason."""
    interview = get_object_or_404(Interview.objects.select_related("wave__survey"), pk=interview_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _remove(request, interview, form):
        return HttpResponseRedirect(reverse("admin:respondents_interview_change", args=[interview_id]))
    context = staff_context(request, _("Remove an interview"), {"interview": interview, "form": form})
    return TemplateResponse(request, "respondents/remove_interview.html", context, status=422 if form.errors else 200)


def _shown(request: HttpRequest, wave_id: int) -> dict[str, object]:
    return shown(read_or_404(wave_id), asked(request.GET), partial(may, request.user))


def _forget(request: HttpRequest, wave: Wave, form: ReasonForm) -> bool:
    if wave.state != Wave.State.CLOSED:
        form.add_error(None, _("Close the field first: panels must still be told how interviews end."))
        return False
    with transaction.atomic():
        people = records.forget_links(wave)
        write_down(request, wave, _("%(people)s identifiers deleted. Reason: %(reason)s") % {"people": people, **form.cleaned_data})
    messages.success(
        request, _("%(people)s identifiers are deleted: nobody can tell any more whose these interviews were.") % {"people": people}
    )
    return True


def _remove(request: HttpRequest, interview: Interview, form: ReasonForm) -> bool:
    try:
        remove(request, interview, reason=form.cleaned_data["reason"])
    except ValidationError as refused:
        form.add_error(None, refused)
    except OperationalError:
        form.add_error(None, _("Many people are taking places just now. Nothing was changed: please try again."))
    else:
        messages.success(request, _("The interview is removed: its places are free again and the figures will be computed without it."))
    return not form.errors


urlpatterns = [
    path("<int:wave_id>/", staff_page(watch, WATCH), name="fieldwork"),
    path("<int:wave_id>/live/", staff_page(live, WATCH), name="fieldwork_live"),
    path("<int:wave_id>/cells.csv", staff_page(export_cells, WATCH), {"kind": "csv"}, name="fieldwork_csv"),
    path("<int:wave_id>/cells.xlsx", staff_page(export_cells, WATCH), {"kind": "xlsx"}, name="fieldwork_xlsx"),
    path("<int:wave_id>/audit/", staff_page(audited, WATCH), name="fieldwork_audit"),
    path("<int:wave_id>/records/", staff_page(kept_records, WATCH), name="kept_records"),
    path("<int:wave_id>/cells/<int:cell_id>/", staff_page(change_cell, CHANGE), name="change_cell"),
    path("interviews/<uuid:interview_id>/remove/", staff_page(remove_interview, REMOVE), name="remove_interview"),
]
