"""Figures that measure a number, on columns as they come from records: who gives one, and what nobody, one or all alike give."""

from __future__ import annotations

import numpy as np
import pytest

from reports.core.computation import Design, combine, compute, numbers
from surveys.core.columns import Column, MultipleColumn
from surveys.core.expressions import parse

MARKS = Column(("", "10", "7", "2", "98"), np.array([1, 2, 3, 4, 0, 1]))  # 98 is don't know; one was not asked
EVERYBODY = parse("true()")


def computed(kind, selection=EVERYBODY, *, marks=MARKS, weights=(1.0,), without=frozenset({"98"})):
    size = len(marks.index)
    design = Design(selection, None, kind, "q", without)
    return compute(design, {"q": marks}, lambda name: np.zeros(size, bool), combine({}, size), np.array(weights))


def test_a_number_is_of_those_who_gave_one():
    found = computed("mean")
    assert (found.n, found.selected, found.not_asked) == (4, 4, 0)
    assert found.raw_value == pytest.approx((10 + 7 + 2 + 10) / 4)
    assert found.measured is not None
    assert found.measured.value == pytest.approx(7.25)
    assert found.measured.low is not None
    assert found.measured.low < 7.25
    assert found.raw_percent is None
    assert found.share is None


def test_a_score_is_promoters_less_detractors_and_a_median_the_middle():
    assert computed("score").weighted == pytest.approx(100 * (2 - 1) / 4)
    assert computed("median").weighted == 7.0


def test_nobody_gives_nothing_and_one_person_a_value_without_interval():
    nobody = computed("mean", parse("${q} = 'x'"))
    assert (nobody.n, nobody.raw_value, nobody.weighted) == (0, None, None)
    one = computed("mean", parse("${q} = '7'"))
    assert one.measured is not None
    assert (one.n, one.weighted, one.measured.standard_error, one.measured.margin, one.measured.low) == (1, 7.0, None, None, None)


def test_all_alike_have_no_spread():
    alike = computed("mean", marks=Column(("5",), np.zeros(40, int)))
    assert alike.measured is not None
    assert (alike.weighted, alike.measured.standard_error, alike.measured.low, alike.measured.high) == (5.0, 0.0, 5.0, 5.0)


def test_without_weights_there_is_the_plain_value_only():
    design = Design(EVERYBODY, None, "mean", "q", frozenset({"98"}))
    found = compute(design, {"q": MARKS}, lambda name: np.zeros(6, bool), combine({}, 6), None)
    assert (found.raw, found.weighted) == (pytest.approx(7.25), None)


def test_what_is_no_number_is_none():
    assert np.isnan(numbers(MultipleColumn({"a": np.array([True, False])}), 2)).all()
    assert np.isnan(numbers(Column(("NSP", "18-24", ""), np.array([0, 1, 2])), 3)).all()
