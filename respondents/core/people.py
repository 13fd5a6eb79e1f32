"""People who fill the web form: what they say to each field of a page; one of them is read from a panel file's row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from respondents.core.forms import Field, WebForm
from surveys.answers import CONFIRMATION, DONT_KNOW_BOX, REFUSED_BOX


class Person(Protocol):
    """Somebody who can answer a field."""

    def reads(self, form: WebForm) -> None:
        """Look at a whole page before answering it."""

    def answers(self, name: str, field: Field) -> list[str]:
        """Return the values to post for a field, none when there is nothing to say."""


class PanelMember:
    """One row of a panel file: columns by variable, a multiple as one 0/1 column per choice, a ranking as one column per
    choice with its rank (0 or nothing: none).

    ``dont_know`` and ``refused`` give, by question, the code that stands in the file for a box ticked beside an entry.
    """

    def __init__(
        self, row: Mapping[str, str], consent: str, dont_know: Mapping[str, str], refused: Mapping[str, str] | None = None
    ) -> None:
        self.row = row
        self.consent = consent
        self.boxes = {DONT_KNOW_BOX: dont_know, REFUSED_BOX: refused or {}}

    def reads(self, form: WebForm) -> None:
        """Need no look at the page: the row says everything."""

    def answers(self, name: str, field: Field) -> list[str]:
        """Return what the row says for a field."""
        if name == self.consent:
            return field.values[:1]  # panel members agreed to take part
        if name.endswith(CONFIRMATION):
            return field.values  # what the file says is what they mean
        for suffix in self.boxes:
            if name.endswith(suffix):
                return field.values if self._ticks(name.removesuffix(suffix), suffix) else []
        if field.kind == "checkbox":
            return [value for value in field.values if self.row.get(f"{name}_{value}") == "1"]
        if field.lists > 1 or (field.kind == "select" and name not in self.row):
            return self._ranking(name, field)
        said = self.row.get(name, "")
        if field.is_entry:
            return [said] if said and not any(self._ticks(name, suffix) for suffix in self.boxes) else []
        return [said] if said in field.values else []

    def _ranking(self, name: str, field: Field) -> list[str]:
        ranked = {value: self.row.get(f"{name}_{value}", "") for value in field.values}
        return sorted((value for value, rank in ranked.items() if rank.isdecimal() and int(rank)), key=lambda value: int(ranked[value]))

    def _ticks(self, name: str, suffix: str) -> bool:
        code = self.boxes[suffix].get(name)
        return bool(code) and self.row.get(name) == code


def filled(form: WebForm, person: Person) -> list[tuple[str, str]]:
    """Return the fields to post, in the form's order: hidden ones as they are, the others as the person answers."""
    person.reads(form)
    pairs = []
    for name, field in form.fields.items():
        values = field.values if field.kind == "hidden" else person.answers(name, field)
        pairs += [(name, value) for value in values]
    return pairs
