"""Two people who confirm at the same moment write to everybody once."""

import pytest
from django.db import connection

from respondents.invitations import deciding
from respondents.invitations.deciding import AlreadyConfirmed, confirm, prepare
from respondents.models import Invitation, Letter
from tests.respondents.calls import Call, other
from tests.respondents.invitations.guests import OPTIONS, contacts, invite, sent
from tests.worlds import open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
PEOPLE = 3


@pytest.fixture
def wave():
    wave = open_wave(places=50)
    contacts(PEOPLE)
    return wave


def confirm_together(table, *send_outs):
    """Confirm in two threads that both wait behind somebody else's lock on a row of ``table``; return what each did."""
    done = []
    with other() as somebody_else, Call(confirm, send_outs[0]) as one, Call(confirm, send_outs[-1]) as two:
        somebody_else.execute(f"SELECT FROM {table} ORDER BY id LIMIT 1 FOR UPDATE")
        one.start_and_wait_for_a_lock()
        two.start_and_wait_for_a_lock()
        somebody_else.rollback()
        for call in (one, two):
            try:
                done.append(call.result().queued)
            except AlreadyConfirmed:
                done.append("confirmed before")
    return done


def test_one_send_out_confirmed_twice_at_once_is_confirmed_once(wave):
    prepared = prepare(wave, "invitation", OPTIONS, None)
    done = confirm_together("respondents_sendout", prepared.pk)
    assert (done.count("confirmed before"), done.count(PEOPLE), Letter.objects.count()) == (1, 1, PEOPLE)


def test_two_send_outs_of_the_same_people_invite_them_once(wave):
    one, two = (prepare(wave, "invitation", OPTIONS, None) for _ in range(2))
    assert sorted(confirm_together("respondents_panelist", one.pk, two.pk)) == [0, PEOPLE]
    assert (Invitation.objects.count(), Letter.objects.count()) == (PEOPLE, PEOPLE)


@pytest.mark.parametrize("locked", [True, False])  # False: the control
def test_two_send_outs_of_the_same_people_remind_them_once(wave, monkeypatch, locked):
    invite(wave)
    sent(wave)
    one, two = (prepare(wave, "reminder", OPTIONS, None) for _ in range(2))
    if not locked:
        monkeypatch.setattr(deciding, "_lock", lambda rows: None)
    confirm_together("respondents_invitation", one.pk, two.pk)
    assert (Letter.objects.filter(kind="reminder").count() == PEOPLE) is locked


def test_nothing_is_deleted_half_while_a_letter_is_leaving(wave, admin_client):
    invite(wave)
    with other() as relay:
        relay.execute("SELECT FROM respondents_letter LIMIT 1 FOR UPDATE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")  # as in the web process, but for its length
        response = admin_client.post(f"/admin/invitations/{wave.pk}/purge/", {"reason": "60 days"}, headers={"accept-language": "en"})
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert "A letter is leaving just now. Nothing was changed" in response.content.decode()
    assert (response.status_code, Invitation.objects.count(), Letter.objects.count()) == (422, PEOPLE, PEOPLE)
