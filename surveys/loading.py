"""Loads and writes back the sheets of a study that belong here: settings, survey, choices, bases, waves, margins."""

from __future__ import annotations

import hashlib
import re
import zoneinfo
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import connection

from surveys import running
from surveys.core import questionnaire as core
from surveys.core.attachments import attachments_of, check_attachments, check_images, is_attachment
from surveys.core.cells import language_code, require_columns, same_texts, texts
from surveys.core.checks import check_questionnaire
from surveys.core.expressions import holds
from surveys.core.files import bytes_of_sheet
from surveys.core.fingerprint import FORM_SETTINGS, FORM_SHEETS, fingerprint
from surveys.core.messages import N_
from surveys.core.outline import BEGIN, END, pages_of, read_outline
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report, Row, Sheet, Workbook, sheet_of
from surveys.drafts import Draft, decimal_of
from surveys.models import Attachment, Base, Choice, Margin, Page, Question, Questionnaire, SheetRow, Survey, Wave

WAVE_COLUMNS = ("code", "kind", "starts", "ends")
MARGIN_COLUMNS = ("wave", "variable", "category", "percent", "source")
STUDY_SHEETS = ("waves", "margins")
PLAIN_SETTINGS = ("sponsor", "sponsor_quality", "institute", "mode", "electoral_scope", "electoral_reason", "data_kind")
PRINTED_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?")


def read_draft(workbook: Workbook) -> Draft:
    """Read and check this app's sheets; the draft's report holds every mistake."""
    report = Report()
    questionnaire = read_questionnaire(workbook, report)
    draft = Draft(workbook, questionnaire, report, _earlier_versions(workbook, questionnaire))
    if "survey" in workbook and "choices" in workbook:
        check_questionnaire(questionnaire, workbook, report)
    check_attachments(workbook, report)
    check_images(_images(questionnaire), questionnaire.media, report)
    draft.require_fit("settings", Survey, {"form_title": "title", **{column: column for column in PLAIN_SETTINGS}})
    draft.require_fit("settings", Questionnaire, {"version": "version"})
    draft.require_fit("bases", Base, {"code": "code"})
    _check_waves(draft)
    _check_margins(draft)
    return draft


def check_against_stored(draft: Draft, interviewed: Collection[str]) -> None:
    """Note what would change under people's feet: a stored version, or a wave that has begun.

    ``interviewed`` are the codes of the waves that hold interviews. The stored waves stay locked until the transaction ends.
    """
    version = draft.questionnaire.version
    stored = Questionnaire.objects.filter(survey__slug=draft.questionnaire.form_id, version=version).first()
    if stored and stored.fingerprint != fingerprint(draft.workbook):
        draft.report.add("settings", 2, "version", N_("Version %(version)s is already stored with another content: raise settings.version."), version=version)  # fmt: skip
    waves = Wave.objects.filter(survey__slug=draft.questionnaire.form_id).select_related("questionnaire")
    for wave in waves.select_for_update(of=["self"]):
        if wave.state != Wave.State.DRAFT or wave.code in interviewed:
            _check_begun(draft, wave)


def wait_for_other_studies() -> None:
    """Let whoever stores a study wait until the others have ended; call it first in the transaction that stores one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('reports.study', 0))")


def save_study(draft: Draft) -> Survey:
    """Store the survey, its questionnaire version, waves and margins; only call it with an empty report.

    Waves and margins whose row left the sheets are deleted; ``check_against_stored`` refused those that have begun.
    """
    survey = _save_survey(draft)
    if not survey.questionnaires.filter(version=draft.questionnaire.version).exists():
        _save_version(survey, draft)
    versions = {questionnaire.version: questionnaire for questionnaire in survey.questionnaires.all()}
    survey.waves.exclude(code__in=[row["code"] for row in draft.rows("waves")]).delete()
    begun = set(survey.waves.exclude(state=Wave.State.DRAFT).values_list("code", flat=True))
    for row in draft.rows("waves"):
        run = {} if row["code"] in begun else running.running_of(row)
        _save_wave(survey, versions.get(row["questionnaire_version"]), row, run)
    _save_margins(survey, draft.rows("margins"))
    return survey


def study_sheets(survey: Survey, version: str = "") -> dict[str, Sheet]:
    """Return this app's sheets as they were loaded, for the given questionnaire version or the latest loaded."""
    versions = survey.questionnaires.filter(version=version) if version else survey.questionnaires.order_by("pk")
    questionnaire = versions.last()
    form = questionnaire.workbook() if questionnaire else {}
    if questionnaire:
        cells = {**survey.settings, **questionnaire.settings}
        form["settings"] = sheet_of("settings", survey.headers["settings"], [(2, cells)])
    return {**form, **sheets_of_rows(survey, {"waves": survey.waves.all(), "margins": Margin.objects.filter(wave__survey=survey)})}


