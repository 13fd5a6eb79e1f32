"""A wave written once more into the sheets of its study: its quotas, margins and weightings under another code, for another size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from respondents.core.quotas import largest_remainder
from surveys.core.cells import language_code
from surveys.core.workbook import Row, Sheet, Workbook

SCHEDULE = ("opens_at", "closes_at")
OF_A_WAVE = ("margins", "quotas", "weightings")  # sheets whose lines are taken over as they are


@dataclass(frozen=True)
class NextWave:
    """What is new in the wave: ``labels`` by language, dates as the sheets write them, how many people, on which version, and
    whether the figures are compared with the wave that it is copied from."""

    code: str
    labels: Mapping[str, str]
    starts: str
    ends: str
    target: int
    version: str
    is_compared: bool = True


def with_next_wave(book: Workbook, code: str, wanted: NextWave) -> Workbook:
    """Return the study with the wave ``code`` copied as another. Shares follow the new size by themselves; numbers are rescaled.

    Raises KeyError when the study has no such wave.
    """
    old = next((row for row in book["waves"] if row["code"] == code), None)
    if old is None:
        raise KeyError(code)
    sheets = {**book, "waves": _longer(book["waves"], [_wave(old, wanted)])}
    for name in (name for name in OF_A_WAVE if name in book):
        sheets[name] = _longer(book[name], [{**row.cells, "wave": wanted.code} for row in book[name] if row["wave"] == code])
    if "quota_cells" in book:
        sheets["quota_cells"] = _longer(book["quota_cells"], _cells(book["quota_cells"], old, wanted))
    if wanted.is_compared and "figures" in book:
        rows = tuple(Row(row.number, {**row.cells, "compare_with": code}) for row in book["figures"])
        sheets["figures"] = Sheet("figures", _header(book["figures"], [{"compare_with": code}]), rows)
    return sheets


def rescaled(numbers: list[int], before: int, after: int) -> list[int]:
    """Return whole numbers of people for a wave of ``after`` people instead of ``before``, by the largest remainder: what added up
    to the whole wave still does. Raises ZeroDivisionError for a wave of nobody."""
    whole = round(Decimal(sum(numbers)) * after / before)
    return largest_remainder([Decimal(number) for number in numbers], whole) if sum(numbers) else numbers


def limit_of(limit: int, number: int, target: int, before: int, after: int) -> int:
    """Return the limit above a rescaled ``target`` that leaves the room which ``limit`` left above ``number``, in proportion."""
    return target + ceil(Decimal(max(0, limit - number)) * after / before)


def _wave(old: Row, wanted: NextWave) -> dict[str, str]:
    cells = dict(old.cells)
    for column in (column for column in cells if column.startswith("label")):
        cells[column] = wanted.labels.get(language_code(column.partition("::")[2]), wanted.code)
    for column in (column for column in cells if column.startswith("comparability") or column in (*SCHEDULE, "interviewed")):
        cells[column] = ""
    before, ceiling, soft = _number(old, "target"), _number(old, "ceiling"), _number(old, "soft_limit")
    cells |= {"code": wanted.code, "kind": "own", "starts": wanted.starts, "ends": wanted.ends, "target": str(wanted.target)}
    cells["questionnaire_version"] = wanted.version
    if ceiling is not None and before:
        cells["ceiling"] = str(limit_of(ceiling, before, wanted.target, before, wanted.target))
    if soft is not None:
        cells["soft_limit"] = str(min(soft, wanted.target))
    return cells


def _cells(sheet: Sheet, old: Row, wanted: NextWave) -> Iterator[dict[str, str]]:
    """The lines of quota_cells, plan by plan: the targets of a plan add up anew, its limits and minima follow."""
    rows = [row for row in sheet if row["wave"] == old["code"]]
    for quota in dict.fromkeys(row["quota"] for row in rows):
        yield from _plan([row for row in rows if row["quota"] == quota], _number(old, "target") or 0, wanted)


def _plan(rows: list[Row], before: int, wanted: NextWave) -> Iterator[dict[str, str]]:
    written = [(row, number) for row in rows if (number := _number(row, "target")) is not None]
    targets = rescaled([number for _row, number in written], before, wanted.target) if before else [number for _row, number in written]
    target_of = {row.number: (number, target) for (row, number), target in zip(written, targets, strict=True)}
    for row in rows:
        cells, (number, target) = {**row.cells, "wave": wanted.code}, target_of.get(row.number, (0, 0))
        limit, minimum = _number(row, "ceiling"), _number(row, "minimum")
        if row.number in target_of:
            cells["target"] = str(target)
        if limit is not None and before:
            cells["ceiling"] = str(limit_of(limit, number, target, before, wanted.target))
        if minimum is not None and before:
            cells["minimum"] = str(floor(Decimal(minimum) * wanted.target / before))
        yield cells


def _number(row: Row, column: str) -> int | None:
    return int(row[column]) if row[column].isdecimal() else None


def _longer(sheet: Sheet, lines: Iterable[Mapping[str, str]]) -> Sheet:
    made = list(lines)
    last = max((row.number for row in sheet), default=1)
    return Sheet(sheet.name, _header(sheet, made), (*sheet.rows, *(Row(last + at, cells) for at, cells in enumerate(made, 1))))


def _header(sheet: Sheet, lines: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*sheet.header, *(column for cells in lines for column in cells)]))
