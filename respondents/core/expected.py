"""What a field should expect before it opens: whether all plans can be met by one sample, and how many starts that takes.

The sample's joint distribution is fitted to the plans' targets by iterative proportional fitting (Deming and Stephan, 1940): plans that
share variables must agree on them, variables of different plans are otherwise taken as independent. Starts are then drawn at random
from it, several times, and let in as the real places would let them in.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from respondents.core.quotas import NEVER_CLOSES, Combination, expanded

MAX_JOINT = 200_000  # combinations of the variables that plans share
ROUNDS = 500
FITTED = 0.5  # people by which a fitted cell may miss its target
DRAWS = 5  # fields drawn at random
PATIENCE = 20  # starts per place after which a field will not fill


@dataclass(frozen=True)
class Part:
    """A plan as the expectation needs it: by cell, its combinations, its target and its ceiling; and each variable's categories.

    ``elsewhere`` are the people expected in none of its cells, where it interviews such people.
    """

    plan: str
    variables: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    cells: tuple[tuple[tuple[Combination, ...], int, int], ...]
    elsewhere: int = 0


@dataclass(frozen=True)
class Misfit:
    """The cell that no sample can bring to its target while the other plans are met, and the nearest that it comes to."""

    plan: str
    cell: int
    target: int
    nearest: int


class Starts(NamedTuple):
    """How many people must start: the median of the fields drawn, the fewest, the most; and how many find their quota full.

    ``fills`` False: the field stopped at ``completed`` although people kept coming.
    """

    expected: int
    fewest: int
    most: int
    turned_away: int
    completed: int
    fills: bool


@dataclass(frozen=True)
class _Joint:
    """Combinations of all variables of some plans, with their weights; ``cells[p]`` gives each one's cell in plan p, after the last one for people
    expected elsewhere, −1 for nobody."""

    parts: tuple[Part, ...]
    weights: NDArray[np.float64]
    cells: tuple[NDArray[np.int64], ...]


def misfits(parts: Sequence[Part]) -> list[Misfit]:
    """Return, for each group of plans that share variables and cannot all be met, the cell that stays furthest from its target.

    A cell may be filled from its target to its ceiling; a group with more than MAX_JOINT combinations is not looked into.
    """
    found = []
    for group in _groups(parts):
        joint = _fitted(group) if len(group) > 1 else None
        if joint is None:
            continue
        worst = max(_misses(joint), key=lambda miss: miss[0], default=(0.0, 0, 0, 0.0))
        if worst[0] > FITTED:
            _, p, cell, nearest = worst
            found.append(Misfit(group[p].plan, cell, group[p].cells[cell][1], round(nearest)))
    return found


def starts(parts: Sequence[Part], target: int, ceiling: int, incidence: float, drop_out: float, seed: int = 1) -> Starts | None:
    """Return how many starts bring ``target`` completed interviews; None when a group of plans is too large to be drawn.

    ``incidence`` is the share of starts that belong to the population, ``drop_out`` the share of those let in who do not finish.
    """
    joints = [_fitted(group) for group in _groups(parts)]
    if any(joint is None for joint in joints):
        return None
    fields = [
        _field([joint for joint in joints if joint], target, ceiling, incidence, drop_out, random.Random(seed + i))  # noqa: S311 -- a forecast
        for i in range(DRAWS)
    ]
    counts = sorted(field[0] for field in fields)
    away, completed = (round(median(field[k] for field in fields)) for k in (1, 2))
    return Starts(round(median(counts)), counts[0], counts[-1], away, completed, completed >= target)


def _groups(parts: Sequence[Part]) -> list[list[Part]]:
    """The plans that share variables, directly or through one another, together."""
    groups: list[list[Part]] = []
    for part in parts:
        touching = [group for group in groups if any(set(part.variables) & set(other.variables) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([*(other for group in touching for other in group), part])
    return groups


def _fitted(group: Sequence[Part]) -> _Joint | None:
    """The joint distribution of a group's variables fitted to its targets; None when it is too large."""
    categories = {name: each for part in group for name, each in zip(part.variables, part.categories, strict=True)}
    size = int(np.prod([len(each) for each in categories.values()], dtype=np.int64)) if categories else 1
    if size > MAX_JOINT:
        return None
    names = list(categories)
    everybody = list(product(*categories.values()))
    cells = tuple(np.fromiter(_cells_of(part, names, everybody), np.int64, len(everybody)) for part in group)
    weights = np.ones(len(everybody))
    for own in cells:
        weights[own < 0] = 0
    joint = _Joint(tuple(group), weights, cells)
    for _ in range(ROUNDS):
        before = joint.weights.copy()
        for p in range(len(group)):
            _fit(joint, p)
        if np.abs(joint.weights - before).max(initial=0) < 1e-6:
            break
    return joint


