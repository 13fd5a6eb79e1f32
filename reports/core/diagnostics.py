"""What weights do to a sample: margins before and after, how the weights are spread, and what calls for a second look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from surveys.core.columns import Column
from surveys.core.messages import N_

Floats = NDArray[np.float64]

LARGEST, SMALLEST = 5.0, 0.2  # weights beyond these are looked at
EFFICIENT, ENOUGH = 0.8, 0.6  # the efficiency under which one is warned, and under which nothing is published
WEAK_EFFECTIVE = 30  # effective people in a base
STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0)
CLASSES = 20  # at most, of a histogram

WARNINGS = {
    "large": N_("The largest weight is %(number)s: that person counts for more than five. Bound the weights, or merge small categories."),
    "small": N_("The smallest weight is %(number)s: that person counts for less than a fifth. Bound the weights, or merge categories."),
    "efficiency": N_("The efficiency is %(number)s %%, under 80 %%: weight on fewer variables, merge categories or bound the weights."),
    "base": N_("The base of %(of)s is worth %(number)s people of equal weight, fewer than 30: its figures are not to be published alone."),
}


@dataclass(frozen=True)
class MarginRow:
    """One category of one variable: its people, their raw share, the target (None: it has none) and the weighted share, in %."""

    variable: str
    category: str
    people: int
    raw: float
    target: float | None
    weighted: float | None


@dataclass(frozen=True)
class Warned:
    """Something to look at: which of WARNINGS, the number that gave rise to it, and what it is about."""

    which: str
    number: float
    of: str = ""


def margin_rows(
    columns: Mapping[str, Column], targets: Mapping[str, Mapping[str, float]], weights: Floats | None, size: int
) -> list[MarginRow]:
    """Return each variable's categories, those with a target first; ``weights`` are one per person, None when there are none."""
    rows = []
    for name, column in columns.items():
        people = np.bincount(column.index, minlength=len(column.values))
        sums = None if weights is None else np.bincount(column.index, weights, len(column.values))
        at = {str(value): place for place, value in enumerate(column.values)}
        wanted = targets.get(name, {})
        for category in dict.fromkeys((*wanted, *(category for category, place in at.items() if people[place]))):
            place = at.get(category)
            count = 0 if place is None else int(people[place])
            after = None if sums is None else 100 * float(0 if place is None else sums[place]) / float(sums.sum() or 1)
            rows.append(MarginRow(name, category, count, 100 * count / size if size else 0.0, wanted.get(category), after))
    return rows


def histogram(weights: Floats, people: NDArray[np.intp]) -> list[tuple[float, float, int]]:
    """Return classes of weights of one round width, as (from, to, people); ``people`` counts those who have each weight."""
    having = (people > 0) & (weights > 0)
    if not having.any():
        return []
    low, high = float(weights[having].min()), float(weights[having].max())
    step = next((step for step in STEPS if ceil(high / step) - floor(low / step) <= CLASSES), STEPS[-1])
    first = floor(low / step)
    place = np.floor(weights[having] / step + 1e-9).astype(int) - first
    counts = np.bincount(np.maximum(place, 0), people[having])
    return [(round((first + k) * step, 4), round((first + k + 1) * step, 4), int(count)) for k, count in enumerate(counts)]


def warnings_of(low: float, high: float, efficiency: float, bases: Iterable[tuple[str, float | None]]) -> list[Warned]:
    """Return what calls for a second look; ``bases`` gives the effective size of each figure's base."""
    found = [Warned("large", high)] if high > LARGEST else []
    found += [Warned("small", low)] if low < SMALLEST else []
    found += [Warned("efficiency", 100 * efficiency)] if efficiency < EFFICIENT else []
    return found + [Warned("base", size, code) for code, size in bases if size is not None and size < WEAK_EFFECTIVE]
