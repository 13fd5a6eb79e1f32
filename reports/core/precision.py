"""Margins of error by reference to simple random sampling, and the bases too small to publish."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

SMALLEST_BASE = 30  # under it a percentage is withheld
WEAK_BASE = 100  # under it a percentage is printed with a warning
Z = 1.96  # the value that the trade prints with, at the 95 % level
PERCENTAGES = (5, 10, 20, 30, 40, 50)  # and their complements, which have the same margin


def margin_at(n: int, percent: float) -> float:
    """Return the half-width of the 95 % interval, in points, of a percentage (0–100) observed on ``n`` people."""
    return Z * sqrt(percent * (100 - percent) / n)


def grid(sizes: Iterable[int]) -> list[tuple[int, tuple[float, ...]]]:
    """Return, for each size from the largest down, the margins at PERCENTAGES; a size of nobody has none."""
    return [(n, tuple(margin_at(n, percent) for percent in PERCENTAGES)) for n in sorted(set(sizes) - {0}, reverse=True)]
