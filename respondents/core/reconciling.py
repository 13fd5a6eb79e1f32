"""Settling accounts with a panel: its file of accepted and rejected identifiers, held against what became of each interview."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from surveys.core.formulas import unguard
from surveys.core.messages import N_, Message
from surveys.core.workbook import Sheet

Verdict = Literal["remove", "removed", "agrees", "unknown", "not_complete", "removed_here"]

# What a line of the panel's file comes to, in the order in which they are shown.
VERDICTS: Mapping[Verdict, str] = {
    "remove": N_("Rejected by the panel: the interview will be removed"),
    "removed_here": N_("Accepted by the panel, removed here"),
    "not_complete": N_("Accepted by the panel, not complete here"),
    "unknown": N_("Not known here"),
    "removed": N_("Rejected by the panel, and not counted here"),
    "agrees": N_("Accepted by the panel, and complete here"),
}


class FileRefused(ValueError):
    """A file that cannot be used, with the sentence that says where and what to do."""

    def __init__(self, template: str, **values: object) -> None:
        self.message = Message(template, values)
        super().__init__(str(self.message))


@dataclass(frozen=True)
class Columns:
    """Where the file says what: the columns of identifier, status and reason ('' for none), and the statuses that mean rejected.

    Without a column of status, everybody in the file is rejected.
    """

    identifier: str
    status: str = ""
    reason: str = ""
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of the panel's file."""

    row: int
    identifier: str
    is_rejected: bool
    reason: str = ""


@dataclass(frozen=True)
class Settled:
    """A line, and what it comes to here."""

    line: Line
    verdict: Verdict


def read_lines(sheet: Sheet, columns: Columns) -> list[Line]:
    """Return the lines of a panel's file. Raises FileRefused: nothing of a file with a mistake is used."""
    for column in filter(None, (columns.identifier, columns.status, columns.reason)):
        if column not in sheet.header:
            raise FileRefused(N_("The file has no column “%(name)s”: it has %(names)s."), name=column, names=", ".join(sheet.header))
    if columns.status and not columns.rejected:
        raise FileRefused(N_("Say which statuses mean rejected: the file has a column for them."))
    lines: dict[str, Line] = {}
    for row in sheet:
        identifier = unguard(row[columns.identifier])
        if not identifier:
            raise FileRefused(N_("Row %(row)s has no identifier."), row=row.number)
        if identifier in lines:
            raise FileRefused(
                N_("Row %(row)s: the identifier of row %(first)s stands there again."), row=row.number, first=lines[identifier].row
            )
        status = row[columns.status].casefold() if columns.status else ""
        if columns.status and not status:
            raise FileRefused(N_("Row %(row)s has no status."), row=row.number)
        is_rejected = not columns.status or status in {each.casefold() for each in columns.rejected}
        lines[identifier] = Line(row.number, identifier, is_rejected, row[columns.reason] if columns.reason else "")
    return list(lines.values())


def settle(lines: Iterable[Line], states: Mapping[str, str]) -> list[Settled]:
    """Return what each line comes to; ``states`` gives the state of each identifier's interview, tests left out."""
    settled = [Settled(line, _verdict(line, states.get(line.identifier))) for line in lines]
    order = list(VERDICTS)
    return sorted(settled, key=lambda each: (order.index(each.verdict), each.line.row))


def _verdict(line: Line, state: str | None) -> Verdict:
    if state is None:
        return "unknown"
    if line.is_rejected:
        return "remove" if state == "completed" else "removed"
    if state in ("completed", "over"):  # who finished over quota was told complete, and is paid
        return "agrees"
    return "removed_here" if state == "removed" else "not_complete"
