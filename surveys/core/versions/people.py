"""Whom two conditions describe: the same people, more of them, or others; decided by trying every kind of answer that counts.

A condition made of comparisons with written values tells answers apart by these values only. One answer for each value, one
between any two numbers and one that is written nowhere are then all the answers there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, combinations, pairwise, product
from math import prod
from typing import Literal as Word

from surveys.core.expressions import CURRENT, Answer, Expression, as_number, as_text, holds
from surveys.core.grammar import Call, Current, Literal, Node, Variable
from surveys.core.questionnaire import Question

Relation = Word["same", "wider", "other"]

MOST_CASES = 20_000
MOST_CHOICES = 6  # of a question with several answers: every set of them is tried
JOINING = ("and", "or", "not")
COMPARING = ("=", "!=", "<", "<=", ">", ">=", "selected")
ELSEWHERE = "\u2007elsewhere"  # an answer that no condition writes


def relation(before: Expression | None, after: Expression | None, questions: Mapping[str, Question]) -> Relation:
    """Say whether ``after`` describes the same people as ``before``, these and others ("wider"), or not all of these.

    None describes everybody. What cannot be decided is said to be other people.
    """
    if before == after or (before and after and before.tree == after.tree):
        return "same"
    cases = _cases([each for each in (before, after) if each], questions)
    if cases is None:
        return "other"
    currents = [case.get(CURRENT, "") for case in cases]
    outcomes = {
        (before is None or holds(before, case, current), after is None or holds(after, case, current))
        for case, current in zip(cases, currents, strict=True)
    }
    if (True, False) in outcomes:
        return "other"
    return "wider" if (False, True) in outcomes else "same"


def _cases(conditions: Sequence[Expression], questions: Mapping[str, Question]) -> list[dict[str, Answer]] | None:
    """Every combination of answers that the conditions can tell apart, None when that cannot be listed."""
    written: dict[str, set[str]] = {}
    if not all(_collect(condition.tree, written) for condition in conditions):
        return None
    answers = {name: _answers(questions.get(name), sorted(values)) for name, values in written.items()}
    if any(len(each) > 2**MOST_CHOICES + 1 for each in answers.values()) or prod(map(len, answers.values())) > MOST_CASES:
        return None
    return [dict(zip(answers, each, strict=True)) for each in product(*answers.values())]


def _collect(node: Node, written: dict[str, set[str]]) -> bool:
    """Note the values that each question is compared with; False when something else is done with an answer."""
    if isinstance(node, Literal):
        return isinstance(node.value, bool)
    if not isinstance(node, Call):
        return False
    if node.function in JOINING:
        return all(_collect(argument, written) for argument in node.arguments)
    if node.function not in COMPARING:
        return False
    variable = next((argument for argument in node.arguments if isinstance(argument, Variable | Current)), None)
    value = next((argument for argument in node.arguments if isinstance(argument, Literal)), None)
    if variable is None or value is None:
        return False
    written.setdefault(variable.name if isinstance(variable, Variable) else CURRENT, set()).add(as_text(value.value))
    return True


def _answers(question: Question | None, values: Sequence[str]) -> Sequence[Answer]:
    if question and question.kind in ("multiple", "ranking"):
        names = [*(value for value in values if value), ELSEWHERE]
        sets = chain.from_iterable(combinations(names, size) for size in range(1, len(names) + 1))
        return ["", *sets]
    numbers = sorted({number for value in values if (number := as_number(value)) is not None})
    between = [as_text((low + high) / 2) for low, high in pairwise(numbers)]
    around = [as_text(numbers[0] - 1), as_text(numbers[-1] + 1)] if numbers else []
    return list(dict.fromkeys(["", *values, *between, *around, ELSEWHERE]))
