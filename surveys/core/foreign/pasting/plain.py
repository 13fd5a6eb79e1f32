"""Text without what never distinguishes two instructions: accents, capitals, curly signs, wide blanks."""

from __future__ import annotations

import re
import unicodedata

NO_LABEL = " \t\u00a0\u202f.…_·"  # what leads from a choice to its code, or is left to be written on
SIGNS = str.maketrans(
    {"≠": "!=", "≥": ">=", "≤": "<=", "’": "'", "‘": "'", "«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "…": "..."}
)
BLANKS = re.compile(r"\s+")
LETTERS = re.compile(r"[^\W\d_]")


def plain(text: str) -> str:
    """Return ``text`` in small letters without accents, with typewriter signs and single blanks."""
    letters = unicodedata.normalize("NFD", text.translate(SIGNS).casefold())
    return BLANKS.sub(" ", "".join(letter for letter in letters if not unicodedata.combining(letter))).strip()


def is_capitals(text: str) -> bool:
    """Say whether it is written in capitals, as instructions and titles are: at least two letters, and no small one."""
    return len(LETTERS.findall(text)) > 1 and text == text.upper()


def asks(text: str) -> bool:
    """Say whether a wording is complete: choices, and no more of it, can follow."""
    return text.rstrip(' \u00a0\u202f"»”').endswith(("?", ":", "…", "..."))


def is_sentence(text: str) -> bool:
    """Say whether a line is something to read rather than a choice or a title."""
    return len(text.split()) > 8 or (len(text.split()) > 3 and text.rstrip().endswith((".", "!", ":")))
