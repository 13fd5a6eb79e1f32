"""Loads and writes back the sheets of a study that belong here: settings, survey, choices, bases, waves, margins."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from surveys.core import questionnaire as core
from surveys.core.checks import check_questionnaire
from surveys.core.fingerprint import FORM_SHEETS, fingerprint
from surveys.core.messages import N_
from surveys.core.reading import BEGIN, END, language_code, read_questionnaire, require_columns, texts
from surveys.core.workbook import Report, Row, Sheet, Workbook, sheet_of
from surveys.models import Base, Choice, Margin, Page, Question, Questionnaire, SheetRow, Survey, Wave

WAVE_COLUMNS = ("code", "kind", "starts", "ends")
MARGIN_COLUMNS = ("wave", "variable", "category", "percent", "source")
STUDY_SHEETS = ("waves", "margins")
PRINTED_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?")
WHOLE = N_("Write a whole number without sign.")


@dataclass
class Draft:
    """A study read and being checked: its sheets, its questionnaire as values, and the mistakes found so far."""

    workbook: Workbook
    questionnaire: core.Questionnaire
    report: Report = field(default_factory=Report)

    def rows(self, sheet: str) -> tuple[Row, ...]:
        """Return the rows of a sheet, none when the study has no such sheet."""
        return self.workbook[sheet].rows if sheet in self.workbook else ()

    def wave_row(self, code: str) -> Row | None:
        """Return the row of the waves sheet with this code."""
        return next((row for row in self.rows("waves") if row["code"] == code), None)

    def note(self, sheet: str, row: Row, column: str, template: str, **values: object) -> None:
        """Note a mistake in a cell."""
        self.report.add(sheet, row.number, column, template, **values)

    def whole(self, sheet: str, row: Row, column: str) -> int | None:
        """Return the whole number in a cell; None when it is empty or, noted, when it is none."""
        if not row[column]:
            return None
        if not (row[column].isascii() and row[column].isdigit() and len(row[column]) < 10):
            self.note(sheet, row, column, WHOLE)
            return None
        return int(row[column])

    def percent(self, sheet: str, row: Row, column: str) -> Decimal:
        """Return the percentage in a cell, 0 to 100 with at most four decimals; 0, noted, when it is none."""
        try:
            number = Decimal(row[column].replace(",", "."))
        except InvalidOperation:
            number = Decimal(-1)
        if not (0 <= number <= 100 and number == round(number, 4)):
            self.note(sheet, row, column, N_("Write a percentage from 0 to 100 with at most four decimals."))
            return Decimal(0)
        return number

    def require_new(self, sheet: str, row: Row, columns: Sequence[str], seen: set[tuple[str, ...]]) -> None:
        """Note the row when a key cell is empty or when the same key stands above."""
        key = tuple(row[column] for column in columns)
        if not all(key):
            self.note(sheet, row, columns[key.index("")], N_("This cell must be filled in."))
        elif key in seen:
            self.note(sheet, row, columns[-1], N_("The same %(columns)s stands above."), columns=" + ".join(columns))
        seen.add(key)


def read_draft(workbook: Workbook) -> Draft:
    """Read and check this app's sheets; the draft's report holds every mistake."""
    report = Report()
    questionnaire = read_questionnaire(workbook, report)
    draft = Draft(workbook, questionnaire, report)
    if "survey" in workbook and "choices" in workbook:
        check_questionnaire(questionnaire, workbook, report)
    _check_waves(draft)
    _check_margins(draft)
    return draft


def check_against_stored(draft: Draft) -> None:
    """Note the version when it is stored with other content: a version never changes."""
    version = draft.questionnaire.version
    stored = Questionnaire.objects.filter(survey__slug=draft.questionnaire.form_id, version=version).first()
    if stored and stored.fingerprint != fingerprint(draft.workbook):
        draft.report.add("settings", 2, "version", N_("Version %(version)s is already stored with another content: raise settings.version."), version=version)  # fmt: skip


def save_study(draft: Draft) -> Survey:
    """Store the survey, its questionnaire version, waves and margins; only call it with an empty report."""
    survey = _save_survey(draft)
    questionnaire = survey.questionnaires.filter(version=draft.questionnaire.version).first() or _save_version(survey, draft)
    for row in draft.rows("waves"):
        _save_wave(survey, questionnaire, row)
    for row in draft.rows("margins"):
        Margin.objects.update_or_create(
            wave=survey.waves.get(code=row["wave"]),
            variable=row["variable"],
            category=row["category"],
            defaults={"row": row.number, "cells": row.cells, "percent": Decimal(row["percent"].replace(",", ".")),
                      **{column: row[column] for column in ("source", "universe", "date", "approximation")}},
        )  # fmt: skip
    drop_missing(Margin.objects.filter(wave__survey=survey), draft, "margins")
    return survey


def drop_missing(stored: object, draft: Draft, sheet: str) -> None:
    """Delete from a QuerySet of sheet rows those whose row no longer stands in the sheet."""
    numbers = [row.number for row in draft.rows(sheet)]
    stored.exclude(row__in=numbers).delete()  # type: ignore[attr-defined]


def study_sheets(survey: Survey, version: str = "") -> dict[str, Sheet]:
    """Return this app's sheets as they were loaded, for the given questionnaire version or the latest loaded."""
    versions = survey.questionnaires.filter(version=version) if version else survey.questionnaires.order_by("pk")
    questionnaire = versions.last()
    form = questionnaire.workbook() if questionnaire else {}
    return {**form, **sheets_of_rows(survey, {"waves": survey.waves.all(), "margins": Margin.objects.filter(wave__survey=survey)})}


