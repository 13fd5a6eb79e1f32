"""The quality review: the flagged interviews of a wave, one at a time, for a person to keep or remove."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from respondents.core.quality.rules import Rules, Speeder
from respondents.models import Interview, Look, Review
from respondents.quality.answers import page_lines, sheets
from respondents.quality.cases import Flagged, Sieve, counts_by_rule, counts_by_source, flagged_cases, neighbours, sieve_of
from respondents.quality.loading import rules_of
from respondents.quality.removals import removals
from respondents.quality.reviewing import keep, remove, restore
from respondents.quality.times import times_of_interview, times_of_wave
from respondents.quality.words import Speaker, duration
from surveys.core.formulas import guard
from surveys.models import Wave
from surveys.staff import require, staff_context, staff_page, write_down

WATCH = "respondents.view_flag"
REVIEW = "respondents.add_review"
REMOVE = "respondents.change_interview"
ANSWERS = "respondents.see_answers"
ON_A_PAGE = 100
BUSY = gettext_lazy("Many people are taking places just now. Nothing was changed: please try again.")
SAID = {"open": gettext_lazy("To judge"), "kept": pgettext_lazy("review", "Kept"), "removed": pgettext_lazy("review", "Removed"),
        "all": pgettext_lazy("review", "All")}  # fmt: skip


class VerdictForm(forms.Form):
    """What is decided of an interview; removing it, and bringing it back, need a reason."""

    verdict = forms.ChoiceField(choices=[(verdict, verdict) for verdict in ("kept", "removed", "restored")])
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where it is needed."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("verdict") in ("removed", "restored") and not cleaned.get("reason"):
            self.add_error("reason", _("Write why: the reason is kept with the removal."))
        return cleaned


class BatchForm(forms.Form):
    """Why all the interviews of a rule are removed, and how many that were when it was decided."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)
    people = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


