"""The condition language, read for one interview: routing, screen-outs, calculations, quota cells.

Values are texts, numbers and truths. A question not asked is the empty text, so not(${q8} = '1') includes those who were
never asked. A text that is no number is unequal to every number and makes every ordering false ('NSP' < 5 is false).
"""

from __future__ import annotations

import datetime
import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cached_property, lru_cache, partial

from surveys.core.grammar import NEGATION, Attribute, Call, Current, ExpressionError, Literal, Node, Variable, parse_tree

__all__ = ["Answer", "Expression", "ExpressionError", "Value", "any_of", "as_text", "equal", "evaluate", "every", "holds", "parse"]

Answer = str | tuple[str, ...]  # '' = not asked or no answer; a multiple's is its ticked choices
Value = str | float | bool

CURRENT = "."
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_DECIMALS = 9


@dataclass(frozen=True)
class Expression:
    """A parsed condition: the text as written, and its tree."""

    text: str
    tree: Node

    @cached_property
    def variables(self) -> frozenset[str]:
        """Return the names of the questions it depends on."""
        return frozenset(node.name for node in _nodes(self.tree) if isinstance(node, Variable))

    @cached_property
    def uses_current(self) -> bool:
        """Say whether it looks at the current answer."""
        return any(isinstance(node, Current) for node in _nodes(self.tree))

    def comparisons(self) -> tuple[tuple[str, str], ...]:
        """Return (question, text) for each ${question} = 'text', != 'text' and selected(${question}, 'text')."""
        return tuple((name, value) for name, value in self.expectations() if name != CURRENT and isinstance(value, str))

    def expectations(self) -> tuple[tuple[str, str | float], ...]:
        """Return (question, value) for each answer compared by =, != or selected() with a written text or number; the question
        is CURRENT where it is the current answer."""
        found = []
        for node in _nodes(self.tree):
            if isinstance(node, Call) and node.function in ("=", "!=", "selected"):
                for one, other in (node.arguments, node.arguments[::-1]):
                    if isinstance(one, Variable | Current) and isinstance(other, Literal) and not isinstance(other.value, bool):
                        found.append((one.name if isinstance(one, Variable) else CURRENT, other.value))
        return tuple(found)

    def outcomes(self) -> tuple[Node, ...]:
        """Return the nodes one of whose values it gives, seen through if() and coalesce()."""
        return tuple(_outcomes(self.tree))

    def bound(self, attributes: Mapping[str, str]) -> Expression:
        """Return the condition for one choice, whose columns ``attributes`` gives; a column it lacks is empty."""
        return Expression(self.text, _bound(self.tree, attributes))


def every(conditions: Iterable[Expression | None]) -> Expression | None:
    """Return the condition that holds when all of ``conditions`` do; None, which always holds, is left out."""
    given = [condition for condition in conditions if condition is not None]
    return _joined("and", given) if given else None


def any_of(conditions: Sequence[Expression]) -> Expression:
    """Return the condition that holds when one of ``conditions``, at least one, does."""
    return _joined("or", conditions)


def _joined(sign: str, conditions: Sequence[Expression]) -> Expression:
    if len(conditions) == 1:
        return conditions[0]
    return Expression(
        f" {sign} ".join(f"({condition.text})" for condition in conditions), _halved(sign, [each.tree for each in conditions])
    )


def _halved(sign: str, nodes: Sequence[Node]) -> Node:
    """A thousand conditions in a row would be a tree a thousand steps high, ten when it is halved."""
    middle = len(nodes) // 2
    return nodes[0] if len(nodes) == 1 else Call(sign, (_halved(sign, nodes[:middle]), _halved(sign, nodes[middle:])))


@lru_cache(maxsize=10_000)
def parse(text: str, attributes: frozenset[str] = frozenset()) -> Expression:
    """Return the condition written in ``text``. Raises ExpressionError with the position and what was expected.

    ``attributes`` are the columns of a choice that a choice filter may name.
    """
    return Expression(text, parse_tree(text, attributes))


def evaluate(expression: Expression, answers: Mapping[str, Answer], current: Answer = "") -> Value:
    """Return the value of a condition for one interview's answers; never raises."""
    value = _value(expression.tree, answers, current)
    return " ".join(value) if isinstance(value, tuple) else value


def holds(expression: Expression, answers: Mapping[str, Answer], current: Answer = "") -> bool:
    """Say whether a condition holds for one interview's answers."""
    return as_truth(evaluate(expression, answers, current))


def as_text(value: Value | Answer) -> str:
    """Return a value as text: whole numbers without decimal point, truths as true and false."""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    return value


def as_number(value: Value | Answer) -> float | None:
    """Return a value as number; None for a text that is not written as one."""
    if isinstance(value, bool | float):
        return float(value)
    text = as_text(value)
    if not NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def as_truth(value: Value | Answer) -> bool:
    """Return a value as truth, as XPath does: a number other than 0, a text that is not empty."""
    return bool(value)


def _nodes(tree: Node) -> Iterator[Node]:
    yield tree
    if isinstance(tree, Call):
        for argument in tree.arguments:
            yield from _nodes(argument)


def _outcomes(node: Node) -> Iterator[Node]:
    if isinstance(node, Call) and node.function in ("if", "coalesce"):
        for argument in node.arguments[-2:]:
            yield from _outcomes(argument)
    else:
        yield node


