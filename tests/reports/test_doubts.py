"""Figures with and without the interviews in doubt: exact, computed on demand, and never stored nor shown to readers."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.aggregation import aggregate
from reports.doubts import with_and_without
from reports.models import Aggregation, Estimate
from respondents.models import Flag, Review
from respondents.quality.looking import look
from tests.respondents.quality.people import completed, wave_of
from tests.staff import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave():
    """Six people who use the service, of ten; of these two fell into the trap, and of the four others one."""
    wave = wave_of()
    for n in range(10):
        completed(wave, uses="oui" if n < 6 else "non", trap="5" if n in (0, 1, 6) else "2", m1=str(n))
    look(wave)
    return wave


def figures(wave):
    """Return, of each figure, both percentages and both n's."""
    return {pair.figure.code: (*pair.percents, pair.given.n, pair.without.n) for pair in with_and_without(wave).pairs}


def test_each_figure_has_both_percentages(wave):
    both = with_and_without(wave)
    assert both.in_doubt == 3
    assert figures(wave) == {
        "users": (pytest.approx(60), pytest.approx(400 / 7), 10, 7),
        "agree": (pytest.approx(100), pytest.approx(100), 10, 7),
    }
    assert [round(pair.difference, 4) for pair in both.pairs] == [-2.8571, 0]


def test_whom_a_person_kept_is_in_doubt_no_more_until_the_next_flag(wave):
    flag = Flag.objects.order_by("interview").first()
    Review.objects.create(interview=flag.interview, verdict="kept", at="2099-01-01T00:00Z")
    assert with_and_without(wave).in_doubt == 2
    Flag.objects.create(interview=flag.interview, rule="device", made_at="2099-01-02T00:00Z")
    assert with_and_without(wave).in_doubt == 3


def test_without_any_flag_both_are_the_same(wave):
    Flag.objects.all().delete()
    assert [pair.difference for pair in with_and_without(wave).pairs] == [0, 0]


def test_nobody_left_is_no_percentage(wave):
    for interview in wave.interviews.all():
        Flag.objects.get_or_create(interview=interview, rule="device", defaults={"made_at": "2026-01-01T00:00Z"})
    assert figures(wave)["users"] == (pytest.approx(60), None, 10, 0)


def test_comparing_stores_nothing_and_what_is_stored_holds_everybody(wave):
    aggregate(wave)
    before = list(Estimate.objects.order_by("figure").values_list("figure", "n", "percent"))
    with_and_without(wave)
    call_command("figures", "petite-etude", "v1", "--without-flagged")
    assert list(Estimate.objects.order_by("figure").values_list("figure", "n", "percent")) == before
    assert Aggregation.objects.get(wave=wave).n == 10


def test_the_command_prints_both(wave, capsys):
    call_command("figures", "petite-etude", "v1", "--without-flagged")
    lines = capsys.readouterr().out.splitlines()
    assert "10" in lines[0]
    assert lines[1].split() == ["users", "60.00", "57.14", "-2.86", "n", "=", "10", "/", "7"]
    call_command("figures", "petite-etude", "v1", "--without-flagged", "--format", "json")
    printed = json.loads(capsys.readouterr().out)
    assert (printed["in_doubt"], printed["figures"][0]["n_with"], printed["figures"][0]["n_without"]) == (3, 10, 7)


def test_the_page_is_for_staff_and_shows_both(wave):
    address = f"/admin/studies/waves/{wave.pk}/without-flagged/"
    assert log_in(Client(), "respondents.view_flag").get(address).status_code == 403
    shown = log_in(Client(), "reports.view_aggregation").get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "Not for publication." in shown
    assert ">60.0%<" in shown
    assert ">57.1%<" in shown
    assert "−2.9" in shown
    assert "57.1" not in Client().get("/results/petite-etude/?lang=en").content.decode()


def test_the_page_costs_the_same_number_of_queries_for_one_figure_and_for_two(wave):
    staff = log_in(Client(), "reports.view_aggregation")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            staff.get(f"/admin/studies/waves/{wave.pk}/without-flagged/")
        counts.append(len(captured))
        wave.survey.figures.get(code="agree").delete() if len(counts) == 1 else None
    assert counts[0] == counts[1]
