"""The panel of one quota cell: how far it is, whom it turned away and when, what was changed, and changing its places with a reason."""

from __future__ import annotations

from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from respondents.field.fieldwork import Cell, Fieldwork, fieldwork
from respondents.field.words import writing
from respondents.models import Interview, QuotaCell
from respondents.quotas.editing import Change, change_cells, shown_ceiling
from surveys.staff import staff_context, write_down

CHANGE = "respondents.change_quotacell"
LATEST = 10  # people turned away, and changes, that are shown
MOST = 10_000_000


class PlacesForm(forms.Form):
    """How many are wanted and allowed in a cell, and why that changes. A cell that never closes may have no ceiling."""

    target = forms.IntegerField(label=gettext_lazy("Target"), min_value=0, max_value=MOST)
    ceiling = forms.IntegerField(label=gettext_lazy("Ceiling"), min_value=0, max_value=MOST)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    def __init__(self, data: object, *, cell: QuotaCell, raised: int = 0) -> None:
        ceiling = shown_ceiling(cell)
        initial = {"target": cell.target + raised, "ceiling": None if ceiling is None else ceiling + raised}
        super().__init__(data or None, initial=initial)  # type: ignore[arg-type]
        self.fields["ceiling"].required = not cell.never_closes


class RaiseForm(forms.Form):
    """By how many a cell's target and ceiling are to be raised: shown first, then confirmed with a reason."""

    by = forms.IntegerField(label=gettext_lazy("Raise by"), min_value=1, max_value=100_000)


class Named(NamedTuple):
    """A cell as the fieldwork screen shows it, and the title of its plan, '' for the total."""

    dimension: str
    shown: Cell


def change_cell(request: HttpRequest, wave_id: int, cell_id: int) -> HttpResponse:
    """Show a cell, and change its target and its ceiling, with a reason."""
    cell = get_object_or_404(QuotaCell.objects.select_related("quota", "wave__survey"), pk=cell_id, wave=wave_id)
    raising = RaiseForm(request.GET if "by" in request.GET else None)
    by = raising.cleaned_data["by"] if raising.is_valid() else 0
    form = PlacesForm(request.POST, cell=cell, raised=by)
    if request.method == "POST" and form.is_valid() and _change(request, cell, form):
        return HttpResponseRedirect(reverse("fieldwork", args=[wave_id]))
    field = read_or_404(wave_id)
    about = {"field": field, "wave": field.head, "cell": cell, "named": _named(field, cell), "form": form, "raising": raising,
             "consequence": _consequence(field, cell, by) if by else "", "turned_away": _turned_away(field, cell), "changes": _changes(cell)}  # fmt: skip
    context = staff_context(request, _("Target and ceiling"), about)
    return TemplateResponse(request, "respondents/change_cell.html", context, status=422 if form.errors else 200)


def read_or_404(wave_id: int) -> Fieldwork:
    """Return a wave's fieldwork. Raises Http404."""
    field = fieldwork(wave_id)
    if field is None:
        raise Http404
    return field


def _named(field: Fieldwork, cell: QuotaCell) -> Named:
    if field.has_total and field.whole.id == cell.pk:
        return Named("", field.whole)
    found = (Named(dimension.title, one) for dimension in field.dimensions for one in dimension.cells if one.id == cell.pk)
    named = next(found, None)
    if named is None:  # made anew between the two readings
        raise Http404
    return named


def _consequence(field: Fieldwork, cell: QuotaCell, by: int) -> str:
    """What raising by so many does, said before it is done."""
    ceiling, count = shown_ceiling(cell), writing().count
    values = {"before": count(cell.target), "after": count(cell.target + by), "ceiling": count(ceiling), "total": count(field.whole.progress.ceiling),
              "higher": count(None if ceiling is None else ceiling + by)}  # fmt: skip
    if not field.has_total or field.whole.id == cell.pk:
        return _("The target goes from %(before)s to %(after)s, the ceiling from %(ceiling)s to %(higher)s.") % values
    return (
        _(
            "The target goes from %(before)s to %(after)s, the ceiling from %(ceiling)s to %(higher)s; the total’s ceiling stays at %(total)s."
        )
        % values
    )


def _turned_away(field: Fieldwork, cell: QuotaCell) -> list[tuple[object, Interview]]:
    """The latest people whom this cell turned away, with the moment in the wave's time zone."""
    turned = Interview.objects.filter(wave=cell.wave_id, state=Interview.State.QUOTA_FULL, is_test=False, imported=False)
    latest = turned.filter(refused_by__contains=[cell.pk]).select_related("source").order_by("-ended_at")[:LATEST]
    return [(field.local(interview.ended_at), interview) for interview in latest]


def _changes(cell: QuotaCell) -> list[LogEntry]:
    """What was changed of the cell, by whom and why, the latest first."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(QuotaCell), object_id=str(cell.pk))
    return list(entries.select_related("user").order_by("-action_time")[:LATEST])


def _change(request: HttpRequest, cell: QuotaCell, form: PlacesForm) -> bool:
    target, ceiling, reason = (form.cleaned_data[name] for name in ("target", "ceiling", "reason"))
    values = {"before": f"{cell.target} / {_or_none(shown_ceiling(cell))}", "after": f"{target} / {_or_none(ceiling)}", "reason": reason}
    try:
        with transaction.atomic():  # what is written down comes first, so that the cell's lock is held for its own statement only
            write_down(request, cell, _("Target / ceiling: %(before)s → %(after)s. Reason: %(reason)s") % values)
            change_cells(cell.wave_id, [Change(cell, target, ceiling)])
    except ValidationError as refused:
        form.add_error("ceiling", refused)
    except OperationalError:
        form.add_error(None, _("Many people are taking places just now. Nothing was changed: please try again."))
    else:
        messages.success(request, _("Target and ceiling are changed: they hold from now on."))
    return not form.errors


def _or_none(ceiling: int | None) -> str:
    return "–" if ceiling is None else str(ceiling)
