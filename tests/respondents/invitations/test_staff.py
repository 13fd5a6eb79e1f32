"""The screens of invitations: import looked at then confirmed, draw then letters, texts, and who may do what."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from respondents.invitations.sending import send_due
from respondents.models import ContactFile, Invitation, Letter, LetterText, Panelist, SendOut
from tests.respondents.invitations.guests import contacts, invite, sent
from tests.staff import history, log_in
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db
ALL = ["respondents.view_invitation", "respondents.change_invitation", "respondents.add_panelist", "respondents.delete_panelist"]
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def wave():
    return open_wave(places=12)


@pytest.fixture
def chief(client, wave):
    log_in(client, *ALL)
    return client


@pytest.fixture
def at(wave):
    return lambda rest="": f"/admin/invitations/{wave.pk}/{rest}"


def text(response):
    return " ".join(response.content.decode().split())


def upload(client, address, content, name="people.csv"):
    return client.post(address, {"file": SimpleUploadedFile(name, content)}, headers=ENGLISH)


def test_from_a_file_to_letters(chief, at, wave, settings):
    settings.LETTERS_PER_MINUTE = 600_000
    looked = upload(chief, at("contacts/"), b"email,sex\n" + b"".join(b"p%d@example.org,F\n" % number for number in range(100)))
    assert "100 new contacts" in text(looked)
    assert Panelist.objects.count() == 0
    chief.post(at("contacts/"), {"kept": ContactFile.objects.get().pk})
    assert (Panelist.objects.count(), ContactFile.objects.count()) == (100, 0)
    shown = text(chief.get(at(), headers=ENGLISH))
    assert "Send ≈ 80 invitations" in shown
    assert "return 15%" in shown
    drawn = chief.post(at("invite/"), {"rest_days": 30, "exclude_earlier": "on"})
    assert Letter.objects.count() == 0
    assert "80 people drawn to be invited" in text(chief.get(drawn.url, headers=ENGLISH))
    chief.post(drawn.url, {"confirm": "1"})
    chief.post(drawn.url, {"confirm": "1"})  # a double click
    assert Letter.objects.count() == 80
    assert send_due(20) == len(mail.outbox) == 80
    imported, confirmed = history(wave)
    assert "100" in imported
    assert ("80" in confirmed, str(SendOut.objects.get().seed) in confirmed) == (True, True)


def test_a_file_with_mistakes_is_told_row_by_row_and_nothing_is_kept(chief, at):
    response = upload(chief, at("contacts/"), b"email,sex\n<script>,F\na@example.org,Z\n")
    assert response.status_code == 422
    assert "Nothing was imported: 2 mistakes to mend in the file." in text(response)
    assert "“&lt;script&gt;” is not an e-mail address." in text(response)
    assert (ContactFile.objects.count(), Panelist.objects.count()) == (0, 0)


def test_a_file_is_imported_once_and_only_by_whoever_looked_at_it(chief, at, client):
    upload(chief, at("contacts/"), b"email\na@example.org\n")
    press, other = {"kept": ContactFile.objects.get().pk}, log_in(client.__class__(), *ALL)
    refused = "Nothing is imported: this file was imported before"
    for person, is_refused, imported in ((other, True, 0), (chief, False, 1), (chief, True, 1)):  # the last one after the back button
        told = text(person.post(at("contacts/"), press, follow=True, headers=ENGLISH))
        assert (refused in told, Panelist.objects.count()) == (is_refused, imported)


def test_dropping_in_another_tab_what_was_confirmed_drops_nothing_and_says_so(chief, at):
    upload(chief, at("contacts/"), b"email,sex\na@example.org,F\n")
    chief.post(at("contacts/"), {"kept": ContactFile.objects.get().pk})
    drawn = chief.post(at("invite/"), {"rest_days": 30, "exclude_earlier": "on"})
    chief.post(drawn.url, {"confirm": "1"})
    told = text(chief.post(drawn.url, {"drop": "1"}, follow=True, headers=ENGLISH))
    assert "This send-out was confirmed before: its letters are written, and it stays." in told
    assert "nobody was written to" not in told
    assert (SendOut.objects.count(), Letter.objects.count()) == (1, 1)


def test_whoever_imports_contacts_sees_where_invitations_stand_and_no_way_to_what_is_closed_to_them(chief, at, client, wave):
    importer = log_in(client.__class__(), "respondents.add_panelist")
    upload(importer, at("contacts/"), b"email\na@example.org\n")
    imported = importer.post(at("contacts/"), {"kept": ContactFile.objects.get().pk}, follow=True, headers=ENGLISH)
    assert imported.status_code == 200
    assert "Contacts imported: 1; left out: 0." in text(imported)
    assert f"/admin/fieldwork/{wave.pk}/" not in imported.content.decode()
    log_in(importer, *ALL, "respondents.view_quotacell")
    assert f"/admin/fieldwork/{wave.pk}/" in importer.get(at()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_one_contact_as_for_three(chief, at, wave, count, django_assert_num_queries):
    contacts(count, known={"sex": "F"})
    invite(wave)
    sent(wave)
    chief.get(at())
    with django_assert_num_queries(14):
        chief.get(at())


def test_the_page_gives_each_share_with_its_fraction_and_no_response_rate(chief, at, wave):
    contacts(40, known={"sex": "F"})
    invite(wave)
    sent(wave)
    shown = text(chief.get(at(), headers=ENGLISH))
    assert "0% <small>0 / 40</small>" in shown
    assert "40 people can be reminded" in shown
    assert "response rate" not in shown.lower()


def test_a_letter_is_written_seen_and_sent_to_oneself(chief, at, wave, settings):
    settings.LETTERS_PER_MINUTE = 600_000
    words = {"subject": "Hello {name}", "body": "Come {name}: {link}\n\n{unsubscribe}"}
    assert "Come Alex Smith: http" in text(chief.post(at("letters/invitation/en/"), {**words, "look": "1"}, headers=ENGLISH))
    assert not LetterText.objects.exists()
    chief.post(at("letters/invitation/en/"), {**words, "keep": "1"})
    contacts(1, language="en", name="Bob")
    invite(wave)
    assert "own account has no e-mail address" in text(chief.post(at("letters/invitation/en/"), {**words, "test": "1"}, headers=ENGLISH))
    Letter.objects.filter(kind="alert").delete()
    send_due(5)
    assert (mail.outbox[0].subject, mail.outbox[0].body.startswith("Come Bob: http")) == ("Hello Bob", True)
    chief.post(at("letters/invitation/en/"), {"propose": "1"})
    assert not LetterText.objects.exists()


def test_a_letter_without_its_way_out_is_refused(chief, at):
    response = chief.post(at("letters/invitation/en/"), {"subject": "Hello", "body": "Come: {link}", "keep": "1"}, headers=ENGLISH)
    assert response.status_code == 422
    assert "Write {unsubscribe} where it is to stand" in text(response)


def test_one_person_is_erased_with_a_reason_and_the_history_does_not_name_them(chief, at, wave):
    contacts(1)
    chief.post(at("person/"), {"email": "Person0@Example.org", "what": "erase", "reason": "asked by letter"})
    assert Panelist.objects.get().erased_at is not None
    assert "asked by letter" in history(wave)[-1]
    assert "person0" not in history(wave)[-1]
    again = chief.post(at("person/"), {"email": "person0@example.org", "what": "erase", "reason": "again"}, headers=ENGLISH)
    assert "This person is erased already." in text(again)


def test_links_are_deleted_with_a_reason(chief, at, wave):
    contacts(2)
    invite(wave)
    assert "2 personal links and 2 letters" in text(chief.get(at("purge/"), headers=ENGLISH))
    assert chief.post(at("purge/"), {"contacts": "on"}).status_code == 422  # without a reason
    assert Invitation.objects.count() == 2
    chief.post(at("purge/"), {"contacts": "on", "reason": "60 days after the field"})
    assert (Invitation.objects.count(), Panelist.objects.count()) == (0, 0)


def test_dead_addresses_are_marked(chief, at):
    contacts(1)
    upload(chief, at("bounces/"), b"person0@example.org\n")
    assert Panelist.objects.get().bounced_at is not None


PAGES = ["", "invite/", "remind/", "letters/", "letters/reminder/fr/", "contacts/", "bounces/", "person/", "purge/"]


@pytest.mark.parametrize("page", PAGES)  # check 85
def test_each_page_needs_its_permission(client, at, wave, page):
    assert client.get(at(page)).status_code == 302
    assert log_in(client, "respondents.view_quotacell").get(at(page)).status_code == 403
    assert log_in(client, *ALL).get(at(page)).status_code == 200


def test_what_is_not_there_is_not_found(chief, at, wave):
    for page in ("letters/invitation/de/", "letters/alert/fr/", "send-outs/1/"):
        assert chief.get(at(page)).status_code == 404
    assert chief.get(f"/admin/invitations/{wave.pk + 9}/").status_code == 404
    assert chief.get(at("invite/?cell=x'")).status_code == 400


def test_a_draw_can_be_dropped(chief, at):
    contacts(1)
    drawn = chief.post(at("invite/"), {"rest_days": 30})
    chief.post(drawn.url, {"drop": "1"})
    assert (SendOut.objects.count(), Invitation.objects.count()) == (0, 0)
