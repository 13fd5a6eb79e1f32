"""The screens where a questionnaire of another program comes in, with its report, and where one of ours goes out to Kobo and ODK.

Nothing is kept between looking at a file and creating its study: the study travels in the page, signed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from surveys.core.cells import SLUG, texts
from surveys.core.files import MAX_FILE_BYTES, XLSX, write_workbook
from surveys.core.fingerprint import FORM_SHEETS
from surveys.core.foreign.bring import BY_NAME, bring_in
from surveys.core.foreign.brought import Brought, Remark
from surveys.core.foreign.xlsform_out import write_xlsform
from surveys.core.outline import BEGIN, END, Group, read_outline
from surveys.core.workbook import Mistake, Report, Row, Sheet, StudyRefused, Workbook, sheet_of
from surveys.loading import study_sheets
from surveys.models import Questionnaire
from surveys.staff import require, staff_context, write_down
from surveys.translation import say
from surveys.workshop.fields import GROUPS, TYPES
from surveys.workshop.new_study import create_study, first_wave

SALT = "surveys.workshop.bringing"
HOURS = 12  # for which a looked-at file can be made a study
MOST_SIGNED = 2_000_000


class FileForm(forms.Form):
    """A file of another program."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("An XLSForm of Kobo or ODK (.xlsx), a LimeSurvey survey (.lss) or a SurveyJS form (.json), up to 20 MB."),
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is of no known format, or too large."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if Path(str(file.name)).suffix.lower() not in BY_NAME:
            raise ValidationError(_("Choose a file whose name ends in .xlsx, .lss or .json."))
        if (file.size or 0) > MAX_FILE_BYTES:
            raise ValidationError(_("This file is larger than 20 MB."))
        return file


