"""What a condition comes down to, before it is said: denials carried down, answers to one question put together.

not(a or b) becomes not a and not b; ${q} = '1' or ${q} = '2' one thing said of q; ${n} >= 18 and ${n} <= 24 one range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal as Word

from surveys.core.expressions import as_text
from surveys.core.grammar import Attribute, Call, Current, Literal, Node, Variable
from surveys.core.questionnaire import Question

Joined = Word["and", "or"]

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}  # each as read from its other side
UNWRAPPED = ("number", "string")  # told as what they wrap


@dataclass(frozen=True)
class Answers:
    """Whether a question has some answers. ``only``: what was ticked is that and nothing else; one of several ``joined`` by or."""

    question: Question
    values: tuple[str, ...]
    affirmed: bool
    joined: Joined = "or"
    only: bool = False


@dataclass(frozen=True)
class Forward:
    """Whether the choice looked at was selected at an earlier question."""

    question: Question
    affirmed: bool


@dataclass(frozen=True)
class Comparison:
    """Whether something compares so with something else."""

    subject: Node
    sign: str
    value: Node
    affirmed: bool


@dataclass(frozen=True)
class Range:
    """Whether something lies between two written values, both included."""

    subject: Node
    low: Node
    high: Node


@dataclass(frozen=True)
class Truth:
    """Whether something is true, or there at all."""

    node: Node
    affirmed: bool


@dataclass(frozen=True)
class Several:
    """Whether all of its facts hold ("and"), or one of them ("or")."""

    joined: Joined
    facts: tuple[Fact, ...]


Fact = Answers | Forward | Comparison | Range | Truth | Several


def fact(node: Node, questions: Mapping[str, Question], current: str = "") -> Fact:
    """Return what a condition comes down to; ``current`` names the question whose answer "." is."""
    return _Reader(questions, current).fact(node, affirmed=True)


def _named(node: Node, current: str) -> Node:
    """The condition with the question's name in the place of ".", and without what only turns a value into another kind."""
    if isinstance(node, Current) and current:
        return Variable(current)
    if isinstance(node, Call):
        arguments = tuple(_named(argument, current) for argument in node.arguments)
        return arguments[0] if node.function in UNWRAPPED else Call(node.function, arguments)
    return node


def _operands(chain: Call) -> list[Node]:
    """What a chain a or b or c joins; it is as deep as it is long, hence no recursion."""
    operands: list[Node] = []
    node: Node = chain
    while isinstance(node, Call) and node.function == chain.function:
        node, last = node.arguments
        operands.append(last)
    return [node, *reversed(operands)]


@dataclass(frozen=True)
class _Reader:
    questions: Mapping[str, Question]
    current: str

    def fact(self, node: Node, *, affirmed: bool) -> Fact:
        if isinstance(node, Call) and node.function == "not":
            return self.fact(node.arguments[0], affirmed=not affirmed)
        if isinstance(node, Call) and node.function in ("and", "or"):
            joined: Joined = "and" if (node.function == "and") == affirmed else "or"
            return _together(joined, [self.fact(operand, affirmed=affirmed) for operand in _operands(node)])
        node = _named(node, self.current)
        if isinstance(node, Call) and node.function == "selected":
            return self.selected(node, affirmed=affirmed)
        if isinstance(node, Call) and node.function in MIRRORED:
            return self.compared(node, affirmed=affirmed)
        return Truth(node, affirmed)

    def selected(self, node: Call, *, affirmed: bool) -> Fact:
        answer, choice = node.arguments
        question = self.question(answer)
        if question and isinstance(choice, Literal):
            return Answers(question, (as_text(choice.value),), affirmed)
        if question and choice == Attribute("name"):
            return Forward(question, affirmed)
        return Truth(node, affirmed)

    def compared(self, node: Call, *, affirmed: bool) -> Fact:
        subject, value = node.arguments
        sign = node.function
        if isinstance(subject, Literal):
            subject, sign, value = value, MIRRORED[sign], subject
        if sign == "!=":
            sign, affirmed = "=", not affirmed
        question = self.question(subject)
        if question and sign == "=" and isinstance(value, Literal) and not isinstance(value.value, bool):
            text = as_text(value.value)
            if text == "" or question.choices or text in question.boxes:
                return Answers(question, (text,), affirmed, only=question.kind in ("multiple", "ranking") and text != "")
        return Comparison(subject, sign, value, affirmed)

    def question(self, node: Node) -> Question | None:
        return self.questions.get(node.name) if isinstance(node, Variable) else None


def height(told: Fact) -> int:
    """Return how far down the values within a fact go: what is said of them says them all in one breath."""
    if isinstance(told, Several):
        return 1 + max(map(height, told.facts))
    values = {Truth: ("node",), Comparison: ("subject", "value")}.get(type(told), ())
    return max((value.height for name in values if isinstance(value := getattr(told, name), Call)), default=0)


def _together(joined: Joined, facts: list[Fact]) -> Fact:
    """The facts of a chain, those that one breath says put together, each in the place of the first of them."""
    flat = [each for one in facts for each in (one.facts if isinstance(one, Several) and one.joined == joined else (one,))]
    kept: list[Fact] = []
    for each in flat:
        for place, other in enumerate(kept):
            merged = each if each == other else _merged(joined, other, each)
            if merged:
                kept[place] = merged
                break
        else:
            kept.append(each)
    return kept[0] if len(kept) == 1 else Several(joined, tuple(kept))


def _merged(joined: Joined, one: Fact, other: Fact) -> Fact | None:
    if isinstance(one, Answers) and isinstance(other, Answers):
        return _merged_answers(joined, one, other)
    if joined == "and" and isinstance(one, Comparison) and isinstance(other, Comparison) and one.subject == other.subject:
        bounds = {each.sign: each.value for each in (one, other) if each.affirmed and _is_written(each.value)}
        if bounds.keys() == {"<=", ">="}:
            return Range(one.subject, bounds[">="], bounds["<="])
    return None


def _merged_answers(joined: Joined, one: Answers, other: Answers) -> Answers | None:
    """« A » or « B »; neither « A » nor « B »; of a question with several answers also « A » and « B »."""
    if (one.question.name, one.affirmed) != (other.question.name, other.affirmed) or one.only or other.only:
        return None
    if "" in one.values + other.values:
        return None
    at_once = joined == "and" and one.affirmed
    if (at_once and one.question.kind not in ("multiple", "ranking")) or (joined == "or" and not one.affirmed):
        return None
    if any(len(each.values) > 1 and each.joined != joined for each in (one, other)) and one.affirmed:
        return None
    values = tuple(dict.fromkeys(one.values + other.values))
    return Answers(one.question, values, one.affirmed, joined if one.affirmed else "or")


def _is_written(node: Node) -> bool:
    return isinstance(node, Literal) or (isinstance(node, Call) and node.function == "date" and isinstance(node.arguments[0], Literal))
