"""The staff's pages about a wave in the field: watching it, changing a cell's places, removing an interview."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from respondents.audit import audit
from respondents.field.fieldwork import Fieldwork, fieldwork
from respondents.field.screen import shown
from respondents.field.table import asked
from respondents.models import Interview, QuotaCell
from respondents.quality.reviewing import remove
from surveys.models import Wave
from surveys.staff import staff_context, staff_page, write_down

WATCH = "respondents.view_quotacell"
CHANGE = "respondents.change_quotacell"
REMOVE = "respondents.change_interview"


class PlacesForm(forms.Form):
    """How many are wanted and allowed in a cell, and why that changes."""

    target = forms.IntegerField(label=gettext_lazy("Target"), min_value=0, max_value=10_000_000)
    ceiling = forms.IntegerField(label=gettext_lazy("Ceiling"), min_value=0, max_value=10_000_000)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


@require_GET
def watch(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show the whole screen, complete without JavaScript."""
    context = staff_context(request, _("Fieldwork"), _shown(request, wave_id))
    return TemplateResponse(request, "respondents/fieldwork.html", context)


@require_GET
def live(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show the part that refreshes itself."""
    return TemplateResponse(request, "respondents/_fieldwork.html", _shown(request, wave_id))


@require_GET
def audited(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show what an audit of the wave's counters finds now; a request of its own, since it reads every interview."""
    wave = get_object_or_404(Wave.objects.select_related("survey"), pk=wave_id)
    found = {"differences": audit(wave), "wave": wave}
    if request.htmx:  # type: ignore[attr-defined]
        return TemplateResponse(request, "respondents/_audit.html", found)
    return TemplateResponse(request, "respondents/audit.html", staff_context(request, _("Counters checked"), found))


def change_cell(request: HttpRequest, wave_id: int, cell_id: int) -> HttpResponse:
    """Change the target and the ceiling of a cell, with a reason."""
    cell = get_object_or_404(QuotaCell.objects.select_related("quota", "wave__survey"), pk=cell_id, wave=wave_id)
    form = PlacesForm(request.POST or None, initial={"target": cell.target, "ceiling": cell.ceiling})
    if request.method == "POST" and form.is_valid() and _change(request, cell, form):
        return HttpResponseRedirect(reverse("fieldwork", args=[wave_id]))
    context = staff_context(request, _("Target and ceiling"), {**_named(cell), "cell": cell, "form": form})
    return TemplateResponse(request, "respondents/change_cell.html", context, status=422 if form.errors else 200)


def remove_interview(request: HttpRequest, interview_id: uuid.UUID) -> HttpResponse:
    """Take a completed interview out of quotas and results, with a reason."""
    interview = get_object_or_404(Interview.objects.select_related("wave__survey"), pk=interview_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _remove(request, interview, form):
        return HttpResponseRedirect(reverse("admin:respondents_interview_change", args=[interview_id]))
    context = staff_context(request, _("Remove an interview"), {"interview": interview, "form": form})
    return TemplateResponse(request, "respondents/remove_interview.html", context, status=422 if form.errors else 200)


def _read(wave_id: int) -> Fieldwork:
    field = fieldwork(wave_id)
    if field is None:
        raise Http404
    return field


def _shown(request: HttpRequest, wave_id: int) -> dict[str, object]:
    return shown(_read(wave_id), asked(request.GET), may_change=request.user.has_perm(CHANGE))


def _named(cell: QuotaCell) -> dict[str, object]:
    """The cell as the fieldwork screen names it."""
    field = _read(cell.wave_id)
    if field.whole.id == cell.pk:
        return {"dimension": "", "name": field.whole.label}
    return next({"dimension": d.title, "name": one.label} for d in field.dimensions for one in d.cells if one.id == cell.pk)


def _change(request: HttpRequest, cell: QuotaCell, form: PlacesForm) -> bool:
    target, ceiling, reason = (form.cleaned_data[name] for name in ("target", "ceiling", "reason"))
    values = {"before": f"{cell.target} / {cell.ceiling}", "after": f"{target} / {ceiling}", "reason": reason}
    try:
        with transaction.atomic():  # what is written down comes first, so that the cell's lock is held for its own statement only
            write_down(request, cell, _("Target / ceiling: %(before)s → %(after)s. Reason: %(reason)s") % values)
            cell.change_places(target=target, ceiling=ceiling)
    except ValidationError as refused:
        form.add_error("ceiling", refused)
    except OperationalError:
        form.add_error(None, _("Many people are taking places just now. Nothing was changed: please try again."))
    else:
        messages.success(request, _("Target and ceiling are changed: they hold from now on."))
    return not form.errors


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
    path("<int:wave_id>/audit/", staff_page(audited, WATCH), name="fieldwork_audit"),
    path("<int:wave_id>/cells/<int:cell_id>/", staff_page(change_cell, CHANGE), name="change_cell"),
    path("interviews/<uuid:interview_id>/remove/", staff_page(remove_interview, REMOVE), name="remove_interview"),
]
