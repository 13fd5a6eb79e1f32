"""Loads and writes back the sheet ``quality``: the parameters of the rules, and the contradictions that a study looks for."""

from __future__ import annotations

import hashlib

from respondents.core.quality.rules import SHEET, Rules, read_rules
from respondents.models import QualityRule
from surveys.core.cells import NAME, require_columns
from surveys.core.checks import check_condition
from surveys.core.messages import N_
from surveys.core.questionnaire import Questionnaire
from surveys.core.workbook import Report, Row, Sheet
from surveys.drafts import Draft
from surveys.loading import sheets_of_rows
from surveys.models import Survey

QUALITY_SHEETS = (SHEET,)
EDITION = 1  # of the rules' code: raised when one of them finds otherwise, so that every interview is looked at again
LONGEST_NAME = 60  # characters


def check_quality(draft: Draft) -> None:
    """Note every mistake of the sheet ``quality``."""
    if SHEET not in draft.workbook:
        return
    require_columns(draft.workbook, SHEET, ("rule",), draft.report)
    rules = read_rules(draft.rows(SHEET), draft.questionnaire.languages, draft.report)
    for row in draft.rows(SHEET):
        if row["name"] and (not NAME.fullmatch(row["name"]) or len(row["name"]) > LONGEST_NAME):
            draft.note(SHEET, row, "name", N_("A name starts with a letter and holds only letters, digits, _ . or - (63 at most)."))
        condition = next((each.condition for each in rules.contradictions if each.name == row["name"]), None)
        check_condition(draft.questionnaire, condition, SHEET, row, "condition", draft.report)
        _check_reversed(draft.questionnaire, row, draft.report)


def save_quality(draft: Draft, survey: Survey) -> None:
    """Store the rows; they may change while people answer: every interview is then looked at again."""
    survey.quality_rules.all().delete()
    QualityRule.objects.bulk_create(
        QualityRule(survey=survey, row=row.number, cells=row.cells, rule=row["rule"]) for row in draft.rows(SHEET)
    )


def quality_sheets(survey: Survey) -> dict[str, Sheet]:
    """Return the sheet as it was loaded."""
    return sheets_of_rows(survey, {SHEET: survey.quality_rules.all()})


def rules_of(survey: Survey) -> Rules:
    """Return the rules of a study: its own, and the defaults where it says nothing."""
    rows = [Row(stored.row, stored.cells) for stored in QualityRule.objects.filter(survey=survey)]
    return read_rules(rows, survey.languages, Report())


def fingerprint_of(rules: Rules) -> str:
    """Return what tells one set of rules from another: SHA-256, in hexadecimal."""
    return hashlib.sha256(f"{EDITION} {rules!r}".encode()).hexdigest()


def _check_reversed(questionnaire: Questionnaire, row: Row, report: Report) -> None:
    named = dict(part.partition("=")[::2] for part in row["parameters"].split()).get("reversed", "")
    for name in filter(None, named.split(",")):
        if name not in questionnaire.questions:
            report.add(SHEET, row.number, "parameters", N_("${%(name)s} is not a question of the survey sheet."), name=name)
