"""Checks that hold across a questionnaire, before anybody answers it."""

from __future__ import annotations

from surveys.core.checks.limits import check_limits
from surveys.core.checks.names import check_condition, check_names
from surveys.core.checks.order import check_order
from surveys.core.checks.reach import categories_without_answer, check_reach
from surveys.core.checks.wordings import check_wordings
from surveys.core.questionnaire import Questionnaire
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report, Workbook

__all__ = ["categories_without_answer", "check_condition", "check_questionnaire", "check_workbook"]


def check_workbook(workbook: Workbook) -> tuple[Questionnaire, Report]:
    """Read and check the form's sheets, settings, survey, choices and bases; the report holds all that was found."""
    report = Report()
    questionnaire = read_questionnaire(workbook, report)
    if {"survey", "choices", "bases"} <= workbook.keys():
        check_questionnaire(questionnaire, workbook, report)
    return questionnaire, report


def check_questionnaire(questionnaire: Questionnaire, workbook: Workbook, report: Report) -> None:
    """Note every mistake that only shows when the sheets are read together, and warn of what is probably not meant.

    Who can reach what is only looked into once every condition names what is answered before it.
    """
    known = len(report.mistakes)
    check_names(questionnaire, workbook, report)
    check_order(questionnaire, report)
    is_ordered = len(report.mistakes) == known
    check_limits(questionnaire, workbook, report)
    check_wordings(questionnaire, workbook, report)
    if is_ordered:
        check_reach(questionnaire, workbook, report)
