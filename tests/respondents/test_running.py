"""A field that runs by itself: the soft launch that stops, the hours of the door, the closing while people answer."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test import Client

from respondents import tasks
from respondents.field.running import close_due, stop_soft_launches
from respondents.models import Interview, Source
from surveys.models import Survey, Wave
from tests.worlds import Respondent, open_wave

pytestmark = pytest.mark.django_db

MAN = {"profil": {"sex": "H", "years": "30"}}


def planned(wave, **moments):
    """Set the schedule, in minutes from now on the database's clock."""
    for field, minutes in moments.items():
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE surveys_wave SET {field} = now() + make_interval(mins => %s) WHERE id = %s", [minutes, wave.pk])
    wave.refresh_from_db()
    return wave


def state(wave):
    wave.refresh_from_db()
    return wave.state, wave.paused_because


def somebody():
    return Respondent(Client())


def met_at_the_door(query=""):
    return Respondent(Client(), query=query).open().outcome


# Soft launch --------------------------------------------------------------------------------------------------------------
@pytest.fixture
def soft():
    wave = open_wave(state="soft")
    Wave.objects.update(soft_limit=2)
    return wave


def test_a_soft_launch_pauses_itself_with_the_interview_that_completes_it(soft):
    somebody().finish()
    assert state(soft) == ("soft", "")
    somebody().finish(**MAN)
    assert state(soft) == ("paused", "soft_limit")
    assert met_at_the_door() == "paused"


def test_those_who_are_answering_finish(soft):
    late = somebody().go_to("fin")
    somebody().finish()
    somebody().finish()
    assert late.finish().outcome == "completed"
    assert (Interview.objects.filter(state="completed").count(), state(soft)) == (3, ("paused", "soft_limit"))


def test_somebody_at_the_door_when_it_stops_is_told_it_is_paused_and_nothing_is_kept(soft):
    visitor = somebody().open()
    filled = visitor.form(consentement="oui")
    somebody().finish()
    somebody().finish()
    assert visitor.send(filled).outcome == "paused"
    assert Interview.objects.count() == 2


def test_a_double_click_at_that_moment_still_leads_to_the_interview_that_was_made(soft):
    visitor = somebody().open()
    filled = visitor.form(consentement="oui")
    visitor.send(filled)
    Wave.objects.update(state="paused")
    assert visitor.send(filled).page == "profil"
    assert Interview.objects.count() == 1


def test_tests_and_imports_do_not_fill_it(soft):
    Source.objects.create(wave=soft, code="try", kind="open", label="Essai", for_tests=True)
    for _ in range(3):
        Respondent(Client(), query="?source=try").finish()
    Interview.objects.filter(is_test=True).update(imported=True)
    assert (stop_soft_launches(), state(soft)) == ([], ("soft", ""))


def test_the_beat_stops_one_whose_last_interview_could_not(soft, monkeypatch):
    monkeypatch.setattr("respondents.answering.stop_soft_launch", lambda wave_id: None)
    for _ in range(2):
        somebody().finish()
    assert state(soft) == ("soft", "")
    tasks.keep_to_schedule()
    assert state(soft) == ("paused", "soft_limit")


def test_a_soft_launch_without_a_limit_goes_on(soft):
    Wave.objects.update(soft_limit=None)
    somebody().finish()
    assert (stop_soft_launches(), state(soft)) == ([], ("soft", ""))


def test_nothing_goes_live_from_a_soft_launch_unsigned(soft):
    for step in ("live", "paused", "live", "closed", "live"):
        if step == "live":
            with pytest.raises(ValidationError, match="validé"):
                soft.move_to("live")
        else:
            soft.move_to(step)
    with pytest.raises(IntegrityError, match="soft_launch_signed_off"):
        Wave.objects.filter(pk=soft.pk).update(state="live")


def test_it_goes_on_softly_and_live_once_signed(soft):
    began = soft.soft_since
    soft.move_to("paused")
    assert state(soft) == ("paused", "person")
    soft.move_to("soft")
    assert (state(soft), soft.soft_since) == (("soft", ""), began)
    Wave.objects.filter(pk=soft.pk).update(signed_off_at=began)
    soft.move_to("live")
    assert state(soft) == ("live", "")