def sheets_of_rows(survey: Survey, stored: Mapping[str, Iterable[SheetRow]]) -> dict[str, Sheet]:
    """Return the sheets of stored rows, with the columns in the author's order; absent sheets stay absent."""
    return {
        name: sheet_of(name, survey.headers[name], sorted(((row.row, row.cells) for row in rows), key=lambda line: line[0]))
        for name, rows in stored.items()
        if name in survey.headers
    }


def _images(questionnaire: core.Questionnaire) -> dict[tuple[str, int], str]:
    """The image files that the sheets name, by sheet and row."""
    images = {("survey", question.row): question.image for question in questionnaire.questions.values()}
    return images | {("choices", choice.row): choice.image for choices in questionnaire.lists.values() for choice in choices}


def _earlier_versions(workbook: Workbook, questionnaire: core.Questionnaire) -> dict[str, core.Questionnaire]:
    named = {row["questionnaire_version"] for row in workbook.get("waves", ())} - {questionnaire.version}
    stored = Questionnaire.objects.filter(survey__slug=questionnaire.form_id, version__in=named)
    return {version.version: version.definition() for version in stored}


def _check_begun(draft: Draft, wave: Wave) -> None:
    row = draft.wave_row(wave.code)
    if row is None:
        draft.report.add("waves", 0, "code", N_("Wave %(code)s has begun: its row cannot leave the sheet."), code=wave.code)
        return
    version = wave.questionnaire.version if wave.questionnaire else ""
    if row["kind"] != wave.kind:
        draft.note("waves", row, "kind", N_("Wave %(code)s has begun: write %(kind)s, which it is."), code=wave.code, kind=wave.kind)
    elif version and row["questionnaire_version"] not in ("", version):
        draft.note("waves", row, "questionnaire_version", N_("Wave %(code)s has begun with version %(version)s: write that, and give the new version a wave of its own."),
                   code=wave.code, version=version)  # fmt: skip
    for column in ("target", "ceiling"):
        if row[column] != wave.cells.get(column, "").strip():
            draft.note("waves", row, column, N_("Wave %(code)s has begun: change its ceilings on the fieldwork screen."), code=wave.code)
    for column in running.COLUMNS:
        if row[column] != wave.cells.get(column, "").strip():
            draft.note("waves", row, column, N_("Wave %(code)s has begun: change this on the page that runs its field."), code=wave.code)


def _check_waves(draft: Draft) -> None:
    require_columns(draft.workbook, "waves", WAVE_COLUMNS, draft.report)
    draft.require_fit("waves", Wave)
    seen: set[tuple[str, ...]] = set()
    for row in draft.rows("waves"):
        draft.require_new("waves", row, ("code",), seen)
        draft.require_address("waves", row, "code")
        if row["kind"] not in Wave.Kind.values:
            draft.note("waves", row, "kind", N_("Write one of: %(known)s."), known=", ".join(Wave.Kind.values))
        for column in ("label", "comparability"):
            same_texts(row, "waves", column, draft.questionnaire.languages, draft.report)
        _check_dates(draft, row)
        for column in ("target", "ceiling", "interviewed"):
            draft.whole("waves", row, column)
        if row["time_zone"] and row["time_zone"] not in zoneinfo.available_timezones():
            draft.note("waves", row, "time_zone", N_("Write a time zone such as Europe/Paris."))
        else:
            running.check_running(draft, row)
        if row["kind"] in (Wave.Kind.OWN, Wave.Kind.IMPORTED):
            _check_wave_with_people(draft, row)
        elif row["kind"] == Wave.Kind.EXTERNAL and not (row["institute"] and row["interviewed"]):
            draft.note("waves", row, "institute", N_("An external wave must name its institute and the number of people interviewed."))


def _check_dates(draft: Draft, row: Row) -> None:
    dates = [_date(row["starts"]), _date(row["ends"])]
    for column, date in zip(("starts", "ends"), dates, strict=True):
        if date is None:
            draft.note("waves", row, column, N_("Write a date as 2023-11-22 or 2023-11-22T08:00."))
    if all(dates) and dates != sorted(dates, key=str):
        draft.note("waves", row, "ends", N_("The fieldwork ends before it starts."))


def _date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if PRINTED_DATE.fullmatch(text) else None
    except ValueError:
        return None


