"""The survey sheet read into pages: sections and loops laid out flat, blocks and their questions in their page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from surveys.core.cells import NAME, parse_cell, require_texts, same_texts
from surveys.core.expressions import Expression, every, parse
from surveys.core.lookups import Lookup
from surveys.core.messages import N_
from surveys.core.outline import BEGIN_LOOP, REFERENCE, Group, read_outline, turns
from surveys.core.questionnaire import Block, Choice, Order, Page, Question
from surveys.core.questions import DECIMAL, WITH_LIST, QuestionReader
from surveys.core.workbook import Report, Row, Sheet

RESERVED_NAME = re.compile(r"request_id|.*__(dk|rf|ok|find)", re.IGNORECASE)  # what the form posts beside the answers
MOST_LINES = 5_000  # once the loops are laid out


@dataclass(frozen=True)
class _Place:
    """Where a page or a question stands: the condition of what holds it, and what it changes places with."""

    condition: Expression | None = None
    order: Order | None = None


def read_pages(sheet: Sheet | None, lists: Mapping[str, tuple[Choice, ...]], languages: Sequence[str], attributes: frozenset[str],
               lookups: Mapping[str, Lookup], report: Report) -> tuple[Page, ...]:  # fmt: skip
    """Return the pages of the survey sheet, loops unrolled; mistakes go to ``report``.

    A question outside any page is noted and given one, so that what depends on it is not a mistake too.
    """
    reader = _PageReader(QuestionReader(report, languages, lists, attributes, lookups), report)
    return tuple(reader.pages(read_outline(sheet or (), report), _Place()))


class _PageReader:
    def __init__(self, questions: QuestionReader, report: Report) -> None:
        self.questions = questions
        self.report = report
        self.names: set[str] = set()
        self.read: dict[str, Question] = {}  # so far

    def pages(self, nodes: Sequence[Group | Row], place: _Place) -> Iterator[Page]:
        for node in nodes:
            if isinstance(node, Row):
                questions = tuple(self._questions([node], _Place()))
                self._note(node, "type", N_("Outside any page: put it between begin_group and end_group."))
                yield Page("", {}, questions)
            elif node.is_loop:
                yield from self._loop(node, place)
            elif node.is_page:
                yield self._page(node, place)
            else:
                self._is_new(node.row)
                yield from self.pages(node.children, self._inside(node.row, place))

    def _inside(self, row: Row, place: _Place) -> _Place:
        """Where the pages of a section stand; it moves as a whole."""
        order = self._order(row)
        return _Place(every((place.condition, self._parse(row, "relevant"))), place.order or order)

    def _loop(self, loop: Group, place: _Place) -> Iterator[Page]:
        self._is_new(loop.row)
        inside = self._inside(loop.row, place)
        choices, asked = self._subjects(loop.row)
        for turn in turns(loop, choices, asked):
            condition = every((inside.condition, parse(turn.condition) if turn.condition else None))
            order = replace(inside.order, unit=turn.name) if inside.order and not place.order else inside.order
            yield from self.pages(turn.children, _Place(condition, order))
            if len(self.names) > MOST_LINES:
                self._note(loop.row, "over", N_("With its loops the questionnaire has more than %(limit)s lines: shorten a list."), limit=MOST_LINES)  # fmt: skip
                return

    def _subjects(self, row: Row) -> tuple[Sequence[Choice], str]:
        """The choices that a loop goes through, and the question that selects among them ('' for all)."""
        found = REFERENCE.fullmatch(row["over"])
        if found is None and row["over"] in self.questions.lists:
            return self.questions.lists[row["over"]], ""
        question = self.read.get(found[1]) if found else None
        if question is None or question.kind not in WITH_LIST:
            self._note(
                row, "over", N_("Write the name of a list, or ${name} of an earlier question whose selected choices it goes through.")
            )
            return (), ""
        return question.choices, question.name

    def _page(self, group: Group, place: _Place) -> Page:
        row, blocks = group.row, dict[str, Block]()
        self._is_new(row)
        labels = require_texts(row, "survey", "label", self.questions.languages, self.report)
        questions: list[Question] = []
        for node in group.children:
            if isinstance(node, Row):
                questions += self._questions([node], _Place())
            elif node.is_loop:
                self._note(node.row, "type", N_("A loop inside a page: a loop holds pages, write it around them."))
            else:
                blocks[node.row["name"]] = self._block(node.row)
                if not node.children:
                    self._note(node.row, "name", N_("This block is empty."))
                questions += self._questions(node.children, self._inside_block(node.row), node.row["name"])
        if row["back"] not in ("", "no"):
            self._note(row, "back", N_("Write no, or nothing."))
        return Page(
            name=row["name"],
            labels=labels,
            questions=tuple(questions),
            relevant=every((place.condition, self._parse(row, "relevant"))),
            appearance=frozenset(row["appearance"].split()),
            blocks=blocks,
            order=place.order or self._order(row),
            closes_earlier=row["back"] == "no",
            row=row.number,
        )

    def _block(self, row: Row) -> Block:
        self._is_new(row)
        total = row["total"]
        if total and not DECIMAL.fullmatch(total):
            self._note(row, "total", N_("Write a number."))
            total = ""
        languages = self.questions.languages
        return Block(
            name=row["name"],
            labels=same_texts(row, "survey", "label", languages, self.report),
            hints=same_texts(row, "survey", "hint", languages, self.report),
            appearance=frozenset(row["appearance"].split()),
            total=Decimal(total) if total else None,
        )

    def _inside_block(self, row: Row) -> _Place:
        """Where the questions of a block stand: it moves as a whole or, without a word to share, its rows among themselves."""
        found = self.questions.order(row)
        order = Order(found[0], found[1] or row["name"], row["name"] if found[1] else "") if found else None
        return _Place(self._parse(row, "relevant"), order)

    def _questions(self, nodes: Sequence[Group | Row], place: _Place, block: str = "") -> Iterator[Question]:
        for node in nodes:
            if isinstance(node, Group):
                self._note(node.row, "type", N_("A block inside a block: close the first one with end_group before it."))
                continue
            is_new = self._is_new(node)
            question = self.questions.question(node, place.condition, block, place.order)
            if is_new:
                self.read[question.name] = question
                yield question

    def _order(self, row: Row) -> Order | None:
        """How a page, a section or a loop's turns change places; a loop's may do so among themselves."""
        found = self.questions.order(row)
        if found is None:
            return None
        is_loop = row["type"] in BEGIN_LOOP
        if not found[1] and not is_loop:
            self._note(row, "order", N_("Give those that exchange their places a word to share: %(way)s A."), way=found[0])
        return Order(found[0], found[1] or row["name"], row["name"])

    def _is_new(self, row: Row) -> bool:
        name = row["name"]
        is_new = name.lower() not in self.names  # many programs that read the files do not tell q1 from Q1
        if not NAME.fullmatch(name):
            self._note(row, "name", N_("A name starts with a letter and holds only letters, digits, _ . or - (63 at most)."))
        elif RESERVED_NAME.fullmatch(name):
            self._note(row, "name", N_("“%(name)s” is a name that the form itself uses: choose another."), name=name)
        elif not is_new:
            self._note(row, "name", N_("“%(name)s” is already the name of another row."), name=name)
        self.names.add(name.lower())
        return is_new

    def _parse(self, row: Row, column: str) -> Expression | None:
        return parse_cell(row, "survey", column, self.report, lookups=self.questions.lookups)

    def _note(self, row: Row, column: str, template: str, **values: object) -> None:
        self.report.add("survey", row.number, column, template, **values)
