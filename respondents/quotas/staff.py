"""The staff's pages about a wave's quota plans: looking at them, changing cells, pasting a grid, adding a plan or taking it out."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from respondents.core.expected import Starts, starts
from respondents.models import Quota
from respondents.quotas.designing import drop, has_begun, keep, propose, row_of_margin
from respondents.quotas.editing import change_cells
from respondents.quotas.forms import CellsForm, ExpectedForm, LifetimeForm, ReasonForm
from respondents.quotas.pasting import paste
from respondents.quotas.reading import PlanPage
from respondents.quotas.stored import parts_of_cells
from respondents.quotas.telling import said_changes
from surveys.models import Wave
from surveys.staff import staff_context, staff_page, words, write_down
from surveys.translation import say

WATCH = "respondents.view_quotacell"
CHANGE = "respondents.change_quotacell"


@require_GET
def look(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show the plans of a wave, what is odd in them, the price of places, and what field to expect."""
    wave = _wave(wave_id)
    page = PlanPage(wave)
    form = ExpectedForm(request.GET if "incidence" in request.GET else None)
    expected = _expected(page, form) if form.is_valid() else None
    lifetime = LifetimeForm(initial={"place_minutes": wave.place_minutes})
    about = {"page": page, "expected_form": form, "expected": expected, "lifetime": lifetime}
    return _page(request, wave, "plans.html", _("Quota plans"), about)


def change(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Change several cells at once, with one reason."""
    wave = _wave(wave_id)
    page = PlanPage(wave)
    shown = [*(cell for plan in page.plans for cell in plan.cells), *([page.total] if page.total else [])]
    form = CellsForm(shown, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = form.changes()
        told = said_changes(made, page)
        said = _("%(changes)s Reason: %(reason)s") % {"changes": told, "reason": form.cleaned_data["reason"]}
        if _done(request, wave, said, form, lambda: change_cells(wave.pk, made)):
            messages.success(request, told)
            return _back(wave)
    return _page(request, wave, "cells.html", _("Change cells"), {"page": page, "form": form}, form)


@require_POST
def from_margin(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Make a plan whose targets are the shares of a margin."""
    wave = _wave(wave_id)
    proposal = propose(wave, row_of_margin(wave.code, request.POST.get("variable", "")))
    form = ReasonForm({"reason": request.POST.get("reason") or _("from the margin")})
    form.is_valid()
    if not proposal.can_be_kept:
        for mistake in proposal.mistakes:
            messages.error(request, say(mistake.message))
    elif _done(request, wave, _("Plan added from the margin of %(variable)s.") % request.POST.dict(), form, lambda: keep(wave, proposal)):
        messages.success(request, _("The plan is made: its targets are the margin’s shares."))
    _tell_errors(request, form)
    return _back(wave)


def take_out(request: HttpRequest, wave_id: int, quota_id: int) -> HttpResponse:
    """Take a plan out of a wave, with a reason."""
    wave = _wave(wave_id)
    quota = get_object_or_404(Quota.objects.exclude(name=Quota.TOTAL), pk=quota_id, wave=wave)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {"name": quota.name, **form.cleaned_data}
        if _done(request, wave, _("Plan %(name)s taken out. Reason: %(reason)s") % values, form, lambda: drop(wave, quota)):
            messages.success(request, _("The plan is taken out: it counts nobody and turns nobody away any more."))
            return _back(wave)
    return _page(request, wave, "take_out.html", _("Take out a plan"), {"quota": quota, "form": form}, form)


@require_POST
def hold_places(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Change how long a place is held for somebody silent."""
    wave = _wave(wave_id)
    form = LifetimeForm(request.POST)
    if form.is_valid():
        minutes = form.cleaned_data["place_minutes"]
        values = {"before": wave.place_minutes, "after": minutes, "reason": form.cleaned_data["reason"]}
        said = _("Minutes a place is held: %(before)s → %(after)s. Reason: %(reason)s") % values
        if _done(request, wave, said, form, lambda: Wave.objects.filter(pk=wave.pk).update(place_minutes=minutes)):
            messages.success(request, _("Places are now held %(minutes)s minutes for somebody silent.") % {"minutes": minutes})
    _tell_errors(request, form)
    return _back(wave)


def paste_grid(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show what is understood of a pasted grid, and keep it as a plan when asked."""
    wave = _wave(wave_id)
    pasted = paste(wave, request.POST or None)
    form = pasted.form
    if "keep" in request.POST and pasted.can_be_kept and pasted.proposal is not None:
        proposal = pasted.proposal
        values = {"name": pasted.name, "reason": form.cleaned_data["reason"] or _("designed before the field")}
        said = _("Plan %(name)s made from a pasted grid. Reason: %(reason)s") % values
        if _done(request, wave, said, form, lambda: keep(wave, proposal)):
            messages.success(request, _("The plan %(name)s is made.") % values)
            return _back(wave)
    return _page(request, wave, "paste.html", _("Paste a grid"), {"pasted": pasted, "form": form, "begun": has_begun(wave)}, form)


def _wave(wave_id: int) -> Wave:
    return get_object_or_404(
        Wave.objects.select_related("survey", "questionnaire"), pk=wave_id, kind=Wave.Kind.OWN, questionnaire__isnull=False
    )


def _expected(page: PlanPage, form: ExpectedForm) -> Starts | None:
    if page.total is None:
        return None
    total, given = page.total.cell, form.cleaned_data
    parts = parts_of_cells(page.cells, page.questionnaire)
    return starts(parts, total.target, total.ceiling, float(given["incidence"]) / 100, float(given["drop_out"]) / 100)


def _done(request: HttpRequest, wave: Wave, said: str, form: forms.Form, act: Callable[[], object]) -> bool:
    """Do something to the wave and write it down, both or neither; a refusal stands in the form."""
    try:
        with transaction.atomic():  # what is written down comes first, so that locks are held for their own statements only
            write_down(request, wave, said)
            act()
    except ValidationError as refused:
        form.add_error(None, refused)
    except IntegrityError:  # the same plan made twice at once
        form.add_error(None, _("The plans of this wave have just been changed: look at them again, then change what still needs it."))
    except OperationalError:
        form.add_error(None, _("Many people are taking places just now. Nothing was changed: please try again."))
    else:
        return True
    return False


def _tell_errors(request: HttpRequest, form: ReasonForm) -> None:
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, str(error))


def _back(wave: Wave) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("quota_plan", args=[wave.pk]))


def _page(
    request: HttpRequest, wave: Wave, template: str, title: str, about: dict[str, object], form: forms.Form | None = None
) -> HttpResponse:
    context = {
        "wave": wave,
        "wave_label": words(wave.labels, wave.survey) or wave.code,
        "may_change": request.user.has_perm(CHANGE),
        **about,
    }
    status = 422 if form is not None and form.errors else 200
    return TemplateResponse(request, f"respondents/quotas/{template}", staff_context(request, title, context), status=status)


urlpatterns = [
    path("<int:wave_id>/", staff_page(look, WATCH), name="quota_plan"),
    path("<int:wave_id>/cells/", staff_page(change, CHANGE), name="change_quota_cells"),
    path("<int:wave_id>/paste/", staff_page(paste_grid, CHANGE), name="paste_quota"),
    path("<int:wave_id>/margin/", staff_page(from_margin, CHANGE), name="quota_from_margin"),
    path("<int:wave_id>/places/", staff_page(hold_places, CHANGE), name="hold_places"),
    path("<int:wave_id>/plans/<int:quota_id>/take-out/", staff_page(take_out, CHANGE), name="take_out_quota"),
]