def sheets_of_rows(survey: Survey, stored: Mapping[str, Iterable[SheetRow]]) -> dict[str, Sheet]:
    """Return the sheets of stored rows, with the columns in the author's order; absent sheets stay absent."""
    return {
        name: sheet_of(name, survey.headers[name], sorted(((row.row, row.cells) for row in rows), key=lambda line: line[0]))
        for name, rows in stored.items()
        if name in survey.headers
    }


def _check_waves(draft: Draft) -> None:
    require_columns(draft.workbook, "waves", WAVE_COLUMNS, draft.report)
    seen: set[tuple[str, ...]] = set()
    for row in draft.rows("waves"):
        draft.require_new("waves", row, ("code",), seen)
        if row["kind"] not in Wave.Kind.values:
            draft.note("waves", row, "kind", N_("Write one of: %(known)s."), known=", ".join(Wave.Kind.values))
        for column in ("starts", "ends"):
            if not PRINTED_DATE.fullmatch(row[column]):
                draft.note("waves", row, column, N_("Write a date as 2023-11-22 or 2023-11-22T08:00."))
        for column in ("target", "ceiling", "interviewed"):
            draft.whole("waves", row, column)
        if row["time_zone"] and row["time_zone"] not in zoneinfo.available_timezones():
            draft.note("waves", row, "time_zone", N_("Write a time zone such as Europe/Paris."))
        if row["kind"] == Wave.Kind.OWN:
            _check_own_wave(draft, row)
        elif row["kind"] == Wave.Kind.EXTERNAL and not (row["institute"] and row["interviewed"]):
            draft.note("waves", row, "institute", N_("An external wave must name its institute and the number of people interviewed."))


def _check_own_wave(draft: Draft, row: Row) -> None:
    version = draft.questionnaire.version
    if row["questionnaire_version"] != version:
        draft.note("waves", row, "questionnaire_version", N_("Write %(version)s, the version of the settings sheet."), version=version)
    target, ceiling = draft.whole("waves", row, "target"), draft.whole("waves", row, "ceiling")
    if ceiling is not None and (target is None or ceiling < target):
        draft.note("waves", row, "ceiling", N_("The ceiling must be at least the target."))
    for variable in row["weighting"].split():
        if not categories_of(draft.questionnaire, variable):
            draft.note(
                "waves",
                row,
                "weighting",
                N_("“%(name)s” is not a single question nor a calculation with a list of choices."),
                name=variable,
            )
        elif not any(m["wave"] == row["code"] and m["variable"] == variable for m in draft.rows("margins")):
            draft.note("waves", row, "weighting", N_("The margins sheet has no row for %(name)s in this wave."), name=variable)


