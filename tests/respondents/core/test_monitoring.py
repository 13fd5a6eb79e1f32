"""What a field's counts say: where people stop, how each source fares, how far the sample is from its design."""

import pytest

from respondents.core.dispositions import Rate
from respondents.core.monitoring import Stop, Structure, by_hour, parts, stops, to_send, weighting

PAGES = ("consent", "profile", "uses", "views")


def test_who_stops_is_held_against_those_who_came_so_far():
    counts = {
        ("completed", "views"): 70,
        ("removed", "views"): 1,
        ("expired", "uses"): 9,
        ("expired", "views"): 2,
        ("abandoned", ""): 5,  # agreed, saw the profile, saved nothing more
        ("screened_out", ""): 8,
        ("refused", ""): 4,  # on the consent page
        ("reserved", "uses"): 1,
        ("duplicate", ""): 3,
    }
    assert stops(PAGES, counts) == [Stop("profile", 5, 96), Stop("uses", 9, 83), Stop("views", 2, 73)]
    assert stops(PAGES, counts)[1].rate.share == pytest.approx(9 / 83)


def test_nobody_stops_where_there_is_nothing_or_nobody():
    assert stops((), {("expired", "uses"): 1}) == []
    assert stops(PAGES, {}) == [Stop("profile", 0, 0), Stop("uses", 0, 0), Stop("views", 0, 0)]
    assert stops(PAGES, {})[0].rate.share is None


def test_a_page_that_no_longer_exists_counts_as_the_first_after_the_consent():
    assert stops(PAGES, {("expired", "gone"): 1})[0] == Stop("profile", 1, 1)


def test_the_parts_of_a_field_have_their_own_rates_the_largest_first():
    panel, link = parts([("panel", "completed", 60), ("link", "completed", 9), ("panel", "expired", 20), ("panel", "screened_out", 20), ("link", "reserved", 1)])  # fmt: skip
    assert (panel.name, panel.entries, panel.live) == ("panel", 100, 0)
    assert (panel.rates.break_off.numerator, panel.rates.break_off.denominator) == (20, 80)
    assert (panel.rates.incidence.numerator, panel.rates.incidence.denominator) == (80, 100)
    assert (link.name, link.entries, link.live) == ("link", 10, 1)


def test_a_cell_is_held_against_its_share_of_the_design():
    women = Structure(filled=60, target=52, all_filled=100, all_target=100)
    assert (women.achieved, women.wanted, women.gap) == (60, 52, 8)
    assert women.weight == pytest.approx(52 / 60)


def test_an_empty_cell_has_no_weight_and_an_empty_field_no_structure():
    assert Structure(filled=0, target=52, all_filled=100, all_target=100).weight is None
    assert Structure(filled=0, target=52, all_filled=0, all_target=100).gap is None
    assert Structure(filled=5, target=0, all_filled=10, all_target=0).weight is None


def test_weighting_on_one_plan_tells_its_price():
    """Half of the design is three quarters of the sample: weights 2/3 and 2, and Kish's efficiency (Σnw)²/(n·Σnw²) is 75 %."""
    cells = [Structure(75, 50, 100, 100), Structure(25, 50, 100, 100)]
    found = weighting(cells)
    assert (found.lowest, found.highest) == (pytest.approx(2 / 3), 2)
    assert found.efficiency == pytest.approx(75)


def test_a_sample_as_designed_loses_nothing_and_one_with_an_empty_cell_cannot_be_weighted():
    assert weighting([Structure(50, 500, 100, 1_000), Structure(50, 500, 100, 1_000)]) == (1, 1, 100)
    assert weighting([Structure(100, 50, 100, 100), Structure(0, 50, 100, 100)]) is None
    assert weighting([]) is None


def test_hours_without_anybody_are_hours_too():
    assert by_hour({0: 3, 2: 7}, hours=4) == [0, 7, 0, 3]


def test_invitations_are_counted_from_the_return_seen():
    assert to_send(41, Rate("Return", 30, 200)) == 274  # 41 / 15 % is 273.3
    assert to_send(3, Rate("Return", 100, 100)) == 3
    assert to_send(41, Rate("Return", 0, 200)) is None
    assert to_send(41, Rate("Return", 7, 49)) is None
