"""Letters leave filled in, in their reader's language, with a way out; those that must not leave any more do not."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from respondents.invitations.people import erase, unsubscribe
from respondents.invitations.pool import taken_part
from respondents.invitations.reading import history
from respondents.invitations.sending import send_due
from respondents.models import Interview, Invitation, Letter, Panelist, QuotaCell
from surveys.models import Wave
from tests.respondents.invitations.guests import Guest, contacts, invite, remind, sent
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fast(settings):
    settings.LETTERS_PER_MINUTE = 600_000


@pytest.fixture
def wave():
    return open_wave(places=50)


def send():
    return send_due(10)


def test_a_letter_holds_the_link_the_name_and_the_way_out(wave, settings):
    settings.PUBLIC_URL = "https://etudes.example.org"
    contacts(1, language="en")
    invite(wave)
    assert send() == 1
    (letter,) = mail.outbox
    door = Guest(Client(), Invitation.objects.get()).door
    assert (letter.to, letter.subject) == (["person0@example.org"], "Your view: Une petite étude")
    assert f"https://etudes.example.org{door}\n" in letter.body
    assert letter.body.startswith(
        "Hello Person 0,\n\nWe invite you to answer a survey: Une petite étude (Un commanditaire). It takes about "
    )
    assert letter.extra_headers["List-Unsubscribe"] == f"<https://etudes.example.org{door}stop/>"
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html, kind = letter.alternatives[0]
    assert (kind, f'<a href="https://etudes.example.org{door}">' in html, 'lang="en"' in html) == ("text/html", True, True)
    assert "{" not in letter.body + letter.subject


def test_what_a_name_holds_is_shown_literally(wave):  # checks 61, 79, 93
    contacts(1, language="en", name="<b>{link}</b>\u2028{{7*7}}")
    invite(wave)
    send()
    assert "Hello <b>{link}</b>" in mail.outbox[0].body
    assert "&lt;b&gt;{link}&lt;/b&gt;" in mail.outbox[0].alternatives[0][0]


def test_a_letter_is_sent_once_and_noted(wave):
    contacts(3)
    invite(wave)
    assert (send(), send()) == (3, 0)
    assert Invitation.objects.filter(sent_at__isnull=False, last_sent_at__isnull=False).count() == 3


def test_an_effect_is_written_once(wave):
    contacts(1)
    invite(wave)
    letter = Letter.objects.get()
    letter.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        letter.save()


def given_up():
    return list(Letter.objects.filter(given_up_at__isnull=False).values_list("error", flat=True))


def test_whoever_unsubscribes_gets_none_of_the_letters_that_wait(wave):
    contacts(2)
    invite(wave)
    unsubscribe(Panelist.objects.first().pk)
    assert send() == 1
    assert mail.outbox[0].to == ["person1@example.org"]
    assert given_up() == ["unsubscribed"]


def test_a_cell_that_fills_while_letters_wait_gets_no_more_of_them(wave):
    contacts(2, known={"sex": "F"})
    contacts(1, start=2, known={"sex": "H"})
    invite(wave)
    QuotaCell.objects.filter(wave=wave, categories=["F"]).update(target=0, ceiling=0)
    assert send() == 1
    assert mail.outbox[0].to == ["person2@example.org"]
    assert given_up() == ["full", "full"]


def test_a_reminder_does_not_reach_somebody_who_answered_meanwhile(wave, client):
    contacts(1)
    invite(wave)
    sent(wave)
    assert remind(wave).queued == 1
    Guest(client, Invitation.objects.get()).finish()
    assert send() == 0
    assert given_up() == ["answered"]


def test_letters_wait_while_the_field_is_paused_and_are_dropped_once_it_is_closed(wave):
    contacts(1)
    invite(wave)
    wave.move_to("paused")
    assert (send(), given_up()) == (0, [])
    wave.move_to("closed")
    assert (send(), given_up()) == (0, ["closed"])


def test_an_alert_leaves_before_the_letters_to_people(wave):
    contacts(3)
    invite(wave)
    alert = {"kind": "alert", "wave": wave, "to": "chief@example.org", "subject": "Cell full", "body": "Women: 50 / 50\n\n{link} stays"}
    Letter.objects.create(key="alert:1", due_at=Now(), **alert)
    send()
    assert (mail.outbox[0].to, mail.outbox[0].body) == (["chief@example.org"], "Women: 50 / 50\n\n{link} stays")
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def failing(monkeypatch, error):
    def refuse(self, messages):
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)


def test_a_server_that_breaks_off_is_tried_again_later_and_later(wave, monkeypatch):
    contacts(1)
    invite(wave)
    waits = []
    with monkeypatch.context() as patched:
        failing(patched, smtplib.SMTPServerDisconnected())
        for _ in range(6):
            before = timezone.now()
            assert send() == 0
            letter = Letter.objects.get()
            waits.append(round((letter.due_at - before).total_seconds() / 60))
            Letter.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert waits[:5] == [2, 8, 32, 128, 512]
    assert given_up() == ["SMTPServerDisconnected"]
    assert mail.outbox == []


def test_an_address_that_the_server_refuses_for_good_is_not_written_to_again(wave, monkeypatch):
    contacts(1)
    invite(wave)
    failing(monkeypatch, smtplib.SMTPRecipientsRefused({"person0@example.org": (550, b"no such user")}))
    send()
    assert given_up() == ["SMTP 550"]
    assert Panelist.objects.get().bounced_at is not None


def test_an_address_refused_for_now_is_tried_again(wave, monkeypatch):
    contacts(1)
    invite(wave)
    failing(monkeypatch, smtplib.SMTPRecipientsRefused({"person0@example.org": (451, b"greylisted")}))
    send()
    assert (given_up(), Panelist.objects.get().bounced_at, Letter.objects.get().tries) == ([], None, 1)


def test_without_a_server_letters_become_files_that_can_be_read(wave, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", tmp_path / "mail"
    contacts(1, language="fr")
    invite(wave)
    assert send() == 1
    (file,) = (tmp_path / "mail").iterdir()
    assert f"{Guest(Client(), Invitation.objects.get()).door}\n" in file.read_text(encoding="utf-8")


def test_what_was_written_is_what_left_what_waits_and_what_was_given_up(wave):
    contacts(4)
    invite(wave)
    unsubscribe(Panelist.objects.first().pk)
    Letter.objects.filter(to="person3@example.org").update(due_at=timezone.now() + timedelta(hours=1))
    send()
    (past,) = history(wave)
    assert (past.send_out.queued, past.sent, past.waiting, past.given_up) == (4, 2, 1, 1)


def test_nothing_is_tried_where_no_server_is_configured(wave, settings):
    settings.LETTERS_LEAVE = ""
    contacts(1)
    invite(wave)
    assert (send(), Letter.objects.get().tries) == (0, 0)


def test_erasing_somebody_takes_their_links_and_letters_and_leaves_their_answers(wave, client):
    contacts(1, known={"sex": "F"})
    invite(wave)
    sent(wave)
    Guest(client, Invitation.objects.get()).finish()
    erase(Panelist.objects.get())
    left = Panelist.objects.get()
    assert (left.name, left.known, "@" in left.email, Invitation.objects.count(), Letter.objects.count()) == ("", {}, False, 0, 0)
    assert Interview.objects.get().state == "completed"
    assert taken_part(wave) == (1, 1)


@pytest.mark.parametrize(("opens_in", "closes_in", "leave"), [(1, 2, 0), (-1, 1, 1), (-2, -1, 0)])
def test_a_letter_waits_for_the_hours_of_its_field(wave, opens_in, closes_in, leave):
    contacts(1)
    invite(wave)
    now = timezone.now()
    Wave.objects.filter(pk=wave.pk).update(opens_at=now + timedelta(hours=opens_in), closes_at=now + timedelta(hours=closes_in))
    assert send() == leave
    assert Letter.objects.filter(given_up_at__isnull=True).count() == 1
