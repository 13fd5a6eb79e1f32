"""A wave's figures from its stored interviews."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports.aggregation import aggregate, is_stale
from reports.models import Estimate
from tests.reports.panel import interview, people

pytestmark = pytest.mark.django_db

FIGURES = json.loads((Path(__file__).parents[1] / "data" / "figures.json").read_text(encoding="utf-8"))["figures"]


def test_the_whole_panel_gives_every_published_percentage(wave):
    interview(wave, people())
    aggregation = aggregate(wave)
    estimates = {estimate.figure.published_as: estimate for estimate in Estimate.objects.select_related("figure")}
    published = {figure["id"]: figure["expected"] for figure in FIGURES if figure["wave"] == 2023}
    assert {name.split()[0]: int(estimate.percent + 0.5) for name, estimate in estimates.items()} == published
    assert {name.split()[0]: int(estimate.raw_percent + 0.5) for name, estimate in estimates.items()} == published
    assert {estimate.n for estimate in estimates.values()} == {2032, 1016, 711}
    assert (aggregation.n, aggregation.refusal) == (2032, {})
    assert not is_stale(wave)


def test_a_few_people_are_counted_and_not_weighted(wave):
    interview(wave, people()[:5])
    aggregation = aggregate(wave)
    assert set(aggregation.refusal) == {"fr", "en"}
    assert Estimate.objects.filter(percent=None).count() == 16
    assert Estimate.objects.get(figure__code="appointment").raw_percent == 40.0
