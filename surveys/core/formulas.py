"""Open texts in files for spreadsheets: what a spreadsheet would take for a formula is made plain text, and can be read back.

A spreadsheet computes a cell that begins with = + - @, a tab, a carriage return or their full-width forms; opened with
another separator, or line by line, so it does what follows a separator or a line break inside a cell. An apostrophe is
put before each (OWASP, "CSV Injection"), and before an apostrophe that stands there already, so that nothing is ambiguous:
to read a text back, take one apostrophe away at each of those places.
"""

from __future__ import annotations

import re

_PLACE = r"(^|[;,\t\r\n])([ \"]*)"
_TRIGGER = r"(?=[=+\-@\t\r'＝＋－＠])"
_TO_GUARD = re.compile(_PLACE + _TRIGGER)
_GUARDED = re.compile(_PLACE + "'" + _TRIGGER)


def guard(text: str) -> str:
    """Return the text as a spreadsheet shows it and never computes it."""
    return _TO_GUARD.sub(r"\1\2'", text)


def unguard(text: str) -> str:
    """Return the text that ``guard`` was given."""
    return _GUARDED.sub(r"\1\2", text)
