"""Past interviews as a file holds them: one row per person, one column per variable, read into answers by question."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from surveys.core.codebook import Codebook, Variable
from surveys.core.expressions import Answer, as_text, holds
from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Question
from surveys.form.answers import NOT_READABLE, TEXT_LENGTH, read
from surveys.form.posted import out_of_bounds

IDENTIFIER = "resp_id"
STARTED, SUBMITTED = "started_at", "submitted_at"
LEFT_EMPTY = "no_answer"  # in the cells of our own files: asked, and left without answer
NAMED_AT_MOST = 12  # choices

UNKNOWN_CHOICE = N_("“%(value)s” is not a choice of %(name)s; its choices are: %(known)s.")
NOT_TICKED = N_("“%(value)s” is neither 1 (ticked), 0 (not ticked) nor empty (not asked).")
HALF_ASKED = N_("Some choices of %(name)s are empty in this row and others are not: write 0 where it was not ticked.")
NOT_A_RANK = N_("“%(value)s” is no rank: write 1 for the first, 2 for the next…, and 0 for what has none.")
NOT_RANKED_ONCE = N_("The ranks of %(name)s are not 1, 2, 3…, each once.")
NO_NUMBER = N_("“%(value)s” is not a whole number of at most 9 digits.")
NO_DECIMAL = N_("“%(value)s” is not a number of at most 9 digits and 9 decimals.")
NO_DATE = N_("“%(value)s” is not a date written 2023-11-22.")
WRONG = {"integer": NO_NUMBER, "decimal": NO_DECIMAL, "date": NO_DATE}
NOT_THIS = N_("“%(value)s” is not possible for %(name)s: %(reason)s")
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
    such questions are left out of the answers; ``no_answer`` in each of its cells says that it was asked and left empty.
    A multiple's columns hold 1 for a ticked choice and 0 for another, a ranking's the rank of each choice.
    """
    answers: dict[str, Answer] = {}
    wrong: list[WrongCell] = []
    for name, question in codebook.questions.items():
        present = [variable.name for variable in variables_of(codebook, name) if variable.name in columns]
        if not any(row[column] for column in present):
            continue
        if {row[column] for column in present} == {LEFT_EMPTY} and LEFT_EMPTY not in question.choice_by_name:
            answers[name] = ""
            continue
        if question.kind in ("multiple", "ranking"):
            several = _multiple if question.kind == "multiple" else _ranking
            found = several(question, {column: row[column] for column in present}, wrong)
        else:
            found, message = _value(question, row[present[0]])
            if message is not None:
                wrong.append(WrongCell(present[0], message))
        if found:
            answers[name] = found
    spoilt = {codebook.variables[codebook.position[cell.column]].question.name for cell in wrong}
    wrong += _impossible({name: answer for name, answer in answers.items() if name not in spoilt}, codebook)
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


def _ranking(question: Question, cells: Mapping[str, str], wrong: list[WrongCell]) -> Answer:
    ranks: dict[int, str] = {}
    for choice in question.choices:
        column = f"{question.name}_{choice.name}"
        value = cells.get(column, "0")
        if not (value.isascii() and value.isdigit() and int(value) <= len(question.choices)):
            wrong.append(WrongCell(column, Message(NOT_A_RANK, {"value": value})))
        elif int(value):
            if int(value) in ranks:
                wrong.append(WrongCell(column, Message(NOT_RANKED_ONCE, {"name": question.name})))
            ranks[int(value)] = choice.name
    if sorted(ranks) != list(range(1, len(ranks) + 1)):
        wrong.append(WrongCell(next(iter(cells)), Message(NOT_RANKED_ONCE, {"name": question.name})))
    return tuple(ranks[rank] for rank in sorted(ranks)) or ""


def _value(question: Question, value: str) -> tuple[Answer, Message | None]:
    """An answer in one cell, read as the form reads it, and what is wrong with it."""
    if question.choices:
        return value, _wrong_choice(question, value)
    if not question.is_asked or value in question.boxes:
        return value, Message(TOO_LONG) if len(value) > TEXT_LENGTH else None
    reading = read(question, [value], language="")
    if reading.mistake in (None, NOT_READABLE):  # a character that nothing can hold is told for the whole file
        return reading.answer, None
    if question.kind in WRONG:
        return value, Message(WRONG[question.kind], {"value": value})
    if len(value) > TEXT_LENGTH:
        return value, Message(TOO_LONG)
    return value, Message(NOT_THIS, {"value": value, "name": question.name, "reason": reading.mistake})


def _wrong_choice(question: Question, value: str) -> Message | None:
    if value in question.choice_by_name:
        return None
    known = list(question.choice_by_name)
    listed = ", ".join(known[:NAMED_AT_MOST]) + ("…" if len(known) > NAMED_AT_MOST else "")
    return Message(UNKNOWN_CHOICE, {"value": value, "name": question.name, "known": listed})


def _impossible(answers: Mapping[str, Answer], codebook: Codebook) -> Iterable[WrongCell]:
    """A don't know is held to no constraint, as in the form."""
    for name, answer in answers.items():
        question = codebook.questions[name]
        if not question.is_asked or not answer or answer in question.boxes:
            continue
        reason = out_of_bounds(question, answer)
        if reason is not None:
            column = name if name in codebook.position else codebook.variables[codebook.positions_of[name].start].name
            yield WrongCell(column, Message(NOT_THIS, {"value": as_text(answer), "name": name, "reason": reason}))
            continue
        if question.constraint is None or not isinstance(answer, str):
            continue
        if question.constraint.variables <= set(answers) and not holds(question.constraint, answers, answer):
            values = {"value": answer, "name": name, "constraint": question.constraint.text}
            yield WrongCell(name, Message(IMPOSSIBLE, values))
