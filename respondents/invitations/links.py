"""Personal links: a code of 128 bits in the path, made from the secret key and kept only as its SHA-256.

A code is an HMAC of the wave and the contact, so that a reminder gives the same link as the invitation although the database
holds no link. When the key of an earlier code is gone, a new code takes its place.
"""

from __future__ import annotations

import base64
import hmac

from django.conf import settings
from django.urls import reverse

from respondents.models import Invitation
from respondents.tokens import TOKEN_BYTES, sha256_of


def code_of(wave_id: int, panelist_id: int, key: str = "") -> str:
    """Return the code of a contact's invitation into a wave under ``key``, by default the current secret key."""
    message = f"respondents.invitation:{wave_id}:{panelist_id}".encode()
    digest = hmac.digest((key or settings.SECRET_KEY).encode(), message, "sha256")
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode().rstrip("=")


def given_code_of(invitation: Invitation) -> str:
    """Return the code that was given to an invitation, under an earlier secret key if need be.

    When no key fits any more, the invitation gets a new code: the links sent before stop working, this one works.
    """
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        code = code_of(invitation.wave_id, invitation.panelist_id, key)
        if hmac.compare_digest(sha256_of(code), bytes(invitation.code_sha256)):
            return code
    code = code_of(invitation.wave_id, invitation.panelist_id)
    Invitation.objects.filter(pk=invitation.pk).update(code_sha256=sha256_of(code))
    return code


def links_of(code: str) -> dict[str, str]:
    """Return what a letter says of a code: the address of the interview, the way out of letters, the way to take answers back."""
    names = {"link": "invited", "unsubscribe": "unsubscribe", "withdraw": "withdraw"}
    return {place: settings.PUBLIC_URL + reverse(name, args=[code]) for place, name in names.items()}
