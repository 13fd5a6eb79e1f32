"""The screen where a questionnaire is pasted: read again and again, then made a study at once or not at all."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from surveys.loading import study_sheets
from surveys.models import Questionnaire, Survey, Wave
from tests.staff import history, log_in
from tests.surveys.core.test_pasted import TEXTS, filled, pasted

pytestmark = pytest.mark.django_db

SMALL = "Q1. Fumez-vous ?\n1. Oui\n2. Non\n\n[SI Q1=1]\nQ2. Combien de cigarettes par jour ? [NUMÉRIQUE]\n"


@pytest.fixture
def staff(client):
    """Somebody who may add studies, reading French."""
    log_in(client, "surveys.add_survey", "surveys.view_survey")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"
    return client


def post(client, text, do="check", **given):
    about = {"text": text, "title": "", "address": "tabac", "language": "fr", do: "1"}
    return client.post(reverse("paste_questionnaire"), {**about, **given})


def shown(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_only_those_who_may_add_a_study_paste_one(client):
    address = reverse("paste_questionnaire")
    assert client.get(address).status_code == 302
    assert log_in(client, "surveys.view_survey").get(address).status_code == 403
    assert log_in(client, "surveys.add_survey").get(address).status_code == 200


def test_the_list_of_studies_leads_there(staff):
    assert reverse("paste_questionnaire") in staff.get(reverse("admin:surveys_survey_changelist")).content.decode()


def test_checking_shows_what_each_line_became_and_stores_nothing(staff):
    response = post(staff, SMALL + "[BLABLA]\n")
    page = response.content.decode()
    assert response.status_code == 200
    assert SMALL.replace("\n", "\r\n") in page or SMALL in page
    assert 'id="line-5" value="5" class="understood"' in page
    assert 'id="line-7" value="7" class="missed"' in page
    assert "Non compris · ligne 7 · « BLABLA » n’a pas été compris et est laissé de côté." in shown(response).replace("\u00a0", " ")
    assert "Posée si « Oui » à Q1" in shown(response).replace("\u00a0", " ")
    assert not Survey.objects.exists()


def test_creating_stores_the_draft_its_wave_and_who_made_it(staff):
    response = post(staff, SMALL, do="create", title="Le tabac")
    survey = Survey.objects.get()
    assert response.url == reverse("admin:surveys_survey_change", args=[survey.pk])
    assert (survey.slug, survey.title, survey.languages) == ("tabac", "Le tabac", ["fr"])
    wave = survey.waves.get()
    assert (wave.state, wave.kind, wave.questionnaire.version, wave.questionnaire.published_at) == (Wave.State.DRAFT, "own", "1", None)
    assert [page.name for page in wave.questionnaire.definition().pages] == ["accueil", "page_q1", "page_q2"]
    assert len(history(survey)) == 1


def test_a_long_questionnaire_is_stored_as_it_was_read(staff):
    text = (TEXTS / "health" / "text.txt").read_text(encoding="utf-8")
    assert post(staff, text, do="create").status_code == 302
    stored = study_sheets(Survey.objects.get())
    for name in ("survey", "choices"):
        assert filled(stored[name]) == filled(pasted("health").workbook[name])


def test_a_stored_wave_can_be_opened_for_tests_at_once(staff):
    post(staff, SMALL, do="create")
    wave = Wave.objects.get()
    wave.move_to(Wave.State.TEST)
    assert Questionnaire.objects.get().published_at


def test_nothing_is_created_while_a_line_is_to_be_corrected(staff):
    response = post(staff, SMALL.replace("Q1=1", "Q1=3"), do="create")
    assert response.status_code == 422
    assert "Rien n’a été créé : corrigez les lignes marquées ✗" in shown(response).replace("\u00a0", " ")
    assert not Survey.objects.exists()


def test_what_was_not_understood_is_left_out_only_when_one_says_so(staff):
    assert post(staff, SMALL + "[BLABLA]\n", do="create").status_code == 422
    assert not Survey.objects.exists()
    assert post(staff, SMALL + "[BLABLA]\n", do="create", leave_out="1").status_code == 302
    assert Survey.objects.count() == 1


def test_an_address_that_is_taken_is_refused_and_the_study_there_is_left_alone(staff):
    post(staff, SMALL, do="create", title="La première")
    response = post(staff, "Q1. Autre chose ?\n1. Oui\n2. Non\n", do="create", title="La seconde")
    assert response.status_code == 422
    assert "Une autre étude se trouve à l’adresse « tabac »" in shown(response).replace("\u00a0", " ")
    assert Survey.objects.get().title == "La première"
    assert Questionnaire.objects.get().questions.filter(name="q2").exists()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"text": " \n"}, "Collez le questionnaire ici."),
        ({"text": "a\n" * 10_001}, "Au plus 200"),
        ({"address": ""}, "Donnez une adresse à l’étude."),
        ({"address": "Le Tabac"}, "N’utilisez que des minuscules"),
        ({"language": "de"}, "de"),
    ],
)
def test_a_form_that_is_not_filled_in_says_what_is_missing(staff, given, reason):
    response = post(staff, given.pop("text", SMALL), do="create", **given)
    assert response.status_code == 422
    assert reason in shown(response)
    assert not Survey.objects.exists()


def test_what_is_pasted_is_shown_as_text_and_never_as_markup(staff):
    evil = "<script>alert(1)</script>"
    page = post(
        staff, f"{evil}\n\nQ1. Un {evil} ?\n1. {evil}\n2. Non\n[{evil}]\nSI {evil}\n\n{evil} {evil}.\n", title=evil
    ).content.decode()
    assert "alert(1)" in page
    assert evil not in page


def test_the_largest_text_fits_in_a_post_and_a_page(staff):
    text = "".join(f"Q{number}. Que pensez-vous de ceci, en quelques mots ?\n1. 😀 Du bien\n2. Du mal\n" for number in range(1, 1_000))
    response = post(staff, text.ljust(199_000, "é"))
    assert response.status_code == 200


@pytest.mark.parametrize("questions", [1, 3])
def test_reading_asks_the_database_nothing_however_long_the_text(staff, questions, django_assert_num_queries):
    text = "".join(f"Q{number}. Et ?\n1. Oui\n2. Non\n" for number in range(1, questions + 1))
    with django_assert_num_queries(4):  # the session, the person and two kinds of permissions
        post(staff, text)
