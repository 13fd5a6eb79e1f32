"""Checks that hold across a questionnaire, before anybody answers it."""

from surveys.core.checks.names import check_condition, check_questionnaire

__all__ = ["check_condition", "check_questionnaire"]
