"""A whole study around the lines of a short form: a wave without quotas."""

from __future__ import annotations

from surveys.core.workbook import Workbook, sheet_of
from tests.surveys.forms_of_every_kind import CHOICES, form
from tests.worlds import sheet

WAVES = (
    "code,label::fr,kind,starts,ends,time_zone,target,ceiling,questionnaire_version,weighting\n"
    "v1,Vague 1,own,2026-01-05,2026-01-09,Europe/Paris,100,100,1,"
)


def study_of(lines: str) -> Workbook:
    """Return the study whose pages, after the consent, are these ``lines``; a first ``hidden`` line goes to the first page.

    Pictures are left out: the study has no folder for them.
    """
    first, _, rest = lines.strip().partition("\n")
    if not first.startswith("hidden"):
        first, rest = "", lines
    book = form(rest)
    if first:
        survey = book["survey"]
        width = len(survey.header)
        cells = dict(zip(survey.header, [*first.strip().split(","), *[""] * width][:width], strict=True))
        rows = [dict(row.cells) for row in survey.rows]
        rows.insert(1, cells)
        book["survey"] = sheet_of("survey", survey.header, list(enumerate(rows, 2)))
    return {**book, "choices": sheet("choices", CHOICES.replace("sncf.png", "")), "waves": sheet("waves", WAVES)}
