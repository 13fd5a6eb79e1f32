"""A wave's figures from its columns: each person's combination of weighting categories, then each figure on its base."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from reports.core.proportions import Share, share_by_combination
from surveys.core.columns import Column, MultipleColumn, holds_column
from surveys.core.expressions import Expression

Mask = NDArray[np.bool_]
Columns = Mapping[str, Column | MultipleColumn]


@dataclass(frozen=True)
class Design:
    """A figure to be computed: who is selected, among whom (None: everybody)."""

    selection: Expression
    base: Expression | None

    @property
    def variables(self) -> frozenset[str]:
        """Return the names of the questions it needs."""
        return self.selection.variables | (self.base.variables if self.base else frozenset())


@dataclass(frozen=True)
class Combinations:
    """The distinct combinations of weighting categories that occur.

    ``codes`` is combinations × variables, each code a position in that variable's ``categories``; ``counts`` the people
    in each combination; ``of`` the combination of each person.
    """

    categories: Mapping[str, tuple[str, ...]]
    codes: NDArray[np.intp]
    counts: NDArray[np.intp]
    of: NDArray[np.intp]

    def tally(self, people: Mask) -> NDArray[np.intp]:
        """Count, in each combination, the people who are marked."""
        return np.bincount(self.of[people], minlength=len(self.counts))


@dataclass(frozen=True)
class Computed:
    """One figure as computed (percentages 0–100). ``not_asked`` counts the people of the base who, not asked one of the
    selection's questions, were counted as no; ``share`` is None when nothing could be weighted."""

    n: int
    selected: int
    not_asked: int
    raw_percent: float | None
    share: Share | None


def combine(columns: Mapping[str, Column], size: int) -> Combinations:
    """Find the combinations of the given columns; without any column everybody is in one combination."""
    shape = [len(column.values) for column in columns.values()]
    place = reduce(lambda index, column: index * len(column.values) + column.index, columns.values(), np.zeros(size, np.intp))
    occurring, of, counts = np.unique(place, return_inverse=True, return_counts=True)
    codes = np.stack(np.unravel_index(occurring, shape), axis=1) if shape else np.zeros((len(occurring), 0), np.intp)
    categories = {name: tuple(str(value) for value in column.values) for name, column in columns.items()}
    return Combinations(categories, codes, counts, of.reshape(-1))


def compute(
    design: Design,
    columns: Columns,
    was_not_asked: Callable[[str], Mask],
    combinations: Combinations,
    weights: NDArray[np.float64] | None,
    among: Mask | None = None,
) -> Computed:
    """Compute one figure; ``weights`` holds one weight per combination, None when the weighting was refused.

    ``among`` marks those whose questionnaire measures what the figure needs; the others are not of its base.
    """
    size = len(combinations.of)
    selected = holds_column(design.selection, columns, size)
    base = np.ones(size, np.bool_) if design.base is None else holds_column(design.base, columns, size)
    base = base if among is None else base & among
    selected &= base
    not_asked = base & ~selected & _any(map(was_not_asked, design.selection.variables), size)
    n, chosen = int(base.sum()), int(selected.sum())
    share = None
    if weights is not None:
        share = share_by_combination(combinations.tally(selected), combinations.tally(base), weights, n=size)
    return Computed(n, chosen, int(not_asked.sum()), 100 * chosen / n if n else None, share)


def missing_categories(combinations: Combinations, targets: Mapping[str, Mapping[str, float]]) -> Sequence[tuple[str, str]]:
    """Return the (variable, category) pairs that the population has and that nobody represents yet."""
    found = []
    for position, (variable, categories) in enumerate(combinations.categories.items()):
        present = {categories[code] for code in np.unique(combinations.codes[:, position])}
        found += [(variable, name) for name, target in targets[variable].items() if target > 0 and name not in present]
    return found


def _any(masks: Iterable[Mask], size: int) -> Mask:
    return reduce(np.logical_or, masks, np.zeros(size, np.bool_))
