"""Where letters leave: a mail server from one address, or a folder of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SECURITY = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
MISTAKE = "BAROMETRE_MAIL_URL must look like smtp+starttls://user:password@host:587 (or smtps://, or smtp:// without encryption)."


def mail_settings(url: str, folder: Path) -> dict[str, Any]:
    """Return Django's e-mail settings for the server at ``url``; without one, letters become files of ``folder``.

    Raises ValueError with what to write when the address cannot be read.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": folder}
    parts = urlsplit(url)
    if parts.scheme not in SECURITY or not parts.hostname:
        raise ValueError(MISTAKE)
    try:
        port = parts.port or SECURITY[parts.scheme]
    except ValueError:
        raise ValueError(MISTAKE) from None
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }
