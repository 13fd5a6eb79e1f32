"""Where this installation keeps its state, and the addresses of its embedded services.

Everything follows from one folder (``BAROMETRE_STATE``, by default ``var/`` beside ``manage.py``), so that a command run in
another terminal finds the services of a running ``make run`` without being told.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "barometre"


def folder() -> Path:
    """The state folder of this installation, absolute; it may not exist yet."""
    return Path(os.environ.get("BAROMETRE_STATE") or ROOT / "var").resolve()


def sockets(state: Path) -> Path:
    """The folder of the embedded services' sockets: short, as a socket's path may have 106 bytes at most."""
    return Path("/tmp") / f"bm-{os.getuid()}-{fingerprint(state)}"  # noqa: S108 -- made 0700, owner checked


def fingerprint(state: Path) -> str:
    """Ten characters that tell two state folders of a machine apart."""
    return hashlib.sha256(os.fsencode(state)).hexdigest()[:10]


def database_url(state: Path, database: str = DATABASE) -> str:
    """The address of the embedded PostgreSQL."""
    return f"postgresql:///{database}?host={quote(str(sockets(state)), safe='')}&user=postgres"


def redis_url(state: Path, database: int = 0) -> str:
    """The address of the embedded Valkey."""
    return f"unix://{sockets(state)}/valkey.sock?db={database}"


def kept_secret(path: Path, length: int = 50) -> str:
    """A random secret made once and kept in a file that only its owner reads."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(length))
        with contextlib.suppress(FileExistsError):  # another process made it meanwhile: that one is the secret
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="utf-8")
