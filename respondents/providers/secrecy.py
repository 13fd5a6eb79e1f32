"""Secrets of panels, encrypted with a key that is not in the database: a copy of it opens nothing."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SecretLost(Exception):
    """A secret that none of the secret keys opens: it must be written again."""


def encrypted(secret: str) -> bytes:
    """Return a secret as it is stored, under the current secret key."""
    return _keys().encrypt(secret.encode())


def decrypted(stored: bytes | memoryview | None) -> str:
    """Return a stored secret, made under the current secret key or an earlier one; '' where there is none. Raises SecretLost."""
    if not stored:
        return ""
    try:
        return _keys().decrypt(bytes(stored)).decode()
    except InvalidToken as error:
        raise SecretLost from error


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"respondents.panel_secret").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
