"""People invited into the small survey's wave: contacts, links and letters, as a send-out makes them."""

from __future__ import annotations

from django.db.models.functions import Now

from respondents.invitations.deciding import confirm, prepare
from respondents.invitations.links import code_of
from respondents.invitations.pool import Options
from respondents.models import Invitation, Letter, Panelist, SendOut
from tests.worlds import Respondent

OPTIONS = Options(rest_days=30, exclude_earlier=True)


def contacts(count: int, start: int = 0, **about) -> list[Panelist]:
    """Make contacts person0@example.org, person1@example.org…"""
    people = [
        Panelist(
            email=f"person{number}@example.org", **{"name": f"Person {number}", "language": "fr", "known": {}, "added_at": Now(), **about}
        )
        for number in range(start, start + count)
    ]
    return Panelist.objects.bulk_create(people)


def invite(wave, options: Options = OPTIONS, seed: int = 1) -> SendOut:
    """Prepare a send-out and confirm it at once."""
    return confirm(prepare(wave, SendOut.Kind.INVITATION, options, None, seed).pk)


def remind(wave, options: Options = OPTIONS) -> SendOut:
    return confirm(prepare(wave, SendOut.Kind.REMINDER, options, None, 1).pk)


def sent(wave, days_ago: int = 4) -> None:
    """Make as if every letter that waits had left so many days ago."""
    from datetime import timedelta

    from django.utils import timezone

    at = timezone.now() - timedelta(days=days_ago)
    Letter.objects.filter(wave=wave, sent_at__isnull=True, given_up_at__isnull=True).update(sent_at=at)
    Invitation.objects.filter(wave=wave).update(sent_at=at, last_sent_at=at)


class Guest(Respondent):
    """Somebody who comes by a personal link."""

    def __init__(self, client, invitation: Invitation) -> None:
        super().__init__(client)
        self.door = self.at = f"/e/{code_of(invitation.wave_id, invitation.panelist_id)}/"
