"""The cells of a study's sheets: texts by language, conditions, what must be filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from surveys.core.expressions import Expression, ExpressionError, parse
from surveys.core.lookups import Lookup, LookupMistake, bound_to_tables
from surveys.core.messages import N_
from surveys.core.questionnaire import Labels
from surveys.core.workbook import Report, Row, Sheet, Workbook

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,62}")
CHOICE_NAME = re.compile(r"[^\s'\"]{1,64}")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
LANGUAGE = re.compile(r".+\((?P<code>[a-z]{2,3}(-[A-Za-z0-9]+)?)\)")
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)?")


def require_columns(workbook: Workbook, name: str, columns: Sequence[str], report: Report) -> None:
    """Note the sheet when it is absent, and each of ``columns`` that its header lacks."""
    if name not in workbook:
        report.add(name, 0, "", N_("This sheet is missing; its columns are: %(columns)s."), columns=", ".join(columns))
        return
    for column in columns:
        if column not in workbook[name].header:
            report.add(name, 1, column, N_("This column is missing from the sheet."))


def language_code(text: str) -> str:
    """Return the code in "Français (fr)", or the text itself when it is bare."""
    found = LANGUAGE.fullmatch(text.strip())
    return found["code"] if found else text.strip()


def languages_of(sheet: Sheet) -> tuple[str, ...]:
    """Return the language codes of the sheet's label columns, in order."""
    codes = (language_code(column.split("::", 1)[1]) for column in sheet.header if column.startswith("label::"))
    return tuple(dict.fromkeys(codes))


def texts(row: Row, column: str) -> dict[str, str]:
    """Return the row's non-empty texts of ``column`` by language ("label::English (en)" → {"en": …})."""
    found = {}
    for header in row.cells:
        name, separator, language = header.partition("::")
        if separator and name == column and row[header]:
            found[language_code(language)] = row[header]
    return found


def require_texts(row: Row, sheet: str, column: str, languages: Sequence[str], report: Report) -> Labels:
    """Return the texts of ``column``, noting each language that has none."""
    found = texts(row, column)
    for language in languages:
        if language not in found:
            report.add(sheet, row.number, _text_column(row, column, language), N_("The text is missing in this language."))
    return found


def same_texts(row: Row, sheet: str, column: str, languages: Sequence[str], report: Report) -> Labels:
    """Return the texts of a ``column`` that may be empty: in every language or in none."""
    return require_texts(row, sheet, column, languages, report) if texts(row, column) else {}


def _text_column(row: Row, column: str, language: str) -> str:
    """The header of a text, with the language as this sheet writes it."""
    written = (header.partition("::")[2] for header in row.cells if "::" in header)
    return f"{column}::{next((text for text in written if language_code(text) == language), language)}"


def parse_cell(
    row: Row,
    sheet: str,
    column: str,
    report: Report,
    attributes: frozenset[str] = frozenset(),
    lookups: Mapping[str, Lookup] | None = None,
) -> Expression | None:
    """Parse the condition in a cell; None when it is empty or, noted, when it is wrong.

    ``attributes`` are the columns of a choice that it may name, ``lookups`` the tables that its pulldata() may use.
    """
    if not row[column]:
        return None
    try:
        return bound_to_tables(parse(row[column], attributes), lookups)
    except ExpressionError as error:
        report.add(sheet, row.number, column, N_("At character %(position)s: %(reason)s"),
                   position=error.position + 1, reason=error.message)  # fmt: skip
    except LookupMistake as mistake:
        report.add(sheet, row.number, column, mistake.message.template, **mistake.message.values)
    return None
