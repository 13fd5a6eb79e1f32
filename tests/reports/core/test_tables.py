"""Tables of answers by groups; small ones worked out by hand."""

from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.core.distributions import f_tail, incomplete_beta, normal_tails, t_tails
from reports.core.proportions import share
from reports.core.tables import critical_value, group, independence, letters, tabulate

EVERYBODY = np.ones(8, bool)
WOMEN = np.array([1, 1, 1, 1, 0, 0, 0, 0], bool)
NOBODY = np.zeros(8, bool)
YES = np.array([1, 1, 1, 0, 1, 0, 0, 0], bool)
WEIGHTS = np.array([1.5, 0.5, 1, 1, 1, 1, 1, 1])


def test_a_table_counts_people_weights_and_shares_by_column():
    table = tabulate(group([EVERYBODY, WOMEN, ~WOMEN], WEIGHTS), EVERYBODY, [YES, ~YES])
    assert table.base.n.tolist() == [8, 4, 4]
    assert table.rows.n.tolist() == [[4, 3, 1], [4, 1, 3]]
    assert table.percent.tolist() == [[50, 75, 25], [50, 25, 75]]
    assert table.effective_n.tolist() == pytest.approx([64 / 8.5, 16 / 4.5, 4])
    assert table.row_percent().tolist() == [[100, 75, 25], [100, 25, 75]]
    assert table.cell_percent().tolist() == [[50, 37.5, 12.5], [50, 12.5, 37.5]]


def test_a_column_without_anybody_has_no_share_and_no_mark():
    table = tabulate(group([EVERYBODY, NOBODY], WEIGHTS), EVERYBODY, [YES])
    assert isnan(table.percent[0, 1])
    assert isnan(table.against_rest()[0, 1])
    assert letters(table.against_rest()[0], 1.96) == ["", ""]


def test_a_column_that_is_everybody_has_no_rest():
    table = tabulate(group([EVERYBODY, EVERYBODY], WEIGHTS), EVERYBODY, [YES])
    assert isnan(table.against_rest()[0, 1])


def test_only_the_base_is_counted():
    base = np.array([1, 1, 0, 0, 1, 1, 0, 0], bool)
    table = tabulate(group([EVERYBODY, WOMEN], WEIGHTS), base, [YES])
    assert (table.base.n.tolist(), table.rows.n.tolist()) == ([4, 2], [[3, 2]])


def test_two_columns_are_told_apart_by_their_effective_sizes():
    table = tabulate(group([EVERYBODY, WOMEN, ~WOMEN], np.ones(8)), EVERYBODY, [YES])
    assert table.between(1, 2)[0] == pytest.approx(0.5 / sqrt(0.25 * (1 / 4 + 1 / 4)))


def test_marks_stand_beyond_the_critical_value():
    assert critical_value() == pytest.approx(1.959963984540054)
    assert critical_value(comparisons=10) == pytest.approx(2.807033768343811)
    assert letters(np.array([2.0, -2.0, 1.9, np.nan]), critical_value()) == ["+", "-", "", ""]


def test_two_by_two_without_weights_is_pearson_s_test():
    rows, columns = [YES, ~YES], [WOMEN, ~WOMEN]
    test = independence(rows, columns, EVERYBODY, np.ones(8))
    assert test is not None
    assert (test.f, test.numerator) == pytest.approx((2 * 7 / 8, 1)), "X² = 2, and n/(n−1) in its variance"


def test_answers_that_the_columns_tell_without_exception_are_not_tested():
    """Sex by sex: there is nothing to test, and the design effects are rounding errors of zero."""
    men = np.arange(100) < 50
    assert independence([men, ~men], [men, ~men], np.ones(100, bool), np.ones(100)) is None


def test_answers_that_are_the_columns_in_finer_steps_are_not_tested():
    """Ages by classes of age: of 5 × 3 cells only five have anybody, too few to tell the eight interactions apart."""
    seats = np.arange(200)
    ages, classes = [seats % 5 == at for at in range(5)], [seats % 5 < 2, (seats % 5 == 2) | (seats % 5 == 3), seats % 5 == 4]
    for weights in (np.ones(200), np.where(seats % 3, 0.9, 1.2)):
        assert independence(ages, classes, np.ones(200, bool), weights) is None


def test_a_table_of_one_row_is_not_tested():
    assert independence([EVERYBODY, NOBODY], [WOMEN, ~WOMEN], EVERYBODY, WEIGHTS) is None


def test_tails_are_those_of_the_printed_tables():
    assert normal_tails(1.959963984540054) == pytest.approx(0.05)
    assert t_tails(2.262157162740992, 9) == pytest.approx(0.05)
    assert f_tail(3.4780496907652145, 4, 10) == pytest.approx(0.05)
    assert (f_tail(0, 3, 9), f_tail(float("inf"), 3, 9), incomplete_beta(1, 2, 3)) == (1, 0, 1)


people = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans(), st.floats(0.1, 5)), min_size=2, max_size=40)


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine drawing takes longer
@given(people)
def test_a_table_says_of_each_column_what_its_share_says(drawn):
    yes, mine, asked = (np.array([person[i] for person in drawn]) for i in range(3))
    weights = np.array([person[3] for person in drawn])
    table = tabulate(group([np.ones(len(drawn), bool), mine], weights), asked, [yes])
    for column, base in enumerate((asked, asked & mine)):
        alone = share(yes & base, base, weights)
        assert table.base.n[column] == alone.n
        if alone.percent is not None:
            assert table.percent[0, column] == pytest.approx(alone.percent)
            assert table.effective_n[column] == pytest.approx(alone.effective_n)
        if alone.standard_error is not None:
            assert table.standard_error[0, column] == pytest.approx(alone.standard_error, abs=1e-6)
