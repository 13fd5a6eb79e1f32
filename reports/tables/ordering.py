"""The order of a table's answers: the questionnaire's, or by the numbers of one column."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from reports.core.tabulation import Line, Tabulated


def ordered(table: Tabulated, column: int | None, per: str) -> list[Line]:
    """Return the rows, answers sorted by a column from the highest: a sub-total with its detail, which is sorted within.

    Those without an opinion stay last. A column that is hidden sorts nothing: the order would tell of it.
    """
    lines = list(table.lines)
    if column is None or column in table.hidden:
        return lines
    asides = [line for line in lines if line.row.kind == "aside"]
    blocks = _blocks([line for line in lines if line.row.kind != "aside"])
    is_headed = any(block[0].row.kind == "heading" for block in blocks)
    sorted_blocks = blocks if is_headed else sorted(blocks, key=lambda block: -_value(block[0], column, per))
    detail = [[block[0], *sorted(block[1:], key=lambda line: -_value(line, column, per))] for block in sorted_blocks]
    return [line for block in detail for line in block] + asides


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Each line of level 0 with those below it."""
    blocks: list[list[Line]] = []
    for line in lines:
        if line.row.level and blocks:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _value(line: Line, column: int, per: str) -> float:
    value = line.values(per)[column]
    return -1.0 if isnan(value) else value
