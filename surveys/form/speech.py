"""The language in which a page is printed: one of ours, or a study's with the words that the study brings.

Django has words of its own in many languages: mixed with ours in English they would make pages in two languages. So in a
language that our catalogue lacks a page speaks English, but for the words of the study.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import override, trans_real

from surveys.core.languages import OWN_LANGUAGES


class StudyWords:
    """What Django asks for translations, for one language of one study."""

    def __init__(self, language: str, words: Mapping[str, str]) -> None:
        self._language, self._words, self._others = language, words, trans_real.translation("en")

    def gettext(self, message: str) -> str:
        """Return the study's words for a message, or the message."""
        return self._words.get(message) or self._others.gettext(message)

    def to_language(self) -> str:
        """Return the code of the language, which the page declares."""
        return self._language

    def __getattr__(self, name: str) -> Any:
        """Leave everything else to English."""
        return getattr(self._others, name)


@contextmanager
def speaking(language: str, words: Mapping[str, Mapping[str, str]]) -> Iterator[None]:
    """Print in ``language``; ``words`` are the study's, by language."""
    if language.partition("-")[0] in OWN_LANGUAGES:
        with override(language):
            yield
        return
    with override("en"):
        # No public door takes a translation of one’s own; override gives the former one back.
        trans_real._active.value = StudyWords(language, words.get(language, {}))  # type: ignore[attr-defined]
        yield
