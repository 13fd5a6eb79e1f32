"""Versions of a questionnaire in the admin: a new one, two side by side, a wave that goes over, and the paper version."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.core.versions import comparability, differences
from surveys.models import Questionnaire, Wave
from surveys.staff import staff_context, staff_page, write_down
from surveys.versions import Switch, next_version
from surveys.workshop.changes import in_groups
from surveys.workshop.paper import printed


class NewVersionForm(forms.Form):
    """The number of a new version."""

    version = forms.CharField(label=gettext_lazy("Number of the new version"), max_length=40)


class SwitchForm(forms.Form):
    """Somebody's agreement that a wave goes over to another version."""

    agreed = forms.BooleanField(label=gettext_lazy("I have read what changes, and agree that both versions measure the same where figures are put together"))  # fmt: skip


def new_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy a version under another number."""
    questionnaire = get_object_or_404(Questionnaire.objects.select_related("survey"), pk=pk)
    form = NewVersionForm(request.POST or None, initial={"version": next_version(questionnaire.version)})
    if request.method == "POST" and form.is_valid():
        try:
            copy = _copied(request, questionnaire, form.cleaned_data["version"].strip())
        except ValidationError as refused:
            form.add_error("version", refused)
        else:
            messages.success(request, _("Version %(version)s is a copy of version %(from)s. Nobody sees it before a wave uses it.") % {"version": copy.version, "from": questionnaire.version})  # fmt: skip
            return HttpResponseRedirect(reverse("admin:surveys_questionnaire_change", args=[copy.pk]))
    return _page(request, "new_version", _("New version"), questionnaire, form=form)


def _copied(request: HttpRequest, questionnaire: Questionnaire, version: str) -> Questionnaire:
    with transaction.atomic():
        copy = questionnaire.copy_as(version)
        write_down(request, copy, _("Copied from version %(version)s.") % {"version": questionnaire.version})
    return copy


def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what changed between a version and another one, chosen in a list; by default the one before it."""
    questionnaire = get_object_or_404(Questionnaire.objects.select_related("survey"), pk=pk)
    others = list(questionnaire.survey.questionnaires.exclude(pk=pk).order_by("pk"))
    asked = request.GET.get("with", "")
    before = [each for each in others if each.pk < questionnaire.pk]
    other = next((each for each in others if str(each.pk) == asked), (before or others)[-1] if others else None)
    about: dict[str, object] = {"others": others, "other": other}
    if other is not None:
        earlier, later = sorted((questionnaire, other), key=lambda each: each.pk)
        first, second = earlier.definition(), later.definition()
        broken = [name for name, verdict in comparability(first, second).items() if not verdict.is_comparable]
        about |= {"earlier": earlier, "later": later, "groups": in_groups(differences(first, second)), "broken": broken}
    return _page(request, "compare", _("Compare versions"), questionnaire, **about)


def use(request: HttpRequest, pk: int, wave_pk: int) -> HttpResponse:
    """Give a wave this version, once somebody has seen what changes."""
    questionnaire = get_object_or_404(Questionnaire.objects.select_related("survey"), pk=pk)
    waves = Wave.objects.select_related("survey", "questionnaire").filter(survey=questionnaire.survey_id, kind=Wave.Kind.OWN)
    wave = get_object_or_404(waves, pk=wave_pk)
    switch = Switch(wave, questionnaire)
    form = SwitchForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _switched(request, switch):
        return HttpResponseRedirect(reverse("admin:surveys_wave_change", args=[wave.pk]))
    about = {"form": form, "wave": wave, "obstacles": switch.obstacles, "groups": in_groups(switch.differences)}
    return _page(request, "use_version", _("Use in this wave"), questionnaire, **about)


def _switched(request: HttpRequest, switch: Switch) -> bool:
    before = switch.wave.questionnaire.version if switch.wave.questionnaire else ""
    try:
        with transaction.atomic():
            switch.make()
            write_down(request, switch.wave, _("Questionnaire: version %(before)s → %(after)s.") % {"before": before, "after": switch.to.version})  # fmt: skip
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return False
    messages.success(request, _("Those who enter from now on get version %(version)s; those who are answering keep theirs.") % {"version": switch.to.version})  # fmt: skip
    return True


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the paper version, ready to be printed, in one of the questionnaire's languages."""
    questionnaire = get_object_or_404(Questionnaire.objects.select_related("survey"), pk=pk)
    definition = questionnaire.definition()
    asked = request.GET.get("lang", "")
    return HttpResponse(printed(questionnaire, asked if asked in definition.languages else definition.default_language))


def _page(request: HttpRequest, template: str, title: str, questionnaire: Questionnaire, **about: object) -> HttpResponse:
    shown = {"opts": Questionnaire._meta, "questionnaire": questionnaire, **about}
    return TemplateResponse(request, f"surveys/workshop/{template}.html", staff_context(request, title, shown))


def version_tools(questionnaire: Questionnaire) -> dict[str, object]:
    """Return what the page of a version offers: its languages on paper, and the waves that it may be given to."""
    waves = questionnaire.survey.waves.filter(kind=Wave.Kind.OWN).exclude(state=Wave.State.CLOSED).exclude(questionnaire=questionnaire)
    return {
        "paper_languages": questionnaire.survey.languages,
        "waves_to_give": waves,
        "has_others": questionnaire.survey.questionnaires.count() > 1,
    }


def urls() -> list[URLPattern]:
    """Return the addresses under a questionnaire's in the admin."""
    return [
        path("<int:pk>/new-version/", staff_page(new_version, "surveys.add_questionnaire"), name="surveys_questionnaire_new_version"),
        path("<int:pk>/compare/", staff_page(compare, "surveys.view_questionnaire"), name="surveys_questionnaire_compare"),
        path("<int:pk>/use/<int:wave_pk>/", staff_page(use, "surveys.change_wave"), name="surveys_questionnaire_use"),
        path("<int:pk>/paper/", staff_page(paper, "surveys.view_questionnaire"), name="surveys_questionnaire_paper"),
    ]
