"""Grids answered in a straight line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from respondents.core.quality.cases import Finding
from respondents.core.quality.rules import StraightLine
from surveys.core.expressions import Answer
from surveys.core.questionnaire import Page, Question, Questionnaire


@dataclass(frozen=True)
class Grid:
    """The rows of a grid, single questions on one scale, and the ``page`` that shows it."""

    name: str
    page: str
    rows: tuple[Question, ...]

    @cached_property
    def steps(self) -> Mapping[str, int]:
        """Return the place of each answer on the scale, from 0; don't know and refusals have none."""
        first = self.rows[0]
        names = first.steps or [choice.name for choice in first.choices if choice.is_valid_answer]
        return {name: place for place, name in enumerate(names)}


def grids_of(questionnaire: Questionnaire) -> tuple[Grid, ...]:
    """Return the grids of a questionnaire that have at least two rows of one choice each, in order."""
    return tuple(grid for page in questionnaire.pages for grid in _grids(page) if len(grid.rows) > 1)


def straight_lines(answers: Mapping[str, Answer], grids: Sequence[Grid], rule: StraightLine) -> Iterator[Finding]:
    """Yield the grids answered in a straight line, when there are enough of them; one that contradicts itself is enough.

    It does when rows that ask the other way round have the same answer as the others, off the middle of the scale.
    """
    found = [finding for grid in grids for finding in _straight(answers, grid, rule)]
    if len(found) >= rule.grids or any(finding.detail["contradicts"] for finding in found):
        yield from found


def _grids(page: Page) -> Iterator[Grid]:
    runs: dict[tuple[str, object], list[Question]] = {}
    for question in page.asked:
        is_grid = page.blocks[question.block].is_grid if question.block in page.blocks else page.is_grid
        if is_grid and (question.kind == "single" or question.steps):
            runs.setdefault((question.block, question.steps or question.list_name), []).append(question)
    for (block, _), rows in runs.items():
        alone = sum(other == block for other, _ in runs) == 1
        yield Grid((block or page.name) if alone else rows[0].name, page.name, tuple(rows))


def _straight(answers: Mapping[str, Answer], grid: Grid, rule: StraightLine) -> Iterator[Finding]:
    given = {row.name: str(answers.get(row.name, "")) for row in grid.rows}
    places = {name: grid.steps[answer] for name, answer in given.items() if answer in grid.steps}
    if len(places) < rule.rows or _variance(places.values()) > rule.spread:
        return
    detail = {"rows": len(places), "of": len(grid.rows), "same": len(set(places.values())) == 1}
    yield Finding("straight_line", grid.name, {**detail, "contradicts": _contradicts(places, len(grid.steps), rule.reversed)})


def _variance(places: Collection[int]) -> float:
    mean = sum(places) / len(places)
    return sum((place - mean) ** 2 for place in places) / len(places)


def _contradicts(places: Mapping[str, int], steps: int, reversed_rows: Collection[str]) -> bool:
    middle = (steps - 1) / 2
    sides = {(name in reversed_rows, place > middle) for name, place in places.items() if place != middle}
    return any((True, side) in sides and (False, side) in sides for side in (True, False))
