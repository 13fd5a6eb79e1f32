"""Letters over a real conversation with a mail server: taken, refused for good or for now, cut off, and nobody there."""

import email
import socket
from email.policy import default

import pytest

from respondents.invitations.sending import send_due
from respondents.models import Letter, Panelist
from tests.respondents.invitations.guests import contacts, invite
from tests.respondents.invitations.mail_server import MailServer
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.LETTERS_PER_MINUTE, settings.PUBLIC_URL = 600_000, "https://etudes.example.org"
    yield server
    server.close()


@pytest.fixture
def wave():
    return open_wave(places=50)


def test_letters_arrive_with_both_texts_and_the_mailboxs_own_way_out(server, wave):
    contacts(2, name="Zoé\u2028Bcc: all@example.org")
    invite(wave)
    assert send_due(20) == 2
    letters = [email.message_from_bytes(letter, policy=default) for letter in server.letters]
    assert {letter["To"] for letter in letters} == {"person0@example.org", "person1@example.org"}
    first = letters[0]
    assert (first["List-Unsubscribe-Post"], first["Bcc"]) == ("List-Unsubscribe=One-Click", None)
    assert first["List-Unsubscribe"].startswith("<https://etudes.example.org/e/")
    assert [part.get_content_type() for part in first.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert len({letter["Message-ID"] for letter in letters}) == 2


def test_an_address_refused_for_good_is_a_dead_one_and_the_others_still_leave(server, wave):
    contacts(3)
    invite(wave)
    server.refuse = {"person0": "550 5.1.1 no such user", "person1": "451 4.7.1 later"}
    assert send_due(20) == 1
    assert list(Panelist.objects.filter(bounced_at__isnull=False).values_list("email", flat=True)) == ["person0@example.org"]
    errors = dict(Letter.objects.values_list("to", "error"))
    assert errors == {"person0@example.org": "SMTP 550", "person1@example.org": "SMTP 451", "person2@example.org": ""}


def test_a_line_cut_before_the_servers_word_is_tried_again_with_the_same_message_id(server, wave):
    contacts(1)
    invite(wave)
    server.hang_up = True
    assert send_due(20) == 0
    server.hang_up = False
    Letter.objects.update(due_at="2020-01-01T00:00Z")
    assert send_due(20) == 1
    first, second = (email.message_from_bytes(letter)["Message-ID"] for letter in server.letters)
    assert first == second


def test_nobody_there_costs_no_letter_a_try(server, wave, settings):
    contacts(1)
    invite(wave)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # a port at which nobody listens
        settings.EMAIL_PORT = deaf.getsockname()[1]
        assert send_due(20) == 0
    assert Letter.objects.get().tries == 0
