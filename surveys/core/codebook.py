"""What each position of a record means: one per single, number, date or text, one per choice of a multiple or a ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from surveys.core.questionnaire import Choice, Question, Questionnaire

# Reserved codes of a record (the codes of choices start at 0).
NOT_ASKED = -1
NO_ANSWER = -2
DONT_KNOW = -3  # the boxes ticked beside a number, a date or a text
REFUSED = -4
IN_EXTRA = -5  # a text, a date, or a number that two bytes do not hold: see the record's JSON


@dataclass(frozen=True)
class Variable:
    """One position of the record: ``name`` as in files, its question and, for a multiple or a ranking, its choice.

    A multiple's holds 1 for a choice that is ticked and 0 for another; a ranking's the choice's rank from 1, 0 without one.
    """

    name: str
    question: Question
    choice: Choice | None = None


@dataclass(frozen=True)
class Codebook:
    """The variables of one questionnaire version, in the questionnaire's order."""

    variables: tuple[Variable, ...]

    def __len__(self) -> int:
        return len(self.variables)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Return the position of each variable by name."""
        return {variable.name: position for position, variable in enumerate(self.variables)}

    @cached_property
    def positions_of(self) -> Mapping[str, range]:
        """Return the positions of each question by its name."""
        spans: dict[str, range] = {}
        for position, variable in enumerate(self.variables):
            start = spans.get(variable.question.name, range(position, position)).start
            spans[variable.question.name] = range(start, position + 1)
        return spans

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Return the questions that have positions, by name, in order."""
        return {variable.question.name: variable.question for variable in self.variables}


def codebook_of(questionnaire: Questionnaire) -> Codebook:
    """Return the codebook of a questionnaire: every variable in order, multiples and rankings choice by choice."""
    variables: list[Variable] = []
    for question in questionnaire.variables():
        if question.kind in ("multiple", "ranking"):
            variables += [Variable(f"{question.name}_{choice.name}", question, choice) for choice in question.choices]
        else:
            variables.append(Variable(question.name, question))
    return Codebook(tuple(variables))
