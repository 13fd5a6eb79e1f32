"""What a question's answer can be: the set of its values, narrowed as more is known of the person.

Every set holds at least the values that are possible, and may hold some that are not: it only ever errs on that side.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from surveys.core.expressions import Expression, as_number, as_text
from surveys.core.grammar import Call, Current, Literal, Node
from surveys.core.questionnaire import Question

MOST_TEXTS = 600  # a longer list (communes) is taken for any text
EPOCH = datetime.date(1970, 1, 1)
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Impossible(Exception):
    """No answer is left."""


@dataclass(frozen=True)
class Texts:
    """One of a few texts; '' is not asked, or not answered."""

    values: frozenset[str]

    @property
    def is_answered(self) -> bool:
        """Say whether there is an answer whatever the value."""
        return "" not in self.values

    def kept(self, values: Iterable[str]) -> Texts:
        """Return the same with these values only. Raises Impossible when none is left."""
        left = self.values & frozenset(values)
        if not left:
            raise Impossible
        return self if left == self.values else Texts(left)


@dataclass(frozen=True)
class Numbers:
    """A number from ``low`` to ``high`` (none when they cross), or one of ``others``: '' and the boxes' codes.

    A date is the number of its day since 1970-01-01, which only date() gives.
    """

    low: float
    high: float
    others: frozenset[str]
    whole: bool = False
    is_date: bool = False

    @property
    def is_answered(self) -> bool:
        """Say whether there is an answer whatever the value."""
        return "" not in self.others

    def compared(self, sign: str, number: float, truth: bool) -> Numbers:
        """Return the values whose comparison with ``number`` is ``truth``; a text that is no number compares as false."""
        low, high = self.low, self.high
        if sign == "=" and not truth:
            low, high = self._without(number)
        else:
            sign = sign if truth else OPPOSITE[sign]
            if sign in ("=", ">="):
                low = max(low, number)
            if sign in ("=", "<="):
                high = min(high, number)
            if sign == ">":
                low = max(low, math.nextafter(number, math.inf))
            if sign == "<":
                high = min(high, math.nextafter(number, -math.inf))
        if self.whole:
            low, high = _ceiling(low), _floor(high)
        return self.made(low, high, frozenset() if truth else self.others)

    def only(self, others: Iterable[str], number: float | None = None) -> Numbers:
        """Return the same with only these texts, and ``number`` (None: no number)."""
        low, high = (math.inf, -math.inf) if number is None else (max(self.low, number), min(self.high, number))
        return self.made(low, high, self.others & frozenset(others))

    def made(self, low: float, high: float, others: frozenset[str]) -> Numbers:
        """Return the same with these bounds and texts. Raises Impossible when nothing is left."""
        if low > high and not others:
            raise Impossible
        return replace(self, low=low, high=high, others=others)

    def _without(self, number: float) -> tuple[float, float]:
        if self.low == self.high == number:
            return math.inf, -math.inf
        low = math.nextafter(number, math.inf) if self.low == number else self.low
        return low, math.nextafter(number, -math.inf) if self.high == number else self.high


@dataclass(frozen=True)
class Ticks:
    """Some of a list's choices: surely those ``ticked``, perhaps those ``free``; ``few`` to ``most`` of them.

    An ``exclusive`` choice stands alone.
    """

    free: frozenset[str]
    ticked: frozenset[str]
    few: int
    most: int
    exclusive: frozenset[str] = frozenset()

    @property
    def is_answered(self) -> bool:
        """Say whether there is an answer whatever the value."""
        return self.few > 0

    def having(self, name: str, truth: bool) -> Ticks:
        """Return the answers in which this choice is ticked, or is not. Raises Impossible."""
        if (truth and name not in self.free | self.ticked) or (not truth and name in self.ticked):
            raise Impossible
        return self.made(self.free - {name}, self.ticked | {name} if truth else self.ticked, self.few, self.most)

    def counted(self, few: float, most: float) -> Ticks:
        """Return the answers of this many choices. Raises Impossible."""
        return self.made(self.free, self.ticked, max(self.few, _ceiling(few)), min(self.most, _floor(most)))

    def made(self, free: frozenset[str], ticked: frozenset[str], few: float, most: float) -> Ticks:
        """Return the same with these choices and numbers. Raises Impossible when no answer is left."""
        if ticked & self.exclusive:
            free, most = frozenset(), min(most, 1)
        elif ticked or few > 1:
            free -= self.exclusive
        few, most = max(few, len(ticked)), min(most, len(ticked) + len(free))
        if few > most:
            raise Impossible
        if len(ticked) == most:
            free = frozenset()
        return Ticks(free, ticked, int(few), int(most), self.exclusive)


@dataclass(frozen=True)
class Anything:
    """Any text."""

    is_answered: bool = False


Domain = Texts | Numbers | Ticks | Anything


def domain_of(question: Question) -> Domain:
    """Return what the answer to a question can be, as far as the question alone tells."""
    names = frozenset(question.choice_by_name)
    if question.kind == "note":
        return Texts(frozenset({""}))
    if question.kind in ("multiple", "ranking"):
        exclusive = frozenset(choice.name for choice in question.choices if choice.is_exclusive)
        return Ticks(names, frozenset(), 0, int(question.maximum or len(names)), exclusive if question.kind == "multiple" else frozenset())
    if question.is_number:
        return _numbers(question)
    if question.kind == "date":
        limits = [
            float((datetime.date.fromisoformat(text) - EPOCH).days) if text else None for text in (question.minimum, question.maximum)
        ]
        low, high = (-math.inf if limits[0] is None else limits[0]), (math.inf if limits[1] is None else limits[1])
        return Numbers(low, high, question.boxes | {""}, whole=True, is_date=True)
    if question.kind == "calculate" and not question.split:
        return _outcomes(question)
    listed = question.kind in ("single", "hidden", "calculate") and names and len(names) <= MOST_TEXTS
    return Texts(names | {""}) if listed else Anything()


def _numbers(question: Question) -> Numbers:
    low, high = float(question.minimum or -math.inf), float(question.maximum or math.inf)
    if question.steps:
        low, high = max(low, float(question.steps[0])), min(high, float(question.steps[-1]))
    numbers = Numbers(low, high, question.boxes | {""}, whole=question.kind == "integer")
    for sign, number in _bounds(question.constraint):
        try:
            within = numbers.compared(sign, number, True)
        except Impossible:  # noted where limits are checked
            break
        numbers = replace(within, others=numbers.others)
    return numbers


def _bounds(constraint: Expression | None) -> Iterable[tuple[str, float]]:
    """The comparisons of the current answer with a number that a constraint requires."""
    ahead: list[Node] = [constraint.tree] if constraint else []
    while ahead:
        node = ahead.pop()
        if isinstance(node, Call) and node.function == "and":
            ahead += node.arguments
        elif isinstance(node, Call) and node.function in FLIPPED:
            left, right = node.arguments
            for one, other, sign in ((left, right, node.function), (right, left, FLIPPED[node.function])):
                if isinstance(one, Current) and isinstance(other, Literal) and isinstance(other.value, float):
                    yield sign, other.value


def _outcomes(question: Question) -> Domain:
    nodes = question.calculation.outcomes() if question.calculation else ()
    if not nodes or any(not isinstance(node, Literal) for node in nodes):
        return Anything()
    return Texts(frozenset(as_text(node.value) for node in nodes if isinstance(node, Literal)) | {""})


def equal_to_text(domain: Domain, text: str, truth: bool) -> Domain:
    """Return the values that are the same text as ``text``, or are not. Raises Impossible."""
    if isinstance(domain, Texts):
        return domain.kept({text} if truth else domain.values - {text})
    if isinstance(domain, Numbers):
        return _same_number(domain, text) if truth else domain.made(domain.low, domain.high, domain.others - {text})
    if isinstance(domain, Ticks):
        if text:
            return domain.counted(1, math.inf) if truth else domain
        return domain.counted(0, 0) if truth else domain.counted(1, math.inf)
    if truth and not text and domain.is_answered:
        raise Impossible
    answered = bool(text) if truth else not text
    return Anything(domain.is_answered or answered) if answered else domain


def answered(domain: Domain) -> Domain:
    """Return the values that are an answer. Raises Impossible when there is none."""
    return equal_to_text(domain, "", False)


def _same_number(domain: Numbers, text: str) -> Numbers:
    if not domain.is_date:
        return domain.only({text}, as_number(text))
    return domain.only({text}) if text in domain.others else domain.made(domain.low, domain.high, frozenset())


def _ceiling(number: float) -> float:
    return number if math.isinf(number) else float(math.ceil(number))


def _floor(number: float) -> float:
    return number if math.isinf(number) else float(math.floor(number))
