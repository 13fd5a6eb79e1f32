"""A whole study through its door: the sheets of the three apps loaded together or not at all, and written back."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from reports.loading import REPORT_SHEETS, check_reports, report_sheets, save_reports
from reports.weightings.loading import WEIGHTING_SHEETS, check_weightings, save_weightings, weighting_sheets
from respondents.quality.loading import QUALITY_SHEETS, check_quality, quality_sheets, save_quality
from respondents.quotas.loading import (
    QUOTA_SHEETS,
    check_quotas,
    check_quotas_against_stored,
    quota_sheets,
    save_quotas,
    waves_with_interviews,
)
from surveys.core.attachments import WORDS, attachments_of, is_attachment
from surveys.core.files import read_workbook, write_workbook
from surveys.core.messages import N_
from surveys.core.workbook import Workbook
from surveys.drafts import Draft
from surveys.loading import STUDY_SHEETS, check_against_stored, read_draft, save_study, study_sheets, wait_for_other_studies
from surveys.models import Survey
from surveys.translation import say

# The order in which a study reads best, which is the order of the sheets in a workbook.
SHEETS = ("settings", "survey", "choices", "bases", *STUDY_SHEETS, *QUOTA_SHEETS, *QUALITY_SHEETS, *WEIGHTING_SHEETS, *REPORT_SHEETS)


def load_study(path: Path) -> Survey:
    """Load the study at ``path`` in one transaction. Raises StudyRefused with every mistake; nothing is then stored."""
    return store_study(read_workbook(path))


def store_study(workbook: Workbook) -> Survey:
    """Check the sheets, then store them all. Raises StudyRefused with every mistake.

    Two loads wait for each other, and whoever wants to open or close a wave meanwhile waits for them.
    """
    with transaction.atomic():
        wait_for_other_studies()
        draft = check_study(workbook)
        check_stored(draft)
        draft.report.raise_if_any()
        survey = save_study(draft)
        save_quotas(draft, survey)
        save_quality(draft, survey)
        save_weightings(draft, survey)
        save_reports(draft, survey)
    return survey


def check_study(workbook: Workbook) -> Draft:
    """Read and check the sheets of the three apps, by themselves; the draft's report holds all that was found."""
    draft = read_draft(workbook)
    for name, sheet in workbook.items():
        if name not in SHEETS and not is_attachment(name) and sheet.header:  # a spreadsheet program likes to leave an empty one
            draft.report.add(
                name, 0, "", N_("This sheet is not known; the sheets of a study are: %(known)s."), known=", ".join((*SHEETS, WORDS))
            )
    check_quotas(draft)
    check_quality(draft)
    check_weightings(draft)
    check_reports(draft)
    return draft


def check_stored(draft: Draft) -> None:
    """Note what a checked study would change under people's feet; the stored waves stay locked until the transaction ends."""
    check_against_stored(draft, interviewed=waves_with_interviews(draft.questionnaire.form_id))
    check_quotas_against_stored(draft)


def stored_study(survey: Survey, version: str = "") -> Workbook:
    """Return the sheets of a stored study as they were loaded, with the given questionnaire version or the latest loaded."""
    sheets = {**study_sheets(survey, version), **quota_sheets(survey), **quality_sheets(survey)}
    sheets |= {**weighting_sheets(survey), **report_sheets(survey)}
    return {name: sheets[name] for name in (*SHEETS, *attachments_of(sheets)) if name in sheets}


def export_study(survey: Survey, path: Path, version: str = "") -> None:
    """Write the study's sheets to ``path``, cell by cell as they were loaded."""
    write_workbook(stored_study(survey, version), path, say)
