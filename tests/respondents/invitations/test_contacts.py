"""Contacts come in all or none, whoever must not be written to stays out, and a purge leaves the answers."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from respondents.invitations.bounces import mark_bounced
from respondents.invitations.contacts import ContactsRefused, bring_in
from respondents.invitations.people import erase, unsubscribe
from respondents.invitations.purge import purge
from respondents.models import ContactFile, Interview, Invitation, Letter, Panelist
from respondents.tasks import forget_links
from tests.respondents.invitations.guests import Guest, contacts, invite
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db

FILE = b"email,name,language,sex\nperson0@example.org,Anne,fr,F\nnew@example.org,Bob,en,un homme\n"


@pytest.fixture
def wave():
    return open_wave(places=50)


def left_out(found):
    return [(contact.email, reason) for contact, reason in found.left_out]


def test_people_come_in_with_what_is_known_of_them(wave):
    bring_in(wave, "people.csv", FILE)
    kept = list(Panelist.objects.values_list("email", "name", "language", "known"))
    assert kept == [("new@example.org", "Bob", "en", {"sex": "H"}), ("person0@example.org", "Anne", "fr", {"sex": "F"})]


def test_looking_keeps_nothing_and_a_second_import_changes_nothing(wave):
    assert len(bring_in(wave, "people.csv", FILE, dry_run=True).new) == 2
    assert Panelist.objects.count() == 0
    bring_in(wave, "people.csv", FILE)
    again = bring_in(wave, "people.csv", FILE)
    assert (again.new, left_out(again)) == ([], [("person0@example.org", "known"), ("new@example.org", "known")])


def test_one_bad_row_keeps_the_whole_file_out(wave):
    with pytest.raises(ContactsRefused) as refused:
        bring_in(wave, "people.csv", FILE + b"nobody,,,\n")
    assert [(fault.row, str(fault.message)) for fault in refused.value.faults] == [(4, "“nobody” is not an e-mail address.")]
    assert Panelist.objects.count() == 0


@pytest.mark.parametrize("content", [b"\xff\xfe", b'email\n"a@example.org', b"PK\x03\x04 no workbook"])  # check 90
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(wave, content):
    with pytest.raises(ContactsRefused):
        bring_in(wave, "people.xlsx" if content.startswith(b"PK") else "people.csv", content)


def test_those_known_are_brought_up_to_date_only_if_so_chosen(wave):
    contacts(1, known={"age": "jeune"}, name="")
    bring_in(wave, "people.csv", FILE)
    assert Panelist.objects.get(email="person0@example.org").known == {"age": "jeune"}
    bring_in(wave, "people.csv", FILE, update=True)
    person = Panelist.objects.get(email="person0@example.org")
    assert (person.name, person.known) == ("Anne", {"age": "jeune", "sex": "F"})


def test_whoever_unsubscribed_bounced_or_was_erased_stays_out(wave):
    people = contacts(3)
    unsubscribe(people[0].pk)
    mark_bounced(b"person1@example.org")
    erase(people[2])
    rows = b"".join(b"person%d@example.org\n" % number for number in range(3))
    found = bring_in(wave, "people.csv", b"email\n" + rows, update=True)
    assert [reason for _, reason in left_out(found)] == ["unsubscribed", "bounced", "erased"]
    assert Panelist.objects.count() == 3
    assert not Panelist.objects.filter(email="person2@example.org").exists()


def test_a_file_of_many_is_looked_up_at_once(wave):
    contacts(1)
    many = "\n".join(f"x{number}@example.org" for number in range(40_000))  # with their hashes more than a statement has parameters
    found = bring_in(wave, "people.csv", f"email\nperson0@example.org\n{many}\n".encode(), dry_run=True)
    assert (len(found.new), left_out(found)) == (40_000, [("person0@example.org", "known")])


def test_an_erased_person_stays_out_after_the_secret_key_has_changed(wave, settings):
    erase(contacts(1)[0])
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "y" * 50
    assert left_out(bring_in(wave, "people.csv", FILE)) == [("person0@example.org", "erased")]


def test_a_purge_counts_first_then_takes_links_and_people_and_leaves_answers(wave, client):
    contacts(3)
    invite(wave)
    guest = Guest(client, Invitation.objects.first())
    guest.finish()
    unsubscribe(Panelist.objects.last().pk)
    assert tuple(purge(wave, contacts=True, dry_run=True)) == (3, 3, 3, 1)
    assert Invitation.objects.count() == 3
    assert tuple(purge(wave, contacts=True)) == (3, 3, 3, 1)
    assert (Invitation.objects.count(), Letter.objects.count(), Panelist.objects.count()) == (0, 0, 1)
    assert "@" not in Panelist.objects.get().email
    assert Interview.objects.get().state == "completed"
    assert guest.open(guest.door).response.status_code == 404


def test_links_alone_can_go_and_the_people_stay(wave):
    contacts(2)
    invite(wave)
    assert tuple(purge(wave)) == (2, 2, 0, 0)
    assert Panelist.objects.count() == 2


def test_the_commands_say_what_they_did(wave, tmp_path, capsys):
    file = tmp_path / "people.csv"
    file.write_bytes(FILE)
    contacts(1)
    call_command("import_contacts", "petite-etude", "v1", str(file))
    file.write_bytes(b"email\nnobody\n")
    with pytest.raises(CommandError):
        call_command("import_contacts", "petite-etude", "v1", str(file))
    file.write_bytes(b"new@example.org")
    call_command("import_bounces", str(file))
    call_command("purge_contacts", "petite-etude", "v1", "--contacts", "--dry-run")
    assert [line.rpartition(":")[2] and any(c.isdigit() for c in line) for line in capsys.readouterr().out.splitlines()] == [True] * 5
    assert Panelist.objects.get(email="new@example.org").bounced_at <= timezone.now()


def test_a_file_that_nobody_confirms_is_gone_a_day_later(wave, admin_user):
    for hours in (25, 1):
        ContactFile.objects.create(wave=wave, name="p.csv", content=FILE, by=admin_user, at=timezone.now() - timedelta(hours=hours))
    forget_links()
    assert ContactFile.objects.count() == 1
