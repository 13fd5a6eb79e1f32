"""Conditions written as R, for those who check figures with it: verify.R defines the functions that they call."""

from __future__ import annotations

import json

from surveys.core.expressions import Expression
from surveys.core.grammar import NEGATION, Call, Literal, Node, Variable

ALWAYS = "TRUE"
NOTHING = '""'
FUNCTIONS = {
    "or": "either", "and": "both", "not": "negate", "=": "same", "!=": "differs",
    "<": "less", "<=": "less_or_same", ">": "more", ">=": "more_or_same",
    "+": "plus", "-": "minus", "*": "times", "div": "over", "mod": "remainder",
    "if": "choose_one", "coalesce": "coalesced", "selected": "ticked", "selected-at": "ticked_at", "count-selected": "count_ticked",
    "number": "number", "int": "whole", "round": "rounded", "min": "smallest", "max": "largest", "date": "day_of",
    "string": "text", "string-length": "text_length", "contains": "holds_text", "starts-with": "begins", "concat": "joined",
}  # fmt: skip


def in_r(condition: Expression | None) -> str:
    """Return a condition as an R expression over ``answer(name)``; none always holds."""
    return ALWAYS if condition is None else _written(condition.tree)


def _written(node: Node) -> str:
    if isinstance(node, Variable):
        return f"answer({json.dumps(node.name)})"
    if isinstance(node, Literal):
        return _literal(node.value)
    if isinstance(node, Call) and node.function == NEGATION:
        return f"minus(0, {_written(node.arguments[0])})"
    if isinstance(node, Call) and node.function in FUNCTIONS:
        return f"{FUNCTIONS[node.function]}({', '.join(map(_written, node.arguments))})"
    return NOTHING  # a table, a current answer or a choice's column, of which a figure has none: the empty text, as it is read


def _literal(value: str | float | bool) -> str:
    if isinstance(value, str):
        return json.dumps(value)  # escaped to ASCII, as R reads it in any locale
    return str(value).upper() if isinstance(value, bool) else repr(float(value))
