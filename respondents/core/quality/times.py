"""Seconds per page from the times at which the pages came in, without the pauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

PAUSE = 600  # seconds without a page: the person was away, and nobody knows how long the page itself took


@dataclass(frozen=True)
class PageTime:
    """How long a page took those who answered it, in seconds: of ``n`` measured visits, the 10th, 50th and 90th percentiles."""

    n: int
    p10: float
    median: float
    p90: float


def seconds_per_page(posted: Sequence[tuple[str, float]]) -> dict[str, float | None]:
    """Return the seconds that one person spent on each page, from (page, second at which it came in) in that order.

    A page's time runs from the moment the one before it came in: the network's and the server's share is in it. The first
    page has none, since nothing is stored when it is shown. A page posted several times has the sum; one with a gap longer
    than PAUSE has None. Fixed cut-offs against pauses: Höhne and Schlosser, Social Science Computer Review 36 (2018).
    """
    found: dict[str, float | None] = {}
    for (_, before), (page, after) in pairwise(posted):
        gap = after - before
        earlier = found.get(page, 0.0)
        found[page] = None if gap > PAUSE or earlier is None else earlier + gap
    return found


def page_times(people: Iterable[Mapping[str, float | None]]) -> dict[str, PageTime]:
    """Return the times of each page over ``people``, each given by ``seconds_per_page``; pages never measured are left out."""
    measured: dict[str, list[float]] = {}
    for person in people:
        for page, seconds in person.items():
            if seconds is not None:
                measured.setdefault(page, []).append(seconds)
    return {page: spread(values) for page, values in measured.items()}


def spread(values: Sequence[float]) -> PageTime:
    """Return the percentiles of at least one value, interpolated between neighbours (type 7 of Hyndman and Fan, 1996)."""
    p10, median, p90 = np.percentile(values, [10, 50, 90]).tolist()
    return PageTime(len(values), p10, median, p90)


def active_seconds(seconds: Mapping[str, float | None]) -> float:
    """Return how long a person was at it: the sum of the measured pages."""
    return sum(value for value in seconds.values() if value is not None)
