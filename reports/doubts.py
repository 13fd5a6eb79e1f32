"""A wave's figures with and without the interviews in doubt, side by side for the staff; computed on demand, never stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from reports.aggregation import Computation, figures_among
from reports.core.computation import Computed
from reports.core.typography import number, percentage, plus_minus, rounded_half_up
from reports.dataset import NOT_IN_DOUBT, snapshot
from reports.models import Figure
from surveys.models import Wave
from surveys.staff import words

V = TypeVar("V")


@dataclass(frozen=True)
class Pair:
    """A figure computed among everybody, and without those in doubt; None where that leaves nothing to compute."""

    figure: Figure
    given: Computed
    without: Computed | None
    is_weighted: bool

    @property
    def percents(self) -> tuple[float | None, float | None]:
        """Return both percentages (0–100), weighted if both can be, unweighted otherwise."""
        return self._percent(self.given), self._percent(self.without)

    @property
    def difference(self) -> float | None:
        """Return what leaving them out changes, in points; None where one of the two is missing."""
        first, second = self.percents
        return None if first is None or second is None else second - first

    @property
    def margin(self) -> float | None:
        """Return the margin of error of the figure among everybody, in points; None without weights."""
        return self.given.share.margin if self.is_weighted and self.given.share else None

    def _percent(self, computed: Computed | None) -> float | None:
        if computed is None:
            return None
        if not self.is_weighted:
            return computed.raw_percent
        return computed.share.percent if computed.share else None


@dataclass(frozen=True)
class WithAndWithout:
    """Both computations of a wave, of one moment: ``given`` among everybody, ``without`` those in doubt."""

    given: Computation
    without: Computation

    @property
    def in_doubt(self) -> int:
        """Return how many interviews are in doubt."""
        return self.given.counted.n - self.without.counted.n

    @property
    def is_weighted(self) -> bool:
        """Say whether both could be weighted, and so are compared weighted."""
        return self.given.weighting is not None and self.without.weighting is not None

    @property
    def pairs(self) -> list[Pair]:
        """Return the figures in the study's order."""
        others = self.without.figures
        return [Pair(figure, one, others.get(figure), self.is_weighted) for figure, one in self.given.figures.items()]


def with_and_without(wave: Wave) -> WithAndWithout:
    """Compute a wave's figures among everybody and without the interviews in doubt, from one view of the database.

    In doubt is whoever is flagged and was not kept by a person since. Raises RecordsDisagree.
    """
    with snapshot():
        return WithAndWithout(figures_among(wave), figures_among(wave, NOT_IN_DOUBT))


def printed(pair: Pair, language: str) -> dict[str, str]:
    """Return a figure's line as it is shown: its words, both percentages with one decimal, the difference, the margin, the n's."""
    first, second = (_or_dash(value, lambda value: percentage(number(value, language, 1), language)) for value in pair.percents)
    difference = rounded_half_up(pair.difference, 1) if pair.difference is not None else None
    sign = "+" if difference and difference > 0 else ""
    return {
        "code": pair.figure.code,
        "says": words(pair.figure.says, pair.figure.survey),
        "with": first,
        "without": second,
        "difference": _or_dash(difference, lambda value: sign + number(value, language, 1)),
        "margin": _or_dash(pair.margin, lambda value: plus_minus(number(value, language, 1), language)),
        "n": number(pair.given.n, language),
        "n_without": number(pair.without.n if pair.without else 0, language),
        "matters": "yes" if pair.difference is not None and pair.margin and abs(pair.difference) > pair.margin else "",
    }


def _or_dash(value: V | None, say: Callable[[V], str]) -> str:
    return "–" if value is None else say(value)
