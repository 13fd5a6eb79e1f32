"""Versions in the admin: a copy, two side by side, a wave that goes over, and the command that compares."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.translation import override

from surveys.models import Questionnaire
from tests.staff import history, log_in
from tests.surveys.test_versions import reword
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db

STAFF = ("surveys.view_questionnaire", "surveys.add_questionnaire", "surveys.view_wave", "surveys.change_wave")
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def wave():
    return open_wave()


def _second(wave, name="q3", old="Combien de fois ?", new="Combien de fois en tout ?"):
    copy = wave.questionnaire.copy_as("2")
    reword(copy, name, old, new)
    return copy


def test_the_page_of_a_version_offers_what_may_be_done_with_it(client, wave):
    page = log_in(client, *STAFF).get(f"/admin/surveys/questionnaire/{_second(wave).pk}/change/", headers=ENGLISH).content.decode()
    assert [words in page for words in ("Paper version (fr)", "New version", "Compare", "Use in wave v1")] == [True] * 4


def test_a_new_version_is_a_copy_with_the_number_that_follows(client, wave):
    log_in(client, *STAFF)
    address = f"/admin/surveys/questionnaire/{wave.questionnaire_id}/new-version/"
    assert 'value="2"' in client.get(address, headers=ENGLISH).content.decode()
    response = client.post(address, {"version": "2"}, headers=ENGLISH)
    copy = Questionnaire.objects.get(version="2")
    assert response.url == f"/admin/surveys/questionnaire/{copy.pk}/change/"
    assert history(copy) == ["Copied from version 1."]
    again = client.post(address, {"version": "2"}, headers=ENGLISH)
    assert "Version 2 of this survey already exists: choose another number." in again.content.decode()
    assert Questionnaire.objects.count() == 2


def test_two_versions_are_compared_word_by_word_and_not_by_colour_alone(client, wave):
    page = log_in(client, *STAFF).get(f"/admin/surveys/questionnaire/{_second(wave).pk}/compare/", headers=ENGLISH).content.decode()
    assert "From version 1 to version 2" in page
    assert "Combien de fois <ins>en tout </ins>?" in page
    assert "Reworded: somebody must confirm that it still asks the same." in page
    assert "No longer comparable" not in page


def test_a_wave_goes_over_once_somebody_agreed(client, wave):
    copy = _second(wave)
    log_in(client, *STAFF)
    address = f"/admin/surveys/questionnaire/{copy.pk}/use/{wave.pk}/"
    assert "those who are answering keep theirs" in client.get(address, headers=ENGLISH).content.decode()
    client.post(address, {}, headers=ENGLISH)
    wave.refresh_from_db()
    assert wave.questionnaire.version == "1"
    client.post(address, {"agreed": "on"}, headers=ENGLISH)
    wave.refresh_from_db()
    assert wave.questionnaire.version == "2"
    assert history(wave) == ["Questionnaire: version 1 → 2."]


def test_a_version_that_breaks_the_quotas_is_refused_with_the_reason(client, wave):
    copy = _second(wave, "sex", "Vous êtes…", "Quel jour sommes-nous ?")
    address = f"/admin/surveys/questionnaire/{copy.pk}/use/{wave.pk}/"
    page = log_in(client, *STAFF).get(address, headers=ENGLISH).content.decode()
    assert "Its quotas count sex, which would change their meaning." in page
    client.post(address, {"agreed": "on"}, headers=ENGLISH)
    wave.refresh_from_db()
    assert (wave.questionnaire.version, history(wave)) == ("1", [])


@pytest.mark.parametrize("page", ["new-version", "compare", "use/{wave}", "paper"])
def test_each_page_asks_for_its_permission(client, wave, page):
    address = f"/admin/surveys/questionnaire/{wave.questionnaire_id}/{page.format(wave=wave.pk)}/"
    assert client.get(address).status_code == 302
    assert log_in(client).get(address).status_code == 403


def test_the_paper_version_is_shown_in_one_of_the_languages(client, wave):
    address = f"/admin/surveys/questionnaire/{wave.questionnaire_id}/paper/"
    log_in(client, *STAFF)
    assert '<html lang="en">' in client.get(f"{address}?lang=en").content.decode()
    assert '<html lang="fr">' in client.get(f"{address}?lang=xx").content.decode()


def test_the_command_lists_what_changed_by_class(wave):
    _second(wave, "q1", "Qu’utilisez-vous ?", "Qu’avez-vous utilisé depuis 12 mois ?")
    out = StringIO()
    with override("en"):
        call_command("compare_versions", "petite-etude", "1", "2", stdout=out)
    assert out.getvalue() == (
        "Breaking (1)\n"
        "  question q1, label (fr): reworded. Qu’utilisez-vous ? → Qu’avez-vous utilisé depuis 12 mois ?."
        " A number changed: another period, quantity or scale is asked about.\n"
        "No longer comparable: q1, q1_texte, q2, base users.\n"
    )
