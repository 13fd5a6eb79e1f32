"""Links and contacts deleted alone: answers stay, and nothing leads from them to a person any more."""

from __future__ import annotations

import logging
from typing import NamedTuple

from django.db import connection, transaction

from respondents.core.retention import LINK_DAYS
from respondents.invitations.people import hashed
from respondents.invitations.pool import keep_counts
from respondents.models import ContactFile, Invitation, Letter, Panelist, SendOut
from surveys.models import Wave

logger = logging.getLogger(__name__)

BATCH = 1_000

# What stays with a contact of the links that go: that they were interviewed in the wave, and when they were last written to.
REMEMBER = """
UPDATE respondents_panelist p SET asked_at = greatest(p.asked_at, n.last_sent_at),
  took_part = CASE WHEN i.state IN ('completed', 'over', 'removed') THEN array_append(array_remove(p.took_part, n.wave_id), n.wave_id)
              ELSE p.took_part END
FROM respondents_invitation n LEFT JOIN respondents_interview i ON i.id = n.interview_id
WHERE n.panelist_id = p.id AND n.wave_id = %(wave)s
"""

# One statement each, however many people: a list of them would be longer than a statement may be.
DELETE_LETTERS = "DELETE FROM respondents_letter WHERE wave_id = %(wave)s AND kind IN ('invitation', 'reminder')"
DELETE_LINKS = "DELETE FROM respondents_invitation WHERE wave_id = %(wave)s"
DELETE_CONTACTS = """
DELETE FROM respondents_panelist p WHERE p.erased_at IS NULL AND p.unsubscribed_at IS NULL
  AND NOT EXISTS (SELECT FROM respondents_invitation n WHERE n.panelist_id = p.id)
"""

DUE = """
SELECT id FROM surveys_wave w WHERE state = 'closed' AND state_since < now() - make_interval(days => %s)
  AND EXISTS (SELECT FROM respondents_invitation n WHERE n.wave_id = w.id)
"""


class Purged(NamedTuple):
    """What a purge takes away: links with their letters, files that wait, and contacts; ``kept_out`` leave a hash behind."""

    links: int
    letters: int
    contacts: int
    kept_out: int


def purge(wave: Wave, *, contacts: bool = False, dry_run: bool = False) -> Purged:
    """Delete a wave's links and letters; with ``contacts`` also the contacts that no other wave has a link with.

    Answers stay, and nothing leads from them to a person any more. What each send-out sent and got back stays counted; a contact
    keeps that they took part, so that later waves can leave them out. Of those who wanted no more letters a salted hash stays,
    so that no file brings them back. With ``dry_run`` nothing is deleted.
    """
    with transaction.atomic():
        links = Invitation.objects.filter(wave=wave)
        letters = Letter.objects.filter(wave=wave, kind__in=SendOut.Kind.values)
        people = Panelist.objects.filter(erased_at__isnull=True).exclude(invitations__wave__in=Wave.objects.exclude(pk=wave.pk))
        people = people if contacts else people.none()
        kept_out = people.filter(unsubscribed_at__isnull=False)
        counted = Purged(links.count(), letters.count(), people.count(), kept_out.count())
        if not dry_run:
            keep_counts(links)
            _hash(list(kept_out))
            _delete(wave, contacts)
        return counted


def _delete(wave: Wave, contacts: bool) -> None:
    with connection.cursor() as cursor:
        for statement in (REMEMBER, DELETE_LETTERS, DELETE_LINKS, *([DELETE_CONTACTS] if contacts else [])):
            cursor.execute(statement, {"wave": wave.pk})
    ContactFile.objects.filter(wave=wave).delete()
    SendOut.objects.filter(wave=wave, confirmed_at__isnull=True).delete()


def purge_due() -> int:
    """Delete the links of waves that have been closed for LINK_DAYS; return how many waves had some."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [LINK_DAYS])
        found = [row[0] for row in cursor.fetchall()]
    for wave in Wave.objects.filter(pk__in=found):
        gone = purge(wave)
        logger.info("%s personal links of wave %s were deleted, %s days after its close.", gone.links, wave.pk, LINK_DAYS)
    return len(found)


def _hash(people: list[Panelist]) -> None:
    for person in people:
        person.email, person.name, person.language, person.known = hashed(person.email), "", "", {}
        person.erased_at = person.unsubscribed_at
    Panelist.objects.bulk_update(people, ["email", "name", "language", "known", "erased_at"], BATCH)
