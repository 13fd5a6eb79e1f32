"""People who fill the web form: one from a panel file's row, or one who answers at random within what is offered."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from respondents.core.forms import Field, WebForm
from surveys.core.questionnaire import Question, Questionnaire
from surveys.form.answers import BOXES, CONFIRMATION, DONT_KNOW_BOX
from surveys.form.finding import FIND

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
ENTRIES = frozenset({"text", "email", "date"})
WORDS = ("le", "train", "arrive", "souvent", "en", "retard")
BOX_TICKED, LEFT_EMPTY, EXCLUSIVE = 0.05, 0.1, 0.1  # how often


class Person(Protocol):
    """Somebody who can answer a page."""

    def looks_at(self, form: WebForm) -> None:
        """Take in the page that is about to be answered."""

    def answers(self, name: str, field: Field) -> list[str]:
        """Return the values to post for a field, none when there is nothing to say."""


class PanelMember:
    """One row of a panel file: columns by variable, a multiple as one 0/1 column per choice.

    ``boxes`` gives, by question, the codes that stand in the file for the boxes ticked beside a number, a date or a text, by
    what follows the question's name in their fields. ``arrives_at`` is when the file says that they start, ``leaves_after`` after
    how many pages they break off, 0 for never.
    """

    def __init__(self, row: Mapping[str, str], consent: str, boxes: Mapping[str, Mapping[str, str]],
                 arrives_at: datetime.datetime | None = None, leaves_after: int = 0) -> None:  # fmt: skip
        self.row = row
        self.consent = consent
        self.boxes = boxes
        self.arrives_at = arrives_at
        self.leaves_after = leaves_after

    def looks_at(self, form: WebForm) -> None:
        """Nothing on the page changes what the row says."""

    def answers(self, name: str, field: Field) -> list[str]:
        """Return what the row says for a field."""
        if name.endswith(CONFIRMATION):
            return field.values  # whatever the file holds was so
        if field.times > 1:
            ranks = {value: self.row.get(f"{name}_{value}", "") for value in field.values}
            return sorted((value for value, rank in ranks.items() if rank.isdecimal() and int(rank)), key=lambda value: int(ranks[value]))
        if name == self.consent:
            return field.values[:1]  # panel members agreed to take part
        if name.endswith(BOXES):
            question, suffix = name[: -len(DONT_KNOW_BOX)], name[-len(DONT_KNOW_BOX) :]
            code = self.boxes.get(question, {}).get(suffix)
            return field.values if code and self.row.get(question) == code else []
        if field.kind == "checkbox":
            return [value for value in field.values if self.row.get(f"{name}_{value}") == "1"]
        said = self.row.get(name, "")
        if name.endswith(FIND):
            return []
        if field.kind == "search":
            return [said] if said else []
        if field.kind in ENTRIES:
            return [said] if said and not self._does_not_know(name) else []
        return [said] if said in field.values else []

    def _does_not_know(self, name: str) -> bool:
        return self.row.get(name) in self.boxes.get(name, {}).values()


class RandomPerson:
    """Somebody who answers at random what the questionnaire allows, the same for the same seed.

    Now and then they leave empty what they may, tick a box beside a number, or confirm an unusual answer.
    """

    def __init__(self, seed: int, questionnaire: Questionnaire) -> None:
        self.random = random.Random(seed)  # noqa: S311 -- a simulation must be repeatable
        self.questionnaire = questionnaire
        self.boxes: dict[str, str] = {}  # by question, the box that is ticked on this page
        self.shares: dict[str, str] = {}  # by question, its part of a sum

    def looks_at(self, form: WebForm) -> None:
        """Decide which boxes to tick, and share out what must add up."""
        questions = self.questionnaire.questions
        here = [questions[name] for name in form.fields if name in questions]
        self.boxes = {}
        for question in here:
            beside = [suffix for suffix in BOXES if question.name + suffix in form.fields]
            if beside and self.random.random() < BOX_TICKED:
                self.boxes[question.name] = self.random.choice(beside)
        self.shares = {}
        for page in {self.questionnaire.page_of[question.name].name: question for question in here}.values():
            self._share_out(page, here)

    def answers(self, name: str, field: Field) -> list[str]:
        """Return a random answer among what is possible."""
        if name.endswith(CONFIRMATION):
            return field.values
        if name.endswith(BOXES):
            suffix = name[-len(DONT_KNOW_BOX) :]
            return field.values if self.boxes.get(name[: -len(suffix)]) == suffix else []
        question = self.questionnaire.questions.get(name.removesuffix(FIND))
        if field.kind == "search":
            return []
        if name.endswith(FIND) and question is not None and question.required:
            return [self._searched(question)]
        if name in self.shares:
            return [self.shares[name]]
        if question is None or name in self.boxes or (not question.required and self.random.random() < LEFT_EMPTY):
            return []
        if field.kind == "checkbox":
            return self._ticked(question, field)
        if question.kind == "ranking":
            most = min(field.times, len(field.values))
            return self.random.sample(field.values, self.random.randint(min(int(question.minimum or 1), most), most))
        if field.kind in ("radio", "select"):
            return [self.random.choice(field.values)] if field.values else []
        return [self._entry(question)]

    def _searched(self, question: Question) -> str:
        """The label of a choice, or a letter where who knows which are on offer."""
        if question.is_filtered:
            return self.random.choice(LETTERS)
        return self.random.choice(question.choices).labels[self.questionnaire.default_language]

    def _ticked(self, question: Question, field: Field) -> list[str]:
        usual = [value for value in field.values if value not in field.exclusive]
        if not usual or (field.exclusive and self.random.random() < EXCLUSIVE):
            return [self.random.choice(sorted(field.exclusive) or field.values)]
        most = min(int(question.maximum or len(usual)), len(usual))
        ticked = set(self.random.sample(usual, self.random.randint(min(int(question.minimum or 1), most), most)))
        return [value for value in usual if value in ticked]

    def _entry(self, question: Question) -> str:
        if question.is_number:
            low, high = Decimal(question.minimum or 0), Decimal(question.maximum or 99)
            if question.kind == "integer":
                return str(self.random.randint(int(low), max(int(low), int(high))))
            return f"{Decimal(str(self.random.random())) * (high - low) + low:.1f}"
        if question.kind == "date":
            low_day = datetime.date.fromisoformat(question.minimum or "1940-01-01").toordinal()
            high_day = datetime.date.fromisoformat(question.maximum or "2025-12-31").toordinal()
            return datetime.date.fromordinal(self.random.randint(low_day, max(low_day, high_day))).isoformat()
        if question.format == "email":
            return f"personne{self.random.randint(1, 9999)}@example.org"
        if question.format == "postcode":
            return f"{self.random.randint(1000, 95999):05d}"
        words = " ".join(self.random.sample(WORDS, self.random.randint(1, len(WORDS))))
        least, most = int(question.minimum or 1), int(question.maximum or 200)
        return (words + " " + WORDS[0] * least if len(words) < least else words)[:most].strip().ljust(least, ".")

    def _share_out(self, one: Question, here: Sequence[Question]) -> None:
        """Cut each total of a page at random places, one part for each of its numbers that is shown."""
        for block in self.questionnaire.page_of[one.name].blocks.values():
            parts = [
                question for question in here if question.block == block.name and question.is_number and question.name not in self.boxes
            ]
            if block.total is not None and parts:
                whole = int(block.total)
                cuts = sorted(self.random.randint(0, whole) for _ in parts[1:])
                sizes = [after - before for before, after in zip([0, *cuts], [*cuts, whole], strict=True)]
                self.shares.update({question.name: str(size) for question, size in zip(parts, sizes, strict=True)})


def with_searches(form: WebForm) -> dict[str, Field]:
    """Return the form's fields, with the answer of each search that has no match to pick from yet.

    What is found is picked rather than searched for again.
    """
    fields: dict[str, Field] = {}
    for name, field in form.fields.items():
        answer = name.removesuffix(FIND)
        if answer == name and name + FIND in form.fields:
            fields[name] = replace(field, values=[value for value in field.values if value.strip()])
        elif answer == name:
            fields[name] = field
        elif answer not in form.fields:
            fields |= {answer: Field("search"), name: field}
    return fields


def filled(form: WebForm, person: Person) -> list[tuple[str, str]]:
    """Return the fields to post, in the form's order: hidden ones as they are, the others as the person answers."""
    person.looks_at(form)
    pairs = []
    for name, field in with_searches(form).items():
        values = field.values if field.kind == "hidden" else person.answers(name, field)
        pairs += [(name, value) for value in values]
    return pairs
