"""The fingerprint of a questionnaire version: SHA-256 of the canonical form of what respondents meet."""

from __future__ import annotations

import hashlib
import json

from surveys.core.workbook import Workbook

FORM_SHEETS = ("settings", "survey", "choices", "bases")


def fingerprint(workbook: Workbook) -> str:
    """Return the SHA-256, in hexadecimal, of the canonical JSON (sorted keys, UTF-8) of the form's sheets.

    Blank rows, empty cells and the order of columns do not count.
    """
    canonical = {name: [{column: text for column, text in row.cells.items() if text} for row in workbook[name]] for name in FORM_SHEETS}
    text = json.dumps(canonical, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
