"""People who answer at random, within what is offered and what their questions allow: the same ones for the same seed."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Mapping
from decimal import Decimal

from respondents.core.forms import Field, WebForm
from surveys.answers import BOXES, CONFIRMATION
from surveys.core.expressions import Answer, holds
from surveys.core.questionnaire import Question, Questionnaire

AGREES = 0.95  # of those who are asked for their consent
SKIPS = 0.1  # of the questions that may be left empty
TICKS_A_BOX = 0.05  # of the entries that have a don't know or a refusal beside them
TICKS_A_CHOICE = 0.4
CHOOSES_AN_EXCLUSIVE = 0.1
CONFIRMS = 0.5  # of the unusual answers; the others are given anew
TRIES = 40  # to find an answer that the question's constraint allows
NUMBERS = ((18, 90), (0, 10), (0, 120), (0, 1_000), (1_900, 2_030), (0, 1_000_000), (-100, 100))
DATES = (datetime.date(1940, 1, 1), datetime.date(2025, 12, 31))
WORDS = ("été", "L’essentiel", "plus simple", "rien à dire", "<b>gras</b>", "=1+1", "${q1}", "naïf", "100 %", "merci")


class RandomPerson:
    """Somebody who answers every field at random.

    ``questionnaire`` tells what the questions allow: limits, constraints, sums; without it any number or word will do.
    """

    def __init__(self, seed: int, questionnaire: Questionnaire | None = None) -> None:
        self.random = random.Random(seed)  # noqa: S311 -- a simulation must be repeatable
        self.questionnaire = questionnaire
        self.questions: Mapping[str, Question] = questionnaire.questions if questionnaire else {}
        self.said: dict[str, Answer] = {}
        self.boxes: set[str] = set()  # ticked on the page being answered
        self.shares: dict[str, str] = {}  # of the sums on it

    def reads(self, form: WebForm) -> None:
        """Decide on what concerns several fields of a page: the boxes beside entries, and the shares of sums."""
        beside = [name for name in form.fields if name.endswith(BOXES)]
        self.boxes, taken = set(), set()
        for name in beside:
            question = name.rpartition("__")[0]
            if question not in taken and self.random.random() < TICKS_A_BOX:
                self.boxes.add(name)
                taken.add(question)
        self.shares = dict(self._shares(form))

    def answers(self, name: str, field: Field) -> list[str]:
        """Return a random answer among what is offered and allowed."""
        if name.endswith(BOXES):
            return field.values if name in self.boxes else []
        if name.endswith(CONFIRMATION):
            return field.values if self.random.random() < CONFIRMS else []
        question = self.questions.get(name)
        if any(name + suffix in self.boxes for suffix in BOXES):
            return []
        if question and not question.required and name not in self.shares and self.random.random() < SKIPS:
            return []
        found = self._said(field, question)
        self.said[name] = tuple(found) if question and question.kind in ("multiple", "ranking") else "".join(found[:1])
        return found

    def _said(self, field: Field, question: Question | None) -> list[str]:
        if question and question.name in self.shares:
            return [self.shares[question.name]]
        if field.is_entry:
            return [self._entry(question)]
        if not field.values:
            return []
        if question and question.kind == "ranking":
            low, high = self._how_many(question, field.lists)
            return self.random.sample(field.values, min(self.random.randint(max(1, low), max(1, high)), len(field.values)))
        if field.kind == "checkbox":
            return self._ticked(field, question)
        if question and question.is_consent and self.random.random() < AGREES:
            return [value for value in field.values if question.ends_if is None or not holds(question.ends_if, {}, value)][:1]
        return [self._allowed(question, lambda: self.random.choice(field.values))]

    def _ticked(self, field: Field, question: Question | None) -> list[str]:
        usual = [value for value in field.values if value not in field.exclusive]
        if field.exclusive and (not usual or self.random.random() < CHOOSES_AN_EXCLUSIVE):
            return [self.random.choice(sorted(field.exclusive))]
        low, high = self._how_many(question, len(usual)) if question else (0, len(usual))
        ticked = [value for value in usual if self.random.random() < TICKS_A_CHOICE]
        missing = [value for value in usual if value not in ticked]
        ticked += self.random.sample(missing, min(max(max(1, low) - len(ticked), 0), len(missing)))
        return sorted(self.random.sample(ticked, min(len(ticked), high)), key=field.values.index)

    def _how_many(self, question: Question, offered: int) -> tuple[int, int]:
        return int(question.minimum or 0), min(int(question.maximum or offered), offered)

    def _entry(self, question: Question | None) -> str:
        if question is None:
            return str(self.random.randint(*NUMBERS[0]))
        if question.is_number:
            tries = iter(NUMBERS * (TRIES // len(NUMBERS) + 1))
            return self._allowed(question, lambda: self._number(question, *next(tries)))
        return self._allowed(question, lambda: self._date(question) if question.kind == "date" else self._text(question))

    def _allowed(self, question: Question | None, draw: Callable[[], str]) -> str:
        """The first drawn answer that the question's constraint allows; the last one when none is."""
        answer = draw()
        for _ in range(TRIES if question and question.constraint is not None else 0):
            if question is None or question.constraint is None or holds(question.constraint, self.said, answer):
                break
            answer = draw()
        return answer

    def _number(self, question: Question, low: int, high: int) -> str:
        if question.minimum or question.maximum:
            smallest = Decimal(question.minimum) if question.minimum else Decimal(question.maximum) - 100
            largest = Decimal(question.maximum) if question.maximum else smallest + 100
        else:
            smallest, largest = Decimal(low), Decimal(high)
        if question.kind == "integer":
            return str(self.random.randint(int(smallest), int(largest)))
        return f"{smallest + (largest - smallest) * self.random.randint(0, 100) / 100:.2f}"

    def _date(self, question: Question) -> str:
        first = datetime.date.fromisoformat(question.minimum) if question.minimum else DATES[0]
        last = datetime.date.fromisoformat(question.maximum) if question.maximum else max(DATES[1], first)
        return (first + datetime.timedelta(days=self.random.randint(0, max(0, (last - first).days)))).isoformat()

    def _text(self, question: Question) -> str:
        if question.format == "email":
            return f"personne{self.random.randint(1, 9_999)}@example.org"
        if question.format == "postcode":
            return f"{self.random.randint(1, 95):02d}{self.random.randint(0, 999):03d}"
        text = self.random.choice(WORDS)
        while len(text) < int(question.minimum or 0):
            text += " " + self.random.choice(WORDS)
        return text[: int(question.maximum or len(text))].strip() or "oui"

    def _shares(self, form: WebForm) -> list[tuple[str, str]]:
        """Numbers that add up, for each block of the page that has a total and none of its boxes ticked."""
        found: list[tuple[str, str]] = []
        for page in self.questionnaire.pages if self.questionnaire else ():
            for block in page.blocks.values():
                inside = [q for q in page.asked if q.block == block.name and q.is_number and q.name in form.fields]
                boxed = any(question.name + suffix in self.boxes for question in inside for suffix in BOXES)
                if block.total is not None and inside and not boxed:
                    parts = self._parts(int(block.total), inside)
                    found += [(question.name, f"{part}") for question, part in zip(inside, parts, strict=True)]
        return found

    def _parts(self, total: int, questions: list[Question]) -> list[int]:
        """Cut the total at random, then move what is beyond a number's limits to the others."""
        low = [int(Decimal(question.minimum or 0)) for question in questions]
        high = [int(Decimal(question.maximum or total)) for question in questions]
        parts, left = list(low), total - sum(low)
        while left > 0 and any(part < most for part, most in zip(parts, high, strict=True)):
            place = self.random.randrange(len(parts))
            more = min(self.random.randint(1, left), high[place] - parts[place])
            parts[place] += more
            left -= more
        return parts
