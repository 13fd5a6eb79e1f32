"""When two open answers are the same words."""

from __future__ import annotations

import re
import unicodedata

from respondents.core.quality.rules import SameText

NO_LETTER = re.compile(r"[\W_]+")
MARKS = re.compile(r"[\u0300-\u036f]")


def plain(text: str) -> str:
    """Return the letters and figures of a text, without case, accents, punctuation nor blanks."""
    return NO_LETTER.sub("", MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())))


def comparable_text(text: str, rule: SameText) -> str:
    """Return what a text is compared by; '' when it is too short to be nobody else's by chance."""
    letters = plain(text)
    return letters if len(letters) >= rule.characters else ""
