"""Checks of what changes places by person: whatever depends on an answer must come after it in every order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from surveys.core.messages import N_
from surveys.core.questionnaire import Order, Page, Questionnaire
from surveys.core.workbook import Report


def check_order(questionnaire: Questionnaire, report: Report) -> None:
    """Note pages that may come before the answers they depend on, and warn of such rows on a page."""
    pages = questionnaire.pages
    span = _spans([page.order for page in pages])
    place = {page.name: number for number, page in enumerate(pages)}
    for number, page in enumerate(pages):
        for name in sorted(_needs(page)):
            asked_on = questionnaire.page_of.get(name)
            if asked_on is None or asked_on is page or place[asked_on.name] > number or _move_together(page.order, asked_on.order):
                continue
            if span[place[asked_on.name]][1] >= span[number][0]:
                report.add("survey", page.row, "order", N_("In some people’s order this page comes before %(name)s, on which it depends: take one of the two out of the exchange."), name=name)  # fmt: skip
        for question, other in _follow_ups(page):
            report.warn("survey", question, "order", N_("In some people’s order this question comes before %(name)s, on which it depends."), name=other)  # fmt: skip


def _needs(page: Page) -> frozenset[str]:
    own = page.relevant.variables if page.relevant else frozenset[str]()
    return own.union(*(question.needs for question in page.questions))


def _spans(orders: Sequence[Order | None]) -> list[tuple[int, int]]:
    """The first and the last place that each can take."""
    places: dict[str, list[int]] = {}
    for number, order in enumerate(orders):
        if order is not None:
            places.setdefault(order.key, []).append(number)
    return [(number, number) if order is None else (places[order.key][0], places[order.key][-1]) for number, order in enumerate(orders)]


def _move_together(one: Order | None, other: Order | None) -> bool:
    return one is not None and other is not None and one.key == other.key and one.unit != "" and one.unit == other.unit


def _follow_ups(page: Page) -> Iterator[tuple[int, str]]:
    """The rows of questions that may be shown above one of the same page on which they depend, with its name."""
    span = _spans([question.order for question in page.questions])
    for number, question in enumerate(page.questions):
        for before, other in enumerate(page.questions[:number]):
            needed = question.relevant is not None and other.name in question.relevant.variables
            if needed and not _move_together(question.order, other.order) and span[before][1] >= span[number][0]:
                yield question.row, other.name
