"""The admin: what staff see and cannot change, in two languages, and the buttons of a wave."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from reports.models import Figure
from reports.study import store_study
from respondents.models import Consent, Interview, QuotaCell, Record, Source, Submission
from surveys.models import Margin, Questionnaire, Survey, Wave
from surveys.staff import moves_of
from tests.staff import history, log_in
from tests.worlds import Respondent, open_wave, study

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}
OURS = [model for model in admin.site._registry if model._meta.app_label in ("surveys", "respondents", "reports")]
MADE_ELSEWHERE = [model for model in OURS if model not in (Source, Wave)]


@pytest.fixture
def wave(client):
    """A wave in the field, and one woman who completed."""
    wave = open_wave(places=10)
    Respondent(client).finish()
    return wave


def page_of(thing, verb="change"):
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_{verb}", args=[thing.pk])


def listed(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_list_and_page_opens(wave, admin_client, language):
    assert {Survey, Wave, Interview, QuotaCell, Figure} < set(OURS)
    for model in OURS:
        assert admin_client.get(listed(model), {"q": "x"}, headers={"Accept-Language": language}).status_code == 200
        for thing in model.objects.all()[:1]:
            response = admin_client.get(page_of(thing), headers={"Accept-Language": language})
            assert response.status_code == 200
            assert f'lang="{language}"' in response.content.decode()


def test_what_is_made_elsewhere_is_neither_added_nor_changed_nor_deleted_here(wave, admin_client):
    for model in MADE_ELSEWHERE:
        assert admin_client.get(listed(model) + "add/").status_code == 403
        for thing in model.objects.all()[:1]:
            assert admin_client.post(page_of(thing), {}).status_code == 403
            assert admin_client.post(page_of(thing, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("model", "queries"),
    [(Interview, 12), (Submission, 10), (Record, 9), (Consent, 9), (QuotaCell, 9), (Margin, 8), (Questionnaire, 7), (Wave, 7), (Figure, 8)],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_list_costs_the_same_with_one_row_and_with_three(wave, admin_client, django_assert_max_num_queries, model, queries):
    address = listed(model)
    with django_assert_max_num_queries(queries):
        admin_client.get(address)
    Respondent(Client()).finish(profil={"sex": "H", "years": "30"})
    Respondent(Client()).finish(profil={"sex": "H", "years": "31"})
    with django_assert_max_num_queries(queries):
        admin_client.get(address)


@pytest.mark.parametrize("model", [Interview, Submission, Record, Consent], ids=lambda model: model._meta.model_name)
def test_neither_answers_nor_tokens_are_shown(wave, admin_client, model):
    interview = Interview.objects.get()
    Submission.objects.filter(interview=interview)
    seen = admin_client.get(page_of(model.objects.all()[0])).content.decode()
    seen += admin_client.get(reverse(f"admin:respondents_{model._meta.model_name}_changelist")).content.decode()
    assert bytes(interview.token_sha256).hex() not in seen
    assert "&quot;site&quot;" not in seen
    assert "{&#x27;" not in seen


def test_an_interview_is_found_by_its_identifiers(wave, admin_client):
    interview = Interview.objects.get()
    Interview.objects.update(external_id="P-17")
    for asked, found in [(str(interview.pk), True), ("P-17", True), ("P-1", False), ("nothing", False)]:
        assert (str(interview.pk) in admin_client.get(listed(Interview), {"q": asked}).content.decode().split("<table")[-1]) is found


def test_a_lookup_that_no_filter_offers_is_refused(wave, admin_client):
    for model, lookup in [("interview", "token_sha256__startswith"), ("submission", "answers__q1"), ("record", "extra__q3")]:
        assert admin_client.get(reverse(f"admin:respondents_{model}_changelist"), {lookup: "a"}).status_code == 400


def test_a_questionnaire_shows_that_it_matches_its_fingerprint(wave, admin_client):
    page = admin_client.get(page_of(wave.questionnaire), headers=ENGLISH).content.decode()
    assert wave.questionnaire.fingerprint in page
    assert 'alt="True"' in page
    assert "Are you satisfied?" in page
    Questionnaire.objects.filter(published_at=None).update(fingerprint="0" * 64)


def test_a_questionnaire_that_was_tampered_with_shows_it(admin_client):
    draft = store_study(study()).questionnaires.get()
    draft.questions.filter(name="q2").update(cells={"type": "select_one accord3", "name": "q2", "label::English (en)": "Are you angry?"})
    assert 'alt="False"' in admin_client.get(page_of(draft), headers=ENGLISH).content.decode()


def test_the_first_page_leads_to_the_field(wave, admin_client):
    page = admin_client.get("/admin/", headers=ENGLISH).content.decode()
    assert f'href="/admin/fieldwork/{wave.pk}/"' in page
    wave.move_to("closed")
    assert "No wave is open." in admin_client.get("/admin/", headers=ENGLISH).content.decode()


def test_staff_choose_their_language(wave, admin_client):
    assert "Études et terrain" in admin_client.get("/admin/", headers={"Accept-Language": "fr"}).content.decode()
    admin_client.post("/admin/setlang/", {"language": "en", "next": "/admin/"})
    assert "Studies and fieldwork" in admin_client.get("/admin/", headers={"Accept-Language": "fr"}).content.decode()


def move(client, wave, state):
    return client.post(f"/admin/surveys/wave/{wave.pk}/move/{state}/", headers=ENGLISH, follow=True)


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def state_of(wave) -> str:
    return Wave.objects.get(pk=wave.pk).state


def test_a_wave_goes_through_its_life_by_its_buttons(admin_client):
    wave = store_study(study()).waves.get()
    names = {"test": "Test", "soft": "Soft launch", "live": "Live", "paused": "Paused", "closed": "Closed"}
    for state in ("test", "live", "paused", "live", "closed", "live"):
        assert told(move(admin_client, wave, state)) == [f"The wave is now in state “{names[state]}”."]
        assert state_of(wave) == state
    assert history(wave)[:2] == ["State: Draft → Test.", "State: Test → Live."]
    assert Questionnaire.objects.get().published_at


def test_a_soft_launch_goes_on_softly_until_it_is_signed_off(admin_client):
    wave = store_study(study()).waves.get()
    for state in ("soft", "paused", "soft", "closed", "soft"):
        move(admin_client, wave, state)
        assert state_of(wave) == state
        assert "live" not in [offered.state for offered in moves_of(Wave.objects.get())]
        assert told(move(admin_client, wave, "live"))[0].endswith("this cannot be done.")


def test_the_button_asks_before_it_does(wave, admin_client):
    page = admin_client.get(f"/admin/surveys/wave/{wave.pk}/move/paused/", headers=ENGLISH).content.decode()
    assert "Nobody can enter any more. Those who are answering can finish." in page
    assert state_of(wave) == "live"


def test_a_button_of_a_page_that_is_no_longer_true_does_nothing(wave, admin_client):
    wave.move_to("closed")
    assert told(move(admin_client, wave, "paused")) == ["This wave is now in state “Closed”: this cannot be done."]
    assert state_of(wave) == "closed"
    assert history(wave) == []


def test_why_a_wave_cannot_be_opened_is_said_in_a_sentence(wave, admin_client):
    other = Wave.objects.create(survey=wave.survey, questionnaire=wave.questionnaire, row=9, code="v2", kind="own")
    assert told(move(admin_client, other, "live")) == ["Wave v1 of this survey is open: close it first."]
    assert state_of(other) == "draft"


def test_a_wave_that_is_not_asked_here_has_no_buttons(wave, admin_client):
    other = Wave.objects.create(survey=wave.survey, row=9, code="v2", kind="external")
    assert "/move/" not in admin_client.get(page_of(other)).content.decode()
    assert told(move(admin_client, other, "live"))
    assert state_of(other) == "draft"


def test_the_buttons_are_for_those_who_may_change_waves(wave, client):
    assert move(client, wave, "closed").redirect_chain[0][0].startswith("/admin/login/")
    assert move(log_in(client, "surveys.view_wave"), wave, "closed").status_code == 403
    assert state_of(wave) == "live"
    careful = log_in(Client(enforce_csrf_checks=True), "surveys.change_wave")
    assert careful.post(f"/admin/surveys/wave/{wave.pk}/move/closed/").status_code == 403
    assert told(move(log_in(client, "surveys.change_wave"), wave, "closed")) == ["The wave is now in state “Closed”."]


def test_the_minutes_a_place_is_held_are_all_that_is_typed_here(wave, admin_client):
    admin_client.post(page_of(wave), {"place_minutes": 25, "state": "closed", "target": 7})
    assert (state_of(wave), Wave.objects.get(pk=wave.pk).place_minutes, Wave.objects.get(pk=wave.pk).target) == ("live", 25, 100)
    assert admin_client.post(page_of(wave), {"place_minutes": 1}).status_code == 200
    assert Wave.objects.get(pk=wave.pk).place_minutes == 25


def test_a_source_in_use_keeps_its_code_and_is_not_deleted(wave, admin_client):
    source = Source.objects.get()
    admin_client.post(page_of(source), {"label": "Lien public", "code": "other"})
    assert Source.objects.values_list("code", "label").get() == ("open", "Lien public")
    assert admin_client.post(page_of(source, "delete"), {"post": "yes"}).status_code == 403


def test_what_authors_write_is_shown_literally(wave, admin_client):
    Survey.objects.update(title="<script>alert(1)</script>")
    for address in ("/admin/", reverse("admin:surveys_survey_changelist"), page_of(wave), f"/admin/surveys/wave/{wave.pk}/move/paused/"):
        assert "<script>alert" not in admin_client.get(address).content.decode()
