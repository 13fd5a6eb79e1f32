"""Shares of a base with their precision, and differences between shares.

Percentages, standard errors, margins and intervals are on the 0–100 scale. The weights are taken as given.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from reports.core.distributions import normal_tails

Z = 1.959963984540054  # the 97.5 % quantile of the normal distribution: intervals at the 95 % level


@dataclass(frozen=True)
class Share:
    """A weighted percentage of a base.

    ``n`` is the unweighted base, ``weighted_n`` its sum of weights and ``effective_n`` (Σw)² / Σw². On an empty base
    everything else is None; on a base of one person the ``standard_error`` alone is.
    """

    percent: float | None
    n: int
    weighted_n: float
    effective_n: float | None
    standard_error: float | None
    margin: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Difference:
    """What separates two shares: ``points`` = the first less the second, its error, z, and the two-sided ``p``."""

    points: float
    standard_error: float
    z: float
    p: float


def share(selected: NDArray[np.bool_], base: NDArray[np.bool_], weights: NDArray[np.float64]) -> Share:
    """Return the share of the ``base`` that is ``selected``; the arrays hold every person of the wave."""
    counted, chosen = base.astype(np.intp), (selected & base).astype(np.intp)
    return share_by_combination(chosen, counted, weights, n=len(base))


def share_by_combination(selected: NDArray[np.intp], base: NDArray[np.intp], weights: NDArray[np.float64], *, n: int) -> Share:
    """Return the share of a base whose people are tallied by combination, all those of one having the same weight.

    ``selected`` and ``base`` count people in each combination (the selected are within the base), ``weights`` holds one
    weight per combination, and ``n`` is the number of people in the wave.

    Standard error: linearisation of the ratio, √( n/(n−1) · Σ_base (w (y − p) / W)² ) with W the weight of the base
    (Särndal, Swensson & Wretman, Model Assisted Survey Sampling, §5.6–5.7; R's survey package computes the same).
    Margin: z √(p (1 − p) / n_eff). Interval: Wilson (1927) with the effective n, which holds at 0 %, at 100 % and for
    one person.
    """
    people, total = int(base.sum()), float(base @ weights)
    if not people or total <= 0:
        return Share(None, people, total, None, None, None, None, None)
    chosen = float(selected @ weights)
    p = chosen / total
    effective = total**2 / float(base @ weights**2)
    spread = float((weights**2) @ (selected * (1 - p) ** 2 + (base - selected) * p**2)) / total**2
    low, high = wilson(p, effective)
    return Share(
        percent=100 * chosen / total,  # in this order, 57 people of 200 are 28.5 % and not 28.499999999999996 %
        n=people,
        weighted_n=total,
        effective_n=effective,
        standard_error=100 * sqrt(n / (n - 1) * spread) if people > 1 else None,
        margin=100 * Z * sqrt(p * (1 - p) / effective),
        low=100 * low,
        high=100 * high,
    )


def wilson(p: float, n: float) -> tuple[float, float]:
    """Return the ends of Wilson's 95 % interval of a proportion ``p`` (0–1) observed on ``n`` people, ``n`` > 0."""
    centre, half = p + Z**2 / (2 * n), Z * sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return max(0.0, (centre - half) / (1 + Z**2 / n)), min(1.0, (centre + half) / (1 + Z**2 / n))


def difference(a: Share, b: Share) -> Difference | None:
    """Return what separates two shares of independent samples; None where one has no percentage or no error.

    The error is √(SE_a² + SE_b²); ``p`` is two-sided, from the normal distribution. Without any error (0 % against
    100 %) z is infinite, and equal shares have z = 0.
    """
    if a.percent is None or b.percent is None or a.standard_error is None or b.standard_error is None:
        return None
    return apart(a.percent - b.percent, a.standard_error, b.standard_error)


def apart(gap: float, error: float, other: float) -> Difference:
    """Return the test of a gap between two independent estimates, shares or means, from the standard error of each."""
    both = sqrt(error**2 + other**2)
    z = gap / both if both else (0.0 if not gap else float(np.copysign(np.inf, gap)))
    return Difference(gap, both, z, normal_tails(z))
