"""Mistakes of a study that only show once somebody answers it, found when it is loaded."""

from __future__ import annotations

import pytest

from surveys.core.checks import check_questionnaire
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from tests.worlds import changed, study

AGE = "if(${years} < 40, 'jeune', 'ancien')"


def mistakes(old, new):
    """Return, as (row, column), what is noted once a piece of the small study's survey sheet is replaced."""
    report, workbook = Report(), study(**changed("survey", old, new))
    check_questionnaire(read_questionnaire(workbook, report), workbook, report)
    return [(mistake.row, mistake.column) for mistake in report.mistakes]


@pytest.mark.parametrize("calculation", ["${years}", "${years} - 40", "if(${years} < 40, 'jeune', ${years} div 2)"])
def test_a_calculation_that_could_leave_its_list_is_refused(calculation):
    assert mistakes(AGE, calculation) == [(8, "calculation")]


def test_a_calculation_that_gives_choices_of_its_list_is_accepted():
    assert mistakes(AGE, "if(${years} < 40, 'jeune', coalesce('', 'ancien'))") == []


def test_questions_that_depend_on_each_other_through_a_calculation_are_refused():
    old = "yes,,,,,,,,\n        integer,years,Votre âge ?,Your age?,yes,,"
    half = "calculate,half,,,,,\"if(${sex} = 'F', 'x', 'y')\",,,,,,"
    new = f"yes,${{years}} = 18,,,,,,,\n        {half}\n        integer,years,Votre âge ?,Your age?,yes,${{half}} = 'x',"
    assert mistakes(old, new) == [(6, "relevant"), (8, "relevant")]