def _check_wave_with_people(draft: Draft, row: Row) -> None:
    version = draft.questionnaire.version
    if row["questionnaire_version"] != version and row["questionnaire_version"] not in draft.earlier:
        draft.note("waves", row, "questionnaire_version", N_("Write %(version)s, the version of the settings sheet."), version=version)
    target, ceiling = draft.whole("waves", row, "target"), draft.whole("waves", row, "ceiling")
    if ceiling is not None and (target is None or ceiling < target):
        draft.note("waves", row, "ceiling", N_("The ceiling must be at least the target."))
    for variable in row["weighting"].split():
        if not categories_of(draft.questionnaire_of(row), variable):
            draft.note(
                "waves",
                row,
                "weighting",
                N_("“%(name)s” is not a single question nor a calculation with a list of choices."),
                name=variable,
            )
        elif not any(m["wave"] == row["code"] and m["variable"] == variable for m in draft.rows("margins")):
            draft.note("waves", row, "weighting", N_("The margins sheet has no row for %(name)s in this wave."), name=variable)
        else:
            _check_weighted(draft, row, variable)


def _check_weighted(draft: Draft, row: Row, variable: str) -> None:
    """Nobody can be weighted on an answer that is missing, nor on a category whose share nobody knows."""
    questionnaire = draft.questionnaire_of(row)
    question, page = questionnaire.questions[variable], questionnaire.page_of[variable]
    if (question.is_asked and not question.required) or question.relevant or page.relevant:
        draft.note("waves", row, "weighting", N_("%(name)s may be left without an answer: to weight on it, require it of everybody."), name=variable)  # fmt: skip
    for category in categories_without_share(draft, row["code"], variable):
        draft.note("waves", row, "weighting", N_("%(variable)s = %(category)s has no share in the margins sheet: add it, or flag the choice outside_quota."),
                   variable=variable, category=category)  # fmt: skip


def categories_of(questionnaire: core.Questionnaire, variable: str) -> dict[str, core.Choice]:
    """Return the choices of a variable that can carry quotas and margins, by name; {} when it cannot."""
    question = questionnaire.questions.get(variable)
    return dict(question.choice_by_name) if question and question.kind in ("single", "calculate") else {}


def categories_without_share(draft: Draft, wave: str, variable: str) -> list[str]:
    """Return the categories that people interviewed in the wave can have and that its margins do not mention."""
    questionnaire = draft.questionnaire_of(draft.wave_row(wave))
    shares = {row["category"] for row in draft.rows("margins") if (row["wave"], row["variable"]) == (wave, variable)}
    missing = [choice for name, choice in categories_of(questionnaire, variable).items() if name not in shares]
    ends_if = questionnaire.questions[variable].ends_if if missing else None
    return [
        choice.name
        for choice in missing
        if "outside_quota" not in choice.flags and not (ends_if and holds(ends_if, {variable: choice.name}, choice.name))
    ]


def _is_category(questionnaire: core.Questionnaire, variable: str, category: str) -> bool:
    """Whether a margin's row names a category; one of several variables ("sex age") names one of each ("1 18-24")."""
    names, each = variable.split(), category.split()
    return len(names) == len(each) > 0 and all(one in categories_of(questionnaire, name) for name, one in zip(names, each, strict=True))


def _check_margins(draft: Draft) -> None:
    if "margins" in draft.workbook:
        require_columns(draft.workbook, "margins", MARGIN_COLUMNS, draft.report)
    draft.require_fit("margins", Margin)
    seen: set[tuple[str, ...]] = set()
    totals: dict[tuple[str, str], Decimal] = {}
    for row in draft.rows("margins"):
        draft.require_new("margins", row, ("wave", "variable", "category"), seen)
        draft.require("margins", row, ("source",))
        wave = draft.wave_row(row["wave"])
        if wave is None:
            draft.note("margins", row, "wave", N_("“%(code)s” is not a wave of the waves sheet."), code=row["wave"])
        if not _is_category(draft.questionnaire_of(wave), row["variable"], row["category"]):
            draft.note(
                "margins",
                row,
                "category",
                N_("“%(category)s” is not a choice of %(name)s."),
                category=row["category"],
                name=row["variable"],
            )
        key = (row["wave"], row["variable"])
        totals[key] = totals.get(key, Decimal(0)) + draft.percent("margins", row, "percent")
    for (code, variable), total in totals.items():
        if abs(total - 100) > Decimal("0.5"):
            draft.report.add("margins", 0, "percent", N_("The shares of %(name)s in wave %(wave)s add up to %(total)s, not to 100."),
                             name=variable, wave=code, total=total)  # fmt: skip


