"""People who fill the web form: one from a panel file's row, or one who answers at random within what is offered."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Protocol

from respondents.core.forms import Field, WebForm

DONT_KNOW_BOX = "__dk"
SEARCH = "__find"  # the entry of a list that is searched
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Person(Protocol):
    """Somebody who can answer a field."""

    def answers(self, name: str, field: Field) -> list[str]:
        """Return the values to post for a field, none when there is nothing to say."""


class PanelMember:
    """One row of a panel file: columns by variable, a multiple as one 0/1 column per choice.

    ``dont_know`` gives, by question, the code that stands in the file for the box ticked beside a number or a text.
    """

    def __init__(self, row: Mapping[str, str], consent: str, dont_know: Mapping[str, str]) -> None:
        self.row = row
        self.consent = consent
        self.dont_know = dont_know

    def answers(self, name: str, field: Field) -> list[str]:
        """Return what the row says for a field."""
        if name == self.consent:
            return field.values[:1]  # panel members agreed to take part
        if name.endswith(DONT_KNOW_BOX):
            return field.values if self._does_not_know(name.removesuffix(DONT_KNOW_BOX)) else []
        if field.kind == "checkbox":
            return [value for value in field.values if self.row.get(f"{name}_{value}") == "1"]
        said = self.row.get(name, "")
        if name.endswith(SEARCH):
            return []
        if field.kind == "search":
            return [said] if said else []
        if field.kind == "text":
            return [said] if said and not self._does_not_know(name) else []
        return [said] if said in field.values else []

    def _does_not_know(self, name: str) -> bool:
        return bool(self.dont_know.get(name)) and self.row.get(name) == self.dont_know[name]


class RandomPerson:
    """Somebody who answers every field at random, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 -- a simulation must be repeatable

    def answers(self, name: str, field: Field) -> list[str]:
        """Return a random answer among what is offered."""
        if name.endswith(DONT_KNOW_BOX):
            return []
        if name.endswith(SEARCH):
            return [self.random.choice(LETTERS)]
        if field.kind == "search":
            return []
        if field.kind == "text":
            return [str(self.random.randint(18, 90))]
        if field.kind == "checkbox":
            usual = [value for value in field.values if value not in field.exclusive]
            ticked = [value for value in usual if self.random.random() < 0.4]
            return ticked or [self.random.choice(field.values)]
        return [self.random.choice(field.values)] if field.values else []


def with_searches(form: WebForm) -> dict[str, Field]:
    """Return the form's fields, with the answer of each search that has no match to pick from yet.

    What is found is picked rather than searched for again.
    """
    fields: dict[str, Field] = {}
    for name, field in form.fields.items():
        answer = name.removesuffix(SEARCH)
        if not name.endswith(SEARCH):
            fields[name] = Field(field.kind, [value for value in field.values if value.strip() or not value], field.exclusive)
        elif answer not in form.fields:
            fields |= {answer: Field("search"), name: field}
    return fields


def filled(form: WebForm, person: Person) -> list[tuple[str, str]]:
    """Return the fields to post, in the form's order: hidden ones as they are, the others as the person answers."""
    pairs = []
    for name, field in with_searches(form).items():
        values = field.values if field.kind == "hidden" else person.answers(name, field)
        pairs += [(name, value) for value in values]
    return pairs
