"""The page that runs a field: what it says, what it sets, what it refuses, who may; and the signature under a soft launch."""

import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.translation import override

from reports.study import store_study
from respondents.field.signing_off import open_answers, soft_launch
from respondents.models import Alert, Interview, SignOff, Source
from surveys.models import Choice, Wave
from tests.staff import history, log_in
from tests.worlds import Respondent, open_wave, study

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}
FORM = {"opens_at": "", "closes_at": "", "soft_limit": "", "expected_minutes": "", "silence_minutes": "30", "alert_emails": "",
        "pause_fr": "", "pause_en": "", "reason": "As agreed."}  # fmt: skip
MAN = {"profil": {"sex": "H", "years": "30"}}
WRITES = {"usages": {"q1": ["autre"], "q1_texte": "Le téléphone"}}


def page(client, wave):
    return client.get(f"/admin/fieldwork/{wave.pk}/run/", headers=ENGLISH).content.decode()


def save(client, wave, **changes):
    return client.post(f"/admin/fieldwork/{wave.pk}/run/", {**FORM, **changes}, headers=ENGLISH, follow=True)


def told(response):
    return [str(message) for message in response.context["messages"]]


def refused(response):
    assert response.status_code == 422
    with override("en"):
        return {name: list(errors) for name, errors in response.context["form"].errors.items()}


# What it says ---------------------------------------------------------------------------------------------------------------
def test_it_shows_where_the_field_stands_on_a_line_of_states(admin_client):
    wave = store_study(study()).waves.get()
    shown = page(admin_client, wave)
    assert 'aria-current="step"><span aria-hidden="true">● </span>Draft' in shown
    assert "Nobody can enter. The questionnaire can still change." in shown
    assert "Before this field can be launched" not in shown


def test_a_missing_translation_keeps_the_field_from_being_launched_and_is_named(admin_client):
    wave = store_study(study()).waves.get()
    choice = Choice.objects.get(list_name="sexe", name="F")
    choice.cells["label::English (en)"] = ""
    choice.save()
    shown = page(admin_client, wave)
    assert "Before this field can be launched" in shown
    assert f"sheet choices, row {choice.row}, column label::English (en): The text is missing in this language." in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": "test"}, "their interviews are tests, and are never counted."),
        ({"state": "soft", "soft_limit": 10, "soft_since": "2026-01-01T00:00Z"}, "Completed: 0 of 10. At that number it pauses by itself"),
        ({"state": "soft", "soft_since": "2026-01-01T00:00Z"}, "No number is set: it will not stop by itself."),
        ({"opens_at": "2126-01-05T07:00Z"}, "Nobody can enter now: it is not the hour."),
        ({"opens_at": "2126-01-05T07:00Z"}, "People can enter from Jan. 5, 2126 at 8 a.m. on; test links work already."),
        ({"closes_at": "2126-01-05T07:00Z"}, "From Jan. 5, 2126 at 8 a.m. on nobody can enter."),
        (
            {"closes_at": "2126-01-05T07:00Z"},
            "the field closes once nobody has saved a page for 10 minutes, and two hours later at the latest.",
        ),
        ({"state": "paused", "paused_because": "soft_limit", "soft_since": "2026-01-01T00:00Z"}, "has paused the field by itself."),
        ({"pause_message": {"fr": "Lundi."}}, "Missing in: English."),
    ],
)
def test_it_says_what_is_true_and_what_will_happen(admin_client, changes, said):
    wave = open_wave()
    Wave.objects.update(**changes)
    assert said in page(admin_client, wave).replace("\xa0", " ")


def test_it_costs_the_same_whatever_its_history(admin_client, django_assert_max_num_queries):
    wave = open_wave()
    wave.questionnaire.definition()
    page(admin_client, wave)
    for times in (1, 3):
        for number in range(times):
            save(admin_client, wave, silence_minutes=str(40 + number + times))
        with django_assert_max_num_queries(9):
            page(admin_client, wave)


# What it sets ---------------------------------------------------------------------------------------------------------------
def test_everything_is_set_on_the_clock_of_the_waves_place_and_written_down(admin_client):
    wave = store_study(study()).waves.get()
    changes = {"opens_at": "2126-01-05T08:00", "closes_at": "2126-07-09T20:00", "soft_limit": "100", "expected_minutes": "7.5",
               "silence_minutes": "45", "alert_emails": "ada@example.org\nbob@example.org ada@example.org", "pause_fr": " Lundi. "}  # fmt: skip
    assert told(save(admin_client, wave, **changes)) == ["Saved. It holds from now on."]
    wave.refresh_from_db()
    assert (wave.opens_at.isoformat(), wave.closes_at.isoformat()) == ("2126-01-05T07:00:00+00:00", "2126-07-09T18:00:00+00:00")
    assert (wave.soft_limit, wave.expected_minutes, wave.silence_minutes) == (100, Decimal("7.5"), 45)
    assert (wave.alert_emails, wave.pause_message) == (["ada@example.org", "bob@example.org"], {"fr": "Lundi."})
    said = (
        "opens at: – → 2126-01-05 08:00 · closes at: – → 2126-07-09 20:00 · interviews of the soft launch: – → 100 · "
        "expected length in minutes: – → 7.5 · minutes of silence before an alert: 30 → 45 · "
        "alerts go to: – → ada@example.org, bob@example.org · message while paused: – → Lundi. · Reason: As agreed."
    )
    assert history(wave) == [said]
    assert 'value="2126-01-05T08:00"' in page(admin_client, wave)


