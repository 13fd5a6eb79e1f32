"""A study's sheets as text, and the mistakes found in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from surveys.core.messages import Message


@dataclass(frozen=True)
class Row:
    """One line of a sheet: its number as a spreadsheet shows it (the header is 1) and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return the cell without its outer blanks; an absent column is an empty cell."""
        return self.cells.get(column, "").strip()


@dataclass(frozen=True)
class Sheet:
    """A named table of text: its header in order, and its rows; blank rows are left out, their numbers are not."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...] = ()

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


Workbook = Mapping[str, Sheet]
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Mistake:
    """What is wrong, where, and what to write instead. ``row`` 0 means the sheet as a whole.

    An error keeps a study from being loaded and published; a warning is only shown.
    """

    sheet: str
    row: int
    column: str
    message: Message
    severity: Severity = "error"

    def __str__(self) -> str:
        place = ":".join(part for part in (self.sheet, str(self.row or ""), self.column) if part)
        return f"{place}: {self.message}"


class StudyRefused(ValueError):
    """A study with mistakes in it; nothing of it was kept. ``mistakes`` holds them all."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass
class Report:
    """Mistakes and warnings as they are found, so that all of them can be shown at once."""

    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)

    def add(self, sheet: str, row: int, column: str, template: str, **values: object) -> None:
        """Note one mistake; ``template`` is marked with N_ by the caller."""
        self.mistakes.append(Mistake(sheet, row, column, Message(template, values)))

    def warn(self, sheet: str, row: int, column: str, template: str, **values: object) -> None:
        """Note what is probably not meant, and keeps nothing from being loaded."""
        self.warnings.append(Mistake(sheet, row, column, Message(template, values), "warning"))

    def raise_if_any(self) -> None:
        """Raise StudyRefused when at least one mistake was noted; warnings are none."""
        if self.mistakes:
            raise StudyRefused(in_order(self.mistakes))


def in_order(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Return the mistakes sheet by sheet and row by row, each once: two checks may meet the same one."""
    once = {str(mistake): mistake for mistake in mistakes}
    return sorted(once.values(), key=lambda mistake: (mistake.sheet, mistake.row))


def sheet_of(name: str, header: Sequence[str], rows: Iterable[tuple[int, Mapping[str, str]]]) -> Sheet:
    """Build a sheet from its header and (number, cells) pairs."""
    return Sheet(name, tuple(header), tuple(Row(number, dict(cells)) for number, cells in rows))