def _save_survey(draft: Draft) -> Survey:
    settings, row = draft.questionnaire.settings, draft.workbook["settings"].rows[0]
    survey, _ = Survey.objects.update_or_create(
        slug=draft.questionnaire.form_id,
        defaults={
            "title": settings["form_title"],
            "population": texts(row, "population"),
            "limits": texts(row, "limits"),
            "languages": list(draft.questionnaire.languages),
            "default_language": language_code(settings["default_language"]),
            "settings": {column: text for column, text in row.cells.items() if column not in FORM_SETTINGS},
            "headers": {
                name: sheet.header
                for name, sheet in draft.workbook.items()
                if name == "settings" or not (name in FORM_SHEETS or is_attachment(name))
            },
            **{column: settings.get(column, "") for column in PLAIN_SETTINGS},
        },
    )
    return survey


def _save_version(survey: Survey, draft: Draft) -> None:
    book = draft.workbook
    settings = {column: text for column, text in book["settings"].rows[0].cells.items() if column in FORM_SETTINGS}
    questionnaire = Questionnaire.objects.create(
        survey=survey,
        version=draft.questionnaire.version,
        fingerprint=fingerprint(book),
        settings=settings,
        headers={**{name: book[name].header for name in FORM_SHEETS}, "settings": list(settings)},
    )
    save_rows(questionnaire, book)


def save_rows(questionnaire: Questionnaire, book: Workbook) -> None:
    """Store the lines of a version's sheets survey, choices and bases; it must have none yet."""
    _save_lines(questionnaire, book["survey"])
    Choice.objects.bulk_create(
        Choice(questionnaire=questionnaire, row=row.number, cells=row.cells, list_name=row["list_name"], name=row["name"])
        for row in book["choices"]
    )
    Base.objects.bulk_create(Base(questionnaire=questionnaire, row=row.number, cells=row.cells, code=row["code"]) for row in book["bases"])
    Attachment.objects.bulk_create(_attachment(questionnaire, sheet) for sheet in attachments_of(book).values())


def _attachment(questionnaire: Questionnaire, sheet: Sheet) -> Attachment:
    content = bytes_of_sheet(sheet)
    return Attachment(questionnaire=questionnaire, name=sheet.name, content=content, sha256=hashlib.sha256(content).hexdigest())


def _save_lines(questionnaire: Questionnaire, sheet: Sheet) -> None:
    """Store the survey sheet: pages with their ends, and every other line, within its page or outside of any."""
    starts = {page.row.number for page in pages_of(read_outline(sheet, Report()))}
    pages: list[Page] = []
    lines: list[Question] = []
    depth = 0  # of groups within the page that is open; 0 is outside of any
    for row in sheet:
        if row["type"] in END and depth == 1:
            pages[-1].end_row, pages[-1].end_cells = row.number, row.cells
        elif row.number in starts:
            pages.append(Page(questionnaire=questionnaire, row=row.number, cells=row.cells, name=row["name"]))
        else:
            page = pages[-1] if depth else None
            lines.append(
                Question(questionnaire=questionnaire, page=page, row=row.number, cells=row.cells, name=row["name"], type=row["type"])
            )
        if depth or row.number in starts:
            depth += (row["type"] in BEGIN) - (row["type"] in END)
    Page.objects.bulk_create(pages)
    Question.objects.bulk_create(lines)


def _save_margins(survey: Survey, rows: Iterable[Row]) -> None:
    waves = {wave.code: wave for wave in survey.waves.all()}
    Margin.objects.filter(wave__survey=survey).delete()
    Margin.objects.bulk_create(
        Margin(wave=waves[row["wave"]], variable=row["variable"], category=row["category"], row=row.number, cells=row.cells,
               percent=decimal_of(row["percent"]), **{column: row[column] for column in ("source", "universe", "date", "approximation")})
        for row in rows
    )  # fmt: skip


def _save_wave(survey: Survey, questionnaire: Questionnaire | None, row: Row, run: Mapping[str, object]) -> None:
    """Store a row of the waves sheet; how a wave that has begun is ``run`` is left as people set it since."""
    number = {column: int(row[column]) if row[column] else None for column in ("target", "ceiling", "interviewed")}
    Wave.objects.update_or_create(
        survey=survey,
        code=row["code"],
        defaults={
            "row": row.number,
            "cells": row.cells,
            "labels": texts(row, "label"),
            "kind": row["kind"],
            "starts": row["starts"],
            "ends": row["ends"],
            "time_zone": row["time_zone"] or running.DEFAULT_ZONE,
            "weighting": row["weighting"].split(),
            "institute": row["institute"],
            "mode": row["mode"],
            "comparability": texts(row, "comparability"),
            "questionnaire": None if row["kind"] == Wave.Kind.EXTERNAL else questionnaire,
            **number,
            **run,
        },
    )
