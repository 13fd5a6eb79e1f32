"""The survey sheet as a list to read and to act on: pages, blocks and questions, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language

from surveys.core.cells import texts
from surveys.core.editing import span
from surveys.core.workbook import Row
from surveys.workshop.desk import Desk
from surveys.workshop.fields import GROUPS, TYPES
from surveys.workshop.forms import sort_of


@dataclass(frozen=True)
class Line:
    """One line of the outline. ``kind``: page, block, section, line; or end, where something may be added to what ends there."""

    number: int
    kind: str
    depth: int
    name: str = ""
    title: str = ""
    sort: str = ""
    list_name: str = ""
    condition: str = ""
    required: bool = False
    mistakes: tuple[str, ...] = ()
    holder: str = ""  # of an end: the kind of what ends
    after: int = 0  # of an end: the row below which something is added to it


def outline_of(desk: Desk) -> Iterator[Line]:
    """Yield the lines of the survey sheet, each end after what it ends."""
    ends: list[tuple[int, str]] = []
    sheet = desk.workbook["survey"]
    before = 1
    for row in sheet:
        kind = desk.kinds[row.number]
        if kind == "end":
            _, holder = ends.pop() if ends else (0, "")
            yield Line(row.number, "end", len(ends) + 1, holder=holder, after=before)
        else:
            yield _line(desk, row, kind, len(ends))
            if kind != "line":
                ends.append((span(sheet, row.number)[-1], kind))
        before = row.number


def title_of(row: Row) -> str:
    """Return the wording of a line in the reader's language, or in the first that it has."""
    labels = texts(row, "label")
    return labels.get(get_language() or "") or next(iter(labels.values()), "") or row["calculation"]


def _line(desk: Desk, row: Row, kind: str, depth: int) -> Line:
    sort = sort_of(row, kind)
    return Line(
        number=row.number,
        kind=kind,
        depth=depth,
        name=row["name"],
        title=title_of(row),
        sort=str(TYPES.get(sort) or GROUPS.get(sort) or row["type"]),
        list_name=row["type"].partition(" ")[2].strip() if kind == "line" else "",
        condition=row["relevant"],
        required=row["required"] == "yes",
        mistakes=tuple(desk.mistakes_at("survey", row.number)),
    )
