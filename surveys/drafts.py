"""A study on its way in: its sheets and its questionnaire as values, and what every check of a cell needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import models

from surveys.core.messages import N_
from surveys.core.questionnaire import Questionnaire
from surveys.core.workbook import Report, Row, Workbook

WHOLE = re.compile(r"[0-9]{1,9}")
PERCENT = re.compile(r"[0-9]{1,3}([.,][0-9]{1,4}0*)?")
ADDRESS = re.compile(r"[A-Za-z0-9_-]+")


@dataclass
class Draft:
    """A study read and being checked.

    ``questionnaire`` is the version of its settings sheet; ``earlier`` are the stored versions that its other waves name.
    ``report`` holds the mistakes found so far.
    """

    workbook: Workbook
    questionnaire: Questionnaire
    report: Report = field(default_factory=Report)
    earlier: Mapping[str, Questionnaire] = field(default_factory=dict)

    @property
    def form_is_wrong(self) -> bool:
        """Say whether a mistake was noted in the form itself, so that nothing can be told of who reaches what."""
        return any(mistake.sheet in ("settings", "survey", "choices", "bases") for mistake in self.report.mistakes)

    def rows(self, sheet: str) -> tuple[Row, ...]:
        """Return the rows of a sheet, none when the study has no such sheet."""
        return self.workbook[sheet].rows if sheet in self.workbook else ()

    def wave_row(self, code: str) -> Row | None:
        """Return the row of the waves sheet with this code."""
        return next((row for row in self.rows("waves") if row["code"] == code), None)

    def questionnaire_of(self, wave: Row | None) -> Questionnaire:
        """Return the version that a row of the waves sheet names."""
        return self.earlier.get(wave["questionnaire_version"], self.questionnaire) if wave else self.questionnaire

    def note(self, sheet: str, row: Row, column: str, template: str, **values: object) -> None:
        """Note a mistake in a cell."""
        self.report.add(sheet, row.number, column, template, **values)

    def whole(self, sheet: str, row: Row, column: str) -> int | None:
        """Return the whole number in a cell; None when it is empty or, noted, when it is none."""
        if not row[column]:
            return None
        if not WHOLE.fullmatch(row[column]):
            self.note(sheet, row, column, N_("Write a whole number without sign."))
            return None
        return int(row[column])

    def percent(self, sheet: str, row: Row, column: str) -> Decimal:
        """Return the percentage in a cell, 0 to 100 with at most four decimals; 0, noted, when it is none."""
        number = decimal_of(row[column]) if PERCENT.fullmatch(row[column]) else Decimal(-1)
        if not 0 <= number <= 100:
            self.note(sheet, row, column, N_("Write a percentage from 0 to 100 with at most four decimals."))
            return Decimal(0)
        return number

    def require(self, sheet: str, row: Row, columns: Sequence[str]) -> None:
        """Note each of the cells that is empty."""
        for column in columns:
            if not row[column]:
                self.note(sheet, row, column, N_("This cell must be filled in."))

    def require_new(self, sheet: str, row: Row, columns: Sequence[str], seen: set[tuple[str, ...]]) -> None:
        """Note the row when a key cell is empty or when the same key stands above."""
        key = tuple(row[column] for column in columns)
        self.require(sheet, row, columns)
        if all(key) and key in seen:
            self.note(sheet, row, columns[-1], N_("The same %(columns)s stands above."), columns=" + ".join(columns))
        seen.add(key)

    def require_address(self, sheet: str, row: Row, column: str) -> None:
        """Note a code that cannot be part of a web address."""
        if row[column] and not ADDRESS.fullmatch(row[column]):
            self.note(sheet, row, column, N_("Use letters without accent, digits, - and _ only: it is part of an address."))

    def require_fit(self, sheet: str, model: type[models.Model], columns: Mapping[str, str] | None = None) -> None:
        """Note the cells longer than their column in the database; ``columns`` maps headers to fields named otherwise."""
        limits = {item.name: item.max_length for item in model._meta.get_fields() if isinstance(item, models.CharField)}
        if columns is not None:
            limits = {header: limits[name] for header, name in columns.items()}
        for row in self.rows(sheet):
            for column, limit in limits.items():
                if limit is not None and len(row[column]) > limit:
                    self.note(sheet, row, column, N_("At most %(limit)s characters."), limit=limit)


def decimal_of(text: str) -> Decimal:
    """Return the number that ``Draft.percent`` accepted, with a decimal point or a comma."""
    return Decimal(text.replace(",", "."))
