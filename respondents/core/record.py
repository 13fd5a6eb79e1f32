"""One interview as a record: little-endian int16 codes in the codebook's order, and a small JSON for what they cannot hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from surveys.core.codebook import DONT_KNOW, IN_EXTRA, NO_ANSWER, NOT_ASKED, REFUSED, Codebook
from surveys.core.columns import Column, MultipleColumn
from surveys.core.expressions import Answer
from surveys.core.questionnaire import LARGEST_CODE, Question

CODE = np.dtype("<i2")
Codes = NDArray[np.int16]


class UnknownAnswer(ValueError):
    """An answer that the codebook cannot hold: a choice that is not offered, or a text that is no number."""

    def __init__(self, question: Question, answer: Answer) -> None:
        super().__init__(f"{question.name}: {answer!r}")
        self.question, self.answer = question, answer


def pack(codebook: Codebook, answers: Mapping[str, Answer], asked: Collection[str]) -> tuple[bytes, dict[str, str]]:
    """Return the record's codes and its JSON for one interview.

    ``answers`` are those on the route, calculations included; ``asked`` names the questions that were asked,
    so that "asked without answer" and "not asked" stay apart. Raises UnknownAnswer.
    """
    codes = np.full(len(codebook), NOT_ASKED, dtype=CODE)
    extra: dict[str, str] = {}
    for name, span in codebook.positions_of.items():
        question, answer = codebook.questions[name], answers.get(name, "")
        if not answer:
            codes[span.start : span.stop] = NO_ANSWER if name in asked else NOT_ASKED
        elif question.kind == "multiple":
            codes[span.start : span.stop] = _ticked(question, answer)
        elif question.kind == "ranking":
            codes[span.start : span.stop] = _ranks(question, answer)
        else:
            codes[span.start] = code = _code(question, answer)
            if code == IN_EXTRA:
                extra[name] = str(answer)
    return codes.tobytes(), extra


def unpack(codebook: Codebook, codes: bytes, extra: Mapping[str, str]) -> dict[str, Answer]:
    """Return the answers that ``pack`` was given, without the empty ones."""
    row = np.frombuffer(codes, dtype=CODE).reshape(1, len(codebook))
    answers: dict[str, Answer] = {}
    for name, column in columns(codebook, row, codebook.questions, [extra]).items():
        if isinstance(column, MultipleColumn):
            answer: Answer = tuple(choice for choice, ticked in column.ticked.items() if ticked[0])
        else:
            answer = column.values[column.index[0]]
        if answer:
            answers[name] = answer
    return answers


def columns(
    codebook: Codebook, matrix: Codes, names: Collection[str], extras: Sequence[Mapping[str, str]] = ()
) -> dict[str, Column | MultipleColumn]:
    """Return whole columns of answers for the questions ``names`` from ``matrix`` (records × positions).

    ``extras`` holds each record's JSON; it is only looked at for the questions of ``needs_extras``.
    """
    return {name: _column(codebook, matrix, name, extras) for name in names if name in codebook.questions}


def needs_extras(codebook: Codebook, matrix: Codes, names: Collection[str]) -> bool:
    """Say whether any of the questions ``names`` has an answer outside the codes."""
    spans = (codebook.positions_of[name] for name in names if name in codebook.questions)
    return any(bool((matrix[:, span.start] == IN_EXTRA).any()) for span in spans)


def _ticked(question: Question, answer: Answer) -> list[int]:
    names = (answer,) if isinstance(answer, str) else answer
    if set(names) - set(question.choice_by_name):
        raise UnknownAnswer(question, answer)
    return [int(choice.name in names) for choice in question.choices]


def _ranks(question: Question, answer: Answer) -> list[int]:
    names = answer.split() if isinstance(answer, str) else answer
    if set(names) - set(question.choice_by_name) or len(set(names)) < len(names):
        raise UnknownAnswer(question, answer)
    return [names.index(choice.name) + 1 if choice.name in names else 0 for choice in question.choices]


def _code(question: Question, answer: Answer) -> int:
    if not isinstance(answer, str):
        raise UnknownAnswer(question, answer)
    if answer in question.boxes:
        return DONT_KNOW if answer == question.dont_know else REFUSED
    if question.choices:
        if answer not in question.choice_by_name:
            raise UnknownAnswer(question, answer)
        code = question.choice_by_name[answer].code
        return code if code <= LARGEST_CODE else IN_EXTRA
    if answer.isascii() and answer.isdigit() and str(int(answer)) == answer and int(answer) <= LARGEST_CODE:
        return int(answer)
    return IN_EXTRA


def _column(codebook: Codebook, matrix: Codes, name: str, extras: Sequence[Mapping[str, str]]) -> Column | MultipleColumn:
    question, span = codebook.questions[name], codebook.positions_of[name]
    if question.kind == "multiple":
        return MultipleColumn({choice.name: matrix[:, position] == 1 for position, choice in zip(span, question.choices, strict=True)})
    if question.kind == "ranking":
        return _ranking(question, matrix[:, span.start : span.stop])
    codes = matrix[:, span.start]
    if (codes == IN_EXTRA).any():
        return _column_with_extras(question, codes, extras)
    values = ["", *_names_by_code(question, codes).values()]
    table = np.zeros(-IN_EXTRA + 1 + max(int(codes.max(initial=0)), 0), dtype=np.intp)
    for index, code in enumerate(_names_by_code(question, codes), 1):
        if code < len(table) + IN_EXTRA:
            table[code - IN_EXTRA] = index
    return Column(tuple(values), table[codes.astype(np.intp) - IN_EXTRA])


def _ranking(question: Question, ranks: Codes) -> Column:
    """The choices of each row from the best; a table of the rankings that occur."""
    distinct, index = np.unique(ranks, axis=0, return_inverse=True)
    named = [
        sorted((rank, choice.name) for rank, choice in zip(row, question.choices, strict=True) if rank > 0) for row in distinct.tolist()
    ]
    return Column(tuple(tuple(name for _, name in row) or "" for row in named), index.reshape(-1).astype(np.intp))


def _names_by_code(question: Question, codes: Codes) -> dict[int, str]:
    if question.choices:
        names = {choice.code: choice.name for choice in question.choices}
    else:
        names = {code: str(code) for code in np.unique(codes).tolist() if code >= 0}
    boxes = {DONT_KNOW: question.dont_know, REFUSED: question.refused}
    return {**{code: name for code, name in boxes.items() if name}, **names}


def _column_with_extras(question: Question, codes: Codes, extras: Sequence[Mapping[str, str]]) -> Column:
    names = _names_by_code(question, codes)
    texts = [extras[row][question.name] if code == IN_EXTRA else names.get(code, "") for row, code in enumerate(codes.tolist())]
    values = tuple(dict.fromkeys(texts))
    index = {text: position for position, text in enumerate(values)}
    return Column(values, np.array([index[text] for text in texts], dtype=np.intp))
