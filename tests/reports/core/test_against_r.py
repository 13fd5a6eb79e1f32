"""Every statistic against R's survey package (4.1), on both panels of the reference study.

benchmarks/r/compare.R gives tests/data/r_survey.csv; here the same people are read, weighted and counted by our own core.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from reports.core.proportions import share
from reports.core.quantities import mean, net_promoter, quantile
from reports.core.tables import group, independence, tabulate
from reports.core.weighting import Weighting, rake, stratum_weights
from tests.reports.independent import margins, rows

RESULTS = Path(__file__).parents[2] / "data" / "r_survey.csv"


@cache
def by_r() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    with RESULTS.open(encoding="utf-8", newline="") as file:
        for statistic, what, number in csv.reader(file):
            found.setdefault(statistic, {})[what] = float(number)
    return found


@cache
def column(year: int, name: str) -> np.ndarray:
    return np.array([row[name] for row in rows(year)])


@cache
def numbers(year: int, name: str) -> np.ndarray:
    return np.array([float(text) if text.isdigit() else -99.0 for text in column(year, name)])


@cache
def weighting(year: int, bounds: tuple[float, float] | None = None) -> Weighting:
    targets = margins()
    return rake({name: column(year, name) for name in targets}, targets, bounds=bounds)


@pytest.mark.parametrize("year", [2023, 2020])
def test_raked_weights_are_those_of_r(year):
    ours, theirs = weighting(year), by_r()
    assert ours.min_weight == pytest.approx(theirs["weight_min"][str(year)], abs=1e-8)
    assert ours.max_weight == pytest.approx(theirs["weight_max"][str(year)], abs=1e-8)
    assert ours.effective_n == pytest.approx(theirs["effective_n"][str(year)], abs=1e-5)
    for person in (1, 2, 3, 500, 2000):
        assert ours.weights[person - 1] == pytest.approx(theirs["weight"][f"{year}:{person}"], abs=1e-8)


@pytest.mark.parametrize("bounds", [(0.5, 2.0), (0.4, 3.0)])
def test_bounded_weights_are_those_of_r(bounds):
    ours, of = weighting(2020, bounds), ":".join(f"{bound:g}" for bound in bounds)
    assert ours.min_weight == pytest.approx(by_r()["bounded_min"][of], abs=1e-7)
    assert ours.max_weight == pytest.approx(by_r()["bounded_max"][of], abs=1e-7)
    for person in (1, 2, 3, 500, 2000):
        assert ours.weights[person - 1] == pytest.approx(by_r()["bounded"][f"{of}:{person}"], abs=1e-7)


@pytest.mark.parametrize(("of", "bounds"), [("raking", None), ("logit", (0.3, 3.5))])
def test_weights_that_start_from_a_design_weight_are_those_of_r(of, bounds):
    design = np.where(column(2020, "age") == "18-24", 1 / 2, 1) * np.where(column(2020, "region") == "11", 1 / 3, 1)
    targets = margins()
    ours = rake({name: column(2020, name) for name in targets}, targets, start=design, bounds=bounds)
    assert ours.min_weight == pytest.approx(by_r()["designed_min"][of], abs=1e-7)
    assert ours.max_weight == pytest.approx(by_r()["designed_max"][of], abs=1e-7)
    assert ours.effective_n == pytest.approx(by_r()["designed_n"][of], abs=1e-4)
    for person in (1, 2, 3, 500, 2000):
        assert ours.weights[person - 1] == pytest.approx(by_r()["designed"][f"{of}:{person}"], abs=1e-7)


def test_strata_brought_back_to_their_share_then_raked_weigh_as_in_r():
    targets, regions = margins(), column(2020, "region")
    strata = stratum_weights(dict(zip(*(each.tolist() for each in np.unique(regions, return_counts=True)), strict=True)), targets["region"])
    others = {name: shares for name, shares in targets.items() if name != "region"}
    ours = rake({name: column(2020, name) for name in others}, others, start=np.array([strata[region] for region in regions]))
    assert ours.min_weight == pytest.approx(by_r()["stratified_min"]["2020"], abs=1e-7)
    assert ours.max_weight == pytest.approx(by_r()["stratified_max"]["2020"], abs=1e-7)
    assert ours.effective_n == pytest.approx(by_r()["stratified_n"]["2020"], abs=1e-4)
    for person in (1, 2, 3, 500, 2000):
        assert ours.weights[person - 1] == pytest.approx(by_r()["stratified"][str(person)], abs=1e-7)


def everybody() -> np.ndarray:
    return np.ones(len(column(2023, "sex")), bool)


def among(name: str, *answers: int) -> np.ndarray:
    return np.isin(numbers(2023, name), answers)


SHARES: dict[str, Callable[[], tuple[np.ndarray, np.ndarray]]] = {
    "F02": lambda: (among("q1_rdv", 1), everybody()),
    "F08": lambda: (among("q2_coordination", 1, 2), everybody()),
    "F10": lambda: (among("q5_sensibles", 1, 2), everybody()),
    "used_of_those_who_know": lambda: (among("q8_mes_utilise", 1), among("q7_mes_connait", 1)),
    "recommend": lambda: (among("q13_conseiller", 1, 2), among("q9_mes_active", 1)),
    "doctor": lambda: (among("q14_recours_medecin", 1, 2), ~among("q8_mes_utilise", 1)),
    "young_in_corse": lambda: (among("q1_rdv", 1), column(2023, "region") == "94"),
}


@pytest.mark.parametrize("code", SHARES)
def test_shares_and_their_errors_are_those_of_r(code):
    selected, base = SHARES[code]()
    ours = share(selected, base, weighting(2023).weights)
    assert ours.percent == pytest.approx(by_r()["percent"][code], abs=1e-6)
    assert ours.standard_error == pytest.approx(by_r()["standard_error"][code], abs=1e-6)


def test_the_error_between_two_waves_is_that_of_r():
    found = [
        share(numbers(year, "q1_rdv") == 1, np.ones(len(numbers(year, "q1_rdv")), bool), weighting(year).weights) for year in (2023, 2020)
    ]
    error = sqrt(sum((one.standard_error or 0) ** 2 for one in found))
    assert error == pytest.approx(by_r()["difference_se"]["2023-2020"], abs=1e-6)


@pytest.mark.parametrize("age", ["18-24", "65+"])
def test_a_group_against_the_rest_is_that_of_r(age):
    mine = column(2023, "age") == age
    table = tabulate(group([everybody(), mine, ~mine], weighting(2023).weights), everybody(), [among("q1_rdv", 1)])
    points = table.percent[0, 1] - table.percent[0, 2]
    assert points == pytest.approx(by_r()["rest_points"][age], abs=1e-6)
    assert points / table.against_rest()[0, 1] == pytest.approx(by_r()["rest_se"][age], abs=1e-6)


@pytest.mark.parametrize(
    ("of", "compute", "variable"),
    [
        ("q15_note_0_10", mean, "q15_note_0_10"),
        ("nps", net_promoter, "q15_note_0_10"),
        ("q16_consultations_12m", mean, "q16_consultations_12m"),
    ],
)
def test_means_and_scores_are_those_of_r(of, compute, variable):
    values = numbers(2023, variable)
    ours = compute(values, values >= 0, weighting(2023).weights)
    assert ours.value == pytest.approx(by_r()["mean"][of], abs=1e-6)
    assert ours.standard_error == pytest.approx(by_r()["mean_se"][of], abs=1e-6)


@pytest.mark.parametrize("part", [0.25, 0.5, 0.75])
def test_quantiles_are_those_of_r(part):
    ours = quantile(numbers(2023, "age_years"), everybody(), weighting(2023).weights, part)
    theirs = by_r()
    assert ours.value == theirs["quantile"][f"{part:g}"]
    assert (ours.low, ours.high) == (theirs["quantile_low"][f"{part:g}"], theirs["quantile_high"][f"{part:g}"])


@pytest.mark.parametrize("of", sorted(by_r()["rao_scott_f"]))
def test_rao_and_scott_is_that_of_r(of):
    year, row, across = of.split(":")
    answers, groups = numbers(int(year), row), column(int(year), across)
    base = np.ones(len(answers), bool)
    test = independence(
        [answers == answer for answer in np.unique(answers)],
        [groups == one for one in np.unique(groups)],
        base,
        weighting(int(year)).weights,
    )
    assert test is not None
    assert test.f == pytest.approx(by_r()["rao_scott_f"][of], rel=1e-6)
    assert test.numerator == pytest.approx(by_r()["rao_scott_ndf"][of], rel=1e-6)
    assert test.denominator == pytest.approx(by_r()["rao_scott_ddf"][of], rel=1e-6)
    assert test.p == pytest.approx(by_r()["rao_scott_p"][of], rel=1e-6, abs=1e-12)
