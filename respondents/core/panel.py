"""A panel file read: one person per row, columns by variable, a multiple as one 0/1 column per choice."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from respondents.core.people import PanelMember
from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Question, Questionnaire
from surveys.form.answers import boxes_of

ID_COLUMN = "resp_id"


class PanelRefused(ValueError):
    """A panel file that cannot be used, with the sentence that says why and what to do."""

    def __init__(self, template: str, **values: object) -> None:
        self.message = Message(template, values)
        super().__init__(str(self.message))


def read_panel(content: bytes, questionnaire: Questionnaire) -> dict[str, PanelMember]:
    """Return the panel's people by their identifier, in the file's order.

    Columns that name no question are left aside. Raises PanelRefused when the file is no UTF-8 CSV, when identifiers are
    missing or stand twice, or when a question that must be answered has no column.
    """
    header, rows = _table(content)
    if ID_COLUMN not in header:
        raise PanelRefused(N_("The panel file has no column %(column)s: add one with each person's identifier."), column=ID_COLUMN)
    missing = [name for question in _required(questionnaire) for name in _columns(question)[:1] if name not in header]
    if missing:
        raise PanelRefused(N_("The panel file has no column for: %(names)s."), names=", ".join(missing))
    boxes = {name: boxes_of(question) for name, question in questionnaire.questions.items() if question.boxes}
    people: dict[str, PanelMember] = {}
    for number, row in enumerate(rows, 2):
        identifier = row[ID_COLUMN].strip()
        if not identifier:
            raise PanelRefused(N_("Row %(row)s of the panel file has no %(column)s."), row=number, column=ID_COLUMN)
        if identifier in people:
            raise PanelRefused(N_("Row %(row)s of the panel file: %(name)s stands above already."), row=number, name=identifier)
        people[identifier] = PanelMember(row, questionnaire.consent.name, boxes)
    return people


def _table(content: bytes) -> tuple[Sequence[str], list[Mapping[str, str]]]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), restval="", strict=True)
        return reader.fieldnames or (), [{name: cell for name, cell in row.items() if name is not None} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise PanelRefused(N_("The panel file is not readable as CSV in UTF-8: save it as “CSV UTF-8”.")) from error


def _required(questionnaire: Questionnaire) -> Iterable[Question]:
    return (question for question in questionnaire.questions.values() if question.is_asked and question.required and question.is_variable)


def _columns(question: Question) -> list[str]:
    return (
        [f"{question.name}_{choice.name}" for choice in question.choices] if question.kind in ("multiple", "ranking") else [question.name]
    )
