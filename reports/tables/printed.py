"""A table as it is read, on a page or in a file: every number with its text, and whatever must stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["percent", "count", "decimal", "value", "text"]


@dataclass(frozen=True)
class Cell:
    """One number: its unrounded ``value`` (None: nothing to show or withheld), its text, its mark (▲ or ▼), and what stands after
    it: letters, or the change since another wave."""

    value: float | None
    text: str
    form: Form = "percent"
    mark: str = ""
    after: str = ""


@dataclass(frozen=True)
class PrintedLine:
    """One row as read. ``kind`` is that of the row, or measure, total, n."""

    label: str
    kind: str
    level: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    """A column's head: its words, its letter where letters are shown, and whether its base is weak or it is hidden."""

    title: str
    letter: str = ""
    is_weak: bool = False
    is_hidden: bool = False


@dataclass(frozen=True)
class Printed:
    """A table ready to be shown. ``banners`` are (title, number of columns) after everybody's column."""

    number: str
    code: str
    heading: str
    title: str
    base_line: str
    unit: str
    banners: tuple[tuple[str, int], ...]
    columns: tuple[Column, ...]
    lines: tuple[PrintedLine, ...]
    notes: tuple[str, ...]

    @property
    def body(self) -> tuple[PrintedLine, ...]:
        """Return the answers and the measures."""
        return tuple(line for line in self.lines if line.kind not in ("total", "n"))

    @property
    def foot(self) -> tuple[PrintedLine, ...]:
        """Return the total and the sizes of the bases."""
        return tuple(line for line in self.lines if line.kind in ("total", "n"))
