"""What several simulated fields say together: their middle, their spread, and the cells that would take far longer."""

import math
from collections import Counter

import pytest

from respondents.core.forecast import CellCourse, Course, forecast, quantile

TOTAL, CORSICA, MINIMUM = 1, 2, 3


def course(hours, *, reached=True, corsicans=8, starts=120):
    """A field of 100 interviews in which 20 of 120 starts found a place and left, and 15 were turned away."""
    cells = {
        TOTAL: CellCourse(100, 100, starts, 0, hours if reached else None),
        CORSICA: CellCourse(10, corsicans, corsicans, 0, hours - 1 if corsicans >= 10 else None),
        MINIMUM: CellCourse(0),
    }
    outcomes = Counter(completed=100, left=20, left_before=3, quota_full=15)
    return Course(100, 10, cells, starts, hours, hours if reached else None, outcomes, audits=int(hours))


def test_the_middle_and_the_spread_of_the_hours():
    told = forecast([course(hours) for hours in (40, 50, 60)])
    assert told.hours == pytest.approx((42, 50, 58))
    assert (told.reached_in, told.courses, told.audits, told.left) == (3, 3, 150, (23, 23, 23))


def test_a_total_that_is_not_reached_takes_for_ever():
    told = forecast([course(40), course(700, reached=False), course(700, reached=False)])
    assert (told.reached_in, told.hours[1:]) == (1, (math.inf, math.inf))


def test_a_cell_that_was_short_has_its_target_at_the_pace_of_its_own_people():
    slow = course(40, corsicans=6)
    # 6 of them came in 40 hours, of whom 100 in 120 finish: an eighth an hour.
    assert slow.expected_end(slow.cells[CORSICA]) == 40 + 4 / (6 / 40 * 100 / 120)


def test_a_cell_is_at_risk_when_it_would_take_a_quarter_longer_than_the_whole():
    assert course(40, corsicans=6).is_at_risk(CellCourse(10, 6, 6))
    assert not course(40, corsicans=9).is_at_risk(CellCourse(10, 9, 12))


def test_a_cell_nobody_comes_for_is_never_full_and_one_without_target_is_from_the_start():
    nobody = course(40, corsicans=0)
    assert nobody.expected_end(nobody.cells[CORSICA]) == math.inf
    assert nobody.expected_end(nobody.cells[MINIMUM]) == 0


def test_a_cell_is_at_risk_when_it_is_in_half_of_the_fields():
    told = forecast([course(40, corsicans=2), course(40, corsicans=10), course(40, corsicans=3)])
    risks = {cell.cell: (cell.at_risk_in, cell.is_at_risk, cell.missing) for cell in told.cells}
    assert risks == {TOTAL: (0, False, 0), CORSICA: (2, True, 7), MINIMUM: (0, False, 0)}


def test_points_lie_straight_between_the_two_nearest_values():
    assert [quantile([1, 2, 4], share) for share in (0, 0.25, 0.5, 0.75, 1)] == [1, 1.5, 2, 3, 4]
