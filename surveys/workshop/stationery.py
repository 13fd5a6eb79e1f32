"""The style of printed pages, for files that must need nothing beside themselves."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString, mark_safe


def inline_style() -> SafeString:
    """Return the style sheet of the paper version as text."""
    found = finders.find("surveys/paper.css")
    assert isinstance(found, str), "the style sheet is one of ours"
    return mark_safe(Path(found).read_text(encoding="utf-8"))  # noqa: S308 -- a file of our own
