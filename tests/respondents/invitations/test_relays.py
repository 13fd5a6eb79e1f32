"""Two relays in processes of their own: each letter leaves once, at the pace that is bearable, and a death costs one copy at most."""

import os

import pytest

from respondents.models import Letter
from tests.concurrency.processes import Processes
from tests.respondents.invitations import postbox
from tests.respondents.invitations.guests import contacts, invite
from tests.worlds import open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
RELAY = "tests.respondents.invitations.relay"
FAST = "60000"  # letters a minute


@pytest.fixture(autouse=True)
def _postbox(tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "POSTBOX", str(tmp_path / "letters"))


def letters(count):
    wave = open_wave(places=1_000)
    contacts(count)
    assert invite(wave).queued == count


def relay(*arguments, count=2):
    with Processes(RELAY, *arguments, count=count) as processes:
        processes.start()
        processes.outputs(60)
    return [to for _, _, to in postbox.lines()]


def test_two_relays_send_each_letter_once():
    letters(60)
    recipients = relay("20", FAST)
    assert sorted(recipients) == sorted(f"person{number}@example.org" for number in range(60))
    assert Letter.objects.filter(sent_at__isnull=True).count() == 0


def test_without_the_lock_two_relays_send_letters_twice():  # the control
    letters(60)
    recipients = relay("20", FAST, "--without-lock")
    assert len(recipients) > len(set(recipients)) == 60


def test_a_relay_that_dies_between_the_server_and_the_note_costs_one_copy_with_the_same_message_id():
    letters(12)
    relay("20", FAST, "--die-after", "5", count=1)
    assert Letter.objects.filter(sent_at__isnull=False).count() == 4
    relay("20", FAST)
    taken = [(identifier, to) for _, identifier, to in postbox.lines()]
    assert (len(taken), len(set(taken)), len({to for _, to in taken})) == (13, 12, 12)


@pytest.mark.parametrize(("option", "bears"), [((), True), (("--without-clock",), False)])  # the second is the control
def test_two_relays_together_keep_to_the_pace(option, bears):
    letters(20)
    relay("60", "300", *option)  # one letter every 200 ms; each relay may be about to send the one whose turn it took
    moments = [moment for moment, _, _ in postbox.lines()]
    assert len(moments) == 20
    assert (max(moments) - min(moments) >= 0.2 * (len(moments) - 3)) is bears
