"""Targets that add up, ceilings that leave room, and the cells an interview belongs to."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from respondents.core.quotas import OutsideEveryCell, Plan, ceiling_of, cells_of, largest_remainder, quota_page
from surveys.core.questionnaire import Choice, Page, Question, Questionnaire

SHARES = st.lists(st.decimals(0, 100, places=4), min_size=1, max_size=15).filter(lambda shares: sum(shares) > 0)


def question(name, *choices, kind="single", outside=()):
    made = tuple(Choice(each, {}, code, frozenset({"outside_quota"} if each in outside else ())) for code, each in enumerate(choices))
    return Question(name, kind, choices=made)


SEX = question("sex", "H", "F", "X", outside=("X",))
AGE = question("age", "18-34", "35+", kind="calculate")
QUESTIONS = {"sex": SEX, "age": AGE}
PLANS = [
    Plan(("sex",), {("H",): 11, ("F",): 12}),
    Plan(("age",), {("18-34",): 13, ("35+",): 14}),
    Plan((), {(): 15}),
]


def test_three_thirds_of_a_hundred_people_are_34_33_33():
    assert largest_remainder([Decimal(1), Decimal(1), Decimal(1)], 100) == [34, 33, 33]


def test_the_french_by_sex_in_a_sample_of_2000_are_953_and_1047():
    assert largest_remainder([Decimal("47.65"), Decimal("52.35")], 2000) == [953, 1047]


def test_a_share_of_nothing_gets_nobody():
    assert largest_remainder([Decimal(0), Decimal(100)], 7) == [0, 7]


@given(SHARES, st.integers(0, 5000))
def test_targets_add_up_and_each_is_its_share_rounded_down_or_up(shares, n):
    targets = largest_remainder(shares, n)
    assert sum(targets) == n
    for share, target in zip(shares, targets, strict=True):
        exact = Fraction(share) * n / Fraction(sum(shares))
        assert int(exact) <= target <= int(exact) + 1


@pytest.mark.parametrize(
    ("target", "percent", "at_least", "ceiling"),
    [(953, 5, 3, 1000), (11, 5, 3, 14), (16, 5, 3, 19), (2000, 0, 0, 2000), (100, 1, 1, 101), (20, 1, 1, 21), (0, 1, 1, 1)],
)
def test_a_ceiling_is_the_target_and_its_tolerance_rounded_down_or_the_least(target, percent, at_least, ceiling):
    assert ceiling_of(target, Decimal(percent), at_least) == ceiling


def test_a_young_woman_belongs_to_her_sex_her_age_and_the_total_in_ascending_order():
    assert cells_of(PLANS, QUESTIONS, {"sex": "F", "age": "18-34"}) == [12, 13, 15]
    assert cells_of(list(reversed(PLANS)), QUESTIONS, {"sex": "F", "age": "18-34"}) == [12, 13, 15]


def test_a_choice_outside_the_quota_leaves_its_plan_and_no_other():
    assert cells_of(PLANS, QUESTIONS, {"sex": "X", "age": "35+"}) == [14, 15]


def test_a_plan_of_two_variables_wants_both():
    plan = Plan(("sex", "age"), {("F", "35+"): 3})
    assert cells_of([plan], QUESTIONS, {"sex": "F", "age": "35+"}) == [3]


@pytest.mark.parametrize("answers", [{"sex": "F"}, {"age": "35+"}, {"sex": "F", "age": "autre"}, {"sex": ("F",), "age": "35+"}])
def test_an_answer_without_cell_or_no_answer_is_outside_every_cell(answers):
    with pytest.raises(OutsideEveryCell):
        cells_of(PLANS, QUESTIONS, answers)


def test_a_wave_without_quotas_has_no_cell():
    assert cells_of([], QUESTIONS, {}) == []


def test_the_quota_page_is_the_last_of_those_that_give_a_quota_variable():
    pages = (Page("accueil", {}, ()), Page("profil", {}, (SEX,)), Page("calcul", {}, (AGE,)), Page("suite", {}, ()))
    questionnaire = Questionnaire("etude", "1", ("fr",), "fr", pages, {}, {}, {})
    assert quota_page(questionnaire, ["sex"]).name == "profil"
    assert quota_page(questionnaire, ["age", "sex"]).name == "calcul"
    assert quota_page(questionnaire, []).name == "accueil"
