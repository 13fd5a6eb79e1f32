"""The staff's page that makes the next wave of a study from an earlier one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from reports.core.next_wave import NextWave
from reports.next_wave.copying import copy_wave, old_sources
from reports.press import Press, capitalised
from reports.tables.titles import Titles
from surveys.core.workbook import Mistake, StudyRefused
from surveys.form.frame import own_name
from surveys.models import Wave
from surveys.staff import staff_context, staff_page, write_down
from surveys.translation import say

DAY = forms.DateInput({"type": "date"}, "%Y-%m-%d")
LABEL = "label_"


class NextWaveForm(forms.Form):
    """What is new in the wave; everything else is that of the wave it is copied from."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    starts = forms.DateField(label=gettext_lazy("Fieldwork from"), widget=DAY)
    ends = forms.DateField(label=gettext_lazy("Fieldwork to"), widget=DAY)
    target = forms.IntegerField(label=gettext_lazy("People to interview"), min_value=1, max_value=10_000_000)
    version = forms.ChoiceField(label=gettext_lazy("Version of the questionnaire"))
    is_compared = forms.BooleanField(
        label=gettext_lazy("Compare the figures with the wave that is copied"),
        required=False,
        initial=True,
        help_text=gettext_lazy("A figure is compared with one wave: comparisons with earlier ones stay in what was published."),
    )

    def __init__(self, wave: Wave, *given: Any) -> None:
        super().__init__(*given)
        self.wave = wave
        for language in wave.survey.languages:
            self.fields[f"{LABEL}{language}"] = forms.CharField(
                label=_("Name (%(language)s)") % {"language": own_name(language)}, max_length=200
            )
        self.order_fields(["code", *(name for name in self.fields if name.startswith(LABEL))])
        versions = wave.survey.questionnaires.order_by("-pk").values_list("version", flat=True)
        self.fields["version"].choices = [(version, version) for version in versions]  # type: ignore[attr-defined]  # a list's
        self.initial["version"], self.initial["target"] = wave.questionnaire.version if wave.questionnaire else "", wave.target

    def clean_code(self) -> str:
        """Refuse a code that another wave of the study has."""
        code: str = self.cleaned_data["code"]
        if self.wave.survey.waves.filter(code=code).exists():
            raise ValidationError(_("The study has a wave “%(code)s” already: choose another code.") % {"code": code})
        return code

    def wanted(self) -> NextWave:
        """Return what was filled in."""
        given = self.cleaned_data
        labels = {language: given[f"{LABEL}{language}"] for language in self.wave.survey.languages}
        starts, ends = given["starts"].isoformat(), given["ends"].isoformat()
        return NextWave(given["code"], labels, starts, ends, given["target"], given["version"], given["is_compared"])


def new_wave(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Ask what is new, copy the wave, and lead to the new one's field; or say every mistake, and nothing is stored."""
    wave = get_object_or_404(Wave.objects.select_related("survey", "questionnaire").exclude(questionnaire=None), pk=wave_id)
    form = NextWaveForm(wave, request.POST or None)
    mistakes: tuple[Mistake, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            made = copy_wave(wave, form.wanted())
        except StudyRefused as refused:
            mistakes = refused.mistakes
        else:
            told = _("Wave %(code)s made, in draft, from wave %(old)s.") % {"code": made.code, "old": wave.code}
            write_down(request, made, told)
            messages.success(request, told)
            for sentence in _aged(made, made.starts):
                messages.warning(request, sentence)
            return HttpResponseRedirect(reverse("fieldwork", args=[made.pk]))
    shown = {
        "wave": wave,
        "form": form,
        "mistakes": [(mistake.sheet, mistake.row or "", mistake.column, say(mistake.message)) for mistake in mistakes],
        "aged": _aged(wave, str(form["starts"].value() or timezone.localdate().isoformat())),
        "panels": wave.sources.filter(kind="panel"),
    }
    status = 422 if mistakes or form.errors else 200
    return TemplateResponse(request, "reports/next_wave/form.html", staff_context(request, _("New wave"), shown), status=status)


def _aged(wave: Wave, starts: str) -> list[str]:
    assert wave.questionnaire is not None, "a wave that is copied has a questionnaire"
    names = Titles(wave, wave.questionnaire.definition(), Press(wave.survey, get_language() or "")).quotas
    told = _("%(variable)s: source older than 24 months (%(date)s, %(months)s months before the field). Look for a newer one.")
    return [
        told % {"variable": capitalised(names.get(name, name)), "date": date, "months": months}
        for name, date, months in old_sources(wave, starts)
    ]


urlpatterns = [path("<int:wave_id>/new-wave/", staff_page(new_wave, "surveys.add_wave"), name="new_wave")]
