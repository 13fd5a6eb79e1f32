"""Margins of error by reference to simple random sampling, and the bases too small to publish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

SMALLEST_BASE = 30  # under it a percentage is withheld, unless the study says otherwise
WEAK_BASE = 100  # under it a percentage is printed with a warning, likewise
LEAST, MOST = 11, 1000  # between which a study may put both: fewer than eleven people are protected in every file
Z = 1.96  # the value that the trade prints with, at the 95 % level
PERCENTAGES = (5, 10, 20, 30, 40, 50)  # and their complements, which have the same margin


@dataclass(frozen=True)
class Thresholds:
    """A study's smallest bases, in people: under ``smallest`` a percentage is withheld, under ``weak`` printed with a warning."""

    smallest: int = SMALLEST_BASE
    weak: int = WEAK_BASE


def thresholds_in(settings: Mapping[str, str]) -> Thresholds:
    """Return the thresholds of a study's settings sheet; those that it leaves empty are the usual ones."""
    smallest = int(settings.get("smallest_base") or SMALLEST_BASE)
    return Thresholds(smallest, int(settings.get("weak_base") or max(WEAK_BASE, smallest)))


def margin_at(n: int, percent: float) -> float:
    """Return the half-width of the 95 % interval, in points, of a percentage (0–100) observed on ``n`` people."""
    return Z * sqrt(percent * (100 - percent) / n)


def grid(sizes: Iterable[int]) -> list[tuple[int, tuple[float, ...]]]:
    """Return, for each size from the largest down, the margins at PERCENTAGES; a size of nobody has none."""
    return [(n, tuple(margin_at(n, percent) for percent in PERCENTAGES)) for n in sorted(set(sizes) - {0}, reverse=True)]
