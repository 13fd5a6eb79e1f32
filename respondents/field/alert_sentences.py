"""Alerts in a language: their numbers as it writes them, in its sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext, override

from respondents.core.alert_words import PERCENTS, SIGNS, WORDS, Loudness
from surveys.templatetags.staff import share, whole

MINUS = "−"


class Said(NamedTuple):
    """An alert in words: its sign and how loud it is, what there is, and what to do about it."""

    sign: str
    loudness: Loudness
    what: str
    advice: str


def said(kind: str, value: Mapping[str, Any], language: str) -> Said:
    """Return what an alert says in a language, and what to do about it."""
    words = WORDS[kind]
    with override(language or None):
        numbers = _written(value, language)
        return Said(SIGNS[words.loudness], words.loudness, gettext(words.what) % numbers, gettext(words.advice))


def ended(kind: str, value: Mapping[str, Any], language: str) -> Said:
    """Return what the end of an alert says in a language; there is nothing to do."""
    with override(language or None):
        return Said("✓", "note", gettext(WORDS[kind].ended) % _written(value, language), "")


def _written(value: Mapping[str, Any], language: str) -> dict[str, str]:
    return {name: _one(name, each, language) for name, each in value.items()}


def _one(name: str, each: Any, language: str) -> str:
    if isinstance(each, dict):
        return str(each.get(language) or next(iter(each.values()), ""))
    if name == "off":
        return f"{'+' if each > 0 else MINUS}{share(abs(each))}"
    if name in PERCENTS:
        return share(each)
    if isinstance(each, float):
        return str(number_format(each, decimal_pos=1))
    return whole(each) if isinstance(each, int) else str(each)
