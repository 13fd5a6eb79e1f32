"""XLSForm as Kobo and ODK users write it, read into a study: every row is translated, or left out with its reason."""

from __future__ import annotations

import re

from surveys.core.foreign.brought import Brought, Ledger, Place
from surveys.core.foreign.drafting import draft
from surveys.core.foreign.form import Form, Option
from surveys.core.foreign.languages import code_of, title_of
from surveys.core.foreign.xlsform_headers import Told, languages_in, read_rows, sheet_named
from surveys.core.foreign.xlsform_lines import LineReader
from surveys.core.foreign.xlsform_out import taken_back
from surveys.core.foreign.xlsform_types import KEPT_SETTINGS
from surveys.core.messages import N_, Message
from surveys.core.workbook import Mistake, StudyRefused, Workbook

FORM_SHEETS = ("survey", "choices", "settings", "external_choices")
STUDY_SHEETS = (
    "bases",
    "waves",
    "margins",
    "quotas",
    "quota_cells",
    "figures",
    "external_figures",
    "benchmarks",
    "nets",
    "banners",
    "note",
)
FILES = ("lookups/", "media/")


def read_xlsform(workbook: Workbook) -> Brought:
    """Return the study that an XLSForm describes. A study of ours, known by its sheet of bases, comes back cell by cell.

    Raises StudyRefused when there is no survey sheet.
    """
    ledger = Ledger()
    workbook = taken_back(workbook, ledger)
    if {"survey", "choices", "settings", "bases"} <= set(workbook):
        return Brought(workbook, tuple(ledger.remarks))
    if sheet_named(workbook, "survey") is None:
        raise StudyRefused([Mistake("survey", 0, "", Message(N_("An XLSForm has a sheet named survey; this workbook has none.")))])
    others = {name: sheet for name, sheet in workbook.items() if name in STUDY_SHEETS or name.startswith(FILES)}
    for name, sheet in workbook.items():
        if name not in others and name.strip().lower() not in FORM_SHEETS and sheet.header:
            ledger.missed(Place(name), "", N_("This sheet is none that a study has: it is left out."))
    return draft(_form(workbook, ledger), others)


def _form(workbook: Workbook, ledger: Ledger) -> Form:
    survey, choices = sheet_named(workbook, "survey"), sheet_named(workbook, "choices")
    settings = read_rows(sheet_named(workbook, "settings"), {"en": ""}, ledger)
    default = settings[0]["default_language"] if settings else ""
    languages = languages_in((survey, choices), default, ledger)
    form = Form(ledger, languages)
    form.settings = _settings(settings, ledger)
    if not settings:
        ledger.note(Place("settings"), "", N_("There is no sheet of settings: the title, the address and the version were made up."))
    for row in read_rows(choices, languages, ledger):
        _add_option(form, row, row["list_name"])
    for row in read_rows(sheet_named(workbook, "external_choices"), languages, ledger):
        _add_option(form, row, f"{row['list_name']}_external")
    form.nodes = LineReader(form, workbook).nodes(read_rows(survey, languages, ledger))
    return form


def _settings(rows: list[Told], ledger: Ledger) -> dict[str, str]:
    kept: dict[str, str] = {}
    for row in rows[:1]:
        for column, text in row.cells.items():
            if column.partition("::")[0] in KEPT_SETTINGS:
                kept[column] = text
            elif text:
                ledger.missed(row.place, column, N_("This setting of other programs is left out: %(text)s."), text=text)
    if kept.get("default_language"):
        kept["default_language"] = title_of(code_of(kept["default_language"]), kept["default_language"])
    for row in rows[1:]:
        ledger.missed(row.place, "", N_("The settings are one row: this one is left out."))
    return kept


def _add_option(form: Form, row: Told, list_name: str) -> None:
    if not list_name or not (row["name"] or row.texts.get("label")):
        if any(row.cells.values()):
            form.ledger.missed(row.place, "list_name", N_("A choice without list or name is left out."))
        return
    list_name = re.sub(r"[\s'\"]+", "_", list_name)[:64]
    kept = {"code", "relevant", "media::image"}
    cells = {column: text for column, text in row.cells.items() if column not in ("list_name", "name", "flags") and text
             and ("::" not in column or column in kept)}  # fmt: skip
    for column, text in row.cells.items():
        if text and "::" in column and column not in kept:
            form.ledger.missed(row.place, column, N_("This column of other programs is left out: %(text)s."), text=text)
    option = Option(row.place, row["name"], dict(row.texts.get("label", {})), set(row["flags"].split()), cells)
    form.lists.setdefault(list_name, []).append(option)
