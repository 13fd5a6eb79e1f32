"""A percentage and how precise it is; values worked out by hand or from the formulas' own papers."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.core.proportions import Difference, Share, difference, share, share_by_combination, wilson

Z = 1.959963984540054


def of(selected: int, base: int, *, wave: int = 0) -> Share:
    """Return the unweighted share of so many selected people in a base, within a wave (by default the base alone)."""
    size = max(wave, base)
    return share(np.arange(size) < selected, np.arange(size) < base, np.ones(size))


def test_half_of_2032_people_is_within_2_2_points():
    half = of(1016, 2032)
    assert (half.percent, half.n, half.weighted_n, half.effective_n) == (50.0, 2032, 2032.0, 2032.0)
    assert half.margin == pytest.approx(100 * Z * 0.5 / sqrt(2032))
    assert round(half.margin, 1) == 2.2
    assert half.standard_error == pytest.approx(100 * 0.5 / sqrt(2031)), "n / (n − 1) makes it the usual estimate"


def test_wilson_gives_its_paper_s_interval():
    low, high = wilson(0.5, 10)
    assert (low, high) == pytest.approx((0.2366, 0.7634), abs=1e-4)


@pytest.mark.parametrize(("selected", "low", "high"), [(0, 0.0, 100 * Z**2 / (20 + Z**2)), (20, 100 * 20 / (20 + Z**2), 100.0)])
def test_nobody_and_everybody_have_an_interval(selected, low, high):
    extreme = of(selected, 20)
    assert (extreme.low, extreme.high) == pytest.approx((low, high))
    assert (extreme.margin, extreme.standard_error) == (0, 0)


def test_one_person_has_an_interval_and_no_standard_error():
    alone = of(1, 1)
    assert (alone.percent, alone.n, alone.standard_error) == (100, 1, None)
    assert (alone.low, alone.high) == pytest.approx((100 / (1 + Z**2), 100))


def test_an_empty_base_has_no_percentage():
    assert of(0, 0, wave=10) == Share(None, 0, 0.0, None, None, None, None, None)


def test_weights_move_the_percentage_and_lower_the_effective_n():
    weighted = share(np.array([True, False, False]), np.ones(3, bool), np.array([2.0, 0.5, 0.5]))
    assert weighted.percent == pytest.approx(100 * 2 / 3)
    assert weighted.effective_n == pytest.approx(9 / 4.5)
    p = 2 / 3
    spread = (4 * (1 - p) ** 2 + 2 * 0.25 * p**2) / 9
    assert weighted.standard_error == pytest.approx(100 * sqrt(3 / 2 * spread))


def test_the_whole_wave_counts_in_the_error_of_a_sub_base():
    assert of(5, 10, wave=40).standard_error == pytest.approx(100 * sqrt(40 / 39 * 10 * 0.25 / 100))


def test_two_waves_differ_by_their_points_over_both_errors():
    now, then = of(1585, 2032), of(1470, 2100)
    found = difference(now, then)
    assert found.points == pytest.approx(100 * (1585 / 2032 - 0.7))
    assert found.standard_error == pytest.approx(sqrt(now.standard_error**2 + then.standard_error**2))
    assert found.z == pytest.approx(found.points / found.standard_error)
    assert found.p < 1e-8


def test_equal_shares_do_not_differ():
    assert difference(of(10, 20), of(10, 20)) == Difference(0.0, pytest.approx(16.222, abs=1e-3), 0.0, 1.0)


def test_certainties_that_differ_differ_without_doubt():
    found = difference(of(20, 20), of(0, 20))
    assert (found.points, found.z, found.p) == (100, float("inf"), 0)


def test_a_withheld_error_gives_no_difference():
    assert difference(of(1, 1), of(10, 20)) is None


@given(st.lists(st.tuples(st.sampled_from([0.25, 0.8, 1.0, 3.5]), st.booleans(), st.booleans()), min_size=2, max_size=60))
def test_people_and_their_tally_by_combination_give_the_same_share(people):
    weights = np.array([weight for weight, _, _ in people])
    base = np.array([within for _, within, _ in people])
    selected = np.array([chosen for _, _, chosen in people]) & base
    distinct, of_person = np.unique(weights, return_inverse=True)
    tallies = [np.bincount(of_person[mask], minlength=len(distinct)) for mask in (selected, base)]
    by_people, by_tally = share(selected, base, weights), share_by_combination(*tallies, distinct, n=len(people))
    for name in ("percent", "n", "weighted_n", "effective_n", "standard_error", "margin", "low", "high"):
        assert getattr(by_people, name) == (None if getattr(by_tally, name) is None else pytest.approx(getattr(by_tally, name), abs=1e-9))


def test_an_exact_half_stays_one_so_that_it_rounds_up():
    half = share(np.arange(200) < 57, np.ones(200, np.bool_), np.ones(200))
    assert half.percent == 28.5
