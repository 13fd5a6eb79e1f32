"""Who was too fast, and on which clock."""

import pytest

from respondents.core.quality.cases import Case, Finding
from respondents.core.quality.rules import Rules, Rushing, Speeder
from respondents.core.quality.speed import expected_seconds, too_fast
from respondents.core.quality.times import PageTime, active_seconds, page_times, seconds_per_page

PAGES = ("profil", "usages", "avis", "donnees", "fin")
TIMES = {page: PageTime(40, 10, 30, 90) for page in PAGES}


def posted(*pages):
    """Return (page, time) for ("usages", 40): posted forty seconds after the one before."""
    at, found = 1_767_600_000.0, []
    for page, seconds in pages:
        at += seconds
        found.append((page, at))
    return found


def found(seconds, *, completes=30, rules=None):
    case = Case({}, dict(zip(PAGES, seconds, strict=False)))
    return [(each.rule, dict(each.detail)) for each in too_fast(case, TIMES, completes, rules or Rules())]


def test_a_page_takes_from_the_one_before_to_its_own_coming_in():
    assert seconds_per_page(posted(("accueil", 0), ("profil", 12.5), ("fin", 30))) == {"profil": 12.5, "fin": 30}


def test_a_page_that_is_posted_again_has_the_sum():
    assert seconds_per_page(posted(("accueil", 0), ("profil", 10), ("usages", 20), ("profil", 5), ("usages", 7))) == {
        "profil": 15,
        "usages": 27,
    }


def test_a_pause_is_not_taken_for_reading():
    times = seconds_per_page(posted(("accueil", 0), ("profil", 600), ("usages", 601), ("fin", 20)))
    assert times == {"profil": 600, "usages": None, "fin": 20}
    assert active_seconds(times) == 620


def test_a_page_returned_to_after_a_pause_is_not_measured():
    assert seconds_per_page(posted(("a", 0), ("b", 3600), ("c", 5), ("b", 4))) == {"b": None, "c": 5}


def test_page_times_are_percentiles_of_those_measured():
    people = [{"profil": float(n), "fin": None} for n in range(1, 12)]
    assert page_times(people) == {"profil": PageTime(11, 2, 6, 10)}


def test_below_a_third_of_the_median_of_their_own_pages_is_too_fast():
    assert found([9, 9, 9, 9, 9]) == [("speeder", {"seconds": 45, "expected": 150})]
    assert found([10, 10, 10, 10, 9.9]) == [("speeder", {"seconds": 49.9, "expected": 150})]


def test_exactly_a_third_is_not():
    assert found([10, 10, 10, 10, 10]) == []


def test_a_short_route_is_not_taken_for_haste():
    assert found([30, 30]) == []
    assert expected_seconds(Case({}, {"profil": 5, "usages": None, "unknown": 4}), TIMES) == 30


def test_nobody_is_too_fast_before_thirty_people_have_shown_how_long_it_takes():
    assert found([1, 1, 1, 1, 1], completes=29) == []


def test_one_long_page_does_not_hide_three_that_were_rushed():
    assert found([5, 5, 5, 30, 200]) == [("rushing", {"rushed": 3, "pages": 5})]
    assert found([5, 5, 15, 30, 200]) == []


def test_a_speeder_is_told_once():
    assert [rule for rule, _ in found([1, 1, 1, 1, 1])] == ["speeder"]


def test_too_few_pages_say_nothing_of_haste():
    assert found([5, 5, 5, 200]) == []


@pytest.mark.parametrize("rules", [Rules(speeder=None, rushing=None), Rules(speeder=Speeder(share=0), rushing=Rushing(share=0))])
def test_a_rule_that_is_off_finds_nothing(rules):
    assert found([1, 1, 1, 1, 1], rules=rules) == []


def test_without_any_measured_page_nobody_is_too_fast():
    assert list(too_fast(Case({}, {"profil": None}), TIMES, 30, Rules())) == []
    assert Finding("speeder") == Finding("speeder", "", {})


def test_pages_filled_by_a_program_tell_nothing_of_haste():
    simulated = {page: PageTime(40, 0.02, 0.05, 0.2) for page in PAGES}
    assert list(too_fast(Case({}, dict.fromkeys(PAGES, 0.001)), simulated, 30, Rules())) == []
