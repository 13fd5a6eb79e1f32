"""What of a questionnaire becomes a table, in which order and of which kind: questions, grids, numbers that share a total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from surveys.core.questionnaire import Labels, Page, Question, Questionnaire

Kind = Literal["single", "multiple", "scale", "number", "ranking", "open", "grid", "parts"]

LEAST_STEPS = 5  # from which numbered answers are a scale, whose mean says something
TEN = tuple(str(step) for step in range(11))


@dataclass(frozen=True)
class Topic:
    """One table to be made: its ``number`` in the study's order, the ``questions`` it counts and, for the rows of a grid or the
    parts of a total, the words above them. ``code`` is the question's name; a summary's has its block's or its page's."""

    number: str
    code: str
    kind: Kind
    questions: tuple[Question, ...]
    heading: Labels

    @property
    def is_summary(self) -> bool:
        """Say whether it puts several questions beside one another."""
        return self.kind in ("grid", "parts")


def topics(questionnaire: Questionnaire) -> tuple[Topic, ...]:
    """Return the tables of a questionnaire in its order; the summary of a grid, or of parts of a total, stands before its rows.

    Questions are numbered from 1; the rows of a block share its number: 4.1, 4.2…
    """
    found: list[Topic] = []
    number = 0
    for page in questionnaire.pages:
        for block, group in groupby(_counted(page), key=lambda question, page=page: _block(page, question)):  # type: ignore[misc]
            questions = tuple(group)
            if not block or len(questions) < 2:
                for question in questions:
                    number += 1
                    found.append(Topic(str(number), question.name, kind_of(question), (question,), {}))
                continue
            number += 1
            found += _together(str(number), block, page, questions)
    return tuple(found)


def kind_of(question: Question) -> Kind:
    """Return how a question is counted."""
    if question.kind in ("multiple", "ranking"):
        return "multiple" if question.kind == "multiple" else "ranking"
    if question.choices:
        return "scale" if steps_of(question) else "single"
    return "number" if question.is_number else "open"


def steps_of(question: Question) -> Mapping[str, float]:
    """Return the number that each answer of a scale stands for, by its choice's name; nothing when the answers are no scale.

    A scale's answers are consecutive whole numbers, five or more, that their labels begin with: 0 to 10, "5 – Very satisfied".
    """
    valid = [choice for choice in question.choices if choice.is_valid_answer]
    if question.kind == "multiple" or len(valid) < LEAST_STEPS:
        return {}
    if not all(choice.name.isdigit() and all(_begins(text, choice.name) for text in choice.labels.values() if text) for choice in valid):
        return {}
    values = sorted(int(choice.name) for choice in valid)
    return {choice.name: float(choice.name) for choice in valid} if values == list(range(values[0], values[0] + len(values))) else {}


def is_zero_to_ten(names: Sequence[str]) -> bool:
    """Say whether these are the steps of a scale from 0 to 10."""
    return sorted(names, key=int) == list(TEN) if all(name.isdigit() for name in names) else False


def _begins(text: str, number: str) -> bool:
    return text.strip() == number or (text.strip().startswith(number) and not text.strip()[len(number)].isalnum())


def _counted(page: Page) -> Iterator[Question]:
    """The page's questions that a table can be made of: all that people answer, and calculations with categories."""
    for question in page.questions:
        if question.is_variable and (question.is_asked or question.choices):
            yield question


def _block(page: Page, question: Question) -> tuple[str, str]:
    """What holds a question together with its neighbours, and on which list: () when it stands alone."""
    block = page.blocks.get(question.block)
    is_grid = page.is_grid if block is None else block.is_grid
    if is_grid and question.kind == "single":
        return (question.block or page.name, question.list_name)
    if block is not None and block.total is not None and question.is_number:
        return (block.name, "")
    return ()  # type: ignore[return-value]


def _together(number: str, block: tuple[str, str], page: Page, questions: tuple[Question, ...]) -> Iterator[Topic]:
    code, list_name = block
    heading = page.blocks[code].labels if code in page.blocks else _told(page, questions[0])
    yield Topic(number, f"{code}-{'grid' if list_name else 'parts'}", "grid" if list_name else "parts", questions, heading)
    for place, question in enumerate(questions, 1):
        yield Topic(f"{number}.{place}", question.name, kind_of(question), (question,), heading)


def _told(page: Page, question: Question) -> Labels:
    """The note to read just before the first row of a page that is a grid."""
    before = page.questions[: page.questions.index(question)]
    notes = [each.labels for each in before if each.kind == "note"]
    return notes[-1] if notes else {}