def categories_of(questionnaire: core.Questionnaire, variable: str) -> dict[str, core.Choice]:
    """Return the choices of a variable that can carry quotas and margins, by name; {} when it cannot."""
    question = questionnaire.questions.get(variable)
    return dict(question.choice_by_name) if question and question.kind in ("single", "calculate") else {}


def _check_margins(draft: Draft) -> None:
    if "margins" in draft.workbook:
        require_columns(draft.workbook, "margins", MARGIN_COLUMNS, draft.report)
    seen: set[tuple[str, ...]] = set()
    totals: dict[tuple[str, str], Decimal] = {}
    for row in draft.rows("margins"):
        draft.require_new("margins", row, ("wave", "variable", "category"), seen)
        if draft.wave_row(row["wave"]) is None:
            draft.note("margins", row, "wave", N_("“%(code)s” is not a wave of the waves sheet."), code=row["wave"])
        if row["category"] not in categories_of(draft.questionnaire, row["variable"]):
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
    for (wave, variable), total in totals.items():
        if abs(total - 100) > Decimal("0.5"):
            draft.report.add("margins", 0, "percent", N_("The shares of %(name)s in wave %(wave)s add up to %(total)s, not to 100."),
                             name=variable, wave=wave, total=total)  # fmt: skip


def _save_survey(draft: Draft) -> Survey:
    settings, row = draft.questionnaire.settings, draft.workbook["settings"].rows[0]
    plain = ("sponsor", "sponsor_quality", "institute", "mode", "electoral_scope", "data_kind")
    survey, _ = Survey.objects.update_or_create(
        slug=draft.questionnaire.form_id,
        defaults={
            "title": settings["form_title"],
            "population": texts(row, "population"),
            "limits": texts(row, "limits"),
            "languages": list(draft.questionnaire.languages),
            "default_language": language_code(settings["default_language"]),
            "headers": {name: sheet.header for name, sheet in draft.workbook.items() if name not in FORM_SHEETS},
            **{column: settings.get(column, "") for column in plain},
        },
    )
    return survey


def _save_version(survey: Survey, draft: Draft) -> Questionnaire:
    book = draft.workbook
    questionnaire = Questionnaire.objects.create(
        survey=survey,
        version=draft.questionnaire.version,
        fingerprint=fingerprint(book),
        settings=dict(book["settings"].rows[0].cells),
        headers={name: book[name].header for name in FORM_SHEETS},
    )
    _save_pages(questionnaire, book["survey"])
    Choice.objects.bulk_create(
        Choice(questionnaire=questionnaire, row=row.number, cells=row.cells, list_name=row["list_name"], name=row["name"])
        for row in book["choices"]
    )
    Base.objects.bulk_create(Base(questionnaire=questionnaire, row=row.number, cells=row.cells, code=row["code"]) for row in book["bases"])
    return questionnaire


def _save_pages(questionnaire: Questionnaire, sheet: Sheet) -> None:
    ends = {row.number: row for row in sheet if row["type"] in END}
    for row in sheet:
        if row["type"] in BEGIN:
            end = ends[min(number for number in ends if number > row.number)]
            page = Page.objects.create(questionnaire=questionnaire, row=row.number, cells=row.cells, name=row["name"],
                                       end_row=end.number, end_cells=end.cells)  # fmt: skip
            Question.objects.bulk_create(
                Question(questionnaire=questionnaire, page=page, row=line.number, cells=line.cells, name=line["name"], type=line["type"])
                for line in sheet
                if row.number < line.number < end.number
            )


def _save_wave(survey: Survey, questionnaire: Questionnaire, row: Row) -> None:
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
            "time_zone": row["time_zone"] or "Europe/Paris",
            "weighting": row["weighting"].split(),
            "institute": row["institute"],
            "mode": row["mode"],
            "comparability": texts(row, "comparability"),
            "questionnaire": questionnaire if row["kind"] == Wave.Kind.OWN else None,
            **number,
        },
    )
