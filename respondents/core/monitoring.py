"""What a field's counts say: where people stop, how each part of them fares, and how far the sample is from its design."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from respondents.core.dispositions import Rate, Rates, entries, live, rates

BROKEN_OFF = ("expired", "abandoned")
WENT_THROUGH = ("completed", "removed", "over")  # they saw the last page
NEVER_CAME_IN = ("duplicate", "forged")


class Stop(NamedTuple):
    """One page: how many ``reached`` it, or a later one, and how many of them broke off there."""

    page: str
    lost: int
    reached: int

    @property
    def rate(self) -> Rate:
        """Return those lost among those who came so far."""
        return Rate("Break-off", self.lost, self.reached)


def stops(pages: Sequence[str], counts: Mapping[tuple[str, str], int]) -> list[Stop]:
    """Return where people stop, page by page after the first, in the questionnaire's order.

    ``counts`` are people by the state of their interview and the page they were at, '' until they saved a second one. Whoever
    is past a page has reached it, whether or not their route showed it.
    """
    place = {page: number for number, page in enumerate(pages)}
    at = [0] * len(pages)
    lost = [0] * len(pages)
    for (state, page), n in counts.items():
        if state in NEVER_CAME_IN or not pages:
            continue
        first = 0 if state == "refused" else min(1, len(pages) - 1)  # whoever has agreed sees the page after the consent
        number = len(pages) - 1 if state in WENT_THROUGH else place.get(page, first)
        at[number] += n
        lost[number] += n if state in BROKEN_OFF else 0
    return [Stop(page, lost[number], sum(at[number:])) for page, number in place.items() if number]


@dataclass(frozen=True)
class Part:
    """A part of the field's people, by source or by device: their counts by the state of the interview."""

    name: str
    counts: Mapping[str, int]

    @property
    def entries(self) -> int:
        """Return how many entered."""
        return entries(self.counts)

    @property
    def live(self) -> int:
        """Return how many are answering now."""
        return live(self.counts)

    @property
    def completed(self) -> int:
        """Return how many completed and count."""
        return self.counts.get("completed", 0)

    @property
    def rates(self) -> Rates:
        """Return their rates, each with its fraction."""
        return rates(self.counts)


def parts(counted: Iterable[tuple[str, str, int]]) -> list[Part]:
    """Return the parts of people counted as (part, state, people), the largest first."""
    found: dict[str, dict[str, int]] = {}
    for name, state, n in counted:
        own = found.setdefault(name, {})
        own[state] = own.get(state, 0) + n
    return sorted((Part(name, counts) for name, counts in found.items()), key=lambda part: (-part.entries, part.name))


@dataclass(frozen=True)
class Structure:
    """One cell against its design: completed interviews and target of the cell, and of all the cells of its plan."""

    filled: int
    target: int
    all_filled: int
    all_target: int

    @property
    def achieved(self) -> float | None:
        """Return the cell's share of the completed interviews, in per cent; None while there are none."""
        return 100 * self.filled / self.all_filled if self.all_filled else None

    @property
    def wanted(self) -> float | None:
        """Return the cell's share of the targets, in per cent; None when nothing is wanted."""
        return 100 * self.target / self.all_target if self.all_target else None

    @property
    def gap(self) -> float | None:
        """Return achieved less wanted, in points."""
        return None if self.achieved is None or self.wanted is None else self.achieved - self.wanted

    @property
    def weight(self) -> float | None:
        """Return the theoretical weight of its interviews: share wanted / share achieved; None while the cell is empty."""
        return self.wanted / self.achieved if self.achieved and self.wanted is not None else None


class Weighting(NamedTuple):
    """What weighting on one plan alone would do now: the lowest and highest weight, and Kish's efficiency in per cent."""

    lowest: float
    highest: float
    efficiency: float


def weighting(cells: Sequence[Structure]) -> Weighting | None:
    """Return what the weights of one plan's cells would do; None while a cell that is wanted is empty: no weight can mend that.

    Efficiency after Kish (Weighting for unequal Pi, 1992): (Σ n·w)² / (Σ n · Σ n·w²) with n interviews of weight w.
    """
    if any(cell.target and not cell.filled for cell in cells):
        return None
    weighted = [(cell.filled, cell.weight) for cell in cells if cell.filled]
    pairs = [(n, weight) for n, weight in weighted if weight]
    if not pairs:
        return None
    people, once, twice = (sum(n * weight**power for n, weight in pairs) for power in (0, 1, 2))
    weights = [weight for _n, weight in pairs]
    return Weighting(min(weights), max(weights), 100 * once**2 / (people * twice))


def to_send(missing: int, returns: Rate, enough: int = 50) -> int | None:
    """Return how many invitations bring ``missing`` completes at the return seen; None before ``enough`` are sent or one came back."""
    if returns.denominator < enough or not returns.numerator:
        return None
    return -(-missing * returns.denominator // returns.numerator)


def by_hour(counts: Mapping[int, int], hours: int = 24) -> list[int]:
    """Return the completes of each of the last ``hours`` clock hours, the running one last; ``counts`` by hours ago."""
    return [counts.get(ago, 0) for ago in range(hours - 1, -1, -1)]
