"""Plans that contradict each other, cells that nobody can fill any more, and how many starts a field takes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from respondents.core.expected import Part, misfits, starts
from respondents.core.feasibility import Contradiction, Need, Needs, admitted_share, contradictions, reaches

SEX = Needs("sex", ("sex",), (Need(1, (("H",),), 0, 0), Need(2, (("F",),), 10, 12)))
AGE = Needs("age", ("age",), (Need(3, (("18-64",),), 0, 0), Need(4, (("65+",),), 10, 11)))
REGION = Needs("region", ("region",), (Need(5, (("11",),), 10, 10), Need(6, (("94",),), 0, 0)))


def test_marginal_plans_with_room_for_the_same_people_do_not_contradict():
    assert contradictions([SEX, AGE, REGION]) == []


def test_a_plan_whose_cells_are_all_full_blocks_what_another_still_wants():
    full = Needs("region", ("region",), (Need(5, (("11",),), 0, 0), Need(6, (("94",),), 0, 3)))
    assert contradictions([SEX, full]) == [Contradiction("sex", (2,), 10, "region", (5, 6), 3)]


def test_women_of_65_wanted_by_sex_and_age_cannot_be_more_than_age_takes():
    crossed = Needs("sex age", ("sex", "age"), (Need(7, (("F", "65+"),), 10, 10), Need(8, (("F", "18-64"), ("H", "*")), 5, 8)))
    age = Needs("age", ("age",), (Need(3, (("18-64",),), 9, 20), Need(4, (("65+",),), 4, 4)))
    assert Contradiction("sex age", (7,), 10, "age", (4,), 4) in contradictions([crossed, age])


def test_a_plan_that_interviews_outside_its_cells_blocks_nobody():
    full = Needs("region", ("region",), (Need(5, (("94",),), 0, 0),), interviews_outside=True)
    assert contradictions([SEX, full]) == []


def test_only_women_of_65_are_wanted_and_all_who_came_live_in_a_full_region():
    people = {(1, 3, 5): 900, (2, 3, 5): 800, (2, 4, 6): 40, (1, 4, 6): 60}
    found = {reach.cell: reach for reach in reaches([SEX, AGE, REGION], people)}
    assert found[4].is_out_of_reach
    assert (found[4].seen, found[4].blocked_by) == (100, ((6, 100), (1, 60)))
    assert found[5].is_out_of_reach
    assert admitted_share([SEX, AGE, REGION], people) == 0
    some = reaches([SEX, AGE, REGION], {**people, (2, 4, 5): 3})
    assert [reach.is_out_of_reach for reach in some] == [False] * 3
    assert {reach.cell: reach.is_hard for reach in some}[4]


def test_nothing_is_said_of_a_cell_of_which_too_few_came():
    assert not any(reach.is_out_of_reach for reach in reaches([SEX, AGE, REGION], {(2, 4, 6): 29}))
    assert admitted_share([SEX], {(2,): 29}) is None


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine drawing takes longer
@given(st.lists(st.integers(0, 30), min_size=2, max_size=5), st.lists(st.integers(0, 30), min_size=2, max_size=5), st.data())
def test_the_largest_flow_agrees_with_halls_condition(wanted, room, data):
    """Cells of one plan over (x, y) against cells over y: every subset of wanted cells must find room in its neighbours."""
    of = [data.draw(st.integers(0, len(room) - 1)) for _ in wanted]
    one = Needs("xy", ("x", "y"), tuple(Need(i, ((f"x{i}", f"y{of[i]}"),), n, n) for i, n in enumerate(wanted)))
    other = Needs("y", ("y",), tuple(Need(100 + j, ((f"y{j}",),), 0, n) for j, n in enumerate(room)))
    fits = all(sum(n for i, n in enumerate(wanted) if of[i] == j) <= room[j] for j in range(len(room)))
    assert (contradictions([one, other]) == []) == fits


def test_three_plans_that_agree_two_by_two_may_still_have_no_common_sample():
    def crossed(name, a, b, same):
        return Part(name, (a, b), (("1", "2"), ("1", "2")),
                    tuple((((i, j),), 50 if (i == j) == same else 0, 50 if (i == j) == same else 0) for i in "12" for j in "12"))  # fmt: skip

    plans = [crossed("xy", "x", "y", True), crossed("yz", "y", "z", True), crossed("xz", "x", "z", False)]
    assert misfits(plans[:2]) == []
    assert [(miss.target, miss.nearest) for miss in misfits(plans)] == [(50, 0)]


def sexes(tolerance):
    return Part("sex", ("sex",), (("H", "F"),), (((("H",),), 50, 50 + tolerance), ((("F",),), 50, 50 + tolerance)))


def test_a_field_without_quotas_starts_what_incidence_and_drop_out_take():
    assert starts([], 100, 100, 1, 0) == (100, 100, 100, 0, 100, True)
    expected = starts([], 1000, 1000, 0.5, 0.2)
    assert expected.expected == pytest.approx(1000 / (0.5 * 0.8), rel=0.05)


def test_people_of_whom_one_in_a_hundred_belongs_take_a_hundred_times_as_many_starts():
    rare, all_belong = starts([sexes(5)], 400, 400, 0.01, 0.5), starts([sexes(5)], 400, 400, 1, 0.5)
    assert rare.expected == pytest.approx(100 * all_belong.expected, rel=0.1)
    assert starts([], 100, 100, 0, 0) == (200_000, 200_000, 200_000, 0, 0, False)


def test_tight_ceilings_turn_people_away_and_so_take_more_starts():
    tight, loose = starts([sexes(0)], 100, 100, 1, 0), starts([sexes(10)], 100, 100, 1, 0)
    assert tight.expected > loose.expected >= 100
    assert tight.turned_away == tight.expected - 100


def test_a_field_whose_ceilings_end_before_its_target_never_fills():
    short = Part("sex", ("sex",), (("H", "F"),), (((("H",),), 50, 40), ((("F",),), 50, 50)))
    assert starts([short], 100, 100, 1, 0).fills is False


def test_people_interviewed_outside_a_plan_fill_the_field_that_its_one_cell_cannot():
    young = Part("age", ("age",), (("jeune", "ancien"),), (((("jeune",),), 40, 41),), elsewhere=60)
    expected = starts([young], 100, 100, 1, 0)
    assert expected.fills
    assert expected.expected < 130
    assert starts([Part("age", ("age",), (("jeune", "ancien"),), young.cells)], 100, 100, 1, 0).completed == 41
