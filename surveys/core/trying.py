"""Walks through a form without storing anything: the pages of a route for given answers, and a random person's answers."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping
from dataclasses import dataclass

from surveys.core.drawing import Draw, group_of, page_order
from surveys.core.expressions import Answer, as_text, evaluate, holds
from surveys.core.offering import offered
from surveys.core.questionnaire import Page, Question, Questionnaire

TRIES = 60  # drawn answers until one meets the question's own conditions


@dataclass(frozen=True)
class Walk:
    """The pages on the route, in the person's order, and the answers that count on it, calculations included."""

    pages: tuple[Page, ...]
    answers: Mapping[str, Answer]

    def after(self, name: str) -> Page | None:
        """Return the page that follows; the first when this one is not on the route, None at the end."""
        names = [page.name for page in self.pages]
        place = names.index(name) + 1 if name in names else 0
        return self.pages[place] if place < len(self.pages) else None

    def before(self, name: str) -> Page | None:
        """Return the page that comes before, None at the beginning."""
        names = [page.name for page in self.pages]
        place = names.index(name) if name in names else 0
        return self.pages[place - 1] if place else None


def walk(questionnaire: Questionnaire, given: Mapping[str, Answer], draw: Draw) -> Walk:
    """Return the route of somebody who gives these answers; those not asked on it do not count."""
    known: dict[str, Answer] = {}
    pages = []
    for page in page_order(questionnaire, draw):
        if page.relevant is not None and not holds(page.relevant, known):
            continue
        known |= _counted(page, {**known, **{q.name: given.get(q.name, "") for q in page.questions}}, draw)
        if any(question.kind == "note" or question.is_asked for question in page.questions):
            pages.append(page)
    return Walk(tuple(pages), {name: answer for name, answer in known.items() if answer})


def answered_at_random(questionnaire: Questionnaire, until: str, seed: str, draw: Draw) -> dict[str, Answer]:
    """Return answers as somebody drawn by ``seed`` could have given them on the way to the page ``until``, which is left out."""
    chance = random.Random(seed)  # noqa: S311 -- invented answers, no secret
    known: dict[str, Answer] = {}
    for page in page_order(questionnaire, draw):
        if page.name == until:
            break
        if page.relevant is None or holds(page.relevant, known):
            for question in page.in_order_of_need:
                if question.is_asked and (question.relevant is None or holds(question.relevant, known)):
                    known[question.name] = _drawn(question, known, chance)
                known |= _counted(page, known, draw)
    return {name: answer for name, answer in known.items() if answer and questionnaire.questions[name].is_asked}


def _counted(page: Page, answers: Mapping[str, Answer], draw: Draw) -> dict[str, Answer]:
    known = dict(answers)
    for question in page.in_order_of_need:
        if question.relevant is not None and not holds(question.relevant, known):
            known[question.name] = ""
        elif question.split and question.choices:
            known[question.name] = group_of(question, draw, known)
        elif question.calculation is not None:
            known[question.name] = as_text(evaluate(question.calculation, known))
    return known


def _drawn(question: Question, known: Mapping[str, Answer], chance: random.Random) -> Answer:
    """An answer that is offered, ends nothing and meets the constraint if one of TRIES does; else the last one drawn."""
    answer: Answer = ""
    for _ in range(TRIES):
        answer = _any_answer(question, known, chance)
        ends = question.ends_if is not None and holds(question.ends_if, {**known, question.name: answer}, answer)
        fits = question.constraint is None or holds(question.constraint, {**known, question.name: answer}, answer)
        if answer and fits and not ends:
            break
    return answer


def _any_answer(question: Question, known: Mapping[str, Answer], chance: random.Random) -> Answer:
    if question.kind in ("single", "multiple", "ranking"):
        return _any_choices(question, known, chance)
    if question.steps:
        return chance.choice(question.steps)
    if question.is_number:
        low, high = (int(float(limit)) if limit else default for limit, default in ((question.minimum, 0), (question.maximum, 100)))
        return str(chance.randint(low, max(low, high)))
    if question.kind == "date":
        ends = [
            datetime.date.fromisoformat(limit or default)
            for limit, default in ((question.minimum, "2000-01-01"), (question.maximum, "2023-12-31"))
        ]
        return datetime.date.fromordinal(chance.randint(ends[0].toordinal(), max(ends).toordinal())).isoformat()
    return {"email": "personne@example.org", "postcode": "75001"}.get(question.format, "Lorem ipsum")


def _any_choices(question: Question, known: Mapping[str, Answer], chance: random.Random) -> Answer:
    choices = [choice.name for choice in offered(question, known)]
    if question.kind == "single" or not choices:
        return chance.choice(choices) if choices else ""
    free = [choice.name for choice in offered(question, known) if not choice.is_exclusive]
    least, most = int(question.minimum or 1), min(int(question.maximum or len(free)), len(free))
    if not free or most < least:
        return (choices[0],)
    count = len(free) if question.kind == "ranking" and not question.maximum else chance.randint(least, most)
    picked = chance.sample(free, count)
    return tuple(picked) if question.kind == "ranking" else tuple(name for name in choices if name in picked)
