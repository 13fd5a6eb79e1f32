"""Tables beside the questionnaire: what pulldata() looks up in them, and the long lists of choices that they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from surveys.core.attachments import LOOKUPS
from surveys.core.expressions import Expression
from surveys.core.grammar import Call, Literal, Node
from surveys.core.messages import N_, Message
from surveys.core.workbook import Report, Row, Sheet, Workbook

MISTAKES_AT_MOST = 10  # of one kind in one table

NO_TABLE = N_("pulldata(): there is no file lookups/%(name)s.csv; there is: %(known)s")
NO_COLUMN = N_("pulldata(): lookups/%(name)s has no column “%(column)s”; its columns are: %(known)s")
NO_KEY = N_(
    "pulldata(): “%(column)s” stands several times in column %(key)s of lookups/%(name)s: look up by a column in which each value stands once"
)
NOT_HERE = N_("pulldata() works in the sheets survey, choices and bases: name what it gives with a calculate, and use its name here")
NOT_WRITTEN = N_("pulldata() names its table and its two columns in quotation marks: pulldata('communes', 'region', 'code', ${commune})")


class LookupMistake(ValueError):
    """What a pulldata() cannot look up; ``message`` says it to its author."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, eq=False)
class Lookup:
    """A table beside the questionnaire: its file, its columns and its rows in order, each with its number in the file.

    The first column is a key: each of its values stands once.
    """

    name: str
    columns: tuple[str, ...]
    lines: tuple[Row, ...]
    _found: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict, repr=False)

    @cached_property
    def rows(self) -> Mapping[str, Mapping[str, str]]:
        """Return the cells of each row by its key."""
        return {row[self.columns[0]]: row.cells for row in self.lines} if self.columns else {}

    def values(self, column: str, key: str) -> Mapping[str, str]:
        """Return what ``column`` holds by the value of the column ``key``; made once, and kept.

        Raises LookupMistake for a column that it lacks, or a key that several rows share.
        """
        if (column, key) not in self._found:
            self._found[column, key] = self._values(column, key)
        return self._found[column, key]

    def _values(self, column: str, key: str) -> Mapping[str, str]:
        for name in (column, key):
            if name not in self.columns:
                raise LookupMistake(Message(NO_COLUMN, {"name": self.name, "column": name, "known": ", ".join(self.columns)}))
        values: dict[str, str] = {}
        for row in self.lines:
            if row[key] in values:
                raise LookupMistake(Message(NO_KEY, {"name": self.name, "column": row[key], "key": key}))
            if row[key]:
                values[row[key]] = row[column]
        return values


def read_lookups(workbook: Workbook, report: Report) -> dict[str, Lookup]:
    """Return the tables by file name (communes.csv); empty or repeated keys are noted."""
    return {name.removeprefix(LOOKUPS): _lookup(sheet, report) for name, sheet in workbook.items() if name.startswith(LOOKUPS)}


def bound_to_tables(expression: Expression, lookups: Mapping[str, Lookup] | None) -> Expression:
    """Return the condition with each of its pulldata() bound to its table. Raises LookupMistake.

    ``lookups`` None stands where no table can be used.
    """
    return Expression(expression.text, _bound(expression.tree, lookups)) if "pulldata" in expression.text else expression


def _lookup(sheet: Sheet, report: Report) -> Lookup:
    if not sheet.header or not sheet.header[0]:
        report.add(sheet.name, 1, "", N_("The first row of a table names its columns, and its first column is a key."))
        return Lookup(sheet.name.removeprefix(LOOKUPS), (), ())
    rows = tuple(map(_without_blanks, sheet))
    key = sheet.header[0]
    first: dict[str, int] = {}
    wrong = 0
    for row in rows:
        if not row[key] or row[key] in first:
            wrong += 1
            if wrong <= MISTAKES_AT_MOST:
                _note_key(sheet.name, row, key, first, report)
        first.setdefault(row[key], row.number)
    return Lookup(sheet.name.removeprefix(LOOKUPS), sheet.header, rows)


def _note_key(name: str, row: Row, key: str, first: Mapping[str, int], report: Report) -> None:
    if not row[key]:
        report.add(name, row.number, key, N_("This cell must be filled in."))
    else:
        report.add(name, row.number, key, N_("“%(value)s” stands in row %(other)s too: in the first column each value stands once."),
                   value=row[key], other=first[row[key]])  # fmt: skip


def _without_blanks(row: Row) -> Row:
    """The row with no blanks around its cells; mostly the same object, so that a long table is kept once."""
    if all(text == text.strip() for text in row.cells.values()):
        return row
    return Row(row.number, {column: text.strip() for column, text in row.cells.items()})


def _bound(node: Node, lookups: Mapping[str, Lookup] | None) -> Node:
    if not isinstance(node, Call):
        return node
    arguments = tuple(_bound(argument, lookups) for argument in node.arguments)
    rows = _looked_up(arguments, lookups) if node.function == "pulldata" else node.rows
    return replace(node, arguments=arguments, rows=rows)


def _looked_up(arguments: Sequence[Node], lookups: Mapping[str, Lookup] | None) -> Mapping[str, str]:
    if lookups is None:
        raise LookupMistake(Message(NOT_HERE))
    words = tuple(_words(arguments[:3]))
    if len(words) < 3:
        raise LookupMistake(Message(NOT_WRITTEN))
    table, column, key = words
    name = table.removesuffix(".csv")
    if f"{name}.csv" not in lookups:
        raise LookupMistake(Message(NO_TABLE, {"name": name, "known": ", ".join(lookups) or "–"}))
    return lookups[f"{name}.csv"].values(column, key)


def _words(nodes: Sequence[Node]) -> Iterator[str]:
    return (node.value for node in nodes if isinstance(node, Literal) and isinstance(node.value, str))
