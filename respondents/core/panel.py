"""A panel file read: one person per row, columns by variable, a multiple as one 0/1 column per choice.

Three columns are no variables: ``resp_id`` identifies the person, ``arrives_at`` says when they start, with its time zone, and
``leaves_after`` after how many pages they break off (empty or 0: never). A file with one of the last two lists arrivals.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from respondents.core.people import PanelMember
from surveys.core.expressions import Answer
from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Question, Questionnaire
from surveys.form.answers import boxes_of

ID_COLUMN, ARRIVES, LEAVES = "resp_id", "arrives_at", "leaves_after"


class PanelRefused(ValueError):
    """A panel file that cannot be used, with the sentence that says why and what to do."""

    def __init__(self, template: str, **values: object) -> None:
        self.message = Message(template, values)
        super().__init__(str(self.message))


def read_panel(content: bytes, questionnaire: Questionnaire, needed: Collection[str] | None = None) -> dict[str, PanelMember]:
    """Return the panel's people by their identifier, in the file's order.

    Columns that name no question are left aside. Raises PanelRefused when the file is no UTF-8 CSV, when identifiers are
    missing or stand twice, when a question that must be answered (of those ``needed``, by default of all) has no column, or when
    ``arrives_at`` or ``leaves_after`` is no time or number.
    """
    header, rows = _table(content)
    if ID_COLUMN not in header:
        raise PanelRefused(N_("The panel file has no column %(column)s: add one with each person's identifier."), column=ID_COLUMN)
    wanted = [question for question in _required(questionnaire) if needed is None or question.name in needed]
    missing = [name for question in wanted for name in _columns(question)[:1] if name not in header]
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
        arrives, leaves = _arrival(number, row.get(ARRIVES, "")), _pages(number, row.get(LEAVES, ""))
        people[identifier] = PanelMember(row, questionnaire.consent.name, boxes, arrives, leaves)
    return people


def lists_arrivals(people: Mapping[str, PanelMember]) -> bool:
    """Say whether a file lists arrivals rather than people who all go to the end."""
    return any(person.arrives_at or person.leaves_after for person in people.values())


def answer_in(row: Mapping[str, str], question: Question) -> Answer:
    """Return what a row answers to a question, as the log holds it: names of choices, of a multiple and a ranking several."""
    if question.kind == "multiple":
        return tuple(choice.name for choice in question.choices if row.get(f"{question.name}_{choice.name}") == "1")
    if question.kind == "ranking":
        ranks = {choice.name: row.get(f"{question.name}_{choice.name}", "") for choice in question.choices}
        return tuple(sorted((name for name, rank in ranks.items() if rank.isdecimal() and int(rank)), key=lambda name: int(ranks[name])))
    return row.get(question.name, "")


def _arrival(number: int, text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        moment = datetime.min
    if moment is not None and moment.tzinfo is None:
        raise PanelRefused(N_("Row %(row)s of the panel file: write %(column)s as 2023-11-22T08:30:00+01:00, with its time zone."),
                           row=number, column=ARRIVES)  # fmt: skip
    return moment


def _pages(number: int, text: str) -> int:
    if text and not (text.isascii() and text.isdecimal()):
        raise PanelRefused(N_("Row %(row)s of the panel file: %(column)s is a number of pages."), row=number, column=LEAVES)
    return int(text or 0)


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
