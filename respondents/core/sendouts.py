"""How many people to invite, and whom: what the open cells will miss, over the return rate, drawn at random within cells.

The return rate of a cell is the completed interviews among the invitations sent long enough ago (``RIPE_HOURS``), drawn
towards the wave's own rate as if ``PRIOR_WEIGHT`` more invitations had been sent at it; the wave's rate is drawn in the same
way towards ``DEFAULT_RATE``. That is the posterior mean of a beta-binomial model, ``(returned + k·p) / (sent + k)`` (Gelman
et al., Bayesian Data Analysis, 3rd ed., §2.4): before any return it is the default, and few returns never make a rate of
0 % or 100 %. Invitations needed: ``missing / rate``. Their range: the rate one way and the other by 1.645 posterior standard
deviations ``√(p(1 − p) / (sent + k + 1))``, 90 % of a normal law.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, inf, sqrt

DEFAULT_RATE = 0.15  # of those invited complete the interview: what is supposed before any return; our own proposal
PRIOR_WEIGHT = 20  # invitations that the supposed rate weighs as much as
RIPE_HOURS = 48  # after which an invitation counts in the rate: people answer within two days, or after a reminder
NINETY = 1.645  # standard deviations
LOWEST_RATE = 0.005  # below it a field by e-mail is given up, not sent 200 letters a complete


@dataclass(frozen=True)
class Returns:
    """What came of the invitations sent long enough ago: how many were ``sent``, how many ``returned`` as completed interviews."""

    sent: int = 0
    returned: int = 0

    def rate(self, prior: float = DEFAULT_RATE) -> float:
        """Return the expected share of completed interviews, 0 to 1, drawn towards ``prior``."""
        return max(LOWEST_RATE, (self.returned + PRIOR_WEIGHT * prior) / (self.sent + PRIOR_WEIGHT))

    def deviation(self, prior: float = DEFAULT_RATE) -> float:
        """Return the standard deviation of the rate."""
        rate = self.rate(prior)
        return sqrt(rate * (1 - rate) / (self.sent + PRIOR_WEIGHT + 1))


@dataclass(frozen=True)
class Need:
    """An open cell: how many interviews it will miss at closing, how many it can still take, and the expected return rate.

    ``room`` is None for a cell that never closes.
    """

    missing: int
    room: int | None
    rate: float
    deviation: float = 0.0

    @property
    def invitations(self) -> int:
        """Return how many people to invite: missing / rate, rounded to the nearest."""
        return floor(self.missing / self.rate + 0.5)

    @property
    def fewest(self) -> int:
        """Return how many would do if the rate were as high as it may be."""
        return floor(self.missing / min(1.0, self.rate + NINETY * self.deviation) + 0.5)

    @property
    def most(self) -> int:
        """Return how many would be needed if the rate were as low as it may be."""
        return floor(self.missing / max(LOWEST_RATE, self.rate - NINETY * self.deviation) + 0.5)

    @property
    def bearable(self) -> float:
        """Return how many may be invited before more people are expected to answer than the cell can take."""
        return inf if self.room is None else max(floor(self.room / self.rate + 0.5), 1 if self.room else 0)


@dataclass(frozen=True)
class Person:
    """Somebody who may be invited, and the cells that their known profile puts them in."""

    id: int
    cells: tuple[int, ...]


def need_of(missing: int, room: int | None, cell: Returns, whole: Returns) -> Need:
    """Return what a cell needs, from its own returns and the ``whole`` wave's."""
    prior = whole.rate()
    return Need(missing, room, cell.rate(prior), cell.deviation(prior))


def draw(people: Iterable[Person], needs: Mapping[int, Need], seed: int, at_most: int | None = None) -> list[int]:
    """Return the identifiers of the people to invite, drawn at random; the same people, needs and seed give the same draw.

    ``needs`` holds every open cell, also those that will miss nobody: somebody with a cell that is not among them is never
    drawn, since it is full. The cells are served from the neediest on; whoever is drawn for one counts in all of theirs. People
    all of whose cells still want somebody come first; then those whose cells can bear one more, and nobody else.
    """
    shuffled = sorted((person for person in people if needs.keys() >= set(person.cells)), key=lambda person: person.id)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 -- a sample that can be drawn again, not a secret
    by_cell: dict[int, list[Person]] = {cell: [] for cell in needs}
    for person in shuffled:
        for cell in person.cells:
            by_cell[cell].append(person)
    drawn = _Drawn(needs, at_most)
    wanted = {cell: float(need.invitations) for cell, need in needs.items()}
    for most in (wanted, {cell: need.bearable for cell, need in needs.items()}):
        for cell in sorted(needs, key=lambda cell: (-wanted[cell], cell)):
            drawn.serve(cell, by_cell[cell], wanted[cell], most)
    return list(drawn.people)


class _Drawn:
    """Those drawn so far, in order, and how many of them stand in each cell."""

    def __init__(self, cells: Iterable[int], at_most: int | None) -> None:
        self.at_most = inf if at_most is None else at_most
        self.people: dict[int, None] = {}
        self.counts = dict.fromkeys(cells, 0)

    def serve(self, cell: int, people: Iterable[Person], wanted: float, most: Mapping[int, float]) -> None:
        """Draw people for a cell until it has as many as are wanted; nobody is drawn whose cell has the most it may have."""
        for person in people:
            if self.counts[cell] >= wanted or len(self.people) >= self.at_most:
                return
            if person.id not in self.people and all(self.counts[own] < most[own] for own in person.cells):
                self.people[person.id] = None
                for own in person.cells:
                    self.counts[own] += 1


def known_cells(plans: Sequence[tuple[Sequence[str], Mapping[tuple[str, ...], int]]], known: Mapping[str, str]) -> tuple[int, ...]:
    """Return the cells that a known profile surely belongs to: of each plan whose variables are all known, and the total.

    ``plans`` are (variables, cell by categories); the total is the plan without variables.
    """
    found = []
    for variables, cells in plans:
        categories = tuple(known.get(variable, "") for variable in variables)
        if categories in cells:
            found.append(cells[categories])
    return tuple(sorted(found))
