"""What each line of a pasted text became, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from surveys.core.messages import Message

MarkKind = Literal["title", "section", "question", "wording", "hint", "choice", "row", "instruction", "filter", "ending", "information", "interviewer", "blank"]  # fmt: skip
Weight = Literal["mistake", "missed", "note"]


@dataclass(frozen=True)
class Mark:
    """One thing that a line became; ``about`` is the question or the page, ``detail`` the code of a choice."""

    kind: MarkKind
    about: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Remark:
    """Something to say about a line (0: the text as a whole).

    A ``mistake`` must be corrected, what was ``missed`` is left out of the questionnaire, a ``note`` says what was supposed.
    """

    line: int
    weight: Weight
    message: Message


@dataclass
class Ledger:
    """The marks and remarks of every line, as they are made."""

    marks: dict[int, list[Mark]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    said: set[tuple[int, str]] = field(default_factory=set)

    def mark(self, line: int, kind: MarkKind, about: str = "", detail: str = "") -> None:
        """Write down what a line became, once."""
        mark = Mark(kind, about, detail)
        if mark not in self.marks.setdefault(line, []):
            self.marks[line].append(mark)

    def mistake(self, line: int, template: str, **values: object) -> None:
        """Note what must be corrected."""
        self._add(line, "mistake", template, values)

    def missed(self, line: int, template: str, **values: object) -> None:
        """Note what was not understood and is left out."""
        self._add(line, "missed", template, values)

    def note(self, line: int, template: str, **values: object) -> None:
        """Note what was supposed or added."""
        self._add(line, "note", template, values)

    def _add(self, line: int, weight: Weight, template: str, values: Mapping[str, object]) -> None:
        remark = Remark(line, weight, Message(template, values))
        if (line, str(remark.message)) not in self.said:
            self.said.add((line, str(remark.message)))
            self.remarks.append(remark)
