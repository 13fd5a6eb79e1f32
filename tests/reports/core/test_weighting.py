"""Weights that meet the population's margins, or a sentence that says why there are none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.core.weighting import BadStart, ContradictoryMargins, EmptyCategory, InfeasibleBounds, UnknownCategory, ZeroTarget, rake
from tests.reports.independent import fitted, margins, rows

PARIS = {"sex": ["F", "F", "F", "H"], "age": ["young", "old", "old", "young"]}
HALVES = {"sex": {"F": 50, "H": 50}, "age": {"young": 50, "old": 50}}


def shares(weights, column):
    """Return the weighted share of each category in %."""
    return {
        category: 100 * sum(w for w, c in zip(weights, column, strict=True) if c == category) / sum(weights) for category in set(column)
    }


def test_one_variable_is_post_stratification():
    weighting = rake({"sex": ["F", "F", "F", "H"]}, {"sex": {"F": 52.5, "H": 47.5}})
    assert weighting.weights.tolist() == pytest.approx([0.7, 0.7, 0.7, 1.9])
    assert (weighting.min_weight, weighting.max_weight) == pytest.approx((0.7, 1.9))
    assert weighting.design_effect == pytest.approx(4 * (3 * 0.49 + 3.61) / 16)
    assert weighting.effective_n == pytest.approx(16 / (3 * 0.49 + 3.61))
    assert weighting.efficiency == pytest.approx(1 / weighting.design_effect)


def test_two_variables_are_met_together():
    weighting = rake(PARIS | {"sex": ["F", "F", "H", "H"]}, {"sex": {"F": 60, "H": 40}, "age": {"young": 30, "old": 70}})
    assert shares(weighting.weights, ["F", "F", "H", "H"]) == pytest.approx({"F": 60, "H": 40})
    assert shares(weighting.weights, PARIS["age"]) == pytest.approx({"young": 30, "old": 70})
    assert weighting.worst_margin < 1e-12
    assert weighting.weights.mean() == pytest.approx(1)


def test_no_variable_weights_everybody_the_same():
    weighting = rake({}, {})
    assert (weighting.steps, weighting.worst_margin, weighting.efficiency) == (0, 0, 1)


def test_the_reference_panel_is_weighted_in_three_steps_as_proportional_fitting_does_in_many():
    people, targets = rows(2023), margins()
    weighting = rake({name: [person[name] for person in people] for name in targets}, targets)
    assert weighting.weights.tolist() == pytest.approx(fitted(people, targets), abs=1e-11)
    assert weighting.steps == 3
    assert weighting.efficiency == pytest.approx(0.999976, abs=1e-6)


def test_rounded_margins_are_rescaled_to_100():
    weighting = rake({"sex": ["F", "H"]}, {"sex": {"F": 50.3, "H": 50.1}})
    assert shares(weighting.weights, ["F", "H"]) == pytest.approx({"F": 100 * 50.3 / 100.4, "H": 100 * 50.1 / 100.4})


def test_an_answer_outside_the_quotas_keeps_its_share_of_the_sample():
    sexes = ["F", "F", "F", "H", "X"]
    weighting = rake({"sex": sexes}, {"sex": {"F": 50, "H": 50}}, keep={"sex": ["X", ""]})
    assert shares(weighting.weights, sexes) == pytest.approx({"F": 40, "H": 40, "X": 20})
    assert weighting.weights[-1] == pytest.approx(1)


def refusal(error, columns, targets, **options):
    """Return the sentence of a refusal."""
    with pytest.raises(error) as refused:
        rake(columns, targets, **options)
    return str(refused.value)


def test_a_category_that_nobody_represents():
    assert refusal(EmptyCategory, {"sex": ["F"]}, HALVES | {"age": {}}) == (
        "Nobody is in category H of sex, which makes 50 % of the population: merge it with a neighbouring category."
    )


def test_a_category_without_target():
    assert refusal(UnknownCategory, {"sex": ["F", "H", "X"]}, {"sex": {"F": 50, "H": 50}}) == (
        "1 people are in category X of sex, which has no target: add its share to the margins, or flag the choice outside_quota."
    )


def test_a_target_of_zero_with_people_in_it():
    assert refusal(ZeroTarget, {"sex": ["F", "H"]}, {"sex": {"F": 100, "H": 0}}) == (
        "1 people are in category H of sex, whose target is zero: correct the margin, or merge the category with another."
    )


def test_targets_far_from_100():
    assert refusal(ContradictoryMargins, {"sex": ["F", "H"]}, {"sex": {"F": 50, "H": 40}}) == (
        "The targets of sex add up to 90 %, not to 100: correct the margins."
    )


def test_margins_that_no_weights_can_meet():
    columns = {"sex": ["F", "F", "H"], "title": ["Mme", "Mme", "M."]}
    sentence = refusal(ContradictoryMargins, columns, {"sex": {"F": 50, "H": 50}, "title": {"Mme": 60, "M.": 40}})
    assert sentence.startswith("The margins contradict each other in this sample; the worst is category ")
    assert "off by 5.00 points" in sentence


def test_margins_that_no_weights_can_meet_are_not_blamed_on_the_bounds():
    columns = {"sex": ["H"] * 50 + ["F"] * 50, "age": ["old"] * 50 + ["young"] * 50}
    targets = {"sex": {"H": 40, "F": 60}, "age": {"old": 60, "young": 40}}
    with pytest.raises(ContradictoryMargins, match=r"off by 10\.00 points"):
        rake(columns, targets, bounds=(0.3, 3))


def test_a_target_that_is_no_number():
    with pytest.raises(ContradictoryMargins, match="add up to nan %"):
        rake({"sex": ["H", "F"]}, {"sex": {"H": float("nan"), "F": 50}})


def test_a_target_of_zero_with_nobody_in_it_costs_nothing():
    assert rake({"sex": ["F"]}, {"sex": {"F": 100, "H": 0}}).weights.tolist() == [1]


def test_bounds_are_kept():
    sexes = ["F"] * 70 + ["H"] * 30
    ages = (["young"] * 5 + ["old"] * 5) * 10
    targets = {"sex": {"F": 52, "H": 48}, "age": {"young": 40, "old": 60}}
    weighting = rake({"sex": sexes, "age": ages}, targets, bounds=(0.5, 2.0))
    assert weighting.min_weight > 0.5
    assert weighting.max_weight < 2.0
    assert shares(weighting.weights, sexes) == pytest.approx({"F": 52, "H": 48})


def test_bounds_that_are_too_tight_name_the_maximum_that_would_do():
    sexes = ["F"] * 75 + ["H"] * 25
    with pytest.raises(InfeasibleBounds) as refused:
        rake({"sex": sexes}, {"sex": {"F": 50, "H": 50}}, bounds=(0.1, 1.5))
    assert refused.value.smallest_maximum == pytest.approx(2.0, abs=0.02), "men weigh 50 / 25"
    assert "the smallest attainable maximum is 2.0" in str(refused.value)


def test_a_lower_bound_that_is_too_high_says_so():
    sentence = refusal(InfeasibleBounds, {"sex": ["F", "F", "F", "H"]}, {"sex": {"F": 10, "H": 90}}, bounds=(0.9, 5))
    assert sentence.startswith("No weights of at least 0.9 meet the margins, whatever their maximum")


@pytest.mark.parametrize("bounds", [(1.0, 2.0), (0.5, 1.0), (-0.1, 2.0)])
def test_bounds_stand_on_both_sides_of_1(bounds):
    assert (
        refusal(InfeasibleBounds, {"sex": ["F"]}, {"sex": {"F": 100}}, bounds=bounds)
        == "The bounds of the weights must stand on both sides of 1."
    )


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_sample_that_holds_every_combination_meets_any_margins_and_weighs_equals_equally(data):
    names = {"a": ["1", "2", "3"], "b": ["x", "y"], "c": ["N", "S", "E", "W"]}
    cells = [(a, b, c) for a in names["a"] for b in names["b"] for c in names["c"]]
    people = [cell for cell in cells for _ in range(data.draw(st.integers(1, 6)))]
    columns = {name: [person[at] for person in people] for at, name in enumerate(names)}
    targets = {}
    for name, categories in names.items():
        drawn = [data.draw(st.integers(1, 20)) for _ in categories]
        targets[name] = {category: 100 * one / sum(drawn) for category, one in zip(categories, drawn, strict=True)}
    weighting = rake(columns, targets)
    for name in names:
        assert shares(weighting.weights, columns[name]) == pytest.approx(targets[name], abs=1e-7)
    by_cell = {}
    for cell, weight in zip(people, weighting.weights, strict=True):
        assert by_cell.setdefault(cell, weight) == weight
    assert np.isclose(weighting.weights.mean(), 1)


def test_an_oversample_is_brought_back_to_its_true_share():
    regions = ["Corse"] * 50 + ["elsewhere"] * 50  # 5 % of the population, interviewed ten times too often
    design = [0.1] * 50 + [1.9] * 50
    weighting = rake({}, {}, start=design)
    assert shares(weighting.weights, regions) == pytest.approx({"Corse": 5, "elsewhere": 95})
    assert weighting.efficiency == pytest.approx(100**2 / 100 / (50 * 0.1**2 + 50 * 1.9**2))


def test_a_design_weight_stays_between_people_whom_the_margins_do_not_tell_apart():
    weighting = rake({"sex": ["F", "F", "H"]}, {"sex": {"F": 50, "H": 50}}, start=[1, 3, 1])
    assert weighting.weights.tolist() == pytest.approx([0.375, 1.125, 1.5])


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan")])
def test_nobody_starts_without_a_design_weight(wrong):
    with pytest.raises(BadStart, match="1 people have no design weight above 0"):
        rake({"sex": ["F", "H"]}, {"sex": {"F": 50, "H": 50}}, start=[1.0, wrong])


def test_one_person_weighs_one():
    weighting = rake({"sex": ["F"]}, {"sex": {"F": 100}})
    assert (weighting.weights.tolist(), weighting.effective_n) == ([1], 1)
