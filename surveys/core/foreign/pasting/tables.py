"""A table pasted from Word: its cells are parted by tabs, the scale on top, one line per row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surveys.core.foreign.pasting.drafts import Entry
from surveys.core.foreign.pasting.lines import BOXES, Line

CODED = re.compile(r"\(?(\d{1,4})\s?[.)=:–-]\s*(\S.*)")
CODE = re.compile(r"\(?\d{1,4}[.)]?")
MARKER = re.compile(r"(?:[A-Za-z]|\d{1,3})\s?[.)–-]\s+(?=\S)")


@dataclass(frozen=True)
class Table:
    """The scale and the rows of a table, on the lines that it takes."""

    choices: tuple[Entry, ...]
    rows: tuple[Entry, ...]
    lines: tuple[int, ...]

    @property
    def length(self) -> int:
        """Return the number of lines that it takes."""
        return len(self.lines)


def table_at(lines: Sequence[Line], position: int) -> Table | None:
    """Return the table that begins on a line; None when none does.

    Its first line gives the scale, the next ones a label with codes, boxes or empty cells; a line of codes alone gives the
    scale its codes.
    """
    header = _cells(lines[position])
    scale = [cell for cell in header[1:] if cell] if header and not header[0] else [cell for cell in header if cell]
    if len(scale) < 2 or any(_is_answer(cell) for cell in scale):
        return None
    body = list(_rows(lines, position + 1, len(scale)))
    if not body:
        return None
    codes = next((answers for _, _, answers in body if len(answers) == len(scale) and all(map(_is_code, answers))), [])
    rows = tuple(_row(line, label) for line, label, _ in body if label)
    if not rows and not codes:
        return None
    choices = tuple(_choice(lines[position].number, cell, codes[order] if codes else "") for order, cell in enumerate(scale))
    return Table(choices, rows, (lines[position].number, *(line.number for line, _, _ in body)))


def _cells(line: Line) -> list[str]:
    return [cell.strip(" \u00a0") for cell in line.body.strip("\n").split("\t")] if line.body.count("\t") > 0 else []


def _rows(lines: Sequence[Line], position: int, width: int) -> Iterator[tuple[Line, str, list[str]]]:
    for line in lines[position:]:
        cells = _cells(line)
        if not cells:
            return
        label, answers = (cells[0], cells[1:]) if not _is_code(cells[0]) else ("", cells)
        if len(answers) > width + 1 or not all(_is_answer(cell) for cell in answers):
            return
        yield line, label, [cell for cell in answers if cell]


def _is_answer(cell: str) -> bool:
    return not cell or _is_code(cell) or BOXES.fullmatch(cell) is not None


def _is_code(cell: str) -> bool:
    return CODE.fullmatch(cell) is not None


def _choice(line: int, cell: str, code: str) -> Entry:
    found = CODED.fullmatch(cell)
    return (
        Entry(line, found[2].strip(), found[1], "number")
        if found
        else Entry(line, cell, code.strip("().") or "", "tail" if code else "plain")
    )


def _row(line: Line, label: str) -> Entry:
    found = MARKER.match(label)
    if found:
        return Entry(line.number, label[found.end() :], found[0].strip(" .)–-"), "letter")
    return Entry(line.number, label)
