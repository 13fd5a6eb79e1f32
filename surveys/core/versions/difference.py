"""One thing that differs between two versions of a questionnaire, and how much it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from surveys.core.messages import Message

Weight = Literal["harmless", "comparable", "breaking"]
Kind = Literal["added", "removed", "moved", "reworded", "recoded", "retyped", "refiltered", "reordered", "limited", "recalculated", "set"]
Subject = Literal["setting", "page", "block", "question", "choice", "base", "lookup", "image"]

WEIGHTS: tuple[Weight, ...] = ("harmless", "comparable", "breaking")


@dataclass(frozen=True)
class Difference:
    """One difference between an earlier and a later version.

    ``harmless`` changes nothing that was measured; after a ``comparable`` one figures stand beside the earlier ones with a
    mention, once a person has agreed that it still asks the same; a ``breaking`` one makes another variable.
    ``subject`` and ``name`` say where (a choice's is "list / name"), ``part`` in which column; ``before`` and ``after`` are
    as written, '' where there is none. ``questions`` names the variables whose answers it bears on.
    """

    weight: Weight
    kind: Kind
    subject: Subject
    name: str
    part: str
    before: str
    after: str
    why: Message
    questions: frozenset[str] = frozenset()
    language: str = ""

    @property
    def is_text(self) -> bool:
        """Say whether it is a change of words, worth showing word by word."""
        return self.kind == "reworded"


def heavier(one: Weight, other: Weight) -> Weight:
    """Return the heavier of two weights."""
    return max(one, other, key=WEIGHTS.index)
