"""Somebody who goes through a questionnaire to its end: drawn at random, with answers that the form would take."""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from surveys.core.expressions import Answer, Expression, as_text, evaluate, holds
from surveys.core.offering import offered
from surveys.core.questionnaire import Page, Question, Questionnaire
from surveys.core.reasoning.domains import EPOCH, Numbers, domain_of

TRIES = 12  # of answers to a question, until one keeps its limits and does not end the interview
WIDEST = 120.0  # of numbers without limit
BIRTHS = (-14_600.0, 20_000.0)  # days, of dates without limit


class Manner(Enum):
    """How somebody answers: anyhow, with as many choices as they may, or with one."""

    ANY = "any"
    THOROUGH = "thorough"
    SPARING = "sparing"


@dataclass(frozen=True)
class Passage:
    """What somebody saw: the names of the ``pages``, and of the questions and notes ``shown`` on them."""

    pages: tuple[str, ...]
    shown: tuple[str, ...]
    answers: Mapping[str, Answer]


def passage(questionnaire: Questionnaire, manner: Manner, seed: int) -> Passage | None:
    """Return the way of one person to the end; None when no answer was found that does not end the interview."""
    person = _Person(manner, random.Random(f"{manner.value} {seed}"))  # noqa: S311 -- nothing secret
    for page in questionnaire.pages:
        if not person.passes(page):
            return None
    return Passage(tuple(person.pages), tuple(person.shown), person.answers)


class _Person:
    def __init__(self, manner: Manner, drawn: random.Random) -> None:
        self.manner = manner
        self.drawn = drawn
        self.pages: list[str] = []
        self.shown: list[str] = []
        self.answers: dict[str, Answer] = {}

    def passes(self, page: Page) -> bool:
        if not self._meets(page.relevant):
            return True
        is_shown = False
        for question in page.in_order_of_need:
            if not self._meets(question.relevant):
                continue
            if question.kind == "calculate":
                self.answers[question.name] = self._calculated(question)
            elif question.kind == "hidden":
                self.answers[question.name] = self.drawn.choice(question.choices).name if question.choices else ""
            elif question.kind == "note":
                self.shown.append(question.name)
                is_shown = True
            elif not question.is_filtered or offered(question, self.answers):
                self.shown.append(question.name)
                is_shown = True
                if not self._answers(question):
                    return False
        if is_shown:
            self.pages.append(page.name)
        return True

    def _meets(self, condition: Expression | None) -> bool:
        return condition is None or holds(condition, self.answers)

    def _calculated(self, question: Question) -> str:
        if question.split:
            groups = offered(question, self.answers)
            return self.drawn.choice(groups).name if groups else ""
        return as_text(evaluate(question.calculation, self.answers)) if question.calculation else ""

    def _answers(self, question: Question) -> bool:
        """Give an answer; say whether one was found that lets the person go on."""
        for _ in range(TRIES):
            answer = self._drawn_for(question)
            self.answers[question.name] = answer
            is_kept = question.constraint is None or answer in question.boxes or holds(question.constraint, self.answers, answer)
            if is_kept and (question.ends_if is None or not holds(question.ends_if, self.answers, answer)):
                return True
        return False

    def _drawn_for(self, question: Question) -> Answer:
        if question.kind in ("multiple", "ranking"):
            return self._several(question, [choice.name for choice in offered(question, self.answers)])
        if question.kind == "single":
            choices = offered(question, self.answers)
            return self.drawn.choice(choices).name if choices else "x"
        domain = domain_of(question)
        if isinstance(domain, Numbers):
            return self._number(question, domain)
        return "x"

    def _several(self, question: Question, names: Sequence[str]) -> Answer:
        exclusive = [name for name in names if question.choice_by_name[name].is_exclusive and question.kind == "multiple"]
        free = [name for name in names if name not in exclusive]
        if not free or (exclusive and self.manner is not Manner.THOROUGH and self.drawn.random() < len(exclusive) / len(names)):
            return (self.drawn.choice(exclusive),) if exclusive else ()
        least, most = min(int(question.minimum or 1), len(free)), min(int(question.maximum or len(free)), len(free))
        count = {Manner.THOROUGH: most, Manner.SPARING: least}.get(self.manner, self.drawn.randint(least, max(least, most)))
        ticked = self.drawn.sample(free, count)
        return tuple(ticked) if question.kind == "ranking" else tuple(name for name in names if name in ticked)

    def _number(self, question: Question, domain: Numbers) -> str:
        if question.steps:
            return self.drawn.choice(question.steps)
        usual = BIRTHS if domain.is_date else (0.0, WIDEST)
        low = domain.low if math.isfinite(domain.low) else min(usual[0], domain.high)
        high = domain.high if math.isfinite(domain.high) else max(usual[1], low)
        number = math.floor(self.drawn.uniform(low, high))
        if domain.is_date:
            return (EPOCH + datetime.timedelta(days=number)).isoformat()
        return as_text(float(max(number, math.ceil(low))) if low <= math.ceil(low) <= high else low)