def _value(node: Node, answers: Mapping[str, Answer], current: Answer) -> Value | Answer:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Variable):
        return answers.get(node.name, "")
    if isinstance(node, Current):
        return current
    if isinstance(node, Attribute):  # not bound to a choice
        return ""
    if node.function == "if":  # only the branch that counts is read
        chosen = node.arguments[1 if as_truth(_value(node.arguments[0], answers, current)) else 2]
        return _value(chosen, answers, current)
    # One step of the interpreter's stack for one step down the tree, which is why the tree's height is capped.
    return operation_of(node)(*map(partial(_value, answers=answers, current=current), node.arguments))


def operation_of(node: Call) -> Callable[..., Value | Answer]:
    """Return what a call does to the values of its arguments; both readers of the language use this."""
    return OPERATIONS[node.function] if node.rows is None else partial(_pulled, node.rows)


def _pulled(rows: Mapping[str, str], table: Value, column: Value, key: Value, value: Value | Answer) -> Value:
    return rows.get(as_text(value), "")


def _bound(node: Node, attributes: Mapping[str, str]) -> Node:
    if isinstance(node, Attribute):
        return Literal(attributes.get(node.name, ""))
    if isinstance(node, Call):
        return replace(node, arguments=tuple(_bound(argument, attributes) for argument in node.arguments))
    return node


def equal(a: Value | Answer, b: Value | Answer) -> bool:
    """Say whether two values are the same: as truths, as numbers or as texts, as soon as one of them is such."""
    if isinstance(a, bool) or isinstance(b, bool):
        return as_truth(a) == as_truth(b)
    if isinstance(a, float) or isinstance(b, float):
        first, second = as_number(a), as_number(b)
        return first is not None and first == second
    return as_text(a) == as_text(b)


def _ordering(compare: Callable[[float, float], bool]) -> Callable[..., Value]:
    def ordered(a: Value | Answer, b: Value | Answer) -> bool:
        first, second = as_number(a), as_number(b)
        return first is not None and second is not None and compare(first, second)

    return ordered


def _arithmetic(compute: Callable[[float, float], float]) -> Callable[..., Value]:
    def computed(a: Value | Answer, b: Value | Answer) -> Value:
        first, second = as_number(a), as_number(b)
        if first is None or second is None:
            return ""
        try:
            result = compute(first, second)
        except (ZeroDivisionError, OverflowError, ValueError):
            return ""
        return result + 0.0 if math.isfinite(result) else ""  # + 0.0: no negative zero

    return computed


def _most(compute: Callable[[list[float]], float]) -> Callable[..., Value]:
    """min and max: of the numbers, whatever is none left aside."""

    def computed(*values: Value | Answer) -> Value:
        numbers = [number for number in map(as_number, values) if number is not None]
        return compute(numbers) if numbers else ""

    return computed


def _number(value: Value | Answer) -> Value:
    number = as_number(value)
    return "" if number is None else number


def _whole(value: Value | Answer) -> Value:
    number = as_number(value)
    return "" if number is None else float(math.trunc(number))


def _rounded(value: Value | Answer, digits: Value | Answer = 0.0) -> Value:
    """Half away from zero, as people do it, and not half to even as Python does."""
    number, places = as_number(value), as_number(digits)
    if number is None or places is None or not 0 <= places <= MOST_DECIMALS:
        return ""
    step = Decimal(1).scaleb(-int(places))
    try:
        return float(Decimal(repr(number)).quantize(step, ROUND_HALF_UP)) + 0.0
    except InvalidOperation:  # more digits than a decimal holds: nothing is left to round
        return number


def _selected_at(answer: Value | Answer, position: Value | Answer) -> Value:
    names = answer if isinstance(answer, tuple) else as_text(answer).split()
    number = as_number(position)
    return names[int(number)] if number is not None and 0 <= number < len(names) else ""


def _day(value: Value | Answer) -> Value:
    """The days from 1970-01-01 to a date written 2023-11-22, as XForms counts them."""
    text = as_text(value)
    try:
        return float((datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days) if DATE.fullmatch(text) else ""
    except ValueError:
        return ""


def _selected(answer: Value | Answer, choice: Value | Answer) -> bool:
    return as_text(choice) in (answer if isinstance(answer, tuple) else as_text(answer).split())


def _count_selected(answer: Value | Answer) -> float:
    return float(len(answer if isinstance(answer, tuple) else as_text(answer).split()))


OPERATIONS: Mapping[str, Callable[..., Value | Answer]] = {
    "or": lambda a, b: as_truth(a) or as_truth(b),
    "and": lambda a, b: as_truth(a) and as_truth(b),
    "not": lambda a: not as_truth(a),
    "=": equal,
    "!=": lambda a, b: not equal(a, b),
    "<": _ordering(operator.lt),
    "<=": _ordering(operator.le),
    ">": _ordering(operator.gt),
    ">=": _ordering(operator.ge),
    "+": _arithmetic(operator.add),
    "-": _arithmetic(operator.sub),
    "*": _arithmetic(operator.mul),
    "div": _arithmetic(operator.truediv),
    "mod": _arithmetic(math.fmod),
    NEGATION: lambda a: _arithmetic(operator.sub)(0.0, a),
    "if": lambda a, b, c: b if as_truth(a) else c,
    "coalesce": lambda a, b: b if as_text(a) == "" else a,
    "selected": _selected,
    "count-selected": _count_selected,
    "selected-at": _selected_at,
    "number": _number,
    "int": _whole,
    "round": _rounded,
    "min": _most(min),
    "max": _most(max),
    "string": as_text,
    "string-length": lambda a: float(len(as_text(a))),
    "contains": lambda a, b: as_text(b) in as_text(a),
    "starts-with": lambda a, b: as_text(a).startswith(as_text(b)),
    "concat": lambda *parts: "".join(map(as_text, parts)),
    "date": _day,
    "pulldata": lambda table, column, key, value: "",  # what no table was bound to
}
