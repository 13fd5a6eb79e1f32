"""Records as the cells of a file: each variable's codes read through a table of words, chunk by chunk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np

from reports.core.formulas import guard
from respondents.core.record import Codes
from surveys.core.codebook import DONT_KNOW, IN_EXTRA, Codebook, Variable
from surveys.core.questionnaire import Choice

Shown = Literal["names", "codes", "labels"]
Words = Mapping[int, str]

NUMBER = re.compile(r"-?\d+([.,]\d+)?")


class UnknownCode(ValueError):
    """A record holds a code that its codebook does not have."""


class Cells:
    """Turns records into rows of cells in the codebook's order.

    Choices appear by ``shown``: their names, their numeric codes or their labels in ``language`` (the survey's own where one
    is missing). A multiple is one 0/1 cell per choice. ``reserved`` gives the words of the codes below 0; the box beside a
    number or a text, where names are shown, has the name that the questionnaire gives it. Texts are guarded against
    spreadsheets; numbers stay numbers.
    """

    def __init__(self, codebook: Codebook, shown: Shown, reserved: Words, *, language: str = "", default_language: str = "") -> None:
        self.shown, self.reserved = shown, reserved
        self.languages = (language, default_language)
        self.columns = [(variable, self._words(variable)) for variable in codebook.variables]

    def rows(self, matrix: Codes, extras: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, ...]]:
        """Yield a row per record; ``matrix`` is records × positions, ``extras`` each record's JSON. Raises UnknownCode."""
        columns = [self._column(variable, words, matrix[:, at], extras) for at, (variable, words) in enumerate(self.columns)]
        return zip(*columns, strict=True) if columns else iter(())

    def _words(self, variable: Variable) -> dict[int, str]:
        question = variable.question
        words = dict(self.reserved)
        if question.dont_know and self.shown == "names":
            words[DONT_KNOW] = _plain(question.dont_know)
        if variable.choice:
            return words | {0: "0", 1: "1"}
        return words | {choice.code: self._word(choice) for choice in question.choices}

    def _word(self, choice: Choice) -> str:
        if self.shown == "codes":
            return str(choice.code)
        labels = [choice.labels[language] for language in self.languages if choice.labels.get(language)]
        return _plain(labels[0]) if self.shown == "labels" and labels else _plain(choice.name)

    def _column(self, variable: Variable, words: Mapping[int, str], codes: Codes, extras: Sequence[Mapping[str, str]]) -> list[str]:
        distinct, index = np.unique(codes, return_inverse=True)
        table = np.array([self._cell(variable, words, code) for code in distinct.tolist()] or [""], dtype=object)
        column: list[str] = table[index.reshape(-1)].tolist()
        for row in np.flatnonzero(codes == IN_EXTRA).tolist():
            text = extras[row][variable.question.name]
            column[row] = _plain(text) if variable.question.kind == "integer" else guard(text)
        return column

    def _cell(self, variable: Variable, words: Mapping[int, str], code: int) -> str:
        if code in words:
            return words[code]
        if code == IN_EXTRA or (code >= 0 and variable.question.kind in ("integer", "text", "calculate") and not variable.question.choices):
            return str(code)
        raise UnknownCode(f"{variable.name}: {code}")


def _plain(text: str) -> str:
    return text if NUMBER.fullmatch(text) else guard(text)
