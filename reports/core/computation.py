"""A wave's figures from its columns: each person's combination of weighting categories, then each figure on its base."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reports.core.proportions import Share, Z, share_by_combination
from reports.core.quantities import Floats, mean, net_promoter, quantile
from surveys.core.columns import Column, MultipleColumn, holds_column
from surveys.core.expressions import Expression, as_text

Kind = Literal["share", "mean", "median", "score"]
Mask = NDArray[np.bool_]
Columns = Mapping[str, Column | MultipleColumn]


@dataclass(frozen=True)
class Design:
    """A figure to be computed: who is selected, among whom (None: everybody).

    A ``share`` counts the selected; the other kinds are of the number ``measure`` among them, whose answers ``without`` (the
    codes of don't know and refusals) are no numbers.
    """

    selection: Expression
    base: Expression | None
    kind: Kind = "share"
    measure: str = ""
    without: frozenset[str] = frozenset()

    @property
    def questions(self) -> frozenset[str]:
        """Return the names of the questions whose answers it counts or measures."""
        return self.selection.variables | ({self.measure} - {""})

    @property
    def variables(self) -> frozenset[str]:
        """Return the names of the questions it needs."""
        return self.questions | (self.base.variables if self.base else frozenset())


@dataclass(frozen=True)
class Combinations:
    """The distinct combinations of weighting categories that occur.

    ``codes`` is combinations × variables, each code a position in that variable's ``categories``; ``counts`` the people
    in each combination; ``of`` the combination of each person.
    """

    categories: Mapping[str, tuple[str, ...]]
    codes: NDArray[np.intp]
    counts: NDArray[np.intp]
    of: NDArray[np.intp]

    def tally(self, people: Mask) -> NDArray[np.intp]:
        """Count, in each combination, the people who are marked."""
        return np.bincount(self.of[people], minlength=len(self.counts))


@dataclass(frozen=True)
class Measured:
    """A weighted mean, median or score in its own unit. A median has an interval and neither error nor margin."""

    value: float | None
    weighted_n: float
    effective_n: float | None
    standard_error: float | None
    margin: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Computed:
    """One figure as computed (percentages 0–100). ``not_asked`` counts the people of the base who, not asked one of the
    selection's questions, were counted as no; ``share`` is None when nothing could be weighted. A mean, a median or a score
    has ``raw_value`` and ``measured`` instead, and its ``n`` are those who gave a number."""

    n: int
    selected: int
    not_asked: int
    raw_percent: float | None
    share: Share | None
    raw_value: float | None = None
    measured: Measured | None = None

    @property
    def raw(self) -> float | None:
        """Return the unweighted number, a percentage or a value."""
        return self.raw_value if self.raw_percent is None else self.raw_percent

    @property
    def weighted(self) -> float | None:
        """Return the weighted number, a percentage or a value."""
        return self.share.percent if self.share else self.measured.value if self.measured else None


def combine(columns: Mapping[str, Column], size: int) -> Combinations:
    """Find the combinations of the given columns; without any column everybody is in one combination."""
    shape = [len(column.values) for column in columns.values()]
    place = reduce(lambda index, column: index * len(column.values) + column.index, columns.values(), np.zeros(size, np.intp))
    occurring, of, counts = np.unique(place, return_inverse=True, return_counts=True)
    codes = np.stack(np.unravel_index(occurring, shape), axis=1) if shape else np.zeros((len(occurring), 0), np.intp)
    categories = {name: tuple(str(value) for value in column.values) for name, column in columns.items()}
    return Combinations(categories, codes, counts, of.reshape(-1))


def single_columns(columns: Mapping[str, Column | MultipleColumn], names: Sequence[str]) -> dict[str, Column]:
    """Return the columns of weighting variables; a multiple question weights nothing, the study's check refuses it."""
    return {name: column for name in names if isinstance(column := columns[name], Column)}


def compute(
    design: Design,
    columns: Columns,
    was_not_asked: Callable[[str], Mask],
    combinations: Combinations,
    weights: NDArray[np.float64] | None,
    among: Mask | None = None,
) -> Computed:
    """Compute one figure; ``weights`` holds one weight per combination, None when the weighting was refused.

    ``among`` marks those who may be counted: whose questionnaire measures what the figure needs, who were asked, who gave an
    opinion where the figure is of these only. The others are not of its base.
    """
    size = len(combinations.of)
    selected = holds_column(design.selection, columns, size)
    base = np.ones(size, np.bool_) if design.base is None else holds_column(design.base, columns, size)
    base = base if among is None else base & among
    selected &= base
    if design.kind != "share":
        return _computed(design, numbers(columns[design.measure], size, design.without), selected, combinations, weights)
    not_asked = base & ~selected & _any(map(was_not_asked, design.selection.variables), size)
    n, chosen = int(base.sum()), int(selected.sum())
    share = None
    if weights is not None:
        share = share_by_combination(combinations.tally(selected), combinations.tally(base), weights, n=size)
    return Computed(n, chosen, int(not_asked.sum()), 100 * chosen / n if n else None, share)


def numbers(column: Column | MultipleColumn, size: int, without: frozenset[str] = frozenset()) -> Floats:
    """Return each row's number, NaN where the answer is none or one of ``without``."""
    if isinstance(column, MultipleColumn):
        return np.full(size, np.nan)
    return np.array([_number(as_text(value), without) for value in column.values], dtype=np.float64)[column.index]


def _number(text: str, without: frozenset[str]) -> float:
    try:
        return float("nan" if text in without else text or "nan")
    except ValueError:
        return float("nan")


def _computed(design: Design, values: Floats, selected: Mask, combinations: Combinations, weights: NDArray[np.float64] | None) -> Computed:
    """A figure that measures a number, among the selected who gave one."""
    counted = selected & np.isfinite(values)
    n = int(counted.sum())
    raw = _measured(design.kind, values, counted, np.ones(len(values))).value
    measured = None if weights is None else _measured(design.kind, values, counted, weights[combinations.of])
    return Computed(n, n, 0, None, None, raw, measured)


def _measured(kind: Kind, values: Floats, counted: Mask, weights: Floats) -> Measured:
    if kind != "median":
        of = (mean if kind == "mean" else net_promoter)(values, counted, weights)
        margin = None if of.standard_error is None else Z * of.standard_error
        return Measured(of.value, of.weighted_n, of.effective_n, of.standard_error, margin, of.low, of.high)
    half, size = quantile(values, counted, weights), mean(np.zeros(len(values)), counted, weights)
    return Measured(half.value, size.weighted_n, size.effective_n, None, None, half.low, half.high)


def missing_categories(combinations: Combinations, targets: Mapping[str, Mapping[str, float]]) -> Sequence[tuple[str, str]]:
    """Return the (variable, category) pairs that the population has and that nobody represents yet."""
    found = []
    for position, (variable, categories) in enumerate(combinations.categories.items()):
        present = {categories[code] for code in np.unique(combinations.codes[:, position])}
        found += [(variable, name) for name, target in targets[variable].items() if target > 0 and name not in present]
    return found


def _any(masks: Iterable[Mask], size: int) -> Mask:
    return reduce(np.logical_or, masks, np.zeros(size, np.bool_))
