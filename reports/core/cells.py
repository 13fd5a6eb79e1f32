"""Records as the cells of a file: each variable's codes read through a table of words, chunk by chunk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from respondents.core.record import Codes
from surveys.core.codebook import DONT_KNOW, IN_EXTRA, REFUSED, Codebook, Variable
from surveys.core.formulas import guard
from surveys.core.questionnaire import Choice

Shown = Literal["names", "codes", "labels"]
Words = Mapping[int, str]

NUMBER = re.compile(r"-?\d+([.,]\d+)?|\d{4}-\d{2}-\d{2}")  # or a date: nothing that a spreadsheet would compute


class UnknownCode(ValueError):
    """A record holds a code that its codebook does not have."""


class Cells:
    """Turns records into columns of cells, in the codebook's order.

    Choices appear by ``shown``: their names, their numeric codes or their labels in ``language`` (the survey's own where one
    is missing). A multiple is one 0/1 cell per choice, a ranking one rank per choice, 0 without. ``reserved`` gives the words of the codes
    below 0; the boxes beside a number, a date or a text, where names are shown, have the names that the questionnaire gives them. Texts are guarded against
    spreadsheets; numbers stay numbers.
    """

    def __init__(self, codebook: Codebook, shown: Shown, reserved: Words, *, language: str = "", default_language: str = "") -> None:
        self.shown, self.reserved = shown, reserved
        self.languages = (language, default_language)
        self.words = [(variable, self._words(variable)) for variable in codebook.variables]
        self.tables = [_table(words) for _variable, words in self.words]

    def columns(self, matrix: Codes, extras: Sequence[Mapping[str, str]]) -> list[list[str]]:
        """Return a column of cells per variable; ``matrix`` is records × positions, ``extras`` each record's JSON. Raises UnknownCode."""
        return [self._column(position, matrix[:, position], extras) for position in range(len(self.words))]

    def _words(self, variable: Variable) -> dict[int, str]:
        question = variable.question
        words = dict(self.reserved)
        if self.shown == "names":
            boxes = {DONT_KNOW: question.dont_know, REFUSED: question.refused}
            words |= {code: _plain(name) for code, name in boxes.items() if name}
        if variable.choice:
            highest = len(question.choices) if question.kind == "ranking" else 1
            return words | {code: str(code) for code in range(highest + 1)}
        return words | {choice.code: self._word(choice) for choice in question.choices}

    def _word(self, choice: Choice) -> str:
        if self.shown == "codes":
            return str(choice.code)
        labels = [choice.labels[language] for language in self.languages if choice.labels.get(language)]
        return _plain(labels[0]) if self.shown == "labels" and labels else _plain(choice.name)

    def _column(self, position: int, codes: Codes, extras: Sequence[Mapping[str, str]]) -> list[str]:
        variable, words = self.words[position]
        if not variable.question.choices:
            return self._free(variable, words, codes, extras)
        table = self.tables[position]
        column: list[str | None] = table[np.clip(codes.astype(np.intp) - IN_EXTRA, -1, len(table) - 1)].tolist()
        for row in np.flatnonzero(codes == IN_EXTRA).tolist():  # the far end of a long list, whose codes are too large for the record
            choice = variable.question.choice_by_name.get(extras[row].get(variable.question.name, ""))
            column[row] = self._word(choice) if choice else None
        if None in column:
            raise UnknownCode(f"{variable.name}: {codes[column.index(None)]}")
        return column  # type: ignore[return-value]  # none of them is None

    def _free(self, variable: Variable, words: Mapping[int, str], codes: Codes, extras: Sequence[Mapping[str, str]]) -> list[str]:
        """The cells of a number or a text: small whole numbers are their own code, the rest stands in the JSON."""
        name, keep = variable.question.name, _plain if variable.question.kind in ("integer", "decimal", "date") else guard
        return [
            words[code] if code in words else keep(extras[row][name]) if code == IN_EXTRA else _number(variable, code)
            for row, code in enumerate(codes.tolist())
        ]


def _table(words: Mapping[int, str]) -> NDArray[np.object_]:
    """The words by code, from the lowest reserved one; a last row of None for codes beyond them."""
    table = np.full(max(words) - IN_EXTRA + 2, None, dtype=object)
    for code, word in words.items():
        table[code - IN_EXTRA] = word
    return table


def _number(variable: Variable, code: int) -> str:
    if code < 0:
        raise UnknownCode(f"{variable.name}: {code}")
    return str(code)


def _plain(text: str) -> str:
    return text if NUMBER.fullmatch(text) else guard(text)
