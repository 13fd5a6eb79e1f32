"""Past interviews as a file holds them: one row per person, one column per variable, read into answers by question."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from surveys.answers import TEXT_LENGTH, WHOLE_NUMBER
from surveys.core.codebook import Codebook, Variable
from surveys.core.expressions import Answer, holds
from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Question

IDENTIFIER = "resp_id"
STARTED, SUBMITTED = "started_at", "submitted_at"
NAMED_AT_MOST = 12  # choices

UNKNOWN_CHOICE = N_("“%(value)s” is not a choice of %(name)s; its choices are: %(known)s.")
NOT_TICKED = N_("“%(value)s” is neither 1 (ticked), 0 (not ticked) nor empty (not asked).")
HALF_ASKED = N_("Some choices of %(name)s are empty in this row and others are not: write 0 where it was not ticked.")
NO_NUMBER = N_("“%(value)s” is not a whole number of at most 9 digits.")
TOO_LONG = N_("This text is longer than 4,000 characters.")
IMPOSSIBLE = N_("“%(value)s” is not possible for %(name)s: %(constraint)s.")


@dataclass(frozen=True)
class WrongCell:
    """A cell that cannot be kept: its column, and what is wrong with it."""

    column: str
    message: Message


def understood(header: Iterable[str], codebook: Codebook) -> frozenset[str]:
    """Return the columns of ``header`` that are variables of the codebook."""
    return frozenset(codebook.position) & frozenset(header)


def read_person(row: Mapping[str, str], codebook: Codebook, columns: Collection[str]) -> tuple[dict[str, Answer], list[WrongCell]]:
    """Return one person's answers by question, and every cell that is wrong.

    ``columns`` are the variables that the file has. An empty cell, like a variable that the file lacks, was not asked:
    such questions are left out of the answers. A multiple's columns hold 1 for a ticked choice and 0 for another.
    """
    answers: dict[str, Answer] = {}
    wrong: list[WrongCell] = []
    for name, question in codebook.questions.items():
        present = [variable.name for variable in variables_of(codebook, name) if variable.name in columns]
        if not any(row[column] for column in present):
            continue
        if question.kind == "multiple":
            found = _multiple(question, {column: row[column] for column in present}, wrong)
        else:
            found = row[present[0]]
            message = _wrong_value(question, found)
            if message is not None:
                wrong.append(WrongCell(present[0], message))
        if found:
            answers[name] = found
    spoilt = {cell.column for cell in wrong}
    wrong += [cell for cell in _impossible(answers, codebook) if cell.column not in spoilt]
    return answers, wrong


def variables_of(codebook: Codebook, question: str) -> Iterable[Variable]:
    """Return the variables of a question, in order."""
    return (codebook.variables[position] for position in codebook.positions_of[question])


def _multiple(question: Question, cells: Mapping[str, str], wrong: list[WrongCell]) -> Answer:
    for column, value in cells.items():
        if value not in ("0", "1", ""):
            wrong.append(WrongCell(column, Message(NOT_TICKED, {"value": value})))
        elif not value:
            wrong.append(WrongCell(column, Message(HALF_ASKED, {"name": question.name})))
    return tuple(choice.name for choice in question.choices if cells.get(f"{question.name}_{choice.name}") == "1")


def _wrong_value(question: Question, value: str) -> Message | None:
    if question.choices:
        if value in question.choice_by_name:
            return None
        known = list(question.choice_by_name)
        listed = ", ".join(known[:NAMED_AT_MOST]) + ("…" if len(known) > NAMED_AT_MOST else "")
        return Message(UNKNOWN_CHOICE, {"value": value, "name": question.name, "known": listed})
    if question.kind == "integer" and value != question.dont_know and not WHOLE_NUMBER.fullmatch(value):
        return Message(NO_NUMBER, {"value": value})
    return Message(TOO_LONG) if len(value) > TEXT_LENGTH else None


def _impossible(answers: Mapping[str, Answer], codebook: Codebook) -> Iterable[WrongCell]:
    """A don't know is held to no constraint, as in the form."""
    for name, answer in answers.items():
        question = codebook.questions[name]
        if question.constraint is None or not isinstance(answer, str) or answer == question.dont_know:
            continue
        if question.constraint.variables <= set(answers) and not holds(question.constraint, answers, answer):
            values = {"value": answer, "name": name, "constraint": question.constraint.text}
            yield WrongCell(name, Message(IMPOSSIBLE, values))
