"""A questionnaire brought in from another program: the study's sheets, and what is to be said about each thing on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from surveys.core.checks import check_questionnaire
from surveys.core.messages import Message
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Mistake, Report, Workbook

Weight = Literal["missed", "note"]


@dataclass(frozen=True)
class Place:
    """Where something stood in the file: a sheet with its row, or a question's code, or a path, with row 0."""

    sheet: str
    row: int = 0

    def __str__(self) -> str:
        return f"{self.sheet}:{self.row}" if self.row else self.sheet


@dataclass(frozen=True)
class Remark:
    """What became of one thing. ``missed`` is left out of the questionnaire, a ``note`` says what was supposed or changed."""

    place: Place
    column: str
    weight: Weight
    message: Message

    def __str__(self) -> str:
        return f"{':'.join(part for part in (str(self.place), self.column) if part)}: {self.message}"


@dataclass
class Ledger:
    """The remarks, as they are made; the same one is kept once."""

    remarks: list[Remark] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def missed(self, place: Place, column: str, template: str, **values: object) -> None:
        """Note what is left out, and why."""
        self._add(Remark(place, column, "missed", Message(template, values)))

    def note(self, place: Place, column: str, template: str, **values: object) -> None:
        """Note what was supposed or changed."""
        self._add(Remark(place, column, "note", Message(template, values)))

    def in_order(self) -> tuple[Remark, ...]:
        """Return the remarks in the order of the file: sheets, or questions, as they were first met, then rows."""
        sheets = {remark.place.sheet: position for position, remark in reversed(list(enumerate(self.remarks)))}
        return tuple(sorted(self.remarks, key=lambda remark: (sheets[remark.place.sheet], remark.place.row)))

    def _add(self, remark: Remark) -> None:
        if str(remark) not in self._known:
            self._known.add(str(remark))
            self.remarks.append(remark)


@dataclass(frozen=True)
class Brought:
    """The study's sheets as they were understood, and the remarks in the order of the file."""

    workbook: Workbook
    remarks: tuple[Remark, ...]

    def mistakes(self) -> tuple[Mistake, ...]:
        """Return what must still be corrected in the sheets before they can be loaded."""
        return form_mistakes(self.workbook)

    @property
    def missed(self) -> tuple[Remark, ...]:
        """Return what was left out."""
        return tuple(remark for remark in self.remarks if remark.weight == "missed")

    @property
    def notes(self) -> tuple[Remark, ...]:
        """Return what was supposed or changed."""
        return tuple(remark for remark in self.remarks if remark.weight == "note")


def form_mistakes(workbook: Workbook) -> tuple[Mistake, ...]:
    """Return the mistakes that reading and checking the sheets of a form find."""
    report = Report()
    questionnaire = read_questionnaire(workbook, report)
    if "survey" in workbook and "choices" in workbook:
        check_questionnaire(questionnaire, workbook, report)
    return tuple({str(mistake): mistake for mistake in report.mistakes}.values())
