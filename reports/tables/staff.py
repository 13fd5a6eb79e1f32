"""The staff's page of tables: choose questions, banners and marks, read the tables, take them along; the book that holds them all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reports.coding.counting import definition_of
from reports.core.topics import topics
from reports.dataset import RecordsDisagree
from reports.press import Press
from reports.tables.beside import beside
from reports.tables.book import latest
from reports.tables.front import front_of
from reports.tables.people import people_of
from reports.tables.printed import Printed
from reports.tables.printing import Printer
from reports.tables.titles import Titles
from reports.tables.wanted import TablesForm, Wanted, other_waves
from surveys.core.files import XLSX
from surveys.models import Wave
from surveys.staff import staff_context, staff_page

SEE = "reports.view_estimate"


@dataclass(frozen=True)
class Line:
    """One table of the index: where it is read, and whether it is shown now."""

    number: str
    title: str
    heading: str
    href: str
    is_shown: bool


@require_GET
def tables(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show the tables that are asked for, the choices, and an index of all; an address that asks for what is not there gets 422."""
    wave = wave_or_404(wave_id)
    form, titles = form_of(request, wave)
    context: dict[str, object] = {"wave": wave, "form": form, "index": [], "tables": [], "address": "", "by": "", "books": latest(wave)}
    if form.is_valid():
        wanted = form.wanted()
        context |= {"address": wanted.address, "by": titles.press.listed(titles.banner(code) for code in wanted.of_all(titles.banners).by)}
        try:
            context["tables"] = printed(wave, wanted, titles.press)
        except RecordsDisagree as refused:
            form.add_error(None, _("No table can be made: the stored records disagree. %(reason)s") % {"reason": refused})
        context["index"] = index_of(wave, wanted, titles)
    return TemplateResponse(
        request, "reports/tables/page.html", staff_context(request, _("Tables"), context), status=422 if form.errors else 200
    )


@require_GET
def download(request: HttpRequest, wave_id: int, kind: str) -> HttpResponse:
    """Give the tables that are shown as a workbook or a page of their own."""
    wave = wave_or_404(wave_id)
    form, titles = form_of(request, wave)
    if not form.is_valid() or not (wanted := form.wanted()).q:
        raise Http404
    made, front = printed(wave, wanted, titles.press), front_of(wave, titles.press)
    name = f"{wave.survey.slug}-{wave.code}-{'-'.join(wanted.q[:3])}.{kind}"
    as_file = {"Content-Disposition": f'attachment; filename="{name}"'}
    if kind == "xlsx":
        from reports.tables.excel import workbook  # noqa: PLC0415 -- heavy, and only a workbook needs it

        return HttpResponse(workbook(front, made), content_type=XLSX, headers=as_file)
    about = {"front": front, "tables": made, "language": titles.press.language, "style": _style()}
    page = render_to_string("reports/tables/file.html", about)
    return HttpResponse(page, content_type="text/html; charset=utf-8", headers=as_file)


def wave_or_404(wave_id: int) -> Wave:
    """Return a wave of interviews; one of figures only has no tables."""
    return get_object_or_404(Wave.objects.select_related("survey", "questionnaire").exclude(questionnaire=None), pk=wave_id)


def form_of(request: HttpRequest, wave: Wave) -> tuple[TablesForm, Titles]:
    """Return the form filled from the address, and the titles in the reader's language."""
    assert wave.questionnaire is not None, "wave_or_404 leaves out waves without questionnaire"
    questionnaire = definition_of(wave)
    titles = Titles(wave, questionnaire, Press(wave.survey, get_language() or ""))
    return TablesForm(request.GET, wave, questionnaire, titles), titles


def printed(wave: Wave, wanted: Wanted, press: Press) -> list[Printed]:
    """Return the tables that are wanted; nothing is read when none is. Raises RecordsDisagree."""
    if not wanted.q:
        return []
    is_weighted = wanted.weights == "weighted"
    others = [beside(wave, other, weighted=is_weighted) for other in other_waves(wave) if other.code in wanted.waves]
    printer = Printer(people_of(wave, weighted=is_weighted), wanted, press, others)
    return [printer.table(code) for code in wanted.q]


def index_of(wave: Wave, wanted: Wanted, titles: Titles) -> list[Line]:
    """Return every table that can be made, each with the address that shows it by the same choices."""
    assert wave.questionnaire is not None, "wave_or_404 leaves out waves without questionnaire"
    made = topics(definition_of(wave))
    return [
        Line(topic.number, titles.topic(topic), titles.heading(topic), wanted.of(topic.code).address, topic.code in wanted.q)
        for topic in made
    ]


@cache
def _style() -> str:
    """The tables' own style, which a file takes along."""
    return Path(settings.STATICFILES_DIRS[0], "reports", "tables.css").read_text(encoding="utf-8")


urlpatterns: list[URLPattern] = [
    path("<int:wave_id>/tables/", staff_page(tables, SEE), name="tables"),
    path("<int:wave_id>/tables/tables.xlsx", staff_page(download, SEE), {"kind": "xlsx"}, name="tables_xlsx"),
    path("<int:wave_id>/tables/tables.html", staff_page(download, SEE), {"kind": "html"}, name="tables_html"),
]
