"""Addresses that do not exist, marked from a mailbox of reports or a list: nobody writes to them again."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models.functions import Now

from respondents.core.bounces import bounced_addresses
from respondents.invitations.pool import among
from respondents.models import Panelist


class Marked(NamedTuple):
    """How many addresses a file names, how many of them are contacts, and how many were marked now."""

    named: int
    contacts: int
    marked: int


def mark_bounced(content: bytes, *, dry_run: bool = False) -> Marked:
    """Mark the contacts whose address a file says is dead; again, nothing changes. Letters that wait for them do not leave."""
    named = bounced_addresses(content)
    contacts = Panelist.objects.filter(email__in=among(named, "text"))
    fresh = contacts.filter(bounced_at__isnull=True)
    counts = Marked(len(named), contacts.count(), fresh.count())
    if not dry_run:
        fresh.update(bounced_at=Now())
    return counts
