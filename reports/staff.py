"""The staff's pages that bring a study in and take studies and interviews out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reports.core.cells import UnknownCode
from reports.dataset import RecordsDisagree
from reports.doubts import printed, with_and_without
from reports.exports import CsvOptions, file_name, write_csv
from reports.study import export_study, load_study
from reports.weighting_now import weighting_now
from surveys.core.files import MAX_FILE_BYTES, XLSX
from surveys.core.workbook import Mistake, StudyRefused
from surveys.models import Survey, Wave
from surveys.staff import require, staff_context, staff_page, write_down
from surveys.translation import say


class StudyForm(forms.Form):
    """A study as one workbook."""

    workbook = forms.FileField(label=gettext_lazy("Workbook (.xlsx)"))

    def clean_workbook(self) -> UploadedFile[Any]:
        """Refuse what is no workbook or too large to be one."""
        file: UploadedFile[Any] = self.cleaned_data["workbook"]
        if not str(file.name).lower().endswith(".xlsx"):
            raise ValidationError(_("Choose a workbook whose name ends in .xlsx."))
        if (file.size or 0) > MAX_FILE_BYTES:
            raise ValidationError(_("This file is larger than 20 MB."))
        return file


class ExportForm(forms.Form):
    """How the file of interviews is written."""

    shown = forms.ChoiceField(
        label=gettext_lazy("Answers appear as"),
        choices=[
            ("names", gettext_lazy("names of the choices")),
            ("codes", gettext_lazy("numeric codes")),
            ("labels", gettext_lazy("labels")),
        ],
    )
    separator = forms.ChoiceField(
        label=gettext_lazy("Separator"),
        choices=[(",", gettext_lazy("comma")), (";", gettext_lazy("semicolon")), ("\t", gettext_lazy("tab"))],
    )
    bom = forms.BooleanField(label=gettext_lazy("Mark the file as UTF-8 for Excel"), required=False)


def load(request: HttpRequest) -> HttpResponse:
    """Load a study from a workbook: the whole of it, or every mistake and nothing."""
    require(request, "surveys.change_survey")
    form = StudyForm(request.POST or None, request.FILES or None)
    mistakes: tuple[Mistake, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            survey = _load(form.cleaned_data["workbook"])
        except StudyRefused as refused:
            mistakes = refused.mistakes
        else:
            write_down(request, survey, _("Loaded from a workbook."))
            messages.success(request, _("Loaded: %(title)s (%(slug)s).") % {"title": survey.title, "slug": survey.slug})
            return HttpResponseRedirect(reverse("admin:surveys_survey_change", args=[survey.pk]))
    told = [(mistake.sheet, mistake.row or "", mistake.column, say(mistake.message)) for mistake in mistakes]
    context = staff_context(request, _("Load a study"), {"form": form, "mistakes": told})
    return TemplateResponse(request, "reports/load_study.html", context, status=422 if told or form.errors else 200)


@require_GET
def workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a study back as one workbook, as it was loaded."""
    survey = get_object_or_404(Survey, pk=pk)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{survey.slug}.xlsx"
        export_study(survey, file)
        return FileResponse(file.open("rb"), as_attachment=True, filename=file.name, content_type=XLSX)


def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask how the completed interviews are to be written, then give the file.

    It is written whole before it is sent: a slow line holds no snapshot of the database open, and what is sent is complete.
    """
    wave = get_object_or_404(Wave.objects.select_related("survey", "questionnaire").exclude(questionnaire=None), pk=pk)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
        try:
            people = write_csv(wave, file, _options(form.cleaned_data))
        except (RecordsDisagree, UnknownCode) as refused:
            form.add_error(None, _("Nothing was written: the stored records disagree. %(reason)s") % {"reason": refused})
        else:
            file.seek(0)
            write_down(request, wave, _("%(people)s interviews exported.") % {"people": people})
            return FileResponse(file, as_attachment=True, filename=file_name(wave), content_type="text/csv; charset=utf-8")
    context = staff_context(request, _("Export interviews"), {"form": form, "wave": wave})
    return TemplateResponse(request, "reports/export.html", context, status=422 if form.errors else 200)


@require_GET
def without_flagged(request: HttpRequest, pk: int) -> HttpResponse:
    """Show each figure with and without the interviews in doubt, computed now."""
    wave = get_object_or_404(Wave.objects.select_related("survey", "questionnaire").exclude(questionnaire=None), pk=pk)
    try:
        both = with_and_without(wave)
    except RecordsDisagree as refused:
        messages.error(request, _("Nothing was computed: the stored records disagree. %(reason)s") % {"reason": refused})
        return HttpResponseRedirect(reverse("quality_review", args=[pk]))
    shown = {"wave": wave, "both": both, "lines": [printed(pair, get_language() or "") for pair in both.pairs]}
    return TemplateResponse(
        request, "reports/without_flagged.html", staff_context(request, _("Figures with and without the flagged interviews"), shown)
    )


def _load(file: UploadedFile[Any]) -> Survey:
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "study.xlsx"
        with book.open("wb") as copy:
            copy.writelines(file.chunks())
        return load_study(book)


def _options(wanted: dict[str, Any]) -> CsvOptions:
    return CsvOptions(wanted["shown"], wanted["separator"], wanted["bom"], get_language() or "")


urlpatterns = [
    path("load/", staff_page(load, "surveys.add_survey"), name="load_study"),
    path("<int:pk>/workbook/", staff_page(workbook, "surveys.view_survey"), name="study_workbook"),
    path("waves/<int:pk>/without-flagged/", staff_page(without_flagged, "reports.view_aggregation"), name="without_flagged"),
    path("waves/<int:pk>/export/", staff_page(export, "respondents.view_record"), name="export"),
    path("waves/<int:pk>/weighting/", staff_page(weighting_now, "respondents.view_quotacell"), name="weighting_now"),
]
