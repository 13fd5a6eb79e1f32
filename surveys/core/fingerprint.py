"""The fingerprint of a questionnaire version: SHA-256 of the canonical form of what respondents meet."""

from __future__ import annotations

import hashlib
import json

from surveys.core.attachments import attachments_of
from surveys.core.workbook import Row, Workbook

FORM_SHEETS = ("settings", "survey", "choices", "bases")
# What the pages themselves print or are made from. The other settings (limits, population, mode…) stand in the notice, and
# may be corrected while people answer.
FORM_SETTINGS = ("form_title", "form_id", "version", "default_language", "sponsor", "sponsor_quality", "institute", "data_kind")


def fingerprint(workbook: Workbook) -> str:
    """Return the SHA-256, in hexadecimal, of the canonical JSON (sorted keys, UTF-8) of the form's sheets and settings.

    The tables, images and words beside the sheets are part of it.
    Blank rows, empty cells, blanks around a cell and the order of columns do not count.
    """
    names = (*FORM_SHEETS, *attachments_of(workbook))
    canonical = {name: [_content(name, row) for row in workbook[name]] for name in names}
    text = json.dumps(canonical, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _content(sheet: str, row: Row) -> dict[str, str]:
    columns = FORM_SETTINGS if sheet == "settings" else row.cells
    return {column: row[column] for column in columns if row[column]}
