"""Means and medians of every column of a table at once, from the same groups of people as its percentages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reports.core.tables import Grouping

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Means:
    """Weighted means by column, the first being everybody's: ``n`` people, sums of weights w and w², of wy, w²y and w²y².

    ``size`` is the number of people of the wave.
    """

    n: Floats
    w: Floats
    w2: Floats
    wy: Floats
    w2y: Floats
    w2y2: Floats
    size: int

    @cached_property
    def value(self) -> Floats:
        """Return the mean of each column; NaN of nobody."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.wy / self.w)

    @cached_property
    def standard_error(self) -> Floats:
        """Return √( n/(n−1) · Σ (w (y − ȳ) / W)² ), n the people of the wave, as ``quantities.mean`` does; NaN under two people."""
        with np.errstate(invalid="ignore", divide="ignore"):
            spread = self.w2y2 - 2 * self.value * self.w2y + self.value**2 * self.w2
            error = np.sqrt(self.size / max(self.size - 1, 1) * np.maximum(spread, 0)) / self.w
        return np.where(self.n > 1, error, np.nan)

    def against_rest(self) -> Floats:
        """Return z of each column against the rest of the base; NaN where either side has fewer than two people."""
        n, w, w2, wy, w2y, w2y2 = (each[:1] - each for each in (self.n, self.w, self.w2, self.wy, self.w2y, self.w2y2))
        rest = Means(n, w, w2, wy, w2y, w2y2, self.size)
        with np.errstate(invalid="ignore", divide="ignore"):
            gap = self.value - rest.value
            z = gap / np.sqrt(self.standard_error**2 + rest.standard_error**2)
        return np.where(np.isfinite(z), z, np.nan)


def means(grouping: Grouping, people: Mask, values: Floats) -> Means:
    """Return the means of ``values`` among the marked people in every column of the grouping."""
    groups, y = grouping.of[people], values[people].astype(np.float64)
    tallies = (np.bincount(groups, weights=moment, minlength=len(grouping.weights)) for moment in (np.ones(len(y)), y, y * y))
    count, first, second = tallies
    w, w2 = grouping.weights, grouping.weights**2
    sums = grouping.by_column(np.stack([count, count * w, count * w2, first * w, first * w2, second * w2]))
    return Means(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], grouping.size)


def medians(grouping: Grouping, people: Mask, values: Floats) -> Floats:
    """Return each column's weighted median, the smallest value that at least half of the weight does not exceed; NaN of nobody."""
    groups, y = grouping.of[people], values[people].astype(np.float64)
    distinct, place = np.unique(y, return_inverse=True)
    if not len(distinct):
        return np.full(grouping.members.shape[1], np.nan)
    pairs, many = np.unique(groups * len(distinct) + place.reshape(-1), return_counts=True)
    group, value = np.divmod(pairs, len(distinct))
    order = np.argsort(value, kind="stable")
    reached = np.cumsum((many * grouping.weights[group])[order, None] * grouping.members[group[order]], axis=0)
    whole = reached[-1]
    at = (reached < whole * (0.5 - 1e-12)).sum(axis=0)
    return np.where(whole > 0, distinct[value[order]][np.minimum(at, len(order) - 1)], np.nan)
