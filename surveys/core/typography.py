"""Spaces that must not break a line in French: authors type plain ones, readers see the right ones."""

from __future__ import annotations

import re

NO_BREAK, NARROW = "\u00a0", "\u202f"
BY_PUNCTUATION = re.compile(r"(?<=«) | (?=[?!:;»%])")
BY_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")


def typeset(text: str, language: str) -> str:
    """Return ``text`` as printed in ``language``: in French, no-break spaces by punctuation, narrow ones by thousands."""
    if language.split("-")[0] != "fr":
        return text
    return BY_THOUSANDS.sub(NARROW, BY_PUNCTUATION.sub(NO_BREAK, text))
