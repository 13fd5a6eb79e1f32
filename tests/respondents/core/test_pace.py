"""How fast interviews come, when the last is to be expected, how many will be missing, and the one word for it."""

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest

from respondents.core.pace import FieldTime, Pace, state_of
from respondents.core.progress import Progress
from respondents.core.quotas import NEVER_CLOSES

NOW = datetime(2023, 11, 24, 8, tzinfo=timezone.utc)
OPENED = NOW - timedelta(days=2)
CLOSES = NOW + timedelta(days=3, hours=11)
FIELD = FieldTime(NOW, OPENED, CLOSES)


def after(**age):
    return FieldTime(OPENED + timedelta(**age), OPENED, CLOSES)


def test_the_time_left_is_told_in_exact_days_and_never_below_zero():
    assert FIELD.days_left == Fraction(83, 24)
    assert FieldTime(CLOSES + timedelta(hours=1), OPENED, CLOSES).days_left == 0
    assert FieldTime(NOW, OPENED).days_left is None


def test_a_steady_field_would_be_where_its_time_is():
    assert FieldTime(OPENED + timedelta(days=1), OPENED, OPENED + timedelta(days=4)).planned == Fraction(1, 4)
    assert FieldTime(CLOSES + timedelta(days=1), OPENED, CLOSES).planned == 1
    assert FieldTime(NOW, None, CLOSES).planned is None
    assert FieldTime(NOW, OPENED, OPENED).planned is None


def test_a_rate_looks_a_day_back_or_as_far_as_the_field_goes():
    assert Pace(to_do=1_240, recent=364, time=FIELD).rate == 364
    assert Pace(to_do=1_240, recent=100, time=after(hours=12)).rate == 200


def test_no_rate_is_told_before_six_hours_of_field():
    young = Pace(to_do=1_240, recent=200, time=after(hours=5, minutes=59, seconds=59))
    assert (young.rate, young.missing, young.expected_end, young.lateness) == (None, None, None, "open")
    assert Pace(to_do=1_240, recent=200, time=after(hours=6)).rate == 800


def test_what_will_be_missing_is_the_rest_less_what_still_comes():
    assert Pace(to_do=121, recent=24, time=FIELD).missing == 38  # 121 − 24 × 83/24 = 38
    assert Pace(to_do=121, recent=25, time=FIELD).missing == 35  # 34.54: a part of an interview is missing too
    assert Pace(to_do=134, recent=54, time=FIELD).missing == 0
    assert Pace(to_do=121, recent=24, time=FieldTime(NOW, OPENED)).missing is None
    assert Pace(to_do=0, recent=0, time=FieldTime(NOW, OPENED)).missing == 0


def test_after_closing_whatever_is_left_is_missing():
    assert Pace(to_do=7, recent=300, time=FieldTime(CLOSES, OPENED, CLOSES)).missing == 7
    assert Pace(to_do=7, recent=300, time=FieldTime(CLOSES, OPENED, CLOSES)).needed is None


def test_so_many_a_day_are_needed_rounded_up():
    assert Pace(to_do=121, recent=24, time=FIELD).needed == 35  # 34.99
    assert Pace(to_do=0, recent=24, time=FIELD).needed == 0
    assert Pace(to_do=121, recent=24, time=FieldTime(NOW, OPENED)).needed is None


def test_the_end_to_expect_and_its_delay():
    pace = Pace(to_do=1_240, recent=310, time=FIELD)
    assert pace.expected_end == NOW + timedelta(days=4)
    assert pace.delay == timedelta(hours=13)
    assert Pace(to_do=310, recent=310, time=FIELD).delay == -timedelta(days=2, hours=11)
    assert Pace(to_do=0, recent=0, time=FIELD).expected_end == NOW


@pytest.mark.parametrize(("to_do", "recent"), [(5, 0), (367, 1)])
def test_where_nobody_comes_no_end_is_told(to_do, recent):
    assert Pace(to_do=to_do, recent=recent, time=FIELD).expected_end is None


@pytest.mark.parametrize(
    ("to_do", "word"),
    [(0, "open"), (79, "ahead"), (80, "open"), (105, "open"), (106, "late"), (125, "late"), (126, "at_risk")],
)
def test_the_rest_is_held_against_the_hundred_that_still_come(to_do, word):
    field = FieldTime(NOW, OPENED, NOW + timedelta(days=2))
    assert Pace(to_do=to_do, recent=50, time=field).lateness == word


def test_nobody_coming_is_a_risk_and_no_closing_time_is_none():
    assert Pace(to_do=1, recent=0, time=FIELD).lateness == "at_risk"
    assert Pace(to_do=1, recent=0, time=FieldTime(NOW, OPENED)).lateness == "open"


def cell(filled, *, target=100, ceiling=104, reserved=0, recent=20, minimum_only=False, time=FIELD, is_closed=False):
    progress = Progress(target, ceiling, reserved, filled, minimum_only)
    return state_of(progress, Pace(progress.to_do, recent, time), is_closed=is_closed)


@pytest.mark.parametrize(
    ("filled", "reserved", "recent", "word"),
    [(10, 0, 20, "at_risk"), (20, 0, 20, "late"), (30, 0, 20, "open"), (70, 0, 20, "ahead"), (90, 0, 20, "almost_full"),
     (90, 0, 1, "at_risk"), (100, 3, 0, "almost_full"), (100, 4, 0, "full"), (104, 0, 20, "full"), (0, 104, 0, "full")],
)  # fmt: skip
def test_the_word_for_a_cell_of_100_with_a_ceiling_of_104_and_69_still_to_come(filled, reserved, recent, word):
    assert cell(filled, reserved=reserved, recent=recent) == word


def test_a_closed_field_has_full_cells_and_closed_ones():
    assert cell(104, is_closed=True) == "full"
    assert cell(50, is_closed=True) == "closed"


def test_a_minimum_is_never_at_risk_and_never_full():
    assert cell(2, target=11, recent=0, minimum_only=True) == "minimum"
    assert cell(11, target=11, recent=0, minimum_only=True) == "minimum_reached"
    assert cell(2_040, target=11, recent=0, ceiling=2_040, minimum_only=True) == "minimum_reached"


def test_a_soft_cell_may_be_late_and_is_never_full():
    assert cell(10, ceiling=NEVER_CLOSES) == "at_risk"
    assert cell(300, ceiling=NEVER_CLOSES) == "reached"
