"""What becomes of a contact: out of all letters, or erased with nothing left but a hash that keeps them from coming back."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from respondents.invitations.pool import keep_counts
from respondents.models import Panelist

HASHED = "sha256:"  # what the address of an erased person starts with: no address does


def unsubscribe(panelist_id: int) -> None:
    """Take somebody out of every letter, of any wave, those that wait included: each is looked at again before it leaves."""
    Panelist.objects.filter(pk=panelist_id, unsubscribed_at__isnull=True).update(unsubscribed_at=Now())


def erase(panelist: Panelist) -> None:
    """Erase a person: address, name, profile, links and letters go; their answers stay, with nothing that leads to them.

    What remains is a hash of the address, salted with the secret key, so that no file brings them back, and the counts of the
    send-outs they were in.
    """
    with transaction.atomic():
        keep_counts(panelist.invitations.all())
        panelist.invitations.all().delete()
        Panelist.objects.filter(pk=panelist.pk).update(
            email=hashed(panelist.email), name="", language="", known={}, erased_at=Now()
        )  # fmt: skip


def hashed(email: str, key: str = "") -> str:
    """Return what is kept of the address of an erased person under ``key``, by default the current secret key."""
    digest = hmac.digest((key or settings.SECRET_KEY).encode(), b"respondents.erased:" + email.encode(), hashlib.sha256)
    return HASHED + digest.hex()


def hashes_of(email: str) -> list[str]:
    """Return what may be kept of an erased address: under the current secret key and the earlier ones."""
    return [hashed(email, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
