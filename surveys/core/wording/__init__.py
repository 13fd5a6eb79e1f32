"""Conditions in words, in the language of the questionnaire's reader: « « Oui » à Q8 », “Yes” at Q8."""

from surveys.core.wording.numbering import references
from surveys.core.wording.telling import Teller, in_words

__all__ = ["Teller", "in_words", "references"]