def _cells_of(part: Part, names: Sequence[str], everybody: Sequence[Combination]) -> Iterator[int]:
    held = {one: i for i, (combinations, _, _) in enumerate(part.cells) for one in expanded(combinations, part.categories)}
    positions = [names.index(name) for name in part.variables]
    outside = len(part.cells) if part.elsewhere > 0 else -1
    return (held.get(tuple(person[i] for i in positions), outside) for person in everybody)


def _fit(joint: _Joint, p: int) -> None:
    part = joint.parts[p]
    targets = np.array([*(target for _, target, _ in part.cells), part.elsewhere], float)
    inside = joint.cells[p] >= 0
    sums = np.bincount(joint.cells[p][inside], joint.weights[inside], len(targets))
    factors = np.divide(targets, sums, out=np.zeros_like(targets), where=sums > 0)
    joint.weights[inside] *= factors[joint.cells[p][inside]]


def _misses(joint: _Joint) -> Iterator[tuple[float, int, int, float]]:
    """By how many people each cell misses the span from its target to its ceiling: (people, plan, cell, how many it has)."""
    for p, part in enumerate(joint.parts):
        inside = joint.cells[p] >= 0
        sums = np.bincount(joint.cells[p][inside], joint.weights[inside], len(part.cells) + 1)
        for i, (_, target, limit) in enumerate(part.cells):
            yield max(target - sums[i], sums[i] - limit), p, i, float(sums[i])


def _field(
    joints: Sequence[_Joint], target: int, ceiling: int, incidence: float, drop_out: float, chance: random.Random
) -> tuple[int, int, int]:
    """One field drawn at random: people who started, who found their quota full, who completed."""
    rooms = [[*(limit for _, _, limit in part.cells), NEVER_CLOSES] for joint in joints for part in joint.parts]
    ways = [_way(joint) for joint in joints]
    patience = round(PATIENCE * max(target, 1) / max(incidence, 0.01))
    started = away = completed = 0
    while completed < min(target, ceiling) and (started := started + _strangers(incidence, patience, chance) + 1) <= patience:
        own = [cell for drawn, sums in ways for cell in drawn[_at(sums, chance.random())]]
        if any(cell >= 0 and room[cell] <= 0 for cell, room in zip(own, rooms, strict=True)):
            away += 1
        elif chance.random() >= drop_out:
            completed += 1
            for cell, room in zip(own, rooms, strict=True):
                if cell >= 0:
                    room[cell] -= 1
    return min(started, patience), away, completed


def _strangers(incidence: float, most: int, chance: random.Random) -> int:
    """How many people from elsewhere start before the next one who belongs: drawn at once, since they may be a hundred for one."""
    drawn = 1 - chance.random()
    if incidence >= 1:
        return 0
    return int(min(math.log(drawn) / math.log1p(-incidence), most)) if incidence > 0 else most


def _way(joint: _Joint) -> tuple[list[tuple[int, ...]], list[float]]:
    """How a person is drawn from a joint distribution: the cells of each combination, and the running sum of the weights."""
    total = joint.weights.sum()
    sums: list[float] = (np.cumsum(joint.weights) / (total or 1)).tolist()
    return list(zip(*(own.tolist() for own in joint.cells), strict=True)), sums


def _at(sums: list[float], chance: float) -> int:
    return min(bisect_right(sums, chance), len(sums) - 1)
