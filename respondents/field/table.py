"""The table of cells: its columns, in the order and for the cells asked for, as the screen shows it and as a file keeps it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from respondents.core.pace import State
from respondents.core.progress import Progress
from respondents.field.fieldwork import Cell, Dimension, Fieldwork
from respondents.field.words import PRESSING, Writing, writing
from surveys.core.typography import NO_BREAK

Value = int | float | datetime.datetime | str | None  # as a file keeps it


class Column(NamedTuple):
    """A column of the table: what it is called, shortly and in full, its value, how that is shown, and its cells' class."""

    name: str
    heading: Promise | str
    title: Promise
    value: Callable[[Cell, Fieldwork], Value]
    shown: Callable[[Cell, Fieldwork, Writing], str]
    css: str = "n"


def _number(value: Callable[[Cell], int | None]) -> tuple[Callable[[Cell, Fieldwork], Value], Callable[[Cell, Fieldwork, Writing], str]]:
    return lambda cell, _field: value(cell), lambda cell, _field, write: write.count(value(cell))


def _decimal(
    value: Callable[[Cell], float | None], digits: int = 1, *, sign: bool = False, kept: int = 1
) -> tuple[Callable[[Cell, Fieldwork], Value], Callable[[Cell, Fieldwork, Writing], str]]:
    return lambda cell, _field: _rounded(value(cell), kept), lambda cell, _field, write: write.decimal(value(cell), digits, sign=sign)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _ceiling(cell: Cell) -> int | None:
    return cell.soft_ceiling if cell.progress.never_closes else cell.progress.ceiling


def _missing(cell: Cell) -> int | None:
    return None if cell.progress.minimum_only else cell.pace.missing


def _end(cell: Cell, field: Fieldwork) -> datetime.datetime | None:
    return field.local(cell.pace.expected_end) if cell.progress.to_do else None


COLUMNS = (
    Column("target", gettext_lazy("Target"), gettext_lazy("Target"), *_number(lambda cell: cell.progress.target), css=""),
    Column("filled", pgettext_lazy("column", "Done"), pgettext_lazy("column", "Done"), *_number(lambda cell: cell.progress.filled), css="n d"),
    Column("percent", "%", gettext_lazy("Share of the target that is done"),
           lambda cell, _field: cell.progress.percent, lambda cell, _field, write: write.percentage(cell.progress.percent, 0)),
    Column("bar", gettext_lazy("Bar"), gettext_lazy("Bar"), lambda cell, _field: None, lambda cell, _field, _write: _bar(cell.progress), css="b"),
    Column("to_do", pgettext_lazy("column", "To do"), gettext_lazy("To do"), *_number(lambda cell: cell.progress.to_do), css="n d"),
    Column("reserved", gettext_lazy("In progress"), gettext_lazy("In progress, with a place"), *_number(lambda cell: cell.progress.reserved)),
    Column("turned_away", gettext_lazy("Turned away"), gettext_lazy("Turned away because this cell was full"),
           *_number(lambda cell: cell.turned_away)),
    Column("recent", f"24{NO_BREAK}h", gettext_lazy("Completed within 24 hours"), *_number(lambda cell: cell.pace.recent)),
    Column("needed", gettext_lazy("Needed/day"), gettext_lazy("Needed per day until closing"), *_number(lambda cell: cell.pace.needed)),
    Column("end", gettext_lazy("Expected end"), gettext_lazy("Expected end at the present pace"),
           _end, lambda cell, field, write: write.moment(_end(cell, field)), css="n e"),
    Column("missing", gettext_lazy("Will miss"), gettext_lazy("Interviews that will be missing at closing"),
           lambda cell, _field: _missing(cell), lambda cell, _field, write: write.count(_missing(cell) or None), css="n m"),
    Column("achieved", gettext_lazy("Achieved %"), gettext_lazy("Share of the completed interviews, in per cent"),
           *_decimal(lambda cell: cell.structure.achieved)),
    Column("wanted", gettext_lazy("Wanted %"), gettext_lazy("Share of the targets, in per cent"), *_decimal(lambda cell: cell.structure.wanted)),
    Column("gap", gettext_lazy("Gap"), gettext_lazy("Achieved less wanted, in points"), *_decimal(lambda cell: cell.structure.gap, sign=True)),
    Column("weight", gettext_lazy("Weight"), gettext_lazy("Theoretical weight: share wanted / share achieved"),
           *_decimal(lambda cell: cell.structure.weight, 2, kept=4)),
    Column("ceiling", gettext_lazy("Ceiling"), gettext_lazy("Ceiling"), *_number(_ceiling), css=""),
    Column("state", gettext_lazy("State"), gettext_lazy("State"),
           lambda cell, _field: cell.word.partition(" ")[2], lambda cell, _field, _write: cell.word, css="s"),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}
USUAL = ("target", "filled", "percent", "bar", "to_do", "reserved", "recent", "needed", "end", "missing", "gap", "weight", "state")

SORTS: Mapping[str, Promise] = {
    "risk": gettext_lazy("At risk first"),
    "plan": gettext_lazy("Questionnaire"),
    "to_do": pgettext_lazy("column", "To do"),
}
FILTERS: Mapping[str, tuple[Promise, tuple[State, ...]]] = {
    "all": (gettext_lazy("All"), PRESSING),
    "at_risk": (pgettext_lazy("cells", "At risk"), ("at_risk",)),
    "late": (pgettext_lazy("cells", "Late"), ("late",)),
    "full": (pgettext_lazy("cells", "Full"), ("full",)),
}


