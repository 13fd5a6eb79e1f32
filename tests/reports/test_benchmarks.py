"""Declared against measured: the gap with its interval where the two populations are one, a warning where not, and no weight."""

from __future__ import annotations

from decimal import Decimal
from math import sqrt

import pytest
from django.utils.translation import override

from reports.aggregation import aggregate
from reports.comparing.benchmarks import gap_of
from reports.edition import Edition
from reports.models import Benchmark, Estimate, Weighting
from reports.results import results_of
from tests.reports.test_two_versions import second_wave
from tests.worlds import Respondent, open_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave():
    """A figure of 70 %, standard error 1.5."""
    return second_wave("Combien de fois ?,How often?", "Combien de fois en 12 mois ?,How often in 12 months?")


def beside(wave, **differs):
    about = {"percent": 64, "says": {"fr": "l’ont fait"}, "source": {"fr": "Registre"}, "population": {"fr": "les adultes"}, "row": 2}
    return Benchmark.objects.create(figure=wave.survey.figures.get(code="site"), code="real", date="2026", **(about | differs))


def remarks(wave):
    with override("fr"):
        edition = Edition(results_of(wave), "fr")
        return [remark.replace("\u00a0", " ") for remark in edition.view(edition.results["site"]).remarks]


def test_the_gap_with_an_exact_measure_has_the_error_of_the_survey_alone(client, wave):
    measure = beside(wave)
    gap = gap_of(results_of(wave)["site"], measure)
    assert (gap.points, gap.standard_error) == (6.0, 1.5)
    assert remarks(wave) == [
        "Écart avec la mesure de référence : +6,0 points, de +3,1 points à +8,9 points au niveau de 95 %.",
        "La mesure de référence est prise pour exacte : elle ne donne pas de marge d’erreur.",
    ]
    [twin] = client.get("/results/petite-etude/v2/figures/site.json").json()["reference_measures"]
    assert twin["gap"]["low"] == pytest.approx(3.060, abs=0.001)
    assert "Écart avec la mesure" in client.get("/results/petite-etude/v2/figures/site/?lang=fr").content.decode()


def test_a_measure_s_own_margin_is_counted_in(wave):
    gap = gap_of(results_of(wave)["site"], beside(wave, margin=Decimal("3.92")))
    assert gap.standard_error == pytest.approx(sqrt(1.5**2 + 2**2), abs=0.0001)
    assert "marge d’erreur, ± 3,9 points, comptée" in remarks(wave)[1]


@pytest.mark.parametrize(("differs", "said"), [
    ({"population_differs": True}, "Les deux populations diffèrent"),
    ({"population": {}}, "La population de la mesure de référence n’est pas donnée"),
])  # fmt: skip
def test_two_populations_do_not_subtract(wave, differs, said):
    measure = beside(wave, **differs)
    assert gap_of(results_of(wave)["site"], measure) is None
    [remark] = remarks(wave)
    assert remark.startswith(said)


def test_nothing_is_weighted_to_a_benchmark(client):
    wave = open_wave()
    Respondent(client).finish()
    Respondent(client).finish(profil={"sex": "H", "years": "30"}, usages={"q1": ["aucun"]})

    def computed():
        aggregate(wave)
        weights = list(Weighting.objects.values_list("variables", "margins", "min_weight", "max_weight"))
        return weights, list(Estimate.objects.order_by("figure__code").values_list("figure__code", "percent", "weighted_n"))

    before = computed()
    assert before[0], "it is weighted"
    beside(wave, percent=1)
    assert computed() == before
