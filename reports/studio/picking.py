"""Conditions written by picking: answers to one question, any or all or none of them, so many of them, or a span of numbers.

What is picked becomes the study's own condition language, and a condition that picking can write is read back into it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from reports.core.topics import topics
from surveys.core.expressions import as_text, parse
from surveys.core.grammar import Call, ExpressionError, Literal, Node, Variable
from surveys.core.questionnaire import Question, Questionnaire

ANY, ALL, NONE, EXACTLY, AT_LEAST, BETWEEN, WRITTEN = "any", "all", "none", "exactly", "at_least", "between", "written"
TOP, BOTTOM = "top", "bottom"  # the first, the last two answers
LEAST_FOR_TOP_TWO = 4


@dataclass(frozen=True)
class Picked:
    """What was picked: ``answers`` to ``question`` of which ``how``; ``low`` and ``high`` are numbers as written, '' for no bound.

    ``written`` is a condition that picking cannot write. Nothing at all selects everybody.
    """

    question: str = ""
    how: str = ANY
    answers: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    written: str = ""

    def condition(self, question: Question | None) -> str:
        """Return the condition in the study's language, '' when nothing is picked; ``question`` is the one picked."""
        if self.how == WRITTEN:
            return self.written.strip()
        return _WRITERS[self.how](self, question) if question else ""


def pickable(questionnaire: Questionnaire) -> Iterator[tuple[str, Question]]:
    """Yield the questions that something can be picked of, each with its number in the study's order."""
    for topic in topics(questionnaire):
        if topic.kind in ("single", "scale", "multiple", "number"):
            yield topic.number, topic.questions[0]


def ways_of(question: Question) -> tuple[str, ...]:
    """Return how answers to a question can be picked."""
    if question.kind == "multiple":
        return ANY, ALL, NONE, EXACTLY, AT_LEAST, WRITTEN
    return (BETWEEN, WRITTEN) if question.is_number else (ANY, WRITTEN)


def together(question: Question) -> dict[str, tuple[str, ...]]:
    """Return the answers that are picked at once by their place: the first two and the last two opinions of a longer list."""
    names = tuple(choice.name for choice in question.choices if choice.is_valid_answer)
    if question.kind == "multiple" or not LEAST_FOR_TOP_TWO <= len(names) <= 11:
        return {}
    return {TOP: names[:2], BOTTOM: names[-2:]}


def picked(text: str, questionnaire: Questionnaire) -> Picked:
    """Read a condition back as what was picked, or as written where picking cannot write the very same."""
    if not text.strip():
        return Picked()
    try:
        tree = parse(text).tree
    except ExpressionError:
        return Picked(how=WRITTEN, written=text)
    for question in (question for _number, question in pickable(questionnaire)):
        for how in ways_of(question)[:-1]:
            guess = replace(_mentions(tree), question=question.name, how=how)
            if (guess.answers or guess.low or guess.high) and _tree(guess.condition(question)) == tree:
                return _tidy(guess)
    return Picked(how=WRITTEN, written=text)


def same(first: str, second: str) -> bool:
    """Say whether two conditions are the same but for their blanks, quotes and brackets."""
    return first.strip() == second.strip() or (_tree(first) is not None and _tree(first) == _tree(second))


def _tree(text: str) -> Node | None:
    try:
        return parse(text).tree if text.strip() else None
    except ExpressionError:
        return None


def _mentions(tree: Node) -> Picked:
    """Everything that a condition compares with, before it is known what it says."""
    names, low, high = list[str](), "", ""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Call):
            continue
        values = [each.value for each in node.arguments if isinstance(each, Literal)]
        if values and node.function in (">=", "=") and not isinstance(values[0], str):
            low = as_text(values[0])
        elif values and node.function == "<=":
            high = as_text(values[0])
        elif values and node.function in ("=", "selected"):
            names += [as_text(value) for value in values]
        waiting += reversed([each for each in node.arguments if not isinstance(each, Literal | Variable)])
    return Picked(answers=tuple(names), low=low, high=high)


def _tidy(guess: Picked) -> Picked:
    return replace(guess, answers=()) if guess.how in (BETWEEN, EXACTLY, AT_LEAST) else replace(guess, low="", high="")


def _each(one: Picked, question: Question) -> list[str]:
    """The condition of each answer by itself; a choice's name never holds a quote."""
    form = "selected({variable}, '{name}')" if question.kind == "multiple" else "{variable} = '{name}'"
    return [form.format(variable=_variable(question), name=name) for name in one.answers]


def _variable(question: Question) -> str:
    return f"${{{question.name}}}"


def _write_any(one: Picked, question: Question) -> str:
    return " or ".join(_each(one, question))


def _write_all(one: Picked, question: Question) -> str:
    return " and ".join(_each(one, question))


def _write_none(one: Picked, question: Question) -> str:
    """Those who were not asked ticked nothing either: they are left out."""
    return f"count-selected({_variable(question)}) > 0 and not({_write_any(one, question)})" if one.answers else ""


def _write_exactly(one: Picked, question: Question) -> str:
    return f"count-selected({_variable(question)}) = {one.low}" if one.low else ""


def _write_at_least(one: Picked, question: Question) -> str:
    return f"count-selected({_variable(question)}) >= {one.low}" if one.low else ""


def _write_between(one: Picked, question: Question) -> str:
    bounds = [f"{_variable(question)} {sign} {bound}" for sign, bound in ((">=", one.low), ("<=", one.high)) if bound]
    return " and ".join(bounds)


_WRITERS: Mapping[str, Callable[[Picked, Question], str]] = {
    ANY: _write_any,
    ALL: _write_all,
    NONE: _write_none,
    EXACTLY: _write_exactly,
    AT_LEAST: _write_at_least,
    BETWEEN: _write_between,
}
