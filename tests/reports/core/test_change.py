"""What separates a figure from the same one in an earlier wave: percentages and means alike, tested on unrounded numbers."""

from __future__ import annotations

import numpy as np
import pytest

from reports.core.comparing import Ledger, weighted_alike
from reports.core.proportions import difference, share
from reports.core.quantities import difference_of_means, mean
from reports.edition import Edition
from reports.models import Aggregation, Estimate, Figure
from reports.results import Comparison, Result, Results
from surveys.models import Survey, Wave
from tests.reports.core.unsaved import QUESTIONNAIRE

ALIKE = Ledger((weighted_alike(["sex"], ["sex"], is_known=True),))
ALL = QUESTIONNAIRE.bases["all"]


def result(kind: str, now: tuple[float, float | None], then: tuple[float, float | None]) -> Result:
    """Return a figure of (number, standard error) compared with an earlier wave of ours."""
    number = {"percent" if kind == "share" else "value": now[0]}
    figure = Figure(code="f", kind=kind, measure="" if kind == "share" else "q15_note_0_10", selection="${q1} = '1'", says={"fr": "Note"})
    before = Comparison(Wave(code="2020", kind="own", labels={"fr": "2020"}), then[0], 900, 2000, {}, standard_error=then[1], ledger=ALIKE)
    return Result(figure, ALL, Estimate(figure=figure, n=1000, standard_error=now[1], margin=0.12, **number), before, ())


def edition(one: Result) -> Edition:
    wave = Wave(survey=Survey(default_language="fr"), code="2023", kind="own", labels={"fr": "2023"})
    return Edition(Results(wave, QUESTIONNAIRE, Aggregation(n=2032, min_weight=0.9), (one,)), "fr")


def test_a_change_of_means_is_that_of_the_two_linearised_errors():
    values, before = np.array([1.0, 4, 5, 8]), np.array([2.0, 2, 3, 5])
    everybody, weights = np.ones(4, bool), np.array([0.5, 1, 1, 1.5])
    a, b = mean(values, everybody, weights), mean(before, everybody, weights)
    expected = difference_of_means(a, b)
    assert a.value is not None
    assert b.value is not None
    assert result("mean", (a.value, a.standard_error), (b.value, b.standard_error)).change == expected


def test_a_change_of_shares_is_that_of_the_two_linearised_errors():
    everybody, weights = np.ones(4, bool), np.array([0.5, 1, 1, 1.5])
    a, b = (share(np.array(chosen), everybody, weights) for chosen in ([True, True, False, True], [True, False, False, False]))
    assert a.percent is not None
    assert b.percent is not None
    assert result("share", (a.percent, a.standard_error), (b.percent, b.standard_error)).change == difference(a, b)


def test_a_median_or_a_wave_without_errors_is_not_tested():
    assert result("median", (4.0, None), (3.0, None)).change is None
    assert result("share", (50.0, 2.0), (40.0, None)).change is None


@pytest.mark.parametrize(("kind", "now", "then", "printed", "gap"), [
    ("share", 77.9, 70.2, "78\u00a0%", 8),
    ("mean", 3.46, 3.14, "3,5", 0.4),
    ("median", 4.0, 3.0, "4", 1.0),
    ("median", 3.5, 3.0, "3,5", 0.5),
    ("score", 12.4, -3.6, "+12", 16),
])  # fmt: skip
def test_numbers_and_gaps_are_printed_in_the_unit_of_the_figure(kind, now, then, printed, gap):
    one = result(kind, (now, 1.0), (then, 1.0))
    page = edition(one)
    assert page.printed(one) == printed
    assert page.gap(one) == pytest.approx(gap)
    if kind == "mean":
        assert page.margin(one) == "±\u00a00,12"
