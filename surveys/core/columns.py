"""The condition language, read for whole columns: bases and figures over every interview at once.

A column is dictionary-encoded, and an operation on columns is the one-interview operation applied to the distinct
combinations of their values: the two readers agree by construction, and a million rows cost index arithmetic only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from surveys.core.expressions import OPERATIONS, Answer, Expression, Value, as_text, as_truth
from surveys.core.grammar import Call, Current, Literal, Node, Variable

Index = NDArray[np.intp]
SMALL = 65_536  # value tables up to this size are computed whole; larger ones only for the combinations that occur


@dataclass(frozen=True)
class Column:
    """One value per row: row r has ``values[index[r]]``."""

    values: tuple[Value | Answer, ...]
    index: Index


@dataclass(frozen=True)
class MultipleColumn:
    """The ticks of a multiple question: one array of truths per choice, in the questionnaire's order."""

    ticked: Mapping[str, NDArray[np.bool_]]

    def answers(self, size: int) -> Column:
        """Return the ticked choices of each row as one column of tuples."""
        names = tuple(self.ticked)
        weights = 1 << np.arange(len(names), dtype=object) if len(names) > 62 else 1 << np.arange(len(names), dtype=np.int64)
        packed = np.zeros(size, dtype=weights.dtype)
        for weight, ticked in zip(weights, self.ticked.values(), strict=True):
            packed += weight * ticked
        distinct, index = np.unique(packed, return_inverse=True)
        values = tuple(tuple(name for bit, name in enumerate(names) if int(bits) >> bit & 1) for bits in distinct)
        return Column(values, index.reshape(-1))


Columns = Mapping[str, Column | MultipleColumn]


def holds_column(expression: Expression, columns: Columns, size: int) -> NDArray[np.bool_]:
    """Say for each of ``size`` rows whether the condition holds; a question without column was asked of nobody."""
    column = evaluate_column(expression, columns, size)
    truths = np.array([as_truth(value) for value in column.values], dtype=np.bool_)
    return truths[column.index]


def evaluate_column(expression: Expression, columns: Columns, size: int) -> Column:
    """Return the value of the condition for each of ``size`` rows."""
    column = _column(expression.tree, columns, size)
    return Column(tuple(as_text(value) if isinstance(value, tuple) else value for value in column.values), column.index)


def _column(node: Node, columns: Columns, size: int) -> Column:
    if isinstance(node, Literal):
        return _constant(node.value, size)
    if isinstance(node, Current):
        return _constant("", size)
    if isinstance(node, Variable):
        column = columns.get(node.name)
        if column is None:
            return _constant("", size)
        return column.answers(size) if isinstance(column, MultipleColumn) else column
    return _ticks(node, columns, size) or _call(node, columns, size)


def _ticks(node: Call, columns: Columns, size: int) -> Column | None:
    """selected(${multiple}, 'choice') and count-selected(${multiple}) straight from the ticks."""
    variable = node.arguments[0]
    column = columns.get(variable.name) if isinstance(variable, Variable) else None
    if not isinstance(column, MultipleColumn):
        return None
    if node.function == "count-selected":
        count = sum((ticked.astype(np.intp) for ticked in column.ticked.values()), np.zeros(size, dtype=np.intp))
        return Column(tuple(float(n) for n in range(len(column.ticked) + 1)), count)
    if node.function == "selected" and isinstance(node.arguments[1], Literal):
        ticked = column.ticked.get(as_text(node.arguments[1].value))
        return _constant(False, size) if ticked is None else Column((False, True), ticked.astype(np.intp))
    return None


def _call(node: Call, columns: Columns, size: int) -> Column:
    operation = OPERATIONS[node.function]
    arguments = [_column(argument, columns, size) for argument in node.arguments]
    tables = [column.values for column in arguments]
    cells = int(np.prod([len(table) for table in tables], dtype=object))
    if cells <= SMALL:
        return _merged([operation(*values) for values in product(*tables)], _combined(arguments))
    occurring, index = np.unique(np.stack([column.index for column in arguments]), axis=1, return_inverse=True)
    results = [operation(*(table[i] for table, i in zip(tables, at, strict=True))) for at in occurring.T]
    return _merged(results, index.reshape(-1))


def _combined(arguments: Sequence[Column]) -> Index:
    """The position of each row's combination in the product of the value tables; constants cost nothing."""
    index: Index = arguments[0].index
    for column in arguments[1:]:
        if len(column.values) > 1:
            index = index * len(column.values) + column.index
    return index


def _merged(results: Sequence[Value | Answer], index: Index) -> Column:
    """Keep each distinct result once, so that value tables stay small; 1.0 and True are not the same value."""
    keys = {(type(result), result): result for result in results}
    order = {key: position for position, key in enumerate(keys)}
    table = np.array([order[(type(result), result)] for result in results], dtype=np.intp)
    return Column(tuple(keys.values()), table[index])


def _constant(value: Value | Answer, size: int) -> Column:
    return Column((value,), np.zeros(size, dtype=np.intp))
