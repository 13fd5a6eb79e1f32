"""What a single comparison tells of the answers it is about."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product

from surveys.core.expressions import Expression, as_number, as_text, evaluate, holds
from surveys.core.grammar import NEGATION, Call, Literal, Node, Variable
from surveys.core.reasoning.domains import FLIPPED, Domain, Impossible, Numbers, Texts, Ticks, answered, equal_to_text

MOST_COMBINATIONS = 256  # of values of the questions in one comparison


@lru_cache(maxsize=20_000)
def names_of(node: Node) -> frozenset[str]:
    """Return the names of the questions that a condition is about."""
    return Expression("", node).variables


def narrowed(node: Node, truth: bool, domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    """Yield the answers that a comparison narrows when it is ``truth``, with what is left of them.

    ``domains`` holds what is known of each. Raises Impossible when nothing is left.
    """
    names = sorted(names_of(node))
    if not names:
        if holds(Expression("", node), {}) != truth:
            raise Impossible
        return
    lists = [domain.values for domain in map(domains.__getitem__, names) if isinstance(domain, Texts)]
    if len(lists) == len(names) and math.prod(map(len, lists)) <= MOST_COMBINATIONS:
        yield from _filtered(node, truth, names, domains)
    elif isinstance(node, Variable):
        yield node.name, equal_to_text(domains[node.name], "", not truth)
    elif isinstance(node, Call):
        yield from _by_sign(node, truth, domains)


def _filtered(node: Node, truth: bool, names: list[str], domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    """Try every combination of a few texts."""
    condition = Expression("", node)
    texts = [domain.values for domain in map(domains.__getitem__, names) if isinstance(domain, Texts)]
    left = [values for values in product(*texts) if holds(condition, dict(zip(names, values, strict=True))) == truth]
    for position, name in enumerate(names):
        domain = domains[name]
        if isinstance(domain, Texts):
            yield name, domain.kept(values[position] for values in left)


def _by_sign(node: Call, truth: bool, domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    function = node.function
    if function == "!=":
        function, truth = "=", not truth
    if function == "selected":
        yield from _selected(node, truth, domains)
    elif function in FLIPPED:
        left, right = map(_written, node.arguments)
        for one, other, sign in ((left, right, function), (right, left, FLIPPED[function])):
            if isinstance(other, Literal):
                yield from _against(one, sign, other.value, truth, domains)
                return
        if truth and function != "=":
            yield from _ordered(left, function, right, domains)


def _written(node: Node) -> Node:
    """A part without any answer in it, such as date('2023-11-22'), is what it comes to."""
    return node if isinstance(node, Literal) or names_of(node) else Literal(evaluate(Expression("", node), {}))


def _selected(node: Call, truth: bool, domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    subject, choice = node.arguments
    if not isinstance(subject, Variable) or not isinstance(choice, Literal):
        return
    domain = domains[subject.name]
    if isinstance(domain, Ticks):
        yield subject.name, domain.having(as_text(choice.value), truth)
    elif truth:
        yield subject.name, answered(domain)


def _against(subject: Node, sign: str, value: str | float, truth: bool, domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    """Something compared with what is written beside it."""
    if sign == "=" and isinstance(value, str):
        if isinstance(subject, Variable):
            yield subject.name, equal_to_text(domains[subject.name], value, truth)
        return
    number = as_number(value)
    if number is None:
        if truth:  # no order among texts
            raise Impossible
        return
    name = _number_of(subject, domains)
    domain = domains.get(name)
    if isinstance(domain, Numbers):
        yield name, domain.compared(sign, number, truth)
    elif isinstance(domain, Ticks):
        yield from ((name, counted) for counted in _counted(domain, sign, number, truth))
    elif truth and isinstance(subject, Variable):
        yield subject.name, answered(domains[subject.name])
    elif truth:
        yield from _ordered(subject, sign, Literal(number), domains)


def _number_of(subject: Node, domains: Mapping[str, Domain]) -> str:
    """The question whose number, day or count of choices ``subject`` is; '' when it is none."""
    if isinstance(subject, Call) and len(subject.arguments) == 1 and subject.function in ("number", "date", "count-selected"):
        inside = subject.arguments[0]
        if isinstance(inside, Variable):
            domain = domains[inside.name]
            if isinstance(domain, Ticks):
                return inside.name if subject.function == "count-selected" else ""
            return (
                inside.name
                if isinstance(domain, Numbers) and domain.is_date == (subject.function == "date") and subject.function != "count-selected"
                else ""
            )
    if isinstance(subject, Variable):
        domain = domains[subject.name]
        return subject.name if isinstance(domain, Numbers) and not domain.is_date else ""
    return ""


def _counted(domain: Ticks, sign: str, number: float, truth: bool) -> Iterator[Ticks]:
    counts = Numbers(domain.few, domain.most, frozenset(), whole=True).compared(sign, number, truth)
    yield domain.counted(counts.low, counts.high)


def _ordered(left: Node, sign: str, right: Node, domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    """An ordering that holds is of two numbers: each side narrows the other."""
    low, high = _span(left, domains), _span(right, domains)
    for one, other, way in ((left, high, sign), (right, low, FLIPPED[sign])):
        name = _number_of(one, domains)
        domain = domains.get(name)
        bound = other[1] if way in ("<", "<=") else other[0]
        if isinstance(domain, Numbers) and way != "=":
            yield name, domain.compared(way, bound, True) if math.isfinite(bound) else domain.made(domain.low, domain.high, frozenset())
    smallest, largest = (low, high) if sign in ("<", "<=") else (high, low)
    if sign == "=":
        if low[0] > high[1] or high[0] > low[1]:
            raise Impossible
    elif smallest[0] > largest[1] or (smallest[0] == largest[1] and sign in ("<", ">")):
        raise Impossible


def _span(node: Node, domains: Mapping[str, Domain]) -> tuple[float, float]:
    """The least and the largest number that a calculation can give, when it gives one."""
    if isinstance(node, Literal):
        number = as_number(node.value)
        return (-math.inf, math.inf) if number is None else (number, number)
    domain = domains.get(_number_of(node, domains))
    if isinstance(domain, Numbers):
        return domain.low, domain.high
    if isinstance(domain, Ticks):
        return domain.few, domain.most
    if isinstance(node, Call) and node.function in ("+", "-", NEGATION):
        spans = [_span(argument, domains) for argument in node.arguments]
        if node.function == NEGATION:
            return -spans[0][1], -spans[0][0]
        (a, b), (c, d) = spans
        return _widened(*((a + c, b + d) if node.function == "+" else (a - d, b - c)))
    return -math.inf, math.inf


def _widened(low: float, high: float) -> tuple[float, float]:
    """What rounding could add is allowed for; infinite less infinite is anything."""
    low, high = (-math.inf if math.isnan(low) else low), (math.inf if math.isnan(high) else high)
    return math.nextafter(low, -math.inf), math.nextafter(high, math.inf)