# Hours ----------------------------------------------------------------------------------------------------------------------
def test_nobody_enters_before_the_hour_even_if_nothing_moves_the_wave():
    wave = planned(open_wave(), opens_at=5)
    assert met_at_the_door() == "not_yet"
    assert not Survey.objects.with_open_wave().get().has_open_wave
    planned(wave, opens_at=-1)
    assert somebody().finish().outcome == "completed"
    assert Survey.objects.with_open_wave().get().has_open_wave


def test_the_hour_is_told_on_the_clock_of_the_waves_place():
    wave = open_wave()
    Wave.objects.update(opens_at=datetime.datetime(2126, 1, 5, 7, 0, tzinfo=datetime.timezone.utc))
    for zone, said in [("Europe/Paris", "5 janvier 2126 à 08:00"), ("Indian/Reunion", "5 janvier 2126 à 11:00")]:
        Wave.objects.filter(pk=wave.pk).update(time_zone=zone)
        page = Client().get("/s/petite-etude/?lang=fr").content.decode()
        assert said in page.replace("\u00a0", " ")


def test_a_test_link_is_open_at_any_hour():
    wave = planned(open_wave(), opens_at=5)
    Source.objects.create(wave=wave, code="try", kind="open", label="Essai", for_tests=True)
    assert Respondent(Client(), query="?source=try").finish().outcome == "completed"
    assert Interview.objects.get().is_test


def test_a_wave_in_test_does_not_wait_for_its_hour():
    planned(open_wave(state="test"), opens_at=5)
    assert somebody().finish().outcome == "completed"


def test_nobody_enters_after_the_hour_even_if_nothing_moves_the_wave():
    planned(open_wave(), closes_at=-1)
    assert met_at_the_door() == "closed"


def test_a_page_read_before_the_hour_and_posted_after_it_lets_nobody_in():
    wave = open_wave()
    visitor = somebody().open()
    filled = visitor.form(consentement="oui")
    planned(wave, closes_at=-1)
    assert visitor.send(filled).outcome == "closed"
    assert Interview.objects.count() == 0


def test_those_who_are_answering_at_the_closing_finish_and_then_it_closes():
    wave = open_wave()
    answering = somebody().go_to("fin")
    planned(wave, closes_at=-1)
    assert (close_due(), state(wave)[0]) == ([], "live")
    assert answering.finish().outcome == "completed"
    assert (close_due(), state(wave)[0]) == ([wave.pk], "closed")
    assert close_due() == []


def test_somebody_at_the_first_questions_has_the_same_minutes():
    wave = planned(open_wave(), closes_at=60)
    somebody().go_to("profil")
    planned(wave, closes_at=-1)
    assert close_due() == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE respondents_interview SET saved_at = now() - interval '11 minutes'")
    assert close_due() == [wave.pk]


def test_two_hours_later_it_closes_on_everybody_even_if_nothing_moves_the_wave():
    wave = open_wave()
    answering = somebody().go_to("fin")
    planned(wave, closes_at=-121)
    assert answering.open().outcome == "closed"
    assert close_due() == [wave.pk]


def test_a_paused_wave_closes_at_its_hour_and_a_draft_or_a_test_does_not():
    wave = planned(open_wave(), closes_at=-1)
    for stays in ("draft", "test"):
        Wave.objects.update(state=stays)
        assert close_due() == []
    Wave.objects.update(state="paused")
    assert met_at_the_door() == "closed"
    assert close_due() == [wave.pk]


def test_a_wave_past_its_closing_is_not_opened_again():
    wave = planned(open_wave(), closes_at=-1)
    wave.move_to("closed")
    with pytest.raises(ValidationError, match="clôture est passée"):
        wave.move_to("live")


# Pause ----------------------------------------------------------------------------------------------------------------------
def test_the_message_of_a_pause_is_told_as_plain_text_and_the_usual_one_where_it_is_missing():
    wave = open_wave()
    wave.move_to("paused")
    Wave.objects.update(pause_message={"fr": "Revenez <b>lundi</b>.\nMerci."})
    french = Client().get("/s/petite-etude/?lang=fr").content.decode()
    assert "Revenez &lt;b&gt;lundi&lt;/b&gt;.<br>Merci." in french
    assert "Nothing is lost. Please come back a little later." in Client().get("/s/petite-etude/?lang=en").content.decode()
