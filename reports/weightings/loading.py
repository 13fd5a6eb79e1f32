"""Loads and writes back the sheet ``weightings``: how the main scheme of a wave is bounded, and the other schemes beside it."""

from __future__ import annotations

import re

from reports.measures import gives_numbers
from reports.models import MAIN, Scheme
from surveys.core.cells import require_columns, same_texts, texts
from surveys.core.messages import N_
from surveys.core.workbook import Row, Sheet
from surveys.drafts import Draft
from surveys.loading import categories_of, categories_without_share, sheets_of_rows
from surveys.models import Survey, Wave

SHEET = "weightings"
WEIGHTING_SHEETS = (SHEET,)
NUMBER = re.compile(r"[0-9]{1,6}([.,][0-9]{1,6})?")


def check_weightings(draft: Draft) -> None:
    """Note every mistake of the sheet ``weightings``."""
    if SHEET not in draft.workbook:
        return
    require_columns(draft.workbook, SHEET, ("wave", "code"), draft.report)
    draft.require_fit(SHEET, Scheme, {"code": "code", "design": "design"})
    seen: set[tuple[str, ...]] = set()
    for row in draft.rows(SHEET):
        draft.require_new(SHEET, row, ("wave", "code"), seen)
        draft.require_address(SHEET, row, "code")
        same_texts(row, SHEET, "label", draft.questionnaire.languages, draft.report)
        wave = draft.wave_row(row["wave"])
        if wave is None or wave["kind"] == Wave.Kind.EXTERNAL:
            draft.note(SHEET, row, "wave", N_("“%(code)s” is not a wave with interviews of the waves sheet."), code=row["wave"])
            continue
        _check_bounds(draft, row)
        if row["missing"] not in ("", *Scheme.Missing.values):
            draft.note(SHEET, row, "missing", N_("Write one of: %(known)s."), known=", ".join(Scheme.Missing.values))
        if row["imported"] not in ("", "yes", "no"):
            draft.note(SHEET, row, "imported", N_("Write yes, no or nothing."))
        (_check_main if row["code"] == MAIN else _check_scheme)(draft, row)


def save_weightings(draft: Draft, survey: Survey) -> None:
    """Store the schemes; one that stays keeps the weights that were imported into it."""
    waves = {wave.code: wave for wave in survey.waves.all()}
    kept = []
    for row in draft.rows(SHEET):
        fields = {
            "row": row.number,
            "cells": row.cells,
            "labels": texts(row, "label"),
            "variables": row["variables"].split(),
            "low": number_of(row["low"]),
            "high": number_of(row["high"]),
            "design": row["design"],
            "missing": row["missing"] or Scheme.Missing.KEPT,
            "is_imported": row["imported"] == "yes",
        }
        kept.append(Scheme.objects.update_or_create(wave=waves[row["wave"]], code=row["code"], defaults=fields)[0].pk)
    Scheme.objects.filter(wave__survey=survey).exclude(pk__in=kept).delete()


def weighting_sheets(survey: Survey) -> dict[str, Sheet]:
    """Return the sheet as it was loaded."""
    return sheets_of_rows(survey, {SHEET: Scheme.objects.filter(wave__survey=survey)})


def number_of(text: str) -> float | None:
    """Return the number of a bound's cell, None where it is empty."""
    return float(text.replace(",", ".")) if text else None


def _check_bounds(draft: Draft, row: Row) -> None:
    """Both bounds or none, on both sides of 1."""
    given = [column for column in ("low", "high") if row[column]]
    wrong = [column for column in given if not NUMBER.fullmatch(row[column])]
    for column in wrong:
        draft.note(SHEET, row, column, N_("Write a number such as 0.3 or 3."))
    if len(given) == 1:
        draft.note(SHEET, row, "high" if given == ["low"] else "low", N_("Write both bounds, or none."))
    elif given and not wrong and not (number_of(row["low"]) or 0.0) < 1 < (number_of(row["high"]) or 0.0):
        draft.note(SHEET, row, "high", N_("The bounds of the weights must stand on both sides of 1."))


def _check_main(draft: Draft, row: Row) -> None:
    """The main scheme weights on what the waves sheet says: here it gets its bounds, what it starts from, and what to do without an answer."""
    if row["variables"]:
        draft.note(SHEET, row, "variables", N_("The scheme main weights on the variables of the waves sheet: leave this empty, or give the scheme another code."))  # fmt: skip
    if row["design"]:
        _check_main_design(draft, row)
    if row["imported"] == "yes":
        draft.note(SHEET, row, "imported", N_("The scheme main cannot be imported: give the scheme another code."))


def _check_main_design(draft: Draft, row: Row) -> None:
    """What is published starts from strata with their margins, or from answers that are themselves the weight."""
    wave = draft.wave_row(row["wave"])
    weighting = wave["weighting"].split() if wave else []
    design = draft.questionnaire_of(wave).questions.get(row["design"])
    if not weighting:
        draft.note(SHEET, row, "design", N_("Write in the waves sheet what the wave is weighted on: a design weight only says where it starts from."))  # fmt: skip
    elif design is None or design.kind not in ("single", "calculate") or not design.choices or row["design"] in weighting:
        draft.note(SHEET, row, "design", N_("“%(name)s” is not a single question, nor a calculation with a list of choices, beside the variables of the waves sheet."), name=row["design"])  # fmt: skip
    elif any((margin["wave"], margin["variable"]) == (row["wave"], row["design"]) for margin in draft.rows("margins")):
        for category in categories_without_share(draft, row["wave"], row["design"]):
            draft.note(SHEET, row, "design", N_("%(variable)s = %(category)s has no share in the margins sheet: add it, or flag the choice outside_quota."),
                       variable=row["design"], category=category)  # fmt: skip
    elif not gives_numbers(design):
        draft.note(SHEET, row, "design", N_("The margins sheet has no row for %(name)s in this wave."), name=row["design"])


def _check_scheme(draft: Draft, row: Row) -> None:
    if row["imported"] == "yes":
        for column in ("variables", "design", "low", "high"):
            if row[column]:
                draft.note(SHEET, row, column, N_("Imported weights are taken as they are: leave this empty."))
        return
    if not row["variables"] and not row["design"]:
        draft.note(SHEET, row, "variables", N_("Write the variables to weight on, a design weight, or yes in the column imported."))
    questionnaire = draft.questionnaire_of(draft.wave_row(row["wave"]))
    design = questionnaire.questions.get(row["design"])
    if row["design"] and (design is None or not gives_numbers(design) or row["design"] in row["variables"].split()):
        draft.note(SHEET, row, "design", N_("“%(name)s” is not a question whose answers are numbers."), name=row["design"])
    for variable in row["variables"].split():
        _check_variable(draft, row, variable)


def _check_variable(draft: Draft, row: Row, variable: str) -> None:
    if not categories_of(draft.questionnaire_of(draft.wave_row(row["wave"])), variable):
        draft.note(SHEET, row, "variables", N_("“%(name)s” is not a single question nor a calculation with a list of choices."), name=variable)  # fmt: skip
    elif not any((margin["wave"], margin["variable"]) == (row["wave"], variable) for margin in draft.rows("margins")):
        draft.note(SHEET, row, "variables", N_("The margins sheet has no row for %(name)s in this wave."), name=variable)
    else:
        for category in categories_without_share(draft, row["wave"], variable):
            draft.note(SHEET, row, "variables", N_("%(variable)s = %(category)s has no share in the margins sheet: add it, or flag the choice outside_quota."),
                       variable=variable, category=category)  # fmt: skip
