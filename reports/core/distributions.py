"""Tails of the normal, t and F distributions, from their integrals: all that tests of significance need."""

from __future__ import annotations

from math import erfc, exp, inf, lgamma, log, log1p, sqrt

EXACT = 1e-15
STEPS = 10_000


def normal_tails(z: float) -> float:
    """Return the two-sided probability beyond ±``z`` of the normal distribution."""
    return erfc(abs(z) / sqrt(2))


def f_tail(value: float, numerator: float, denominator: float) -> float:
    """Return the probability that F with these degrees of freedom, whole or not, exceeds ``value``.

    I_x(d₂/2, d₁/2) with x = d₂ / (d₂ + d₁ F); Abramowitz & Stegun (1964), 26.6.2.
    """
    if value <= 0:
        return 1.0
    if value == inf:
        return 0.0
    return incomplete_beta(denominator / (denominator + numerator * value), denominator / 2, numerator / 2)


def t_tails(value: float, degrees: float) -> float:
    """Return the two-sided probability beyond ±``value`` of Student's t: F of 1 and ``degrees`` at its square."""
    return f_tail(value * value, 1, degrees)


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), 0 ≤ x ≤ 1.

    Continued fraction 26.5.8 of Abramowitz & Stegun (1964), by Lentz's method, on the side where it converges quickly.
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / _away_from_zero(1 + even * d), _away_from_zero(1 + even / c)
        value *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / _away_from_zero(1 + odd * d), _away_from_zero(1 + odd / c)
        value *= d * c
        if abs(d * c - 1) < EXACT:
            break
    return value


def _away_from_zero(number: float) -> float:
    return number if abs(number) > 1e-300 else 1e-300
