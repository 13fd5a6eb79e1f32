"""Who was asked what: whether everybody whom a condition describes was asked a question.

An answer that a condition requires tells that its question was asked, hence that the conditions of that question and of its
page held, and so on back to the first page. What cannot be shown so is taken as not so.
"""

from __future__ import annotations

from collections.abc import Iterable

from surveys.core.expressions import Expression, holds
from surveys.core.grammar import Call, Literal, Node, Variable
from surveys.core.questionnaire import Questionnaire


def unmet_conditions(questionnaire: Questionnaire, base: Expression | None, name: str) -> tuple[Expression, ...]:
    """Return the conditions of the question ``name``, of its choices and of its page that somebody in the base may not meet.

    Empty when everybody in the base (None: everybody) was asked it.
    """
    known = _Consequences(questionnaire).of(base.tree) if base else frozenset()
    return tuple(condition for condition in _conditions(questionnaire, name) if not _follows(condition.tree, known))


def _conditions(questionnaire: Questionnaire, name: str) -> Iterable[Expression]:
    question = questionnaire.questions[name]
    own = (questionnaire.page_of[name].relevant, question.relevant, question.offers_something if question.is_asked else None)
    return [condition for condition in own if condition is not None]


class _Consequences:
    """Everything that is known to hold when a node does; each node is looked into once."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.found: dict[Node, frozenset[Node]] = {}

    def of(self, node: Node) -> frozenset[Node]:
        if node not in self.found:
            self.found[node] = frozenset({node})  # what a question that depends on itself would find here
            self.found[node] |= self._from(node)
        return self.found[node]

    def _from(self, node: Node) -> frozenset[Node]:
        if isinstance(node, Call) and node.function == "and":
            return frozenset().union(*map(self.of, node.arguments))
        if isinstance(node, Call) and node.function == "or":  # whichever holds: what follows from each
            return frozenset.intersection(*map(self.of, node.arguments))
        name = _answered(node)
        if name not in self.questionnaire.questions:
            return frozenset()
        return frozenset().union(*(self.of(condition.tree) for condition in _conditions(self.questionnaire, name)))


def _answered(node: Node) -> str:
    """The question that must have an answer for ``node`` to hold, '' when there is none."""
    if isinstance(node, Variable):
        return node.name
    if not isinstance(node, Call):
        return ""
    if node.function in ("=", "selected"):
        return next((one.name for one, other in _pairs(node) if isinstance(one, Variable) and other.value != ""), "")
    if node.function == "!=":
        return next((one.name for one, other in _pairs(node) if isinstance(one, Variable) and other.value == ""), "")
    if node.function in ("<", "<=", ">", ">="):  # an ordering needs two numbers
        return next((argument.name for argument in node.arguments if isinstance(argument, Variable)), "")
    return ""


def _pairs(node: Call) -> list[tuple[Node, Literal]]:
    return [(one, other) for one, other in (node.arguments, node.arguments[::-1]) if isinstance(other, Literal)]


def _follows(node: Node, known: frozenset[Node]) -> bool:
    if node in known:
        return True
    if isinstance(node, Call) and node.function in ("and", "or"):
        every = all if node.function == "and" else any
        return every(_follows(part, known) for part in node.arguments)
    values = _single_answers(known)
    condition = Expression("", node)
    return bool(condition.variables) and condition.variables <= values.keys() and holds(condition, values)


def _single_answers(known: frozenset[Node]) -> dict[str, str]:
    """The answers that are known word for word, from ${name} = 'text'."""
    equalities = (node for node in known if isinstance(node, Call) and node.function == "=")
    pairs = (pair for node in equalities for pair in _pairs(node))
    return {one.name: other.value for one, other in pairs if isinstance(one, Variable) and isinstance(other.value, str)}
