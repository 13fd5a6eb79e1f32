"""A figure in five waves: another institute's number alone, imported interviews, a wave without it, and ours."""

from __future__ import annotations

from datetime import timedelta
from math import sqrt

import pytest
from django.utils import timezone
from django.utils.translation import override

from reports.comparing.trend import steps_of
from reports.edition import Edition
from reports.models import Aggregation, Estimate, ExternalFigure, Release
from reports.results import results_of
from surveys.models import Wave
from tests.reports.test_two_versions import second_wave

pytestmark = pytest.mark.django_db
SITE, RECEIPT = "/results/petite-etude/v2/?lang=fr", "/results/petite-etude/v2/figures/site/?lang=fr"


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def wave():
    """2019 elsewhere 51 %, Vague 1 60 %, 2024 imported 62 %, 2025 not asked, Vague 2 70 %; standard errors of ours 1.5."""
    now = second_wave("Combien de fois ?,How often?", "Combien de fois en 12 mois ?,How often in 12 months?")
    survey, figure = now.survey, now.survey.figures.get(code="site")
    elsewhere = Wave.objects.create(survey=survey, code="2019", kind="external", labels={"fr": "2019"}, institute="Autre", row=1)
    ExternalFigure.objects.create(wave=elsewhere, figure=figure, percent=51, n=1000, row=2)
    ours = {"survey": survey, "questionnaire": survey.waves.get(code="v1").questionnaire, "weighting": ["sex"], "kind": "imported"}
    then = Wave.objects.create(code="2024", labels={"fr": "2024"}, row=5, **ours)
    Wave.objects.create(code="2025", labels={"fr": "2025"}, row=6, **ours)
    aggregation = Aggregation.objects.create(wave=then, n=900, revisions=900, computed_at=timezone.now())
    Estimate.objects.create(aggregation=aggregation, figure=figure, n=900, selected=560, raw_percent=62, percent=62, standard_error=1.5,
                            low=59, high=65)  # fmt: skip
    survey.waves.filter(code="v2").update(row=9)
    now.refresh_from_db()
    return now


def test_every_wave_stands_in_the_trend_with_the_gap_of_each_two_and_its_test(wave):
    with override("fr"):
        edition = Edition(results_of(wave), "fr")
        steps = steps_of(edition, edition.results["site"])
        trend = edition.view(edition.results["site"]).trend
    assert [(step.wave.code, step.value, step.gap, step.is_indicative) for step in steps] == [
        ("2019", 51.0, None, False), ("v1", 60.0, 9.0, True), ("2024", 62.0, 2.0, False), ("2025", None, None, False), ("v2", 70.0, 8.0, False),
    ]  # fmt: skip
    assert [step.test and round(step.test.z, 6) for step in steps] == [None, None, round(2 / sqrt(4.5), 6), None, round(8 / sqrt(4.5), 6)]
    assert [plain(row.gap) for row in trend.rows] == [
        "", "+9 points depuis 2019, comparaison indicative", "+2 points depuis Vague 1, non significatif", "pas de valeur",
        "+8 points depuis 2024, significatif",
    ]  # fmt: skip
    assert [part.is_indicative for part in trend.chart.segments] == [True, False], "and none over the wave without a value"
    assert steps_of(edition, edition.results["satisfied"]) == [], "one other wave is a comparison, not a trend"


def test_page_receipt_and_twin_tell_the_trend_without_script_and_within_the_weight(client, wave):
    for address in (SITE, RECEIPT):
        page = client.get(address).content
        assert page.count(b'<figure class="trend">') == 1
        assert b'class="path indicative"' in page
        assert len(page) < 100_000
        assert "En pointillés\u00a0: comparaison indicative." in page.decode()
    twin = client.get("/results/petite-etude/v2/figures/site.json").json()["trend"]
    assert [(step["wave"], step["since"], step["printed_gap"]) for step in twin][-1] == ("v2", "2024", 8.0)


def test_a_wave_whose_publication_waits_for_its_hour_is_not_told(wave):
    tomorrow = timezone.now() + timedelta(days=1)
    past = wave.survey.waves.get(code="2024")
    Release.objects.create(wave=past, number=1, published_at=timezone.now(), public_from=tomorrow, figures={}, notice={}, sha256="0" * 64)
    assert [one.wave.code for one in results_of(wave)["site"].past] == ["2019", "v1"]


def test_imported_interviews_stand_beside_as_an_external_wave_does(client, wave):
    wave.survey.figures.filter(code="site").update(compare_with="2024")
    comparison = results_of(wave)["site"].comparison
    assert (comparison.wave.code, comparison.percent, comparison.is_indicative) == ("2024", 62.0, False)
    assert "contre 62\u00a0%" in client.get(SITE).content.decode()
