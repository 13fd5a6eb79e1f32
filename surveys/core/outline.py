"""The survey sheet as a tree: sections, loops, pages and blocks; loops unrolled into one copy per turn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from surveys.core.cells import language_code
from surveys.core.messages import N_
from surveys.core.questionnaire import Choice
from surveys.core.workbook import Report, Row, Sheet

BEGIN_GROUP, END_GROUP = {"begin_group", "begin group"}, {"end_group", "end group"}
BEGIN_LOOP, END_LOOP = {"begin_repeat", "begin repeat"}, {"end_repeat", "end repeat"}
BEGIN, END = BEGIN_GROUP | BEGIN_LOOP, END_GROUP | END_LOOP
CONDITIONS = ("relevant", "constraint", "soft_constraint", "calculation", "choice_filter", "ends_if", "over")
REFERENCE = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}")

NO_GROUP = N_("No page is open here: write begin_group before it.")
NO_LOOP = N_("No loop is open here: write begin_repeat before it.")
NEVER_CLOSED = N_("This is never closed: write end_group, or end_repeat, after its last question.")


@dataclass(frozen=True)
class Group:
    """What stands between a begin and its end: the opening row, and what it holds in order."""

    row: Row
    children: tuple[Group | Row, ...]

    @property
    def is_loop(self) -> bool:
        """Say whether it is gone through once per choice."""
        return self.row["type"] in BEGIN_LOOP

    @property
    def is_page(self) -> bool:
        """Say whether it is shown at once: it holds questions, or says so, or is empty."""
        lines = any(isinstance(child, Row) for child in self.children)
        return not self.is_loop and (lines or not self.children or "field-list" in self.row["appearance"].split())

    def rows(self) -> Iterator[Row]:
        """Yield every row inside, groups' opening rows included."""
        for child in self.children:
            if isinstance(child, Group):
                yield child.row
                yield from child.rows()
            else:
                yield child


def read_outline(sheet: Sheet | Sequence[Row], report: Report) -> tuple[Group | Row, ...]:
    """Return the sheet's tree; groups that are not closed, or not opened, are noted and closed where the sheet ends."""
    opened: list[tuple[Row, list[Group | Row]]] = []
    top: list[Group | Row] = []

    def close() -> None:
        row, children = opened.pop()
        (opened[-1][1] if opened else top).append(Group(row, tuple(children)))

    for row in sheet:
        kind = row["type"]
        if kind in BEGIN:
            opened.append((row, []))
        elif kind in END:
            loop = kind in END_LOOP
            if not opened or (opened[-1][0]["type"] in BEGIN_LOOP) != loop:
                report.add("survey", row.number, "type", NO_LOOP if loop else NO_GROUP)
            else:
                close()
        else:
            (opened[-1][1] if opened else top).append(row)
    while opened:
        report.add("survey", opened[-1][0].number, "type", NEVER_CLOSED)
        close()
    return tuple(top)


def pages_of(nodes: Iterable[Group | Row]) -> Iterator[Group]:
    """Yield the pages of the tree, in order."""
    for node in nodes:
        if isinstance(node, Group):
            if node.is_page:
                yield node
            else:
                yield from pages_of(node.children)


@dataclass(frozen=True)
class Turn:
    """One turn of a loop: ``name``, the condition under which it is gone through, and what is asked in it."""

    name: str
    condition: str
    children: tuple[Group | Row, ...]


def turns(loop: Group, choices: Sequence[Choice], asked: str) -> Iterator[Turn]:
    """Yield the turns of a loop over ``choices``, its rows copied for each.

    ``asked`` names the question whose selected choices it goes through, '' when it goes through the whole list. Choices
    that are no subject (a don't know, a refusal, none of these) have no turn.
    """
    inside = {row["name"] for row in loop.rows() if row["name"]}
    for choice in choices:
        if not choice.is_exclusive and choice.is_valid_answer:
            condition = f"selected(${{{asked}}}, '{choice.name}')" if asked else ""
            copied = _copied(loop, _Copy(loop.row["name"], choice, inside))
            yield Turn(f"{loop.row['name']}_{choice.name}", condition, copied.children)


@dataclass(frozen=True)
class _Copy:
    loop: str
    choice: Choice
    inside: set[str]

    def name(self, name: str) -> str:
        return f"{name}_{self.choice.name}" if name in self.inside else name

    def condition(self, text: str) -> str:
        return REFERENCE.sub(lambda found: f"'{self.choice.name}'" if found[1] == self.loop else f"${{{self.name(found[1])}}}", text)

    def text(self, text: str, language: str) -> str:
        label = self.choice.labels.get(language, self.choice.name)
        return REFERENCE.sub(lambda found: label if found[1] == self.loop else f"${{{self.name(found[1])}}}", text)

    def cell(self, column: str, text: str) -> str:
        if column == "name":
            return self.name(text.strip())
        if column in CONDITIONS:
            return self.condition(text)
        _, separator, language = column.partition("::")
        return self.text(text, language_code(language)) if separator else text


def _copied(group: Group, turn: _Copy) -> Group:
    children = (_copied(child, turn) if isinstance(child, Group) else _copied_row(child, turn) for child in group.children)
    return Group(_copied_row(group.row, turn), tuple(children))


def _copied_row(row: Row, turn: _Copy) -> Row:
    cells: Mapping[str, str] = {column: turn.cell(column, text) for column, text in row.cells.items()}
    return Row(row.number, cells)
