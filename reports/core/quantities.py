"""Means, medians and scores of a base with their precision; the weights are taken as given.

Means are in the unit of what is measured; a score is on the scale from −100 to 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from reports.core.proportions import Difference, Z, apart

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

PROMOTERS, DETRACTORS = 9, 6  # of ten: nine and above, six and below (Reichheld, Harvard Business Review, December 2003)


@dataclass(frozen=True)
class Mean:
    """A weighted mean of a base: ``n`` people, their sum of weights and effective n, the standard error and the 95 % interval.

    On an empty base everything but ``n`` is None; of one person there is no error and no interval.
    """

    value: float | None
    n: int
    weighted_n: float
    effective_n: float | None
    standard_error: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Quantile:
    """A weighted quantile of a base with its 95 % interval; None on an empty base, no interval of one person."""

    value: float | None
    n: int
    low: float | None
    high: float | None


def mean(values: Floats, base: Mask, weights: Floats) -> Mean:
    """Return the mean of ``values`` among the ``base``; the arrays hold every person of the wave.

    Standard error: linearisation of the ratio, √( n/(n−1) · Σ_base (w (y − ȳ) / W)² ), n the people of the wave (Särndal,
    Swensson & Wretman, Model Assisted Survey Sampling, §5.6–5.7). Interval: ± 1.96 of it.
    """
    people, total = int(base.sum()), float(weights[base].sum())
    if not people or total <= 0:
        return Mean(None, people, total, None, None, None, None)
    y, w = values[base].astype(np.float64), weights[base]
    value = float(w @ y) / total
    effective = total**2 / float(w @ w)
    if people == 1:
        return Mean(value, 1, total, effective, None, None, None)
    size = len(base)
    error = sqrt(size / (size - 1) * float(((w * (y - value)) ** 2).sum())) / total
    return Mean(value, people, total, effective, error, value - Z * error, value + Z * error)


def quantile(values: Floats, base: Mask, weights: Floats, share: float = 0.5) -> Quantile:
    """Return the smallest value that at least ``share`` of the base's weight does not exceed: the median by default.

    Interval: Woodruff (1952), Journal of the American Statistical Association 47, the values at both ends of the interval of the
    share of people who do not exceed it.
    """
    people, total = int(base.sum()), float(weights[base].sum())
    if not people or total <= 0:
        return Quantile(None, people, None, None)
    y, w = values[base].astype(np.float64), weights[base]
    order = np.argsort(y, kind="stable")
    y, reached = y[order], np.cumsum(w[order]) / total
    value = _at(y, reached, share)
    up_to = mean((values <= value).astype(np.float64), base, weights)
    if up_to.standard_error is None:
        return Quantile(value, people, None, None)
    assert up_to.low is not None and up_to.high is not None, "a mean with an error has an interval"  # noqa: PT018
    return Quantile(value, people, _at(y, reached, up_to.low), _at(y, reached, up_to.high))


def net_promoter(values: Floats, base: Mask, weights: Floats) -> Mean:
    """Return the share of promoters less that of detractors, in points from −100 to 100, of answers from 0 to 10."""
    scores = np.where(values >= PROMOTERS, 100.0, np.where(values <= DETRACTORS, -100.0, 0.0))
    return mean(scores, base, weights)


def difference_of_means(a: Mean, b: Mean) -> Difference | None:
    """Return what separates the means of two independent samples, or of two groups that share nobody; None without both errors.

    The linearised estimates of two groups without a common member have no covariance.
    """
    if a.value is None or b.value is None or a.standard_error is None or b.standard_error is None:
        return None
    return apart(a.value - b.value, a.standard_error, b.standard_error)


def _at(ordered: Floats, reached: Floats, share: float) -> float:
    """The first value at which the weight reached is the share, a rounding error of the sums apart."""
    position = int(np.searchsorted(reached, min(max(share, 0.0), 1.0) - 1e-12))
    return float(ordered[min(position, len(ordered) - 1)])
