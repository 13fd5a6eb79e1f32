"""What may still come in an interview: how far a person is, and whether the next page closes those before it.

Conditions are read in Kleene's three values: on the questions that are still ahead, one may hold or not. So the pages
that may come only ever get fewer on the way, and progress never goes backwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from respondents.core.route import Route
from surveys.core.expressions import Answer, Expression, as_truth, evaluate, holds
from surveys.core.grammar import Call, Node
from surveys.core.questionnaire import Page, Question, Questionnaire


def progress(questionnaire: Questionnaire, route: Route, name: str) -> int:
    """Return, when the page ``name`` of the route is shown, the share of the way that lies behind, in whole per cent.

    A page weighs as much as it has questions. The way is the pages before it on the route, itself, and those that may
    still come given the answers of the pages before it: 0 on the first page, 100 only after the last one.
    """
    before = route.pages[: route.pages.index(name)] if name in route.pages else route.pages
    done = sum(_weight(questionnaire.page_by_name[each]) for each in before)
    left = _weight(questionnaire.page_by_name[name]) + sum(map(_weight, _pages_ahead(questionnaire, route, name)))
    return 100 * done // (done + left)


def closes_next(questionnaire: Questionnaire, route: Route, name: str) -> bool:
    """Say whether the page after ``name`` may be one that closes those before it."""
    if not any(page.closes_earlier for page in questionnaire.pages):
        return False
    unknown = _unknown(questionnaire, route, name)
    for page in _pages_ahead(questionnaire, route, name):
        if page.closes_earlier:
            return True
        if _shown(page, route.answers, unknown) is True:
            return False
    return False


def truth(condition: Expression | None, answers: Mapping[str, Answer], unknown: Collection[str]) -> bool | None:
    """Say whether a condition holds whatever is answered to the ``unknown`` questions (True), cannot hold (False), or may (None)."""
    if condition is None:
        return True
    if condition.variables.isdisjoint(unknown):
        return holds(condition, answers)
    return _truth(condition.tree, answers, frozenset(unknown))


def _pages_ahead(questionnaire: Questionnaire, route: Route, name: str) -> Iterator[Page]:
    """The pages that may come after ``name``, in the person's order."""
    unknown = _unknown(questionnaire, route, name)
    for each in route.order[route.position[name] + 1 :]:
        page = questionnaire.page_by_name[each]
        if _shown(page, route.answers, unknown) is not False:
            yield page


def _unknown(questionnaire: Questionnaire, route: Route, name: str) -> frozenset[str]:
    """The questions of the page and of those after it."""
    ahead = (questionnaire.page_by_name[each] for each in route.order[route.position[name] :])
    return frozenset(question.name for page in ahead for question in page.questions)


def _shown(page: Page, answers: Mapping[str, Answer], unknown: frozenset[str]) -> bool | None:
    on_route = truth(page.relevant, answers, unknown)
    if on_route is False:
        return False
    shown = [_is_shown(question, answers, unknown) for question in page.questions if question.is_asked or question.kind == "note"]
    return _any(on_route if each is True else each for each in shown)


def _is_shown(question: Question, answers: Mapping[str, Answer], unknown: frozenset[str]) -> bool | None:
    return _every(truth(condition, answers, unknown) for condition in (question.relevant, question.offers_something))


def _weight(page: Page) -> int:
    return max(1, len(page.asked))


def _truth(node: Node, answers: Mapping[str, Answer], unknown: frozenset[str]) -> bool | None:
    condition = Expression("", node)
    if condition.variables.isdisjoint(unknown):
        return as_truth(evaluate(condition, answers))
    if not isinstance(node, Call):
        return None
    if node.function == "and":
        return _every(_truth(each, answers, unknown) for each in node.arguments)
    if node.function == "or":
        return _any(_truth(each, answers, unknown) for each in node.arguments)
    if node.function == "not":
        found = _truth(node.arguments[0], answers, unknown)
        return None if found is None else not found
    if node.function == "if":
        return _either(*(_truth(each, answers, unknown) for each in node.arguments))
    return None


def _either(chosen: bool | None, first: bool | None, second: bool | None) -> bool | None:
    if chosen is None:
        return first if first == second else None
    return first if chosen else second


def _every(truths: Iterator[bool | None]) -> bool | None:
    found = set(truths)
    return False if False in found else None if None in found else True


def _any(truths: Iterator[bool | None]) -> bool | None:
    found = set(truths)
    return True if True in found else None if None in found else False
