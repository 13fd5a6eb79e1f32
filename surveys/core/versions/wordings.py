"""Two wordings of a text: what changed, word by word, and whether it can still ask the same.

There is no arithmetic of meaning: a rewording is at best comparable, and a person says so. What cannot be light is another
number (another period or quantity), a negation that came or went, and a text of which less than half the words are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from surveys.core.messages import N_, Message
from surveys.core.versions.difference import Weight

LEAST_KEPT = 0.5  # share of words below which a text is another one
NEGATIONS = frozenset(
    [
        "ne",
        "n",
        "pas",
        "non",
        "ni",
        "aucun",
        "aucune",
        "jamais",
        "sans",
        "not",
        "no",
        "t",
        "never",
        "none",
        "nor",
        "neither",
        "without",
        "cannot",
    ]
)
SIGNS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "…": "..."})
WORD = re.compile(r"[^\W_]+")
TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Piece:
    """A run of text that both wordings have, or that came or went."""

    change: Literal["same", "removed", "added"]
    text: str


def compared(before: str, after: str) -> tuple[Weight, Message] | None:
    """Return how much a rewording matters and why, None when the two texts are the same."""
    if before == after:
        return None
    if _plain(before) == _plain(after):
        return "harmless", Message(N_("Typography and spaces only."))
    if _words(before) == _words(after):
        return "harmless", Message(N_("Punctuation and capitals only."))
    if Counter(NUMBER.findall(before)) != Counter(NUMBER.findall(after)):
        return "breaking", Message(N_("A number changed: another period, quantity or scale is asked about."))
    if _negations(before) != _negations(after):
        return "breaking", Message(N_("A negation came or went: the meaning may be reversed."))
    if _kept(before, after) < LEAST_KEPT:
        return "breaking", Message(N_("Less than half of the words are kept: this is another text."))
    return "comparable", Message(N_("Reworded: somebody must confirm that it still asks the same."))


def changed_words(before: str, after: str) -> tuple[Piece, ...]:
    """Return the two texts as one, what they share and what came and went, in order."""
    first, second = TOKEN.findall(before), TOKEN.findall(after)
    pieces: list[Piece] = []
    for change, start, end, other_start, other_end in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if change == "equal":
            pieces.append(Piece("same", "".join(first[start:end])))
        else:
            pieces += [Piece("removed", "".join(first[start:end])), Piece("added", "".join(second[other_start:other_end]))]
    return tuple(piece for piece in pieces if piece.text)


def _plain(text: str) -> str:
    """The text without what only its printing needs: kinds of spaces, of quotation marks, of dashes."""
    marks = re.sub(r"[«»]", '"', unicodedata.normalize("NFKC", text).translate(SIGNS))
    return re.sub(r"\s+", "", marks)


def _words(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _negations(text: str) -> Counter[str]:
    return Counter(word for word in _words(text) if word in NEGATIONS)


def _kept(before: str, after: str) -> float:
    return SequenceMatcher(None, _words(before), _words(after), autojunk=False).ratio()
