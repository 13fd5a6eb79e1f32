"""What chance alone does: exact one-sided tests, so that a small count never rings a bell."""

from __future__ import annotations

from math import exp, lgamma, log

CHANCE = 0.01  # a count that chance alone reaches less often than this is no chance


def at_least(count: int, among: int, share: float) -> float:
    """Return the probability of ``count`` or more out of ``among`` when each has probability ``share`` (0 < share < 1): exact binomial."""
    if count <= 0:
        return 1.0
    terms = (_choose(among, k) + k * log(share) + (among - k) * log(1 - share) for k in range(count, among + 1))
    return min(1.0, sum(exp(term) for term in terms))


def as_uneven(count: int, among: int, other_count: int, other_among: int) -> float:
    """Return the probability that, were two groups alike, the first had ``count`` or more: Fisher's exact test, one-sided."""
    whole, marked = among + other_among, count + other_count
    most = min(among, marked)
    terms = (_choose(marked, k) + _choose(whole - marked, among - k) for k in range(count, most + 1) if among - k <= whole - marked)
    return min(1.0, sum(exp(term - _choose(whole, among)) for term in terms))


def _choose(n: int, k: int) -> float:
    """The logarithm of the number of ways to choose k of n."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
