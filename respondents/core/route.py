"""The route of one interview: which pages are on it, which answers count, what is asked next, and when it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveys.core.expressions import Answer, Expression, as_text, evaluate, holds
from surveys.core.questionnaire import Ending, Page, Questionnaire


@dataclass(frozen=True)
class Route:
    """Where an interview stands.

    ``pages`` are the answered pages on the route, in order, and then the current one; ``current`` is the first page on
    the route that has no answers yet, '' when there is none left. ``answers`` are those on the route, calculations
    included; ``asked`` names the questions that were asked. ``ends_as`` tells that an answer ends the interview.
    """

    pages: tuple[str, ...]
    current: str
    answers: Mapping[str, Answer]
    asked: frozenset[str]
    ends_as: Ending = ""

    @property
    def is_finished(self) -> bool:
        """Say whether every page on the route is answered."""
        return not self.current and not self.ends_as

    def page_before(self, name: str) -> str:
        """Return the page on the route before ``name``, '' for the first."""
        position = self.pages.index(name) if name in self.pages else 0
        return self.pages[position - 1] if position else ""

    def page_after(self, name: str) -> str:
        """Return the page on the route after ``name``, or the current one."""
        position = self.pages.index(name) + 1 if name in self.pages else len(self.pages)
        return self.pages[position] if position < len(self.pages) else self.current


def follow(questionnaire: Questionnaire, saved: Mapping[str, Mapping[str, Answer]]) -> Route:
    """Follow the questionnaire with the answers saved by page, as far as they lead.

    An answer on a page that is no longer on the route, or to a question that is not relevant, does not count.
    """
    walk = _Walk()
    for page in questionnaire.pages:
        if not _holds(page.relevant, walk.answers) or not _shows_anything(page, walk.answers):
            walk.calculate(page)
            continue
        walk.pages.append(page.name)
        if page.name not in saved:
            return walk.stop(current=page.name)
        ends_as = walk.answer(page, saved[page.name])
        if ends_as:
            return walk.stop(ends_as=ends_as)
    return walk.stop()


class _Walk:
    def __init__(self) -> None:
        self.pages: list[str] = []
        self.answers: dict[str, Answer] = {}
        self.asked: set[str] = set()

    def answer(self, page: Page, given: Mapping[str, Answer]) -> Ending:
        for question in page.in_order_of_need:
            if not _holds(question.relevant, self.answers):
                continue
            if question.is_asked:
                self.asked.add(question.name)
                self.answers[question.name] = given.get(question.name, "")
            elif question.calculation is not None:
                self.answers[question.name] = as_text(evaluate(question.calculation, self.answers))
        return next(self._endings(page), "")

    def calculate(self, page: Page) -> None:
        """Compute what a page without anything to show computes, when it is on the route."""
        for question in page.questions:
            if question.calculation is not None and _holds(page.relevant, self.answers) and _holds(question.relevant, self.answers):
                self.answers[question.name] = as_text(evaluate(question.calculation, self.answers))

    def stop(self, current: str = "", ends_as: Ending = "") -> Route:
        return Route(tuple(self.pages), current, self.answers, frozenset(self.asked), ends_as)

    def _endings(self, page: Page) -> Iterator[Ending]:
        for question in page.questions:
            current = self.answers.get(question.name, "")
            if question.ends_if is not None and question.name in self.answers and holds(question.ends_if, self.answers, current):
                yield question.ends_as


def _holds(condition: Expression | None, answers: Mapping[str, Answer]) -> bool:
    return condition is None or holds(condition, answers)


def _shows_anything(page: Page, answers: Mapping[str, Answer]) -> bool:
    """A page of notes alone is only shown when one of them is."""
    return bool(page.asked) or any(question.kind == "note" and _holds(question.relevant, answers) for question in page.questions)
