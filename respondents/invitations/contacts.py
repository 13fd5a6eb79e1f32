"""Brings contacts in from a file: looked at first, then kept, all of them or none; whoever must not be written to stays out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from respondents.core.contacts import Contact, Fault, Reading, profile_questions, read_contacts
from respondents.invitations.people import HASHED, hashes_of
from respondents.invitations.pool import among
from respondents.models import ContactFile, Panelist
from surveys.core.files import read_table
from surveys.core.workbook import Sheet, StudyRefused
from surveys.models import Wave

BATCH = 2_000
KEPT_FOR = timedelta(days=1)  # a file that waits for its confirmation

# Why somebody of the file is left out. Those known already may be brought up to date.
LEFT_OUT: Mapping[str, Promise] = {
    "known": gettext_lazy("already among the contacts"),
    "unsubscribed": gettext_lazy("wants no more letters"),
    "bounced": gettext_lazy("address not found at an earlier letter"),
    "erased": gettext_lazy("was erased"),
}


class ContactsRefused(ValueError):
    """A file with mistakes; nothing of it was kept. ``faults`` holds them all."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(str(fault.message) for fault in faults[:20]))
        self.faults = faults


@dataclass(frozen=True)
class Look:
    """What a file would do: the people who are new, and those left out with the reason (a key of LEFT_OUT)."""

    reading: Reading
    new: list[Contact]
    left_out: list[tuple[Contact, str]]

    @property
    def known(self) -> list[Contact]:
        """Return those who are contacts already."""
        return [contact for contact, reason in self.left_out if reason == "known"]


def look(wave: Wave, name: str, content: bytes) -> Look:
    """Read a file of contacts against the wave's questionnaire and those already kept; nothing is changed.

    Raises ContactsRefused with every mistake of the file.
    """
    sheet = _sheet(name, content)
    questions = wave.questionnaire.definition().questions.values() if wave.questionnaire else ()
    survey = wave.survey
    reading = read_contacts(sheet, profile_questions(questions), survey.languages, survey.default_language)
    if reading.faults:
        raise ContactsRefused(reading.faults)
    stored = _stored(reading.contacts)
    left_out = [(contact, stored[contact.email]) for contact in reading.contacts if contact.email in stored]
    return Look(reading, [contact for contact in reading.contacts if contact.email not in stored], left_out)


def bring_in(wave: Wave, name: str, content: bytes, *, update: bool = False, dry_run: bool = False) -> Look:
    """Keep the new people of a file, all or none; with ``update`` also what it says of those known already.

    Harmless when repeated, and beside another import of the same people. Raises ContactsRefused.
    """
    with transaction.atomic():
        found = look(wave, name, content)
        if not dry_run:
            people = [_panelist(contact) for contact in found.new]
            Panelist.objects.bulk_create(people, BATCH, ignore_conflicts=True)
            if update:
                _bring_up_to_date({contact.email: contact for contact in found.known})
        return found


def forget_files() -> int:
    """Delete the files of contacts that nobody confirmed within a day; return how many."""
    return ContactFile.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _sheet(name: str, content: bytes) -> Sheet:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"contacts{Path(name).suffix.lower()}"
        path.write_bytes(content)
        try:
            return read_table(path)
        except StudyRefused as refused:
            raise ContactsRefused([Fault(each.row, each.column, each.message) for each in refused.mistakes]) from None


def _stored(contacts: list[Contact]) -> dict[str, str]:
    """Why each address that is already kept is left out; the others are not in it."""
    hashes = {hashed: contact.email for contact in contacts for hashed in hashes_of(contact.email)}
    found: dict[str, str] = {}
    addresses = [*(contact.email for contact in contacts), *hashes]
    for person in Panelist.objects.filter(email__in=among(addresses, "text")):
        found[hashes.get(person.email, person.email)] = _reason(person)
    return found


def _reason(person: Panelist) -> str:
    if person.erased_at or person.email.startswith(HASHED):
        return "erased"
    if person.unsubscribed_at:
        return "unsubscribed"
    return "bounced" if person.bounced_at else "known"


def _panelist(contact: Contact) -> Panelist:
    return Panelist(email=contact.email, name=contact.name, language=contact.language, known=dict(contact.known), added_at=Now())


def _bring_up_to_date(contacts: Mapping[str, Contact]) -> None:
    """What the file does not say of somebody stays as it was."""
    people = list(Panelist.objects.select_for_update().filter(email__in=among(list(contacts), "text")).order_by("pk"))
    for person in people:
        contact = contacts[person.email]
        person.name, person.language = contact.name or person.name, contact.language
        person.known = {**person.known, **contact.known}
    Panelist.objects.bulk_update(people, ["name", "language", "known"], BATCH)
