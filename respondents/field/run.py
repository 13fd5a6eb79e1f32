"""The staff's page that runs a field: where it stands, what each button does, its schedule, its sign-off, its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import label_for_field
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from respondents.core.signoff import SIGNS, TITLES, Fact, facts
from respondents.field.alerts import open_alerts
from respondents.field.history import history_of
from respondents.field.schedule import PAUSE, RunForm, differences
from respondents.field.signing_off import found, open_answers, sign_off, signatures_of, soft_launch
from respondents.field.standing import standing_of
from surveys.models import Wave
from surveys.staff import moves_of, require, staff_context, staff_page, words, write_down

WATCH = "respondents.view_quotacell"
CHANGE = "surveys.change_wave"
SIGN = "respondents.add_signoff"


class SignOffForm(forms.Form):
    """One box per fact, each to be ticked, and what the person has to say."""

    note = forms.CharField(
        label=gettext_lazy("What you looked at, and why the field may open"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, checklist: Mapping[str, Fact], posted: Mapping[str, Any] | None = None) -> None:
        super().__init__(posted)
        for code in checklist:
            self.fields[code] = forms.BooleanField(
                label=_("I have looked at this"), error_messages={"required": _("Look at it, then tick it.")}
            )


def run_field(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show where the field stands and what may be done; a post changes how it is run."""
    wave = _wave(wave_id)
    if request.method == "POST":
        require(request, CHANGE)
    form = RunForm(wave, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _change(request, wave, form)
        return HttpResponseRedirect(reverse("run_field", args=[wave_id]))
    about = {
        "wave": wave,
        "label": words(wave.labels, wave.survey),
        "standing": standing_of(wave),
        "moves": moves_of(wave) if request.user.has_perm(CHANGE) else [],
        "alerts": open_alerts(wave_id),
        "form": form,
        "pauses": [form[name] for name in form.fields if name.startswith(PAUSE)],
        "may_change": request.user.has_perm(CHANGE),
        "may_sign": request.user.has_perm(SIGN),
        "signatures": signatures_of(wave),
        "history": history_of(wave),
    }
    context = staff_context(request, _("Run the field"), about)
    return TemplateResponse(request, "respondents/run_field.html", context, status=422 if form.errors else 200)


def sign(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show the checklist of a soft launch; a post with every box ticked signs it off and opens the field."""
    wave = _wave(wave_id)
    if not wave.awaits_sign_off:
        return HttpResponseRedirect(reverse("run_field", args=[wave_id]))
    language = get_language() or ""
    soft = soft_launch(wave)
    checklist = {fact.code: fact for fact in facts(soft, language)}
    form = SignOffForm(checklist, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _sign(request, wave, checklist, form):
        return HttpResponseRedirect(reverse("run_field", args=[wave_id]))
    about = {
        "wave": wave,
        "soft": soft,
        "lines": [_line(fact, form) for fact in checklist.values()],
        "form": form,
        "texts": open_answers(wave, language) if request.user.has_perm("respondents.view_record") else [],
    }
    context = staff_context(request, _("Sign off the soft launch"), about)
    return TemplateResponse(request, "respondents/sign_off.html", context, status=422 if form.errors else 200)


def _line(fact: Fact, form: SignOffForm) -> dict[str, object]:
    about = {"code": fact.code, "judgement": fact.judgement, "sign": SIGNS[fact.judgement]}
    return {**about, "title": _(TITLES[fact.code]), "found": found(fact), "box": form[fact.code]}


def _wave(wave_id: int) -> Wave:
    waves = Wave.objects.on_the_clock().select_related("survey", "questionnaire")
    return get_object_or_404(waves, pk=wave_id, kind=Wave.Kind.OWN)


def _change(request: HttpRequest, wave: Wave, form: RunForm) -> None:
    """Write what the form changes, and nothing else: somebody may have moved the wave meanwhile."""
    changed = differences(wave, form.values())
    for name in changed:
        setattr(wave, name, form.values()[name])
    if changed:
        said = [_said(name, *values) for name, values in changed.items()]
        reason = _("Reason: %(reason)s") % form.cleaned_data if form.cleaned_data["reason"] else ""
        with transaction.atomic():
            write_down(request, wave, " · ".join(filter(None, [*said, reason])))
            wave.save(update_fields=list(changed))
        messages.success(request, _("Saved. It holds from now on."))
    for remark in form.remarks:
        messages.info(request, remark)


def _said(name: str, before: str, after: str) -> str:
    return _("%(name)s: %(before)s → %(after)s") % {"name": label_for_field(name, Wave), "before": before, "after": after}


def _sign(request: HttpRequest, wave: Wave, checklist: Mapping[str, Fact], form: SignOffForm) -> bool:
    assert isinstance(request.user, User)
    try:
        with transaction.atomic():
            signed = sign_off(wave.pk, by=request.user, facts=checklist, note=form.cleaned_data["note"])
            write_down(request, signed, _("Soft launch signed off; the field is open. %(note)s") % form.cleaned_data)
    except ValidationError as refused:
        form.add_error(None, refused)
    except IntegrityError:
        form.add_error(None, _("Another wave of this survey has just been opened: close it first."))
    else:
        messages.success(request, _("The soft launch is signed off, and the field is open."))
    return not form.errors


urlpatterns = [
    path("", staff_page(run_field, WATCH), name="run_field"),
    path("sign-off/", staff_page(sign, SIGN), name="sign_off"),
]
