"""The words of the respondent's pages in a language that they do not come in: the study's own sheet ``words``."""

from __future__ import annotations

import re

from surveys.core.attachments import WORDS
from surveys.core.cells import require_columns, texts
from surveys.core.messages import N_
from surveys.core.workbook import Report, Workbook

PLACES = re.compile(r"%(?:\([a-z_]+\)s|%)")


def read_words(workbook: Workbook, report: Report) -> dict[str, dict[str, str]]:
    """Return, by language, the study's words for our English messages. Blanks to fill in must be the same in both."""
    if WORDS not in workbook:
        return {}
    require_columns(workbook, WORDS, ("message",), report)
    words: dict[str, dict[str, str]] = {}
    for row in workbook[WORDS]:
        for language, text in texts(row, "text").items():
            if sorted(PLACES.findall(text)) != sorted(PLACES.findall(row["message"])) or "%" in PLACES.sub("", text):
                report.add(
                    WORDS,
                    row.number,
                    f"text::{language}",
                    N_("Keep what is filled in, such as %(count)s, as it stands in the message; a percent sign is doubled."),
                )
            words.setdefault(language, {})[row["message"]] = text
    return words
