"""The desk says how far a wave's results are from publication, and leads to the rooms that a person may open."""

import re

import pytest
from django.utils import timezone
from django.utils.translation import override

from reports.edition import Edition
from reports.models import Release
from reports.results import results_of
from tests.reports.stored import store
from tests.staff import log_in

pytestmark = pytest.mark.django_db
SEE = "reports.view_aggregation"


def steps(response) -> dict[str, str]:
    """The state of each step by its name, as the page shows them."""
    found = re.findall(r'<li class="step (\w+)"><h3>(?:<a [^>]*>)?([^<]*)', response.content.decode())
    return {name: state for state, name in found}


def test_the_open_field_blocks_publication_and_nothing_else_does(client, wave):
    store(wave)
    page = log_in(client, SEE).get(f"/admin/results/{wave.pk}/", headers={"accept-language": "en"})
    found = steps(page)
    assert [found[name] for name in ("Fieldwork", "Weighting", "Figures", "Publication")] == ["blocked", "done", "done", "waits"]
    assert "Pause or close the field" in page.content.decode()


def test_the_closed_field_leaves_only_the_publication(client, wave):
    store(wave)
    wave.move_to("closed")
    page = log_in(client, SEE).get(f"/admin/results/{wave.pk}/", headers={"accept-language": "en"})
    assert steps(page)["Fieldwork"] == "done"
    assert steps(page)["Publication"] == "to_do"


def test_what_changed_since_the_publication_asks_for_a_correction(client, wave):
    store(wave)
    now = timezone.now()
    with override("en"):
        sentences = {each.figure.code: {"sentence": Edition(results_of(wave), "en").sentence(each)} for each in results_of(wave)}
    published = {"receipts": {"en": sentences}, "figures": [{"code": code} for code in sentences]}
    Release.objects.create(wave=wave, number=1, published_at=now, public_from=now, figures=published, notice={}, sha256="0")
    log_in(client, SEE)
    address = f"/admin/results/{wave.pk}/"
    assert steps(client.get(address, headers={"accept-language": "en"}))["Publication"] == "done"
    wave.survey.figures.filter(code="know").update(says={"en": "have heard of it", "fr": "en ont entendu parler"})
    page = client.get(address, headers={"accept-language": "en"})
    assert steps(page)["Publication"] == "to_do"
    assert "to be published as a correction: know." in page.content.decode()


def test_refused_weights_block_with_their_reason(client, wave):
    store(wave, refusal={"fr": "Personne de Corse.", "en": "Nobody from Corsica."})
    page = log_in(client, SEE).get(f"/admin/results/{wave.pk}/", headers={"accept-language": "en"})
    assert steps(page)["Weighting"] == "blocked"
    assert "Nobody from Corsica." in page.content.decode()


def test_a_room_is_a_link_for_those_who_may_open_it(client, wave):
    store(wave)
    text = log_in(client, SEE).get(f"/admin/results/{wave.pk}/").content.decode()
    assert f'href="/admin/results/{wave.pk}/documents/"' in text
    assert f'href="/admin/results/{wave.pk}/weighting/"' not in text
    text = log_in(client, SEE, "reports.view_weighting").get(f"/admin/results/{wave.pk}/").content.decode()
    assert f'href="/admin/results/{wave.pk}/weighting/"' in text


def test_nobody_else_sees_the_desks(client, wave):
    log_in(client, "reports.view_estimate")
    assert client.get("/admin/results/").status_code == 403
    assert client.get(f"/admin/results/{wave.pk}/").status_code == 403


def test_the_desks_of_a_survey_are_listed_in_one_query_however_many(client, survey, django_assert_num_queries):
    log_in(client, SEE)
    client.get("/admin/results/")
    with django_assert_num_queries(5):  # session, person, two of permissions, waves
        text = client.get("/admin/results/?survey=numerique-en-sante").content.decode()
    assert text.count('class="field-card"') == survey.waves.exclude(questionnaire=None).count()
    assert client.get("/admin/results/?survey=autre").content.decode().count('class="field-card"') == 0
