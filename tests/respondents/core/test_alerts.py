"""Which alerts a field's numbers raise, and when each has ended."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from respondents.core.alerts import Cell, Clash, Key, Page, Reading, Source, alerts
from respondents.core.noise import as_uneven, at_least

NOON = datetime(2026, 1, 5, 11, 0, tzinfo=timezone.utc)  # noon in Paris
MINUTE = timedelta(minutes=1)
FIELD = Reading(now=NOON, zone="Europe/Paris", state="live", since=NOON - timedelta(days=1), last_complete=NOON - MINUTE)
WOMEN = {"fr": "Une femme", "en": "A woman"}


def kinds(reading, *standing):
    return [key.kind for key in alerts(reading, [Key(*each) for each in standing])]


def cell(filled, *, target=100, **more):
    return Cell(12, WOMEN, target, filled, **{"is_full": False, **more})


def with_cell(*args, **named):
    return replace(FIELD, cells=[cell(*args, **named)])


def test_a_field_that_goes_well_has_none():
    assert alerts(FIELD) == {}


@pytest.mark.parametrize(("filled", "expected"), [(89, []), (90, ["cell_almost_full"])])
def test_a_cell_is_almost_full_at_ninety_per_cent(filled, expected):
    assert kinds(with_cell(filled)) == expected


@pytest.mark.parametrize(("filled", "expected"), [(84, []), (85, ["cell_almost_full"])])
def test_and_no_longer_only_below_eighty_five(filled, expected):
    assert kinds(with_cell(filled), ("cell_almost_full", "cell:12")) == expected


def test_a_full_cell_is_full_and_no_longer_almost_full():
    found = alerts(with_cell(100, is_full=True), [Key("cell_almost_full", "cell:12")])
    assert found == {Key("cell_full", "cell:12"): {"label": WOMEN, "filled": 100, "target": 100, "percent": 100}}


def test_of_a_minimum_nothing_is_told_and_a_soft_cell_may_be_at_risk_but_is_never_full():
    assert alerts(with_cell(95, is_minimum=True, never_closes=True, lateness="at_risk", missing=3)) == {}
    assert kinds(with_cell(95, never_closes=True, lateness="at_risk", missing=3)) == ["cell_at_risk"]


def test_needs_that_contradict_each_other_are_told_by_their_own_name():
    clash = Clash("cells:12,14", {"fr": "Il manque des femmes.", "en": "Women are missing."})
    found = alerts(replace(FIELD, clashes=[clash]))
    assert found == {Key("contradiction", "cells:12,14"): {"text": {"fr": "Il manque des femmes.", "en": "Women are missing."}}}


def test_a_cell_at_risk_says_how_many_will_be_missing():
    found = alerts(with_cell(50, target=171, lateness="at_risk", missing=41, recent=24))
    assert found[Key("cell_at_risk", "cell:12")] == {
        "label": WOMEN, "filled": 50, "target": 171, "percent": 29, "missing": 41, "to_do": 121, "recent": 24,
    }  # fmt: skip


@pytest.mark.parametrize(("lateness", "stood", "stands"), [("late", False, False), ("late", True, True), ("open", True, False)])
def test_a_cell_at_risk_stands_until_it_is_no_longer_late(lateness, stood, stands):
    standing = [("cell_at_risk", "cell:12")] if stood else []
    assert (kinds(with_cell(50, lateness=lateness, missing=4), *standing) == ["cell_at_risk"]) is stands


# Silence -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("minutes", "expected"), [(29, []), (30, ["stalled"])])
def test_a_field_without_a_complete_for_half_an_hour_is_stalled(minutes, expected):
    assert kinds(replace(FIELD, last_complete=NOON - minutes * MINUTE)) == expected


@pytest.mark.parametrize(
    ("hour", "minute", "silent"),
    [(7, 20, None), (7, 29, None), (7, 30, 30), (20, 59, 839), (21, 0, None), (23, 30, None)],  # UTC; Paris is an hour ahead
)
def test_silence_is_counted_from_eight_in_the_morning_and_never_told_at_night(hour, minute, silent):
    now = NOON.replace(hour=hour, minute=minute)
    night = replace(FIELD, now=now, last_complete=NOON - timedelta(days=1))
    expected = {Key("stalled", ""): {"minutes": silent}} if silent else {}
    assert alerts(night) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "paused"},
        {"state": "test"},
        {"is_full": True},
        {"since": NOON - 29 * MINUTE},
        {"since": NOON + MINUTE},
        {"closes_at": NOON},
    ],
    ids=["paused", "in test", "full", "just opened", "not yet open", "past its closing"],
)
def test_nobody_is_expected_where_nobody_could_complete(changes):
    silent = replace(FIELD, last_complete=NOON - timedelta(hours=3))
    assert kinds(silent) == ["stalled"]
    assert alerts(replace(silent, **changes)) == {}


# Length ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("minutes", "n", "stood", "off"),
    [
        (7.0, 30, False, -30),
        (7.1, 30, False, None),
        (7.0, 29, False, None),
        (13.0, 30, False, 30),
        (12.0, 30, True, 20),
        (11.9, 30, True, None),
    ],
)
def test_a_median_a_third_off_the_plan_is_told_until_it_is_within_a_fifth(minutes, n, stood, off):
    found = alerts(replace(FIELD, expected_minutes=10.0, length=(minutes, n)), [Key("length", "")] if stood else [])
    expected = {Key("length", ""): {"minutes": minutes, "expected": 10.0, "off": off, "n": n}} if off else {}
    assert found == expected


def test_a_length_that_nobody_planned_is_not_judged():
    assert alerts(replace(FIELD, length=(99.0, 400))) == {}


# Pages -------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("seen", "lost", "told"),
    [
        (29, 29, False),  # too few to say
        (100, 5, False),
        (100, 9, False),  # chance alone does it six times in a hundred
        (100, 11, False),  # P = 0.0115
        (100, 12, True),  # P = 0.0043
        (961, 87, True),
    ],
)
def test_a_page_loses_too_many_only_beyond_what_chance_does(seen, lost, told):
    assert (kinds(replace(FIELD, pages=[Page("q6", {}, seen, lost)])) == ["drop_out"]) is told


def test_it_stands_until_it_loses_no_more_than_is_allowed():
    stood = ("drop_out", "page:q6")
    assert kinds(replace(FIELD, pages=[Page("q6", {}, 100, 6)]), stood) == ["drop_out"]
    assert kinds(replace(FIELD, pages=[Page("q6", {}, 100, 5)]), stood) == []


def test_a_page_says_how_many_of_how_many():
    found = alerts(replace(FIELD, pages=[Page("q6", {"fr": "Vos usages"}, 961, 87)]))
    assert found == {Key("drop_out", "page:q6"): {"label": {"fr": "Vos usages"}, "lost": 87, "seen": 961, "percent": 9}}


# Sources -----------------------------------------------------------------------------------------------------------------
def sources(first, second):
    return replace(FIELD, sources=[Source("a", "Panel A", {"drop_out": first}), Source("b", "Panel B", {"drop_out": second})])


def test_a_source_much_worse_than_the_others_is_told():
    assert alerts(sources((20, 50), (10, 100))) == {
        Key("source_drop_out", "source:a"): {"label": "Panel A", "count": 20, "n": 50, "percent": 40, "others": 10},
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [((14, 100), (10, 100)), ((8, 40), (10, 100)), ((29, 29), (0, 100)), ((20, 50), (10, 29))],
    ids=["not much worse", "chance", "too few of its own", "too few of the others"],
)
def test_a_source_that_may_be_as_the_others_is_not(first, second):
    assert alerts(sources(first, second)) == {}


def test_a_source_alone_is_compared_with_nobody():
    assert alerts(replace(FIELD, sources=[Source("a", "Panel A", {"drop_out": (90, 100)})])) == {}


# The house -----------------------------------------------------------------------------------------------------------------
def test_what_is_given_up_and_what_differs_is_told_in_any_state():
    broken = replace(FIELD, state="closed", calls_given_up=2, letters_given_up=1, differences=3)
    assert alerts(broken) == {Key("calls", ""): {"n": 2}, Key("letters", ""): {"n": 1}, Key("audit", ""): {"n": 3}}


def test_a_soft_launch_that_stopped_waits_for_a_person():
    stopped = replace(FIELD, state="paused", awaits_sign_off=True, completes=100, soft_limit=100)
    assert alerts(stopped) == {Key("soft_stop", ""): {"n": 100, "limit": 100}}


@pytest.mark.parametrize(("count", "among", "share", "expected"), [(4, 10, 0.5, 0.828125), (0, 5, 0.1, 1.0), (5, 5, 0.1, 0.00001)])
def test_the_binomial_tail_is_exact(count, among, share, expected):
    assert at_least(count, among, share) == pytest.approx(expected, rel=1e-9)


def test_fisher_tastes_tea():
    assert as_uneven(3, 4, 1, 4) == pytest.approx(17 / 70, rel=1e-9)  # Fisher, The Design of Experiments, 1935
    assert as_uneven(4, 4, 0, 4) == pytest.approx(1 / 70, rel=1e-9)
