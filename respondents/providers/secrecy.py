"""Secrets of panels, encrypted with a key that is not in the database: a copy of it opens nothing."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class SecretLost(Exception):
    """A secret that none of the secret keys opens: it must be written again."""


def encrypted(secret: str) -> bytes:
    """Return a secret as it is stored, under the current secret key."""
    return _keys().encrypt(secret.encode())


def decrypted(stored: bytes | memoryview | None) -> str:
    """Return a stored secret, made under the current secret key or an earlier one; '' where there is none. Raises SecretLost."""
    if not stored:
        return ""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 -- heavy, and only a panel's secret needs it

    try:
        return _keys().decrypt(bytes(stored)).decode()
    except InvalidToken as error:
        raise SecretLost from error


def _keys() -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 -- as above

    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 -- as above
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 -- as above

    derived = HKDF(SHA256(), length=32, salt=None, info=b"respondents.panel_secret").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
