"""How many to invite and whom: 41 missing at 15 % are 273 letters, full cells get none, and a draw can be made again."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from respondents.core.sendouts import Need, Person, Returns, draw, known_cells, need_of

GRAND_EST, BRETAGNE, WOMEN, MEN, TOTAL = 1, 2, 3, 4, 9
PLANS = [(("region",), {("44",): GRAND_EST, ("53",): BRETAGNE}), (("sex",), {("F",): WOMEN, ("H",): MEN}), ((), {(): TOTAL})]


def need(missing, room=10_000, rate=0.5):
    return Need(missing, room, rate)


def people(count, *cells, start=0):
    return [Person(start + number, tuple(sorted(cells))) for number in range(count)]


def test_41_missing_before_any_return_are_273_invitations():
    assert need_of(41, 121, Returns(), Returns()).invitations == 273


def test_few_returns_are_drawn_towards_the_supposed_rate_and_many_speak_for_themselves():
    assert Returns(10, 0).rate() == pytest.approx(3 / 30)
    assert Returns(2_000, 100).rate() == pytest.approx(103 / 2_020)
    assert Returns(10, 10).rate() < 0.5


def test_a_cell_without_returns_of_its_own_has_the_waves_rate():
    whole = Returns(1_000, 300)
    assert need_of(30, None, Returns(), whole).rate == whole.rate()


def test_the_range_narrows_with_the_returns():
    few, many = (need_of(41, None, Returns(), Returns(n, int(0.15 * n))) for n in (20, 20_000))
    assert few.fewest < few.invitations < few.most
    cell = need_of(41, None, Returns(20_000, 3_000), Returns(20_000, 3_000))
    assert cell.most - cell.fewest < few.most - few.fewest
    assert many.invitations == 273


def test_known_cells_are_those_whose_variables_are_all_known():
    assert known_cells(PLANS, {"region": "44", "sex": "F"}) == (GRAND_EST, WOMEN, TOTAL)
    assert known_cells(PLANS, {"region": "elsewhere"}) == (TOTAL,)


def test_nobody_of_a_full_cell_is_drawn():
    pool = [*people(50, GRAND_EST, MEN, TOTAL), *people(50, GRAND_EST, WOMEN, TOTAL, start=50)]
    drawn = draw(pool, {GRAND_EST: need(10), WOMEN: need(0), TOTAL: need(10)}, seed=7)  # men are full: not among the needs
    assert len(drawn) == 20
    assert min(drawn) >= 50


def test_whoever_is_drawn_for_one_cell_counts_in_all_of_theirs():
    pool = people(500, GRAND_EST, WOMEN, TOTAL)
    assert len(draw(pool, {GRAND_EST: need(41), WOMEN: need(30), TOTAL: need(41)}, seed=1)) == 82


def test_a_cell_that_can_take_few_more_is_not_flooded_for_the_sake_of_another():
    pool = [*people(300, GRAND_EST, WOMEN, TOTAL), *people(300, GRAND_EST, MEN, TOTAL, start=300)]
    drawn = draw(pool, {GRAND_EST: need(50), WOMEN: need(0, room=5), MEN: need(0), TOTAL: need(50)}, seed=3)
    assert len(drawn) == 100
    assert sum(identifier < 300 for identifier in drawn) <= 10  # five more women at a return of one in two


def test_the_same_seed_draws_the_same_people_whatever_their_order_and_another_seed_others():
    pool, needs = people(1_000, GRAND_EST), {GRAND_EST: need(50)}
    assert draw(pool, needs, seed=5) == draw(pool[::-1], needs, seed=5)
    assert set(draw(pool, needs, seed=5)) != set(draw(pool, needs, seed=6))


def test_everybody_of_a_cell_has_the_same_chance():
    pool, needs = people(20, GRAND_EST), {GRAND_EST: need(5)}
    times = dict.fromkeys(range(20), 0)
    for seed in range(2_000):
        for identifier in draw(pool, needs, seed):
            times[identifier] += 1
    assert sum(times.values()) == 20_000
    assert all(abs(count - 1_000) < 120 for count in times.values())  # five standard deviations of 22


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sets(st.sampled_from([GRAND_EST, BRETAGNE, WOMEN, MEN]), max_size=2), max_size=30),
    st.fixed_dictionaries({}, optional={c: st.tuples(st.integers(0, 9), st.integers(1, 9)) for c in (GRAND_EST, BRETAGNE, WOMEN, MEN)}),
    st.integers(0, 20),
)
def test_a_draw_holds_its_word_whatever_the_field(cells, sizes, at_most):
    needs = {cell: Need(missing, room, 0.5) for cell, (missing, room) in sizes.items()}
    pool = [Person(number, tuple(sorted(own))) for number, own in enumerate(cells)]
    drawn = draw(pool, needs, seed=11, at_most=at_most)
    assert len(drawn) == len(set(drawn)) <= at_most
    for cell in (GRAND_EST, BRETAGNE, WOMEN, MEN):
        invited = sum(cell in pool[number].cells for number in drawn)
        assert invited == 0 if cell not in needs else invited <= Fraction(needs[cell].bearable)


def test_people_whom_all_their_cells_want_come_first():
    pool = [*people(100, GRAND_EST, WOMEN, TOTAL), *people(100, GRAND_EST, MEN, TOTAL, start=100)]
    needs = {GRAND_EST: need(20), WOMEN: need(5), MEN: need(15), TOTAL: need(20)}
    drawn = draw(pool, needs, seed=2)
    assert (len(drawn), sum(identifier < 100 for identifier in drawn)) == (40, 10)  # though a cell that never closes could bear more