@require_GET
def review(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show the flagged interviews of a wave, and how many each rule and each source has."""
    wave, speaker = _wave(wave_id)
    cases, sieve = flagged_cases(wave_id), sieve_of(request.GET)
    wanted = [case for case in cases if sieve.lets(case)]
    page = Paginator(wanted, ON_A_PAGE).get_page(request.GET.get("page"))
    rules = [(rule, speaker.rule(rule), *counts) for rule, counts in counts_by_rule(cases).items()]
    shown = {
        "wave": wave,
        "sieve": sieve,
        "page": page,
        "lines": [_line(case, speaker) for case in page],
        "rules": rules,
        "sources": counts_by_source(wave_id, cases),
        "devices": Interview.Device.choices[:3],
        "statuses": [(status, label, sum(status in ("all", case.status) for case in cases)) for status, label in SAID.items()],
        "looked": Look.objects.filter(wave=wave).count(),
        "may_remove": request.user.has_perm(REVIEW) and request.user.has_perm(REMOVE),
    }
    return TemplateResponse(request, "respondents/quality/review.html", staff_context(request, _("Quality review"), shown))


def case(request: HttpRequest, wave_id: int, interview_id: uuid.UUID) -> HttpResponse:
    """Show one flagged interview, and take the verdict on it; then the next one comes."""
    wave, _speaker = _wave(wave_id)
    everything = Interview.objects.select_related("wave__survey", "questionnaire__survey", "source", "record")
    interview = get_object_or_404(everything, pk=interview_id, wave=wave)
    sieve = sieve_of(request.GET)
    cases = flagged_cases(wave_id)
    wanted = [each for each in cases if sieve.lets(each) or each.id == interview_id]
    before, after = neighbours(wanted, interview_id)
    form = VerdictForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _decide(request, interview, form):
        return HttpResponseRedirect(_address(wave_id, sieve, after or before))
    own = Speaker(rules_of(wave.survey), interview.questionnaire.definition())
    place = [each.id for each in wanted].index(interview_id) + 1 if interview_id in [each.id for each in wanted] else 0
    shown = {
        **_case(request, interview, own, next((each for each in cases if each.id == interview_id), None)),
        "wave": wave, "sieve": sieve, "form": form, "place": place, "among": len(wanted),
        "before": before and _address(wave_id, sieve, before), "after": after and _address(wave_id, sieve, after),
        "may_review": request.user.has_perm(REVIEW), "may_remove": request.user.has_perm(REMOVE),
    }  # fmt: skip
    context = staff_context(request, _("Quality review"), shown)
    return TemplateResponse(request, "respondents/quality/case.html", context, status=422 if form.errors else 200)


def batch(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Remove all the interviews of one rule that nobody has judged, with one reason, once it was seen how many they are."""
    require(request, REMOVE)
    wave, speaker = _wave(wave_id)
    rule = request.GET.get("rule", "")
    sieve = Sieve(rule=rule)
    wanted = [each for each in flagged_cases(wave_id) if rule and sieve.lets(each)]
    form = BatchForm(request.POST or None, initial={"people": len(wanted)})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["people"] == len(wanted):
            _remove_all(request, wanted, form.cleaned_data["reason"])
            return HttpResponseRedirect(reverse("quality_review", args=[wave_id]))
        form = BatchForm(initial={"people": len(wanted), "reason": form.cleaned_data["reason"]})
        messages.warning(request, _("Meanwhile they are no longer as many: look again, then confirm."))
    shown = {"wave": wave, "rule": speaker.rule(rule), "lines": [_line(each, speaker) for each in wanted], "form": form}
    context = staff_context(request, _("Remove all of a rule"), shown)
    return TemplateResponse(request, "respondents/quality/batch.html", context, status=422 if form.errors else 200)


@require_GET
def removed(request: HttpRequest, wave_id: int) -> HttpResponse:
    """List the interviews that were removed: by whom, when, why, and what had been flagged."""
    wave, speaker = _wave(wave_id)
    lines = removals(wave_id, speaker)
    context = staff_context(request, _("Removed interviews"), {"wave": wave, "lines": lines})
    return TemplateResponse(request, "respondents/quality/removals.html", context)


@require_POST
def removed_file(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Give the same list as a file, and write down who took it."""
    wave, speaker = _wave(wave_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{wave.survey.slug}-{wave.code}-removals.csv"'
    write = csv.writer(response)
    write.writerow(["interview", "source", "removed_at", "by", "reason", "rules"])
    lines = removals(wave_id, speaker)
    write.writerows([each.id, guard(each.source), each.at.isoformat() if each.at else "", guard(each.by), guard(each.reason), " ".join(each.rules)]
                    for each in lines)  # fmt: skip
    write_down(request, wave, _("%(people)s removals exported.") % {"people": len(lines)})
    return response


def _wave(wave_id: int) -> tuple[Wave, Speaker]:
    waves = Wave.objects.select_related("survey", "questionnaire__survey").exclude(questionnaire=None)
    wave = get_object_or_404(waves, pk=wave_id)
    assert wave.questionnaire is not None, "waves without a questionnaire are left out"
    return wave, Speaker(rules_of(wave.survey), wave.questionnaire.definition())


def _address(wave_id: int, sieve: Sieve, interview_id: uuid.UUID | None) -> str:
    address = reverse("quality_case", args=[wave_id, interview_id]) if interview_id else reverse("quality_review", args=[wave_id])
    return f"{address}?{sieve.query}" if sieve.query else address


def _line(case: Flagged, speaker: Speaker) -> dict[str, Any]:
    return {"case": case, "rules": [speaker.rule(rule) for rule in case.rules], "status": SAID[case.status],
            "device": Interview.Device(case.device).label if case.device else "–",
            "seconds": duration(case.seconds) if case.seconds is not None else "–",
            "expected": duration(case.expected) if case.expected else "–"}  # fmt: skip


def _case(request: HttpRequest, interview: Interview, speaker: Speaker, flagged: Flagged | None) -> dict[str, Any]:
    """What one interview shows; its answers only to those who may see them, and then it is written down that they did."""
    rules = rules_of(interview.wave.survey)
    found: dict[str, Any] = {
        "interview": interview,
        "case": flagged,
        "flags": [(speaker.rule(flag.rule), speaker.told(*flag), _others(interview, flag.detail)) for flag in flagged.flags]
        if flagged
        else [],
        "line": _line(flagged, speaker) if flagged else None,
        "pages": page_lines(times_of_interview(interview.pk), times_of_wave(interview.wave_id), speaker, _share(rules)),
        "reviews": Review.objects.filter(interview=interview).select_related("by").order_by("at", "pk"),
        "language": speaker.language,
    }
    if request.user.has_perm(ANSWERS) and hasattr(interview, "record"):
        found["sheets"] = sheets(interview, speaker)
        if request.method == "GET":
            write_down(request, interview, _("Answers seen in the quality review."))
    return found


def _share(rules: Rules) -> float:
    return (rules.speeder or Speeder()).share


def _others(interview: Interview, detail: Any) -> list[tuple[str, str]]:
    """The addresses of the interviews that share something with this one."""
    ids = str(detail.get("with", "")).split()
    return [(one[-12:], reverse("quality_case", args=[interview.wave_id, one])) for one in ids]


def _decide(request: HttpRequest, interview: Interview, form: VerdictForm) -> bool:
    verdict, reason = form.cleaned_data["verdict"], form.cleaned_data["reason"]
    try:
        if verdict == "kept":
            keep(request, interview, reason=reason)
            messages.success(request, _("Interview %(id)s is kept.") % {"id": str(interview.pk)[-12:]})
        else:
            require(request, REMOVE)
            (remove if verdict == "removed" else restore)(request, interview, reason=reason)
            said = (
                _("Interview %(id)s is removed: its places are free again.")
                if verdict == "removed"
                else _("Interview %(id)s counts again.")
            )
            messages.success(request, said % {"id": str(interview.pk)[-12:]})
    except ValidationError as refused:
        form.add_error(None, refused)
    except OperationalError:
        form.add_error(None, str(BUSY))
    return not form.errors


def _remove_all(request: HttpRequest, cases: Sequence[Flagged], reason: str) -> None:
    """Each in a transaction of its own, so that nobody's place waits for the whole list; what could not be is said."""
    done = left = 0
    for interview in Interview.objects.filter(pk__in=[each.id for each in cases]).order_by("pk"):
        try:
            remove(request, interview, reason=reason)
            done += 1
        except (ValidationError, OperationalError):
            left += 1
    messages.success(request, _("%(people)s interviews are removed: their places are free again.") % {"people": done})
    if left:
        messages.warning(request, _("%(people)s could not be removed just now: they are still to be judged.") % {"people": left})


def _see(view: Any) -> Any:
    return staff_page(view, WATCH)


def reviewed(request: HttpRequest, wave_id: int, interview_id: uuid.UUID) -> HttpResponse:
    """Open one interview to those who watch, and its verdict to those who review."""
    if request.method == "POST":
        require(request, REVIEW)
    return case(request, wave_id, interview_id)


urlpatterns = [
    path("<int:wave_id>/", _see(review), name="quality_review"),
    path("<int:wave_id>/removals/", _see(removed), name="quality_removals"),
    path("<int:wave_id>/removals.csv", _see(removed_file), name="quality_removals_file"),
    path("<int:wave_id>/remove/", staff_page(batch, REVIEW), name="quality_batch"),
    path("<int:wave_id>/<uuid:interview_id>/", _see(reviewed), name="quality_case"),
]
