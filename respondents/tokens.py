"""Respondents' tokens: 128 bits, in the address of the interview and nowhere else; stored as SHA-256.

A token is an HMAC of the interview's identifier, so that a repeated entry (a double click, a panel member who comes back)
can be led to the same interview although only the hash is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid

from django.conf import settings

TOKEN_BYTES = 16


def token_of(interview_id: uuid.UUID, key: str = "") -> str:
    """Return the interview's token under ``key``, by default the current secret key."""
    secret = (key or settings.SECRET_KEY).encode()
    digest = hmac.digest(secret, b"respondents.token:" + interview_id.bytes, "sha256")
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode().rstrip("=")


def sha256_of(token: str) -> bytes:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def stored_token_of(interview_id: uuid.UUID, token_sha256: bytes) -> str:
    """Return the token that was given to an interview, under an earlier secret key if need be; '' when none fits."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = token_of(interview_id, key)
        if hmac.compare_digest(sha256_of(token), bytes(token_sha256)):
            return token
    return ""
