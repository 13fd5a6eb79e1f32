"""A questionnaire with its loops told once: what is asked in a turn, instead of a copy of it for each choice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from surveys.core.cells import texts
from surveys.core.outline import BEGIN_LOOP, END_LOOP, REFERENCE, Group, read_outline
from surveys.core.questionnaire import Labels, Page, Question, Questionnaire
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report, Row, Workbook


@dataclass(frozen=True)
class Loop:
    """A loop as its author wrote it: what it goes through (``question``, or ``list_name``), how its turns change places, and
    the names of its pages."""

    name: str
    labels: Labels
    question: str
    list_name: str
    order: str
    pages: tuple[str, ...]


@dataclass(frozen=True)
class Once:
    """The pages with each loop's turn once, the loops around them, and a questionnaire in which every name that these pages
    and the conditions of the others may use is known."""

    pages: tuple[Page, ...]
    loops: tuple[Loop, ...]
    known: Questionnaire


def told_once(questionnaire: Questionnaire, workbook: Workbook) -> Once:
    """Return the questionnaire of a workbook without the copies that its loops make."""
    loops = tuple(_loops(read_outline(workbook["survey"], Report())))
    if not loops:
        return Once(questionnaire.pages, (), questionnaire)
    sections = replace(workbook["survey"], rows=tuple(_as_section(row) for row in workbook["survey"]))
    pages = read_questionnaire({**workbook, "survey": sections}, Report()).pages  # mistakes: what only a loop's copies have
    subjects = Page("", {}, tuple(Question(loop.name, "calculate", loop.labels) for loop in loops))
    return Once(pages, loops, replace(questionnaire, pages=(*questionnaire.pages, *pages, subjects)))


def _as_section(row: Row) -> Row:
    kind = "begin_group" if row["type"] in BEGIN_LOOP else "end_group" if row["type"] in END_LOOP else row["type"]
    name = f"{row['name']}-loop" if row["type"] in BEGIN_LOOP else row["name"]  # its own name is that of its subject
    return Row(row.number, {**row.cells, "type": kind, "name": name})


def _loops(nodes: Iterable[Group | Row]) -> Iterator[Loop]:
    for node in nodes:
        if isinstance(node, Group):
            if node.is_loop:
                found = REFERENCE.fullmatch(node.row["over"])
                question, list_name = (found[1], "") if found else ("", node.row["over"])
                pages = tuple(group["name"] for group in _page_rows(node))
                yield Loop(node.row["name"], texts(node.row, "label"), question, list_name, node.row["order"], pages)
            yield from _loops(node.children)


def _page_rows(group: Group) -> Iterator[Row]:
    for child in group.children:
        if isinstance(child, Group):
            if child.is_page:
                yield child.row
            else:
                yield from _page_rows(child)
