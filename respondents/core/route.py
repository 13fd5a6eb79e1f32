"""The route of one interview: which pages are on it, which answers count, what is asked next, and when it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from surveys.core.drawing import Draw, group_of, page_order
from surveys.core.expressions import Answer, Expression, as_text, evaluate, holds
from surveys.core.offering import only_offered
from surveys.core.questionnaire import Ending, Page, Question, Questionnaire
from surveys.form.answers import CONFIRMATION


@dataclass(frozen=True)
class Route:
    """Where an interview stands.

    ``pages`` are the answered pages on the route, in the person's order, and then the current one; ``current`` is the first
    page on the route that lacks answers, '' when there is none left. ``answers`` are those on the route, calculations
    included; ``asked`` names the questions that were asked, ``confirmed`` those whose unusual answer the person said to be
    right. ``ends_as`` tells that an answer ends the interview. ``order`` are all pages in the person's order, ``closed``
    those that a later page has closed.
    """

    pages: tuple[str, ...]
    current: str
    answers: Mapping[str, Answer]
    asked: frozenset[str]
    ends_as: Ending = ""
    confirmed: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    closed: frozenset[str] = frozenset()

    @property
    def is_finished(self) -> bool:
        """Say whether every page on the route is answered."""
        return not self.current and not self.ends_as

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Return the place of every page in the person's order."""
        return {name: position for position, name in enumerate(self.order)}

    def page_before(self, name: str) -> str:
        """Return the page on the route before ``name``, '' for the first."""
        position = self.pages.index(name) if name in self.pages else 0
        return self.pages[position - 1] if position else ""

    def page_after(self, name: str) -> str:
        """Return the page on the route after ``name``, or the current one."""
        position = self.pages.index(name) + 1 if name in self.pages else len(self.pages)
        return self.pages[position] if position < len(self.pages) else self.current


NOBODY = Draw()


def follow(questionnaire: Questionnaire, saved: Mapping[str, Mapping[str, Answer]], draw: Draw = NOBODY) -> Route:
    """Follow the questionnaire with the answers saved by page, as far as they lead; ``draw`` gives the person's orders.

    An answer on a page that is no longer on the route, to a question that is not relevant, or that is no longer on offer
    does not count; a page where that leaves a required question empty is the current one again.
    """
    order = page_order(questionnaire, draw)
    walk = _Walk(draw)
    for page in order:
        if not _holds(page.relevant, walk.answers):
            continue
        if not shows_anything(page, walk.answers, draw):
            walk.answers.update(_go_through(page, {}, walk.answers, draw).answers)
            continue
        walk.pages.append(page)
        if page.name not in saved:
            walk.draw_groups(page)
            return walk.stop(order, current=page.name)
        if walk.lacks_answers(page, saved[page.name]):
            return walk.stop(order, current=page.name)
        ends_as: Ending = next(_endings(page, walk.answers), "")
        if ends_as:
            return walk.stop(order, ends_as=ends_as)
    return walk.stop(order)


def shows_anything(page: Page, answers: Mapping[str, Answer], draw: Draw = NOBODY) -> bool:
    """Say whether a page has a question or a note for somebody with these ``answers`` from other pages.

    Nothing can be answered on a page that asks nothing at first, so what it shows to nobody's answers decides.
    """
    if any(is_shown_to_all(question) for question in page.questions):
        return True
    passage = _go_through(page, {}, answers, draw)
    return bool(passage.asked) or passage.has_note


@dataclass
class _Passage:
    """What comes of one page: the answers that count, what was asked, and whether a note was shown."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)
    has_note: bool = False


class _Walk:
    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.pages: list[Page] = []
        self.answers: dict[str, Answer] = {}
        self.asked: set[str] = set()
        self.confirmed: set[str] = set()

    def lacks_answers(self, page: Page, given: Mapping[str, Answer]) -> bool:
        """Take the answers given on a page; say whether a required one is missing."""
        passage = _go_through(page, given, self.answers, self.draw)
        self.answers.update(passage.answers)
        self.asked.update(question.name for question in passage.asked)
        self.confirmed.update(question.name for question in passage.asked if self._is_confirmed(question, given))
        return any(question.required and not self.answers[question.name] for question in passage.asked)

    def draw_groups(self, page: Page) -> None:
        """Draw what a page that is not answered yet already shows: the groups of its split samples."""
        passage = _go_through(page, {}, self.answers, self.draw)
        self.answers.update({name: group for name, group in passage.answers.items() if name in {q.name for q in page.questions if q.split}})

    def _is_confirmed(self, question: Question, given: Mapping[str, Answer]) -> bool:
        """A confirmation counts for the answer it was given to: not once that one has become a usual one."""
        answer = self.answers[question.name]
        if question.soft_constraint is None or not answer or given.get(question.name + CONFIRMATION) != "1":
            return False
        return not holds(question.soft_constraint, self.answers, answer)

    def stop(self, order: tuple[Page, ...], current: str = "", ends_as: Ending = "") -> Route:
        names = tuple(page.name for page in order)
        closing = next((page.name for page in reversed(self.pages) if page.closes_earlier), "")
        closed = frozenset(names[: names.index(closing)]) if closing else frozenset()
        pages = tuple(page.name for page in self.pages)
        return Route(pages, current, self.answers, frozenset(self.asked), ends_as, frozenset(self.confirmed), names, closed)


def _go_through(page: Page, given: Mapping[str, Answer], earlier: Mapping[str, Answer], draw: Draw) -> _Passage:
    passage, known = _Passage(), dict(earlier)
    for question in page.in_order_of_need:
        if not _holds(question.relevant, known) or (question.is_asked and not _holds(question.offers_something, known)):
            continue
        if question.is_asked:
            passage.asked.append(question)
        passage.has_note |= question.kind == "note"
        answer = _answer(question, given, known, draw)
        if answer is not None:
            passage.answers[question.name] = known[question.name] = answer
    return passage


def _answer(question: Question, given: Mapping[str, Answer], known: Mapping[str, Answer], draw: Draw) -> Answer | None:
    """The answer that counts, '' when a question was left empty; None where there is nothing to answer or to compute."""
    if question.is_asked:
        return only_offered(question, given.get(question.name, ""), known)
    if question.kind == "hidden":
        return given.get(question.name)
    if question.split:
        return group_of(question, draw, known) or None
    return None if question.calculation is None else as_text(evaluate(question.calculation, known))


def _endings(page: Page, answers: Mapping[str, Answer]) -> Iterator[Ending]:
    for question in page.questions:
        current = answers.get(question.name, "")
        if question.ends_if is not None and question.name in answers and holds(question.ends_if, answers, current):
            yield question.ends_as


def is_shown_to_all(question: Question) -> bool:
    """Say whether whoever comes to its page sees it: a question asked or a note, without condition, that always offers something."""
    return (question.is_asked or question.kind == "note") and question.relevant is None and question.offers_something is None


def _holds(condition: Expression | None, answers: Mapping[str, Answer]) -> bool:
    return condition is None or holds(condition, answers)