class Link(NamedTuple):
    """A choice of order or of cells: its words, how many cells it shows, where it leads, and whether it is the present one."""

    words: str
    cells: int
    query: str
    is_chosen: bool


@dataclass(frozen=True)
class Asked:
    """What a reader asks of the table: its order, which cells, which columns. Whatever is not known is left out."""

    sort: str = "risk"
    see: str = "all"
    columns: tuple[str, ...] = USUAL

    @property
    def query(self) -> str:
        """Return the part of an address that asks for the same, '' for the usual table."""
        usual = Asked()
        said = [(key, value) for key, value in (("sort", self.sort), ("see", self.see)) if value != getattr(usual, key)]
        chosen = [("columns", name) for name in self.columns] if self.columns != usual.columns else []
        return urlencode([*said, *chosen])


def asked(query: QueryDict) -> Asked:
    """Return what an address asks for."""
    names = tuple(column.name for column in COLUMNS if column.name in query.getlist("columns"))
    sort, see = query.get("sort", ""), query.get("see", "")
    return Asked(sort if sort in SORTS else "risk", see if see in FILTERS else "all", names or USUAL)


@dataclass(frozen=True)
class Table:
    """The cells of a field as they were asked for."""

    field: Fieldwork
    asked: Asked

    @property
    def columns(self) -> list[Column]:
        """Return the columns shown, in their order."""
        return [BY_NAME[name] for name in self.asked.columns]

    @property
    def choices(self) -> list[tuple[Column, bool]]:
        """Return every column, with whether it is shown."""
        return [(column, column.name in self.asked.columns) for column in COLUMNS]

    @property
    def is_usual(self) -> bool:
        """Say whether nobody chose the columns: a narrow screen may then leave some out."""
        return self.asked.columns == USUAL

    @property
    def width(self) -> int:
        """Return the number of columns, the cells' names included."""
        return len(self.asked.columns) + 1

    @property
    def dimensions(self) -> list[tuple[Dimension, list[Cell]]]:
        """Return each plan with the cells that are seen, in the order asked for; plans without any are left out."""
        seen = ((dimension, self._seen(dimension)) for dimension in self.field.dimensions)
        return [(dimension, cells) for dimension, cells in seen if cells]

    @property
    def sorts(self) -> list[Link]:
        """Return the orders that can be had."""
        return [self._link(str(words), 0, replace(self.asked, sort=sort)) for sort, words in SORTS.items()]

    @property
    def filters(self) -> list[Link]:
        """Return the choices of cells that can be seen, with how many there are."""
        states = [cell.state for cell in self.field.cells]
        return [
            self._link(str(words), sum(state in shown for state in states), replace(self.asked, see=see))
            for see, (words, shown) in FILTERS.items()
        ]

    def _link(self, words: str, number: int, other: Asked) -> Link:
        return Link(words, number, other.query, other == self.asked)

    def _seen(self, dimension: Dimension) -> list[Cell]:
        shown = FILTERS[self.asked.see][1]
        cells = [cell for cell in dimension.cells if cell.state in shown]
        if self.asked.sort == "risk":
            return sorted(cells, key=lambda cell: (PRESSING.index(cell.state), -cell.missing))
        return sorted(cells, key=lambda cell: -cell.progress.to_do) if self.asked.sort == "to_do" else cells

    def rows(self, cells: Sequence[Cell], *, links: bool) -> SafeString:
        """Return the cells' lines in HTML, put together here: through the templates 200 lines would take most of a refresh's time.

        Only the name comes from people, and it is escaped. ``links`` says that the names lead to the cells' pages.
        """
        return mark_safe("\n".join(self._row(cell, links) for cell in cells))  # noqa: S308 -- escaped just below

    def _row(self, cell: Cell, links: bool) -> str:
        name = f'<a id="a{cell.id}" href="cells/{cell.id}/">{escape(cell.label)}</a>' if links else escape(cell.label)
        field, write = self.field, self._writing
        cells = "".join([f"{opening}{shown(cell, field, write)}</td>" for opening, shown in self._openings])
        return f'<tr id="c{cell.id}" class="k-{cell.state}"><th scope="row">{name}</th>{cells}</tr>'

    @cached_property
    def _writing(self) -> Writing:
        return writing()

    @cached_property
    def _openings(self) -> list[tuple[str, Callable[[Cell, Fieldwork, Writing], str]]]:
        """For each column, the tag that opens its cells, and what they show."""
        tag = '<td class="{} c-{}" data-h="{}">'
        return [(tag.format(column.css, column.name, escape(column.heading)), column.shown) for column in self.columns]


def _bar(progress: Progress) -> str:
    filled, reserved, target = progress.bar
    doing = f'<rect fill="url(#hatch)" x="{filled}" width="{reserved}"/>' if progress.reserved else ""
    return f'<svg aria-hidden="true"><rect class="f" width="{filled}"/>{doing}<rect class="t" x="{target}"/></svg>'


def values(table: Table) -> tuple[list[str], list[list[Value]]]:
    """Return the header and the lines of a file: each cell under its plan, the columns shown, bars left out.

    People outside every cell of a plan have a line of their own.
    """
    columns = [column for column in table.columns if column.name != "bar"]
    found: list[list[Value]] = []
    for dimension, cells in table.dimensions:
        found += ([dimension.title, cell.label, *(column.value(cell, table.field) for column in columns)] for cell in cells)
        if dimension.has_outside:
            counts: Mapping[str, Value] = {"filled": dimension.outside.filled, "reserved": dimension.outside.reserved}
            found.append([dimension.title, _("Outside every cell"), *(counts.get(column.name) for column in columns)])
    return [_("Quota"), _("Category"), *(str(column.title) for column in columns)], found
