"""The condition language, read for whole columns: bases and figures over every interview at once.

A column is dictionary-encoded, and an operation on columns is the one-interview operation applied to the distinct
combinations of their values: the two readers agree by construction, and a million rows cost index arithmetic only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from surveys.core.expressions import Answer, Expression, Value, as_text, as_truth, operation_of
from surveys.core.grammar import Attribute, Call, Current, Literal, Node, Variable

Index = NDArray[np.intp]
SMALL = 65_536  # tables of combinations up to this size are computed whole; of larger ones, only what occurs in some row


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
        dtype = np.dtype(np.int64 if len(names) < 63 else object)  # Python's whole numbers where 64 bits are too few
        packed = np.zeros(size, dtype=dtype)
        for bit, ticked in enumerate(self.ticked.values()):
            packed += (1 << bit) * ticked.astype(dtype)
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
    if isinstance(node, Current | Attribute):
        return _constant("", size)
    if isinstance(node, Variable):
        column = columns.get(node.name)
        if column is None:
            return _constant("", size)
        return column.answers(size) if isinstance(column, MultipleColumn) else column
    ticks = _ticks(node, columns, size)
    return ticks or _operated(node, tuple(map(partial(_column, columns=columns, size=size), node.arguments)))


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


def _operated(node: Call, arguments: Sequence[Column]) -> Column:
    operation = operation_of(node)
    tables = [column.values for column in arguments]
    if math.prod(map(len, tables)) <= min(SMALL, arguments[0].index.size):
        return _merged([operation(*values) for values in product(*tables)], _combined(arguments))
    combinations, index = _occurring(arguments)
    return _merged([operation(*values) for values in combinations], index)


def _combined(arguments: Sequence[Column]) -> Index:
    """The position of each row's combination in the product of the value tables; constants cost nothing."""
    index: Index = arguments[0].index
    for column in arguments[1:]:
        if len(column.values) > 1:
            index = index * len(column.values) + column.index
    return index


def _occurring(arguments: Sequence[Column]) -> tuple[list[tuple[Value | Answer, ...]], Index]:
    """The combinations of values that some row has, and the position of each row's among them."""
    combinations: list[tuple[Value | Answer, ...]] = [(value,) for value in arguments[0].values]
    index = arguments[0].index
    for column in arguments[1:]:
        size = len(column.values)
        pairs, index = np.unique(index * size + column.index, return_inverse=True)
        combinations = [(*combinations[pair // size], column.values[pair % size]) for pair in pairs.tolist()]
    return combinations, index


def _merged(results: Sequence[Value | Answer], index: Index) -> Column:
    """Keep each distinct result once, so that value tables stay small; 1.0 and True are not the same value."""
    keys = {(type(result), result): result for result in results}
    order = {key: position for position, key in enumerate(keys)}
    table = np.array([order[(type(result), result)] for result in results], dtype=np.intp)
    return Column(tuple(keys.values()), table[index])


def _constant(value: Value | Answer, size: int) -> Column:
    return Column((value,), np.zeros(size, dtype=np.intp))
