"""Plans of several variables: targets that add up, shares inside shares, merged cells, and a verdict for everybody."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from respondents.core.designs import Design, Line, build, small_cells
from respondents.core.quotas import NEVER_CLOSES, Plan, cells_of, expanded, joined_names
from surveys.core.questionnaire import Choice, Question

SEXES, AGES = ("H", "F"), ("18-24", "25-64", "65+")
SEX_BY_AGE = [
    ("H", "18-24", "5.1"),
    ("H", "25-64", "30.2"),
    ("H", "65+", "12.3"),
    ("F", "18-24", "5.0"),
    ("F", "25-64", "32.6"),
    ("F", "65+", "14.8"),
]


def plan(variables=("sex", "age"), lines=None, **changes):
    categories = {"sex": SEXES, "age": AGES, "region": ("11", "93", "94")}
    made = lines or [Line(row, ((sex, age),), percent=Decimal(share)) for row, (sex, age, share) in enumerate(SEX_BY_AGE, 2)]
    return Design("plan", tuple(variables), tuple(categories[name] for name in variables), tuple(made), **changes)


def targets(built):
    assert built.problems == []
    return [cell.target for cell in built.cells]


def said(built):
    return [(row, column, str(message)) for row, column, message in built.problems]


def test_women_of_65_and_over_are_296_of_2000_and_six_cells_make_2000():
    assert targets(build(plan(), 2000, 2040)) == [102, 604, 246, 100, 652, 296]


def test_numbers_that_miss_the_waves_target_are_refused_with_the_numbers():
    lines = [Line(2, (("H",),), 940), Line(3, (("F",),), 1047)]
    sentence = "The targets of plan add up to 1987, 13 fewer than the wave's target of 2000: everybody has a cell in it, so that they must add up to it."
    assert said(build(plan(("sex",), lines), 2000, 2040)) == [(0, "variables", sentence)]
    assert targets(build(plan(("sex",), lines, leaves_out=True), 2000, 2040)) == [940, 1047]


def test_more_people_than_the_wave_wants_are_refused_whoever_is_left_out():
    lines = [Line(2, (("H",),), 1000), Line(3, (("F",),), 1047)]
    [(_, _, sentence)] = said(build(plan(("sex",), lines, leaves_out=True), 2000, 2040))
    assert sentence == "The targets of plan add up to 2047, 47 more than the wave's target of 2000."


def test_shares_of_a_part_of_the_people_keep_their_share_when_the_others_are_interviewed_too():
    lines = [Line(2, (("94",),), percent=Decimal("0.5")), Line(3, (("93",),), percent=Decimal("8"))]
    assert targets(build(plan(("region",), lines, outside="interviewed"), 2000, 2040)) == [10, 160]


def test_a_combination_without_cell_needs_a_verdict():
    lines = [Line(2, (("H", "*"),), 900), Line(3, (("F", "65+"),), 300)]
    [(row, column, sentence)] = said(build(plan(lines=lines), 1200, 1200))
    assert (row, column) == (0, "outside")
    assert sentence.startswith("No cell holds F 18-24, F 25-64 (sex × age): add them,")
    assert targets(build(plan(lines=lines, outside="refused"), 1200, 1200)) == [900, 300]


def test_a_combination_in_two_cells_is_refused():
    lines = [Line(2, (("H", "*"),), 900), Line(3, (("H", "65+"), ("F", "65+")), 100)]
    assert (3, "categories", "H 65+ stands in two cells.") in said(build(plan(lines=lines, outside="refused"), 1000, 1000))


def test_a_soft_cell_never_closes_and_shows_its_ceiling():
    cell = build(plan(is_soft=True), 2000, 2040).cells[0]
    assert (cell.target, cell.ceiling, cell.soft_ceiling) == (102, NEVER_CLOSES, 103)


def test_a_minimum_alone_never_closes_and_wants_that_many():
    lines = [Line(2, (("94",),), minimum=100)]
    [corsica] = build(plan(("region",), lines, outside="interviewed"), 2000, 2040).cells
    assert (corsica.target, corsica.minimum, corsica.ceiling) == (100, 100, NEVER_CLOSES)


def test_a_nested_plan_shares_out_each_region_and_leaves_whole_those_it_does_not_divide():
    regions = build(plan(("region",), [Line(0, (("11",),), 370), Line(0, (("93",), ("94",)), 130)]), 500, 500)
    outer = {one: cell for cell in regions.cells for one in cell.combinations}
    lines = [Line(row, (("11", age),), percent=Decimal(share)) for row, (age, share) in enumerate(zip(AGES, (20, 50, 30), strict=True), 2)]
    nested = build(plan(("region", "age"), lines, within=("region",)), 500, 500, outer)
    assert targets(nested) == [74, 185, 111, 130]
    assert nested.cells[3].combinations == (("93", "*"), ("94", "*"))


def test_inside_a_region_shares_make_100_and_numbers_make_its_target():
    outer = {("11",): build(plan(("region",), [Line(0, (("11",), ("93",), ("94",)), 500)]), 500, 500).cells[0]}
    lines = [Line(2, (("11", "18-24"),), 200), Line(3, (("11", "25-64"), ("11", "65+")), 290)]
    nested = plan(("region", "age"), lines, within=("region",))
    assert said(build(nested, 500, 500, outer)) == [
        (2, "target", "The targets inside 11 + 93 + 94 add up to 490, and 11 + 93 + 94 wants 500.")
    ]
    lines = [replace(line, target=None, percent=Decimal(45)) for line in lines]
    [(_, _, sentence)] = said(build(plan(("region", "age"), lines, within=("region",)), 500, 500, outer))
    assert sentence == "The shares of 11 + 93 + 94 add up to 90, not to 100."


def test_a_cell_below_one_per_cent_is_proposed_with_its_smaller_neighbour():
    lines = [Line(2, (("11",),), 1600), Line(3, (("93",),), 389), Line(4, (("94",),), 11)]
    design = plan(("region",), lines)
    [(small, neighbour)] = small_cells(design, build(design, 2000, 2040).cells, 2000)
    assert (small.name, neighbour.name) == ("94", "93")
    never = replace(design, never_close=frozenset({("94",)}))
    assert list(small_cells(never, build(never, 2000, 2040).cells, 2000)) == []


def test_names_that_end_in_a_plus_are_joined_by_one():
    assert joined_names("50-64+65+", ["18-24", "50-64", "65+"]) == ("50-64", "65+")
    assert joined_names("93+94", ["93", "94"]) == ("93", "94")
    assert joined_names("93+95", ["93", "94"]) == ()


@st.composite
def plans(draw):
    """Any plan of one to three variables whose combinations are shared out among cells at random, some of them left out."""
    categories = tuple(tuple(f"{'abc'[i]}{k}" for k in range(draw(st.integers(1, 4)))) for i in range(draw(st.integers(1, 3))))
    everybody = list(product(*categories))
    groups = draw(st.lists(st.integers(0, 3), min_size=len(everybody), max_size=len(everybody)))
    outside = draw(st.sampled_from(["", "refused", "interviewed"]))
    kept = [(one, group) for one, group in zip(everybody, groups, strict=True) if group or not outside]
    lines = [Line(row, tuple(one for one, own in kept if own == group)) for row, group in enumerate(dict.fromkeys(g for _, g in kept), 2)]
    shares = draw(st.lists(st.integers(1, 50), min_size=len(lines), max_size=len(lines)))
    lines = [replace(line, percent=Decimal(share) * 100 / sum(shares)) for line, share in zip(lines, shares, strict=True)]
    names = tuple("xyz"[: len(categories)])
    return Design("plan", names, categories, tuple(lines), outside=outside)


@given(plans(), st.integers(0, 3000))
def test_targets_add_up_and_every_combination_has_one_cell_or_a_stated_verdict(design, n):
    built = build(design, n, n)
    if not design.lines:
        return
    assert sum(targets(built)) == n
    held = [one for cell in built.cells for one in expanded(cell.combinations, design.categories)]
    assert len(held) == len(set(held))
    cells = {one: i for i, cell in enumerate(built.cells) for one in cell.combinations}
    questions = {
        name: Question(name, "single", choices=tuple(Choice(each, {}, i, frozenset()) for i, each in enumerate(own)))
        for name, own in zip(design.variables, design.categories, strict=True)
    }
    rule = Plan(design.variables, cells, interviews_outside=design.outside == "interviewed")
    for one in product(*design.categories):
        answers = dict(zip(design.variables, one, strict=True))
        if one in held:
            assert cells_of([rule], questions, answers) == [cells[one]]
        elif design.outside == "interviewed":
            assert cells_of([rule], questions, answers) == []
        else:
            assert design.outside == "refused"
            with pytest.raises(ValueError):
                cells_of([rule], questions, answers)
