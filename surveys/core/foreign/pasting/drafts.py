"""The questionnaire as it is being understood: sections, questions, choices and texts, each with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from surveys.core.foreign.pasting.instructions import Effect, Instruction

Family = Literal["number", "letter", "bullet", "tail", "plain"]  # how a choice is marked: before it, after it, not at all


@dataclass
class Entry:
    """A choice or a row: its code as typed ('' = none), its label, and what is said of it."""

    line: int
    label: str
    code: str = ""
    family: Family = "plain"
    instructions: list[Instruction] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    def has(self, effect: Effect) -> bool:
        """Say whether an instruction of this effect stands beside it."""
        return any(instruction.effect == effect for instruction in self.instructions)


@dataclass
class Condition:
    """A filter as typed, and its line."""

    line: int
    text: str


@dataclass
class Asked:
    """A question as typed, then as understood: ``choices`` are its answers, ``rows`` what they are given for."""

    line: int
    label: str  # as typed: "Q7"; '' when it has no number
    name: str
    wording: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    loose: list[Entry] = field(default_factory=list)  # lines without a mark, until what follows tells what they are
    entries: list[Entry] = field(default_factory=list)
    choices: list[Entry] = field(default_factory=list)
    rows: list[Entry] = field(default_factory=list)
    instructions: list[tuple[int, Instruction]] = field(default_factory=list)
    filters: list[Condition] = field(default_factory=list)
    stops: list[Condition] = field(default_factory=list)
    relevant: list[str] = field(default_factory=list)  # conditions, as the sheets write them
    ends_if: list[str] = field(default_factory=list)
    kind: str = ""
    is_consent: bool = False

    def get(self, *effects: Effect) -> Instruction | None:
        """Return the first instruction with one of these effects."""
        return next((instruction for _, instruction in self.instructions if instruction.effect in effects), None)

    def has(self, *effects: Effect) -> bool:
        """Say whether an instruction with one of these effects was given."""
        return self.get(*effects) is not None

    @property
    def text(self) -> str:
        """Return the whole wording."""
        return " ".join(self.wording)

    @property
    def called(self) -> str:
        """Return how people call it: as typed, or by the name it was given."""
        return self.label or self.name


@dataclass
class Told:
    """A text to read, on a page of its own."""

    line: int
    texts: list[str]
    filters: list[Condition] = field(default_factory=list)
    relevant: list[str] = field(default_factory=list)


@dataclass
class Section:
    """A titled part: what follows it belongs to it, up to the next."""

    line: int
    title: str
    filters: list[Condition] = field(default_factory=list)
    relevant: list[str] = field(default_factory=list)


Part = Section | Asked | Told


@dataclass
class Document:
    """The parts in order, the title and the texts before the first question."""

    title: str = ""
    title_line: int = 0
    welcome: list[tuple[int, str]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def questions(self) -> Iterator[Asked]:
        """Yield the questions in order."""
        return (part for part in self.parts if isinstance(part, Asked))
