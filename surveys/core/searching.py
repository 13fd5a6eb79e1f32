"""Finding a label by what somebody types: without accents, capitals or hyphens, by the beginning of its words."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Sequence
from itertools import chain

# What no decomposition of Unicode gives, and what people write in short, in the names of places above all.
LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
WORDS = re.compile(r"\w+")
LAST = "\U0010ffff"


def plain(text: str) -> str:
    """Return the words of ``text`` in small letters without accents: "St-Étienne" → "saint etienne"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(LETTERS)
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("_", " ")
    return " ".join(SHORT.get(word, word) for word in WORDS.findall(letters))


class Finder:
    """Finds labels by what is typed; made once for a list in a language (35,000 labels: a third of a second)."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._plain = [plain(label) for label in labels]
        places = sorted(chain.from_iterable(((word, position) for word in text.split()) for position, text in enumerate(self._plain)))
        self._words = [word for word, _ in places]
        self._positions = [position for _, position in places]
        self._same: dict[str, list[int]] = {}
        for position, text in enumerate(self._plain):
            self._same.setdefault(text, []).append(position)

    def find(self, typed: str, among: Collection[int] | None = None) -> list[int]:
        """Return the positions of the labels that ``typed`` may mean, those that begin with it first.

        These are the labels that are just that or, failing those, the ones that have a word beginning with each word typed.
        ``among`` holds the positions that may be found; None is all.
        """
        words = plain(typed).split()
        if not words:
            return []
        whole = " ".join(words)
        same = [position for position in self._same.get(whole, ()) if among is None or position in among]
        if same:
            return same
        rarest = min((self._beginning(word) for word in words), key=lambda span: span[1] - span[0])
        places = sorted({position for position in self._positions[slice(*rarest)] if among is None or position in among})
        found = [position for position in places if all(f" {word}" in f" {self._plain[position]}" for word in words)]
        return sorted(found, key=lambda position: not self._plain[position].startswith(whole))

    def _beginning(self, word: str) -> tuple[int, int]:
        """From where to where the words that begin so stand."""
        start = bisect_left(self._words, word)
        return start, bisect_left(self._words, word + LAST, lo=start)
