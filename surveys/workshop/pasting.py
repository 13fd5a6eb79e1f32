"""The screen where a questionnaire written in Word is pasted, corrected beside what was understood, and made a study."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from surveys.core.cells import SLUG
from surveys.core.foreign.pasted import MAX_CHARACTERS, MAX_LINES, Pasted, read_pasted
from surveys.core.foreign.pasting.words import WORDS
from surveys.core.workbook import StudyRefused
from surveys.models import Survey
from surveys.staff import staff_context, write_down
from surveys.workshop.new_study import create_study
from surveys.workshop.understood import Said, Understood

LANGUAGES = {"fr": gettext_lazy("French"), "en": gettext_lazy("English")}


class PastingForm(forms.Form):
    """The text, and the study that it is to become."""

    text = forms.CharField(
        label=gettext_lazy("Questionnaire"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=200, required=False, help_text=gettext_lazy("Empty: the text’s first line.")
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=63,
        required=False,
        help_text=gettext_lazy("Small letters, digits and hyphens: my-survey-2026."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), choices=[(code, LANGUAGES[code]) for code in WORDS])

    def clean_text(self) -> str:
        """Refuse what is empty or longer than is read."""
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if not text.strip():
            raise ValidationError(_("Paste the questionnaire here."))
        if len(text) > MAX_CHARACTERS or text.count("\n") >= MAX_LINES:
            raise ValidationError(_("At most 200,000 characters and 10,000 lines: paste it in parts."))
        return text

    def clean_address(self) -> str:
        """Refuse what cannot be an address."""
        address: str = self.cleaned_data["address"]
        if address and not SLUG.fullmatch(address):
            raise ValidationError(_("Use small letters, digits and hyphens only: it is the study's address."))
        if not address and "create" in self.data:
            raise ValidationError(_("Give the study an address."))
        return address


def paste(request: HttpRequest) -> HttpResponse:
    """Show what is understood of a text, as often as it is corrected, and create its study when asked."""
    form = PastingForm(request.POST or None, initial={"language": get_language()})
    understood, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            pasted = _read(form)
            refused = _refusals(request, pasted) if "create" in request.POST else ()
            if "create" in request.POST and not refused:
                survey = _create(request, pasted)
                if isinstance(survey, Survey):
                    return HttpResponseRedirect(reverse("admin:surveys_survey_change", args=[survey.pk]))
                pasted, refused = survey
            understood, status = Understood(pasted), 422 if refused else 200
            for reason in refused:
                form.add_error(None, reason)
    title = _("Paste a questionnaire")
    context = staff_context(request, title, {"form": form, "understood": understood})
    return TemplateResponse(request, "surveys/workshop/paste.html", context, status=status)


def _read(form: PastingForm) -> Pasted:
    given = form.cleaned_data
    return read_pasted(given["text"], given["language"], title=given["title"], form_id=given["address"])


def _refusals(request: HttpRequest, pasted: Pasted) -> tuple[str, ...]:
    """Why a study is not created from this text."""
    if pasted.of_weight("mistake"):
        return (_("Nothing was created: correct the lines marked ✗, then create the study."),)
    if pasted.of_weight("missed") and "leave_out" not in request.POST:
        return (_("Nothing was created: some lines were not understood. Correct them, or tick that the study is created without them."),)
    return ()


def _create(request: HttpRequest, pasted: Pasted) -> Survey | tuple[Pasted, tuple[str, ...]]:
    """Create the study, and write down that it was pasted; or the text with what stands against it."""
    try:
        with transaction.atomic():
            survey = create_study(pasted.workbook)
            write_down(request, survey, _("Created from a pasted questionnaire."))
    except StudyRefused as refused:
        remarks = tuple(pasted.remark_of(mistake) for mistake in refused.mistakes)
        return replace(pasted, general=(*pasted.general, *remarks)), tuple(str(Said(remark)) for remark in remarks)
    messages.success(request, _("Created: %(title)s (%(slug)s).") % {"title": survey.title, "slug": survey.slug})
    return survey
