"""The rules of a study with their parameters: defaults that need no sheet, and the sheet ``quality`` that changes them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveys.core.cells import parse_cell, require_texts
from surveys.core.expressions import Expression, as_number
from surveys.core.messages import N_
from surveys.core.questionnaire import Labels
from surveys.core.workbook import Report, Row

SHEET = "quality"
CONSISTENCY = "consistency"
OFF = "off"


@dataclass(frozen=True)
class Speeder:
    """``share`` of the time that their pages take at the median, below which somebody was too fast; judged from
    ``completes`` interviews on. A third, as the trade has it (ESOMAR/GRBN, Online Research, 2015; compare the 30 to 50 % of
    Greszki, Meyer and Schoen, Public Opinion Quarterly 79, 2015).
    """

    share: float = 1 / 3
    completes: int = 30


@dataclass(frozen=True)
class Rushing:
    """Somebody hurried through at least the share ``pages`` of at least ``measured`` pages, each in less than ``share`` of its
    median, although their whole interview was not too fast: one long page hides the others. After Leiner's relative speed,
    Survey Research Methods 13 (2019), page by page.
    """

    share: float = 1 / 3
    pages: float = 0.5
    measured: int = 5
    completes: int = 30


@dataclass(frozen=True)
class StraightLine:
    """At least ``rows`` rows of a grid answered on one step of its scale, or within a variance of ``spread`` (steps squared),
    in at least ``grids`` grids; ``reversed`` names the rows that ask the other way round. Non-differentiation after Kim et
    al., Social Science Computer Review 37 (2019): don't know and refusals are left out, for they may be meant.
    """

    rows: int = 5
    spread: float = 0.0
    grids: int = 1
    reversed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attention:
    """Questions that say what to answer (column ``attention`` of the survey sheet), answered otherwise."""


@dataclass(frozen=True)
class Device:
    """At least ``interviews`` completed from what looks like one device; its mark is kept until ``days`` after the wave closes."""

    interviews: int = 2
    days: int = 7


@dataclass(frozen=True)
class Gibberish:
    """Open answers that are no language: fewer than ``characters`` letters and figures where an answer was required, one
    pattern over and over, a run along the keyboard, or letters that hardly ever follow one another (``surprise``, in bits a
    pair). Rather miss some than accuse somebody who writes badly.
    """

    characters: int = 2
    surprise: float = 7.0


@dataclass(frozen=True)
class SameText:
    """An open answer of at least ``characters`` letters and figures that somebody else of the wave gave word for word."""

    characters: int = 25


@dataclass(frozen=True)
class Identical:
    """At least ``answers`` closed answers given, and all of them those of somebody else of the wave. Exact twins only: a share
    of equal answers (Kuriakose and Robbins, 2016) also marks people who merely agree (Simmons et al., 2016).
    """

    answers: int = 20


@dataclass(frozen=True)
class Contradiction:
    """Answers that do not go together, as the study's own ``condition`` says; ``labels`` is how that is told, by language."""

    name: str
    condition: Expression
    labels: Labels

    @property
    def rule(self) -> str:
        """Return what its flags are called."""
        return f"rule:{self.name}"


@dataclass(frozen=True)
class Rules:
    """The rules of a study; None where one is switched off."""

    speeder: Speeder | None = Speeder()
    rushing: Rushing | None = Rushing()
    straight_line: StraightLine | None = StraightLine()
    attention: Attention | None = Attention()
    device: Device | None = Device()
    gibberish: Gibberish | None = Gibberish()
    same_text: SameText | None = SameText()
    identical: Identical | None = Identical()
    contradictions: tuple[Contradiction, ...] = field(default=())


KINDS: Mapping[str, type] = {
    "speeder": Speeder,
    "rushing": Rushing,
    "straight_line": StraightLine,
    "attention": Attention,
    "device": Device,
    "gibberish": Gibberish,
    "same_text": SameText,
    "identical": Identical,
}


def read_rules(rows: Iterable[Row], languages: Sequence[str], report: Report) -> Rules:
    """Read the rows of the sheet ``quality``; what they leave out keeps its default. Mistakes go to ``report``."""
    reader = _Reader(report, languages)
    for row in rows:
        reader.take(row)
    return Rules(**reader.rules, contradictions=tuple(reader.contradictions))


class _Reader:
    def __init__(self, report: Report, languages: Sequence[str]) -> None:
        self.report, self.languages = report, languages
        self.rules: dict[str, Any] = {}
        self.contradictions: list[Contradiction] = []

    def take(self, row: Row) -> None:
        rule = row["rule"]
        if rule == CONSISTENCY:
            self._contradiction(row)
        elif rule not in KINDS:
            self._note(
                row, "rule", N_("“%(rule)s” is not a known rule; known: %(known)s."), rule=rule, known=", ".join([*KINDS, CONSISTENCY])
            )
        elif rule in self.rules:
            self._note(row, "rule", N_("The same %(columns)s stands above."), columns="rule")
        elif row["parameters"] == OFF:
            self.rules[rule] = None
        else:
            self.rules[rule] = KINDS[rule](**self._parameters(row, KINDS[rule]))

    def _contradiction(self, row: Row) -> None:
        condition = parse_cell(row, SHEET, "condition", self.report)
        labels = require_texts(row, SHEET, "label", self.languages, self.report)
        for column in ("name", "condition"):
            if not row[column]:
                self._note(row, column, N_("This cell must be filled in."))
        if row["name"] in [each.name for each in self.contradictions]:
            self._note(row, "name", N_("The same %(columns)s stands above."), columns="name")
        elif condition is not None:
            self.contradictions.append(Contradiction(row["name"], condition, labels))

    def _parameters(self, row: Row, kind: type) -> dict[str, object]:
        known = {each.name: each.default for each in dataclasses.fields(kind)}
        found: dict[str, object] = {}
        for part in row["parameters"].split():
            name, _, text = part.partition("=")
            value = _value(known.get(name), text)
            if value is None:
                self._note(row, "parameters", N_("“%(part)s”: write off, or some of these with a number: %(known)s."),
                           part=part, known=" ".join(f"{name}={_shown(default)}" for name, default in known.items()) or "–")  # fmt: skip
            else:
                found[name] = value
        return found

    def _note(self, row: Row, column: str, template: str, **values: object) -> None:
        self.report.add(SHEET, row.number, column, template, **values)


def _value(default: object, text: str) -> object | None:
    """What a parameter's text says, of its default's kind; None when it says no such thing."""
    if isinstance(default, tuple):
        return tuple(filter(None, text.split(",")))
    number = as_number(text)
    if default is None or number is None or number < 0:
        return None
    if isinstance(default, int):
        return int(number) if number.is_integer() else None
    return number


def _shown(default: object) -> str:
    return f"{default:.3g}" if isinstance(default, float) else "a,b" if isinstance(default, tuple) else str(default)
