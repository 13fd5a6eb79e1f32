"""A personal link opens one interview, leads back to its very page on any device, and says so once it has ended."""

import pytest
from django.test import Client

from respondents import places
from respondents.audit import audit
from respondents.models import Consent, Interview, Invitation, Panelist, Record
from tests.respondents.invitations.guests import Guest, contacts, invite, remind, sent
from tests.worlds import SMALL, changed, open_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave():
    return open_wave(places=50)


@pytest.fixture
def invitation(wave):
    contacts(1)
    invite(wave)
    return Invitation.objects.get()


@pytest.fixture
def guest(client, invitation):
    return Guest(client, invitation)


def test_looking_at_the_door_stores_nothing_and_entering_makes_one_interview(guest, invitation):
    assert guest.open().page == "accueil"
    assert Interview.objects.count() == 0
    guest.post(consentement="oui")
    invitation.refresh_from_db()
    assert (guest.page, invitation.interview) == ("profil", Interview.objects.get())
    assert (invitation.interview.source, invitation.interview.external_id) == (invitation.source, str(invitation.pk))
    assert Consent.objects.filter(interview=invitation.interview).exists()


def test_the_link_resumes_at_the_very_page_on_another_device(guest, invitation):
    guest.go_to("usages")
    telephone = Guest(Client(), invitation).open()
    assert telephone.page == "usages"
    telephone.post(q1=["site"])
    assert guest.open(guest.door).page == "avis"
    assert Interview.objects.count() == 1


def test_two_devices_that_enter_at_once_share_one_interview(guest, invitation):
    forms = [each.open().form(consentement="oui") for each in (guest, Guest(Client(), invitation))]
    pages = [Guest(Client(), invitation).send(filled).page for filled in forms]
    assert (pages, Interview.objects.count()) == (["profil", "profil"], 1)


def test_the_link_resumes_after_the_place_has_expired(guest, invitation, wave):
    guest.go_to("avis")
    Interview.objects.update(expires_at="2020-01-01T00:00Z")
    places.expire(wave.pk)
    assert Guest(Client(), invitation).open().page == "avis"
    assert Interview.objects.get().state == "reserved"
    assert audit(wave) == []


def test_after_the_end_the_link_says_that_it_was_answered(guest, invitation):  # check 35
    assert guest.finish().outcome == "completed"
    again = Guest(Client(), invitation).open()
    assert again.outcome == "already"
    assert Interview.objects.count() == 1


def test_a_refusal_is_not_asked_again(guest, invitation):
    guest.open().post(consentement="non")
    assert Guest(Client(), invitation).open().outcome == "refused"
    assert Interview.objects.count() == 1


def test_a_link_that_was_never_given_leads_nowhere_and_the_open_door_is_none(client, invitation):  # checks 55, 56
    for address in ("/e/AAAAAAAAAAAAAAAAAAAAAA/", "/e/" + "A" * 300 + "/", "/e/%00/", "/s/petite-etude/?source=invitations", f"/s/petite-etude/?source=invitations&id={invitation.pk}"):  # fmt: skip
        for send in (client.get, client.post):
            assert send(address).status_code in (400, 404)
    assert Interview.objects.count() == 0


def test_the_database_holds_no_code(invitation):
    from respondents.invitations.links import code_of

    code = code_of(invitation.wave_id, invitation.panelist_id)
    assert len(code) == 22  # 128 bits
    assert all(code not in f"{row}" for row in Invitation.objects.values_list())
    assert all(code not in f"{row}" for row in invitation.letters.values_list())


def test_a_changed_secret_key_leaves_the_links_that_were_sent(client, invitation, settings):
    guest = Guest(client, invitation)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "x" * 50
    assert guest.open().page == "accueil"


def test_a_paused_or_closed_wave_says_so(client, wave, guest):
    for state in ("paused", "closed"):
        wave.move_to(state)
        assert guest.open(guest.door).outcome == state


def test_what_is_known_goes_along_where_the_questionnaire_has_a_hidden_variable_for_it(client):
    survey = SMALL["survey"].replace("end_group,,,,,,,,,,,,", "hidden,region,,,,,,,list=region,,,,\n        end_group,,,,,,,,,,,,", 1)
    choices = changed("choices", "accord,non,Non,No,,", "accord,non,Non,No,,\n        region,44,Grand Est,Grand Est,,")
    wave = open_wave(survey=survey, **choices)
    contacts(1, known={"region": "44", "sex": "F"})
    invite(wave)
    guest = Guest(client, Invitation.objects.get()).finish()
    answers = guest_answers(Interview.objects.get())
    assert (guest.outcome, answers["region"]) == ("completed", "44")


def guest_answers(interview):
    return {name: answer for submission in interview.submissions.all() for name, answer in submission.answers.items()}


def test_answers_are_taken_back_during_the_interview(guest, wave):  # AC-E4
    guest.go_to("avis")
    assert b'data-outcome="withdraw"' in guest.client.get(guest.door + "withdraw/").content
    assert Interview.objects.get().state == "reserved"  # looking takes nothing back
    assert guest.client.post(guest.door + "withdraw/").status_code == 200
    assert Interview.objects.get().state == "refused"
    assert guest.open(guest.door).outcome == "refused"
    assert audit(wave) == []


def test_answers_taken_back_after_a_long_silence_bring_no_reminder(guest, wave):
    guest.go_to("profil")
    Interview.objects.update(saved_at="2020-01-01T00:00Z")
    places.abandon()
    sent(wave)
    guest.client.post(guest.door + "withdraw/")
    assert Interview.objects.get().state == "refused"
    assert remind(wave).queued == 0
    assert audit(wave) == []


def test_answers_are_taken_back_after_the_end(guest, wave):
    guest.finish()
    guest.client.post(guest.door + "withdraw/")
    assert Interview.objects.get().state == "removed"
    assert not Record.objects.get().counted
    assert guest.open(guest.door).outcome == "already"
    assert audit(wave) == []


def test_another_site_takes_nothing_back(guest):
    guest.finish()
    assert guest.client.post(guest.door + "withdraw/", headers={"Origin": "https://evil.test"}).status_code == 403
    assert Interview.objects.get().state == "completed"


def test_out_of_the_letters_with_a_confirmation_or_with_one_click_and_no_login(client, guest):  # RFC 8058
    assert b'data-outcome="unsubscribe"' in client.get(guest.door + "stop/").content
    assert Panelist.objects.get().unsubscribed_at is None
    response = Client(enforce_csrf_checks=True).post(guest.door + "stop/", {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert Panelist.objects.get().unsubscribed_at is not None
    assert not response.cookies