def test_nothing_changed_is_nothing_written(admin_client):
    wave = open_wave()
    assert (told(save(admin_client, wave)), history(wave)) == ([], [])


def test_a_time_that_comes_twice_is_understood_and_that_is_said(admin_client):
    wave = store_study(study()).waves.get()
    assert told(save(admin_client, wave, opens_at="2026-10-25T02:30")) == [
        "Saved. It holds from now on.",
        "02:30 comes twice that night in Europe/Paris: the first one is meant.",
    ]
    wave.refresh_from_db()
    assert wave.opens_at == datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"opens_at": "2026-03-29T02:30"},
         {"opens_at": ["02:30 does not exist that night in Europe/Paris: clocks go forward. Write 01:30 or 03:30."]}),
        ({"opens_at": "soon"}, {"opens_at": ["Write a date and a time such as 2026-01-05 08:00."]}),
        ({"opens_at": "2126-01-05T08:00", "closes_at": "2126-01-05T08:00"}, {"closes_at": ["The field closes before it opens."]}),
        ({"closes_at": "2020-01-05T08:00"}, {"closes_at": ["This time is past. To close the field now, use its button."]}),
        ({"soft_limit": "0"}, {"soft_limit": ["Ensure this value is greater than or equal to 1."]}),
        ({"alert_emails": "ada@example.org bob"}, {"alert_emails": ["“bob” is not an e-mail address."]}),
        ({"reason": ""}, {"reason": ["This field is required."]}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_half_done(admin_client, changes, errors):
    wave = open_wave()
    assert refused(save(admin_client, wave, **{"silence_minutes": "99", **changes})) == errors
    assert (Wave.objects.get().silence_minutes, history(wave)) == (30, [])


def test_a_draft_is_set_without_a_reason(admin_client):
    wave = store_study(study()).waves.get()
    save(admin_client, wave, soft_limit="5", reason="")
    assert history(wave) == ["interviews of the soft launch: – → 5"]


def test_the_number_of_a_soft_launch_stays_until_it_is_signed(admin_client):
    wave = open_wave(state="soft")
    Wave.objects.update(soft_limit=5)
    assert list(refused(save(admin_client, wave))) == ["soft_limit"]
    save(admin_client, wave, soft_limit="7")
    assert Wave.objects.get().soft_limit == 7


def test_who_may_watch_may_not_change(client):
    wave = open_wave()
    log_in(client, "respondents.view_quotacell")
    shown = page(client, wave)
    assert 'name="soft_limit"' not in shown
    assert "/move/" not in shown
    assert client.post(f"/admin/fieldwork/{wave.pk}/run/", FORM).status_code == 403
    assert Client().get(f"/admin/fieldwork/{wave.pk}/run/").status_code == 302
    assert log_in(Client()).get(f"/admin/fieldwork/{wave.pk}/run/").status_code == 403


def test_the_buttons_come_back_here_and_keep_a_reason(admin_client):
    wave = open_wave()
    response = admin_client.post(f"/admin/surveys/wave/{wave.pk}/move/paused/?from=run", {"reason": "A wrong filter."}, headers=ENGLISH)
    assert response["Location"] == f"/admin/fieldwork/{wave.pk}/run/"
    assert history(wave) == ["State: Live → Paused. Reason: A wrong filter."]


def test_what_happened_by_itself_stands_in_the_history_too(admin_client):
    wave = open_wave()
    Alert.objects.create(wave=wave, kind="closed", value={"n": 12}, since="2026-01-05T19:00Z")
    assert "<td>by itself</td><td>The field closed at its time: 12 completed.</td>" in page(admin_client, wave)


# Signing off ----------------------------------------------------------------------------------------------------------------
@pytest.fixture
def stopped():
    """A soft launch of two, complete: a man and a woman who wrote something; a minor screened out; a test apart."""
    wave = open_wave(state="soft")
    Wave.objects.update(soft_limit=2, expected_minutes=10)
    Source.objects.create(wave=wave, code="try", kind="open", label="Essai", for_tests=True)
    Respondent(Client(), query="?source=try").finish(**WRITES)
    Respondent(Client()).finish(profil={"sex": "F", "years": "17"})
    Respondent(Client()).finish(**MAN)
    Respondent(Client()).finish(**WRITES)
    Interview.objects.filter(state="completed").update(started_at="2026-01-05T10:00Z", ended_at="2026-01-05T10:09Z")
    return Wave.objects.on_the_clock().select_related("survey", "questionnaire").get()


def ticked(**changes):
    boxes = ("redirects", "quotas", "length", "incidence", "drop_out", "open_answers", "sources", "tests")
    return {**dict.fromkeys(boxes, "on"), "note": "Lu les deux.", **changes}


def sign(client, wave, posted):
    return client.post(f"/admin/fieldwork/{wave.pk}/run/sign-off/", posted, headers=ENGLISH)


def test_the_facts_of_a_soft_launch_are_counted(stopped):
    soft = soft_launch(stopped)
    assert (soft.entered, soft.completed, soft.screened_out, soft.tests) == (3, 2, 1, 1)
    assert (soft.median_minutes, soft.differences, dict(soft.completes)) == (9.0, 0, {"Open link": 2})
    assert soft.texts == {"q1_texte": 1}
    assert open_answers(stopped, "en") == [("q1_texte", "Please specify.", ["Le téléphone"])]


def test_the_checklist_shows_them_and_what_people_wrote_to_those_who_may_read_it(stopped, admin_client, client):
    shown = admin_client.get(f"/admin/fieldwork/{stopped.pk}/run/sign-off/", headers=ENGLISH).content.decode()
    assert "Completed: 2; screened out: 1; incidence: 67%." in shown
    assert "Le téléphone" in shown
    log_in(client, "respondents.view_quotacell", "respondents.add_signoff")
    shown = client.get(f"/admin/fieldwork/{stopped.pk}/run/sign-off/", headers=ENGLISH).content.decode()
    assert "Open answers to read: 1." in shown
    assert "Le téléphone" not in shown


def test_a_signature_opens_the_field_and_keeps_what_was_judged(stopped, admin_client):
    Alert.objects.create(wave=stopped, kind="soft_stop", value={"n": 2, "limit": 2}, since="2026-01-05T10:10Z")
    assert sign(admin_client, stopped, ticked()).status_code == 302
    wave = Wave.objects.get()
    assert not wave.alerts.filter(ended_at=None).exists()
    assert (wave.state, wave.awaits_sign_off) == ("live", False)
    signed = SignOff.objects.get()
    assert (signed.by.username, signed.completes, signed.note) == ("admin", 2, "Lu les deux.")
    assert signed.checks["length"] == {"found": "Median: 9.0 minutes; planned: 10.0.", "judgement": "well"}
    assert history(wave) == ["Soft launch signed off; the field is open. Lu les deux."]
    shown = page(admin_client, wave)
    assert "on 2 completed interviews: <q>Lu les deux.</q>" in shown
    assert "<dt>The length is what was planned</dt><dd>Median: 9.0 minutes; planned: 10.0.</dd>" in shown


def test_the_button_that_opens_says_that_a_signature_is_missing(stopped, admin_client):
    shown = admin_client.get(f"/admin/surveys/wave/{stopped.pk}/move/live/", headers=ENGLISH).content.decode()
    assert "The soft launch must be signed off before the field opens." in shown
    assert f'href="/admin/fieldwork/{stopped.pk}/run/"' in shown


@pytest.mark.parametrize("left_out", ["quotas", "open_answers", "note"])
def test_a_box_left_out_or_no_note_opens_nothing(stopped, admin_client, left_out):
    assert list(refused(sign(admin_client, stopped, {k: v for k, v in ticked().items() if k != left_out}))) == [left_out]
    assert (Wave.objects.get().state, SignOff.objects.count(), history(stopped)) == ("paused", 0, [])


def test_nothing_is_signed_while_another_wave_is_open(stopped, admin_client):
    other = Wave.objects.create(survey=stopped.survey, questionnaire=stopped.questionnaire, row=9, code="v2", kind="own", state="test")
    assert refused(sign(admin_client, stopped, ticked())) == {"__all__": ["Wave v2 of this survey is open: close it first."]}
    assert (Wave.objects.get(pk=stopped.pk).state, SignOff.objects.count(), history(stopped)) == ("paused", 0, [])
    assert other.state == "test"


def test_a_soft_launch_that_nobody_completed_is_not_signed(admin_client):
    wave = open_wave(state="soft")
    assert refused(sign(admin_client, wave, ticked())) == {
        "__all__": ["Nobody has completed the soft launch yet: there is nothing to judge."]
    }


def test_only_a_soft_launch_is_signed_and_once_and_by_those_who_may(stopped, admin_client, client):
    assert sign(log_in(client, "respondents.view_quotacell", "surveys.change_wave"), stopped, ticked()).status_code == 403
    sign(admin_client, stopped, ticked())
    assert sign(admin_client, stopped, ticked()).status_code == 302
    assert SignOff.objects.count() == 1
