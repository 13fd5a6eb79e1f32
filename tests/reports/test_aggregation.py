"""A wave's figures from its stored interviews: equal to what was computed another way, and computed once more at will."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F

from reports.aggregation import AlreadyRunning, aggregate, is_stale, stale_waves
from reports.models import Aggregation, Estimate
from respondents.models import Interview
from tests.reports.panel import interview, people

DATA = Path(__file__).parents[1] / "data"
PUBLISHED = {figure["id"]: figure["expected"] for figure in json.loads((DATA / "figures.json").read_text(encoding="utf-8"))["figures"]}
UNROUNDED = json.loads((DATA / "unrounded.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.django_db


def estimates():
    """Return the stored estimates by the first of the identifiers they were published under."""
    return {estimate.figure.published_as.split()[0]: estimate for estimate in Estimate.objects.select_related("figure")}


def test_the_whole_panel_gives_every_percentage_raw_and_raked_to_a_billionth(wave):
    interview(wave, people())
    aggregation = aggregate(wave)
    found = estimates()
    assert len(found) == 16
    for code, estimate in found.items():
        assert estimate.n == UNROUNDED[code]["n"]
        assert estimate.raw_percent == pytest.approx(UNROUNDED[code]["raw"], abs=1e-9)
        assert estimate.percent == pytest.approx(UNROUNDED[code]["raked"], abs=1e-9)
        assert int(estimate.percent + 0.5) == PUBLISHED[code]
    assert (aggregation.n, aggregation.refusal, aggregation.weighting_steps) == (2032, {}, 3)
    assert aggregation.worst_margin < 1e-12
    assert found["F13"].not_asked == 366, "the people who do not know the service, counted as not having used it"
    assert not is_stale(wave)
    assert stale_waves() == []


def test_the_same_interviews_give_the_same_figures_again(wave):
    interview(wave, people()[:400])
    aggregate(wave)
    first = list(Estimate.objects.order_by("figure").values_list("figure", "n", "percent", "raw_percent", "margin"))
    aggregate(wave)
    assert list(Estimate.objects.order_by("figure").values_list("figure", "n", "percent", "raw_percent", "margin")) == first
    assert Aggregation.objects.count() == 1


def test_a_few_people_are_counted_and_not_weighted(wave):
    interview(wave, people()[:5])
    aggregation = aggregate(wave)
    assert set(aggregation.refusal) == {"fr", "en"}
    assert "18 to 24" in aggregation.refusal["en"], "nobody of that age yet"
    assert Estimate.objects.filter(percent=None).count() == 16
    assert estimates()["F02"].raw_percent == 40.0


def test_nobody_interviewed_gives_no_percentage(wave):
    assert aggregate(wave).n == 0
    assert {(estimate.n, estimate.raw_percent, estimate.percent) for estimate in estimates().values()} == {(0, None, None)}


def test_one_more_interview_makes_the_figures_stale(wave):
    interview(wave, people()[:40])
    aggregate(wave)
    interview(wave, people()[40:41])
    assert is_stale(wave)
    assert stale_waves() == [wave]


def test_removing_one_and_adding_another_like_it_makes_the_figures_stale(wave):
    interview(wave, people()[:40])
    aggregate(wave)
    Interview.objects.filter(pk=Interview.objects.first().pk).update(state="removed", revision=F("revision") + 1)
    interview(wave, people()[41:42])
    assert Interview.objects.filter(state="completed").count() == 40
    assert is_stale(wave)
    assert stale_waves() == [wave]


def test_the_number_of_queries_does_not_depend_on_the_number_of_figures(wave, django_assert_num_queries):
    interview(wave, people()[:40])
    kept = list(wave.survey.figures.values_list("pk", flat=True))
    for many in (3, 1):
        wave.survey.figures.exclude(pk__in=kept[:many]).delete()
        aggregate(wave)
        with django_assert_num_queries(17):  # two of them ask for code frames
            aggregate(wave)


@pytest.mark.django_db(transaction=True)
def test_two_computations_of_a_wave_do_not_run_at_once(wave):
    interview(wave, people()[:5])
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('reports.aggregate', %s))", [wave.pk])
        with pytest.raises(AlreadyRunning):
            aggregate(wave)
        with other.cursor() as cursor:
            cursor.execute("ROLLBACK")  # answered once the lock is free; a closed connection gives it back some time later
    finally:
        other.close()
    assert aggregate(wave).n == 5
