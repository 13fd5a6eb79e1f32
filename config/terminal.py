"""Which language commands speak: the terminal's, where it is French, else English."""

from __future__ import annotations

import os


def language() -> str:
    """The language of the terminal, as its environment tells it."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "fr" if spoken.startswith("fr") else "en"