class CreateForm(forms.Form):
    """The study that the file is to become, and what was understood of it."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    address = forms.RegexField(
        SLUG, label=gettext_lazy("Address"), max_length=63, help_text=gettext_lazy("Small letters, digits and hyphens: my-survey-2026.")
    )
    study = forms.CharField(widget=forms.HiddenInput, max_length=4 * MOST_SIGNED)

    def clean_study(self) -> Workbook:
        """Return the sheets, unless the page is too old or was changed."""
        try:
            sheets = signing.loads(self.cleaned_data["study"], salt=SALT, max_age=HOURS * 3600)
        except signing.BadSignature:
            raise ValidationError(_("This page is too old: bring the file in again.")) from None
        return {
            name: sheet_of(name, header, ((number, dict(zip(header, cells, strict=True))) for number, cells in rows))
            for name, header, rows in sheets
        }

    def workbook(self) -> Workbook:
        """Return the sheets under the title and the address that were chosen."""
        sheets: Workbook = self.cleaned_data["study"]
        row = sheets["settings"].rows[0]
        cells = {**row.cells, "form_title": self.cleaned_data["title"], "form_id": self.cleaned_data["address"]}
        return {**sheets, "settings": Sheet("settings", sheets["settings"].header, (Row(row.number, cells),))}


def bring(request: HttpRequest) -> HttpResponseBase:
    """Show what a file becomes and what does not come along, then create its study, or give its sheets to be corrected."""
    if request.method == "POST" and "study" in request.POST:
        return _settle(request, CreateForm(request.POST))
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            brought = _brought(form.cleaned_data["file"])
        except StudyRefused as refused:
            for mistake in refused.mistakes[:50]:
                form.add_error("file", _told(mistake))
        else:
            return _report(request, brought)
    return _page(request, {"form": form}, 422 if form.errors else 200)


def _settle(request: HttpRequest, form: CreateForm) -> HttpResponseBase:
    if not form.is_valid():
        return _page(request, {"create": form}, 422)
    workbook = form.workbook()
    if "download" in request.POST:
        return _sent({"waves": first_wave(workbook), **workbook}, f"{form.cleaned_data['address']}.xlsx")
    require(request, "surveys.change_survey")
    try:
        with transaction.atomic():
            survey = create_study(workbook)
            write_down(request, survey, _("Brought in from another program."))
    except StudyRefused as refused:
        return _page(request, {"create": form, **_shown(Brought(workbook, ())), "mistakes": refused.mistakes}, 422)
    messages.success(request, _("Created: %(title)s (%(slug)s).") % {"title": survey.title, "slug": survey.slug})
    return HttpResponseRedirect(reverse("admin:surveys_survey_change", args=[survey.pk]))


def _report(request: HttpRequest, brought: Brought) -> HttpResponse:
    workbook = {name: sheet for name, sheet in brought.workbook.items() if name in FORM_SHEETS or "/" in name}
    left = [name for name in brought.workbook if name not in workbook]
    signed = signing.dumps(
        [(s.name, s.header, [(row.number, [row.cells.get(column, "") for column in s.header]) for row in s]) for s in workbook.values()],
        salt=SALT, compress=True,
    )  # fmt: skip
    if len(signed) > MOST_SIGNED:
        form = FileForm()
        form.errors["file"] = form.error_class(
            [_("This questionnaire is too long for this page: bring it in with manage.py import_study.")]
        )
        return _page(request, {"form": form}, 422)
    settings = workbook["settings"].rows[0]
    create = CreateForm(initial={"title": settings["form_title"], "address": settings["form_id"], "study": signed})
    return _page(request, {"create": create, "left": ", ".join(left), "mistakes": brought.mistakes(), **_shown(brought)}, 200)


def _shown(brought: Brought) -> dict[str, object]:
    """What the page says of a file: what is left out, what was supposed, the questionnaire as it is now."""
    language = get_language() or ""
    return {
        "missed": [_place(remark) for remark in brought.missed],
        "notes": [_place(remark) for remark in brought.notes],
        "lines": list(_lines(read_outline(brought.workbook["survey"], Report()), language)),
        "asked": sum(
            row["type"].partition(" ")[0] not in (*BEGIN, *END, "note", "calculate", "hidden") for row in brought.workbook["survey"]
        ),
    }


def _place(remark: Remark) -> tuple[str, str, str, str]:
    return remark.place.sheet, str(remark.place.row or ""), remark.column, say(remark.message)


def _lines(
    nodes: Iterable[Group | Row], language: str, depth: int = 0, on_page: bool = False
) -> Iterator[tuple[int, object, bool, str, str, str]]:
    """Depth, what it is, whether it holds others, name, text and condition of every line of the questionnaire."""
    for node in nodes:
        row = node.row if isinstance(node, Group) else node
        words = texts(row, "label")
        text = words.get(language) or next(iter(words.values()), "")
        yield depth, _kind(node, on_page), isinstance(node, Group), row["name"], text or row["calculation"], row["relevant"]
        if isinstance(node, Group):
            yield from _lines(node.children, language, depth + 1, on_page or node.is_page)


def _kind(node: Group | Row, on_page: bool) -> object:
    if isinstance(node, Group):
        return GROUPS["loop" if node.is_loop else "block" if on_page else "page" if node.is_page else "section"]
    word = node["type"].partition(" ")[0]
    return TYPES.get("select_one" if word == "select_one_from_file" else word, word)


def _page(request: HttpRequest, about: dict[str, object], status: int) -> HttpResponse:
    told = [(mistake.sheet, mistake.row or "", mistake.column, say(mistake.message)) for mistake in about.pop("mistakes", ())]  # type: ignore[attr-defined]
    context = staff_context(request, _("Bring in a questionnaire"), {**about, "mistakes": told})
    return TemplateResponse(request, "surveys/workshop/bring.html", context, status=status)


def _brought(file: UploadedFile[Any]) -> Brought:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"form{Path(str(file.name)).suffix.lower()}"
        with path.open("wb") as copy:
            copy.writelines(file.chunks())
        return bring_in(path)


def _told(mistake: Mistake) -> str:
    place = ", ".join(part for part in (mistake.sheet, str(mistake.row or ""), mistake.column) if part and not part.startswith("form."))
    return _("%(place)s: %(reason)s") % {"place": place, "reason": say(mistake.message)} if place else say(mistake.message)


@require_GET
def kobo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a version of a form as Kobo and ODK take it."""
    questionnaire = get_object_or_404(Questionnaire.objects.select_related("survey"), pk=pk)
    sheets = write_xlsform(study_sheets(questionnaire.survey, questionnaire.version))
    form = {name: sheet for name, sheet in sheets.items() if name in FORM_SHEETS or "/" in name}
    return _sent(form, f"{questionnaire.survey.slug}-{questionnaire.version}-xlsform.xlsx")


def _sent(workbook: Workbook, name: str) -> FileResponse:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.xlsx"
        write_workbook(workbook, path)
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=XLSX)
