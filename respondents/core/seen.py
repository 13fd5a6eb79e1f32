"""What a record keeps beside the answers: the orders in which a person saw things, and the unusual answers they confirmed.

In the record's JSON and in files, ``order(q5)`` holds the choices of question q5 as seen, ``order(page)`` the questions of a
page that exchange their places, ``pages(KEY)`` the pages of one key, each by name with blanks between; ``q5__ok`` is 1
where the person said that an unusual answer to q5 is right.
"""

from __future__ import annotations

from collections.abc import Iterator

from respondents.core.route import Route
from surveys.core.drawing import Draw, choice_order, question_order
from surveys.core.offering import offered
from surveys.core.questionnaire import Page, Question, Questionnaire
from surveys.form.answers import CONFIRMATION


def columns_seen(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the names of everything that a record of this questionnaire may keep beside the answers, in order."""
    keys = dict.fromkeys(page.order.key for page in questionnaire.pages if page.order is not None)
    orders = [_pages_name(key) for key in keys]
    for page in questionnaire.pages:
        orders += [_order_name(page.name)] * _moves_questions(page)
        orders += [_order_name(question.name) for question in page.asked if question.choice_order]
    confirmed = [question.name + CONFIRMATION for question in questionnaire.questions.values() if question.soft_constraint is not None]
    return (*orders, *confirmed)


def seen(questionnaire: Questionnaire, route: Route, draw: Draw) -> dict[str, str]:
    """Return what the record of an interview keeps beside the answers."""
    return {**dict(_pages_orders(questionnaire, route)), **dict(_orders_on_pages(questionnaire, route, draw)),
            **{name + CONFIRMATION: "1" for name in sorted(route.confirmed)}}  # fmt: skip


def _pages_orders(questionnaire: Questionnaire, route: Route) -> Iterator[tuple[str, str]]:
    by_key: dict[str, list[str]] = {}
    for name in route.pages:
        order = questionnaire.page_by_name[name].order
        if order is not None:
            by_key.setdefault(order.key, []).append(name)
    return ((_pages_name(key), " ".join(names)) for key, names in by_key.items())


def _orders_on_pages(questionnaire: Questionnaire, route: Route, draw: Draw) -> Iterator[tuple[str, str]]:
    for page in (questionnaire.page_by_name[name] for name in route.pages):
        moved = [question.name for question in question_order(page, draw) if question.order is not None and question.name in route.asked]
        if moved:
            yield _order_name(page.name), " ".join(moved)
        for question in page.asked:
            if question.choice_order and question.name in route.asked:
                yield _order_name(question.name), _choices(question, route, draw)


def _choices(question: Question, route: Route, draw: Draw) -> str:
    on_offer = {choice.name for choice in offered(question, route.answers)}
    names = (question.choices[position].name for position in choice_order(question, draw))
    return " ".join(name for name in names if name in on_offer)


def _moves_questions(page: Page) -> bool:
    return any(question.is_asked and question.order is not None for question in page.questions)


def _order_name(name: str) -> str:
    return f"order({name})"


def _pages_name(key: str) -> str:
    return f"pages({key})"
