"""How far a quota cell is, in numbers and in a word."""

import pytest

from respondents.core.progress import Progress
from respondents.core.quotas import NEVER_CLOSES

WOMEN = Progress(target=1_047, ceiling=1_099, reserved=7, filled=405)


def test_what_is_left_to_do_is_counted_from_the_target():
    assert WOMEN.to_do == 642
    assert Progress(target=10, ceiling=12, reserved=0, filled=11).to_do == 0


def test_the_percentage_is_rounded_down_so_that_100_means_reached():
    assert WOMEN.percent == 38
    assert Progress(target=1_000, ceiling=1_000, reserved=0, filled=999).percent == 99
    assert Progress(target=0, ceiling=0, reserved=0, filled=0).percent == 100


@pytest.mark.parametrize(
    ("reserved", "filled", "is_full"), [(0, 0, False), (3, 100, False), (4, 100, True), (104, 0, True), (0, 104, True)]
)
def test_a_cell_is_full_when_nobody_gets_a_place_now(reserved, filled, is_full):
    assert Progress(target=100, ceiling=104, reserved=reserved, filled=filled).is_full is is_full


def test_a_cell_is_almost_full_from_nine_tenths_of_its_target():
    assert not Progress(target=100, ceiling=104, reserved=11, filled=89).is_almost_full
    assert Progress(target=100, ceiling=104, reserved=0, filled=90).is_almost_full


def test_a_minimum_and_a_soft_cell_never_close():
    assert not Progress(target=11, ceiling=2_040, reserved=0, filled=2_040, minimum_only=True).is_full
    assert not Progress(target=11, ceiling=NEVER_CLOSES, reserved=0, filled=2_040).is_full
    assert Progress(target=20, ceiling=NEVER_CLOSES, reserved=0, filled=5).bar == ("25%", "0%", "100%")


def test_the_bar_spans_the_ceiling_and_marks_the_target():
    assert Progress(target=100, ceiling=125, reserved=5, filled=50).bar == ("40%", "4%", "80%")


def test_the_bar_of_a_minimum_spans_its_target_or_what_came():
    assert Progress(target=11, ceiling=2_040, reserved=0, filled=5, minimum_only=True).bar == ("45.45%", "0%", "100%")
    assert Progress(target=11, ceiling=2_040, reserved=2, filled=20, minimum_only=True).bar == ("90.91%", "9.091%", "50%")
