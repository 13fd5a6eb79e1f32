"""A figure as a row of the study's own sheet: what the studio writes is what a workbook would have brought, and goes back into one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from reports.loading import check_figure
from reports.models import Figure
from surveys.core.cells import language_code
from surveys.core.questionnaire import Questionnaire
from surveys.core.workbook import Mistake, Row, Workbook, in_order, sheet_of
from surveys.form.frame import own_name
from surveys.loading import sheets_of_rows
from surveys.models import Survey
from surveys.models.studies import SheetRow

COLUMNS = ("code", "published_as", "selection", "base", "not_asked", "base_kind", "kind", "measure", "compare_with", "standing")


def column_of(survey: Survey, name: str, language: str) -> str:
    """Return the header of a text in a language as this study writes it: says::Français (fr)."""
    headers = [column for header in survey.headers.values() for column in header if "::" in column]
    written = (column.partition("::")[2] for column in headers)
    found = next((text for text in written if language_code(text) == language), f"{own_name(language).capitalize()} ({language})")
    return f"{name}::{found}"


def row_of(survey: Survey, stored: Figure | None, cells: Mapping[str, str]) -> Row:
    """Return the row that the figure would have: its own where it is stored, a new one at the end."""
    if stored is not None:
        return Row(stored.row, {**stored.cells, **cells})
    last = survey.figures.order_by("-row").values_list("row", flat=True).first() or 1
    return Row(last + 1, dict(cells))


def mistakes_in(row: Row, survey: Survey, stored: Figure | None, versions: Iterable[Questionnaire]) -> list[Mistake]:
    """Return what a workbook with this row would be refused for, in any of these versions of the form."""
    beside = _beside(survey, stored)
    found = [mistake for questionnaire in versions for mistake in check_figure(row, questionnaire, beside).mistakes]
    return in_order(found)


def with_columns(header: Iterable[str], cells: Mapping[str, str]) -> list[str]:
    """Return a sheet's columns with those that a new row fills in besides."""
    columns = list(header)
    return columns + [column for column, text in cells.items() if text and column not in columns]


def fingerprint(*rows: SheetRow) -> str:
    """Return what tells one state of stored rows from another, so that a person is told of what changed under their eyes."""
    told = json.dumps([[row.pk, row.row, row.cells] for row in rows], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _beside(survey: Survey, stored: Figure | None) -> Workbook:
    """The sheets that speak of a figure: waves, and percentages from elsewhere that stand beside it."""
    sheets = sheets_of_rows(survey, {"waves": survey.waves.all()})
    if stored is None:
        return sheets
    others = {"benchmarks": stored.benchmarks.all(), "external_figures": stored.external_figures.all()}
    own = {name: [(row.row, {**row.cells, "figure": stored.code}) for row in rows] for name, rows in others.items()}
    return {**sheets, **{name: sheet_of(name, survey.headers.get(name, []), rows) for name, rows in own.items() if rows}}
