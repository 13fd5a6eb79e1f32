"""Tables of answers by groups of people: shares of each column, their precision, each column against the rest, and the test of the whole.

The people are first put into the groups that no column tells apart and that have one weight; then every table is a matter of
tallies, whatever the number of people. Percentages and standard errors are on the 0–100 scale; the weights are taken as given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from reports.core.distributions import f_tail, normal_tails

SAME = 1e-12  # of the largest, a part of a matrix that is a rounding error
NO_VARIANCE = 1e-9  # a mean design effect below it is a rounding error of none
Mask = NDArray[np.bool_]
Counts = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grouping:
    """People by what columns and weights tell of them: ``of`` is the group of each person, ``weights`` the weight of each group,
    ``members`` (groups × columns) which columns a group is in.
    """

    of: Counts
    weights: Floats
    members: Floats

    @property
    def size(self) -> int:
        """Return the number of people of the wave."""
        return len(self.of)

    def by_column(self, tallies: Floats) -> Floats:
        """Return sums by column ([rows ×] columns) of what is counted by group ([rows ×] groups).

        Sums, not a product of matrices: always in the same order, so that the same people give the same bits, and without the
        threads of a linear algebra library, which wait for one another on a busy machine.
        """
        flat = np.atleast_2d(tallies)
        sums = np.empty((len(flat), self.members.shape[1]))
        for columns, place in self._layers:
            for at, tally in enumerate(flat):
                sums[at, columns] = np.bincount(place, weights=tally, minlength=len(columns) + 1)[:-1]
        return sums.reshape(*tallies.shape[:-1], sums.shape[1])

    @cached_property
    def _layers(self) -> list[tuple[list[int], Counts]]:
        """Columns without a common group put together, and of each group the place of its column among them (the last: of none)."""
        layers: list[tuple[list[int], Counts]] = []
        for column, inside in enumerate(self.members.T > 0):
            columns, place = next((each for each in layers if (each[1][inside] < 0).all()), ([], np.full(len(self.weights), -1)))
            if not columns:
                layers.append((columns, place))
            place[inside] = len(columns)
            columns.append(column)
        return [(columns, np.where(place < 0, len(columns), place)) for columns, place in layers]

    def tally(self, people: Mask) -> Floats:
        """Return how many of the marked people are in each group."""
        return np.bincount(self.of[people], minlength=len(self.weights)).astype(np.float64)


@dataclass(frozen=True)
class Totals:
    """Of some people, column by column: how many they are, their sum of weights, and their sum of squared weights."""

    n: Floats
    w: Floats
    w2: Floats


@dataclass(frozen=True)
class Test:
    """A test of independence: F, its two degrees of freedom, and the probability of more."""

    f: float
    numerator: float
    denominator: float
    p: float


@dataclass(frozen=True)
class Table:
    """Answers (rows) by columns: ``base`` of each column, and of each row the people of each column who gave it, rows × columns."""

    base: Totals
    rows: Totals
    size: int

    @cached_property
    def percent(self) -> Floats:
        """Return each row's share of its column's weight; NaN where a column has nobody."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return 100 * self.rows.w / self.base.w

    @cached_property
    def effective_n(self) -> Floats:
        """Return Kish's effective n of each column, (Σw)² / Σw²; NaN of nobody."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.base.w**2 / self.base.w2)

    @cached_property
    def standard_error(self) -> Floats:
        """Return the linearised standard error of each percentage: √( n/(n−1) · Σ (w (y − p) / W)² ), n the people of the wave."""
        return _error(self.rows, self.base, self.size)

    def row_percent(self) -> Floats:
        """Return the share of each row's weight that each column has, the first column being everybody's; NaN of nobody."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return 100 * self.rows.w / self.rows.w[:, :1]

    def cell_percent(self) -> Floats:
        """Return the share of everybody's weight that each cell has."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(100 * self.rows.w / self.base.w[0])

    def against_rest(self) -> Floats:
        """Return z of each column against the rest of the base (rows × columns); NaN where either side has nobody.

        The first column is everybody. The linearised estimates of two groups without a common member have no covariance, so
        that the variance of the difference is the sum of the two.
        """
        rest_base = Totals(*(whole[:1] - part for whole, part in _pairs(self.base, self.base)))
        rest_rows = Totals(*(whole[:, :1] - part for whole, part in _pairs(self.rows, self.rows)))
        with np.errstate(invalid="ignore", divide="ignore"):
            gap = self.percent - 100 * rest_rows.w / rest_base.w
            error = np.sqrt(self.standard_error**2 + _error(rest_rows, rest_base, self.size) ** 2)
            z = np.where(error > 0, gap / error, np.where(gap == 0, 0.0, np.copysign(np.inf, gap)))
        z[:, (self.base.n == 0) | (rest_base.n <= 0)] = np.nan
        return z

    def between(self, a: int, b: int) -> Floats:
        """Return z of each row between two columns that share nobody: pooled proportion, effective n of each column.

        The test of the tables of the trade (z of two proportions, n replaced by Kish's effective n).
        """
        p, n = self.percent / 100, self.effective_n
        with np.errstate(invalid="ignore", divide="ignore"):
            pooled = (p[:, a] * n[a] + p[:, b] * n[b]) / (n[a] + n[b])
            error = np.sqrt(pooled * (1 - pooled) * (1 / n[a] + 1 / n[b]))
            gap = p[:, a] - p[:, b]
            return np.where(error > 0, gap / error, 0.0)


def group(columns: Sequence[Mask], weights: Floats) -> Grouping:
    """Put people into groups by the ``columns`` that they are in and their weight; both hold every person of the wave."""
    key = np.unique(weights, return_inverse=True)[1].reshape(-1)
    for column in columns:
        key = np.unique(key * 2 + column, return_inverse=True)[1].reshape(-1)
    _, first, of = np.unique(key, return_index=True, return_inverse=True)
    members = np.stack([column[first] for column in columns], axis=1) if columns else np.zeros((len(first), 0), np.bool_)
    return Grouping(of.reshape(-1).astype(np.intp), weights[first].astype(np.float64), members.astype(np.float64))


def tabulate(grouping: Grouping, base: Mask, rows: Sequence[Mask]) -> Table:
    """Count the ``rows`` (masks of people, which may overlap) among the ``base`` in every column of the grouping."""
    tallies = np.empty((len(rows), len(grouping.weights)))
    for at, row in enumerate(rows):
        tallies[at] = grouping.tally(row & base)
    return Table(_totals(grouping, grouping.tally(base)), _totals(grouping, tallies), grouping.size)


def independence(rows: Sequence[Mask], columns: Sequence[Mask], base: Mask, weights: Floats) -> Test | None:
    """Test whether answers and groups are independent: Pearson's statistic with the second-order correction of Rao and Scott.

    ``rows`` are answers that exclude one another, ``columns`` groups that do; who is in none of either is left out. None when
    fewer than two rows or columns have anybody, or where too many cells are empty for a test. F = X² / tr Δ on d₀ = (tr Δ)² / tr Δ² and d₀ (n − 1) degrees of freedom, Δ the
    design effects of the interactions. Source: Rao & Scott (1984), Annals of Statistics 12, 46–60; R's survey, ``svychisq``.
    """
    kept = base & np.any(rows, axis=0) & np.any(columns, axis=0)
    grouped = [kept & column for column in columns]
    w = np.array([[weights[row & column].sum() for column in grouped] for row in rows])
    w2 = np.array([[(weights[row & column] ** 2).sum() for column in grouped] for row in rows])
    some_rows, some_columns = w.sum(axis=1) > 0, w.sum(axis=0) > 0
    w, w2 = w[some_rows][:, some_columns], w2[some_rows][:, some_columns]
    if min(w.shape, default=0) < 2:
        return None
    return _rao_scott(w / w.sum(), w2 / w.sum() ** 2, int(kept.sum()))


def independence_in(table: Table, rows: Sequence[int], columns: Sequence[int]) -> Test | None:
    """Make the same test from a table's own counts: ``rows`` and ``columns`` are positions that exclude one another."""
    cells = np.ix_(rows, columns)
    n, w, w2 = table.rows.n[cells], table.rows.w[cells], table.rows.w2[cells]
    some_rows, some_columns = w.sum(axis=1) > 0, w.sum(axis=0) > 0
    w, w2 = w[some_rows][:, some_columns], w2[some_rows][:, some_columns]
    if min(w.shape, default=0) < 2 or n.sum() < 2:
        return None
    return _rao_scott(w / w.sum(), w2 / w.sum() ** 2, round(float(n.sum())))


def _rao_scott(p: Floats, q: Floats, n: int) -> Test | None:
    """``p`` are the cells' shares of the weight, ``q`` their sums of squared weights over the square of it, of ``n`` people.

    None where so many cells are empty that the others do not tell every interaction apart (R's ``svychisq`` stops there too), and
    where the column tells the answer without exception: there is no variance then to hold anything against.
    """
    expected = np.outer(p.sum(axis=1), p.sum(axis=0))
    pearson = n * float(((p - expected) ** 2 / expected).sum())
    flat, squares = p.reshape(-1), q.reshape(-1)
    contrasts = _interactions(*p.shape)
    scaled = contrasts * np.divide(1.0, flat, out=np.zeros_like(flat), where=flat > 0)[:, None]
    simple = contrasts.T @ scaled / n
    if np.linalg.matrix_rank(simple, tol=float(np.abs(simple).max()) * SAME) < len(simple):
        return None
    # The variance of the shares, n/(n−1) · (diag q − q p′ − p q′ + Σq p p′), between the scaled contrasts.
    on_p, on_q = scaled.T @ flat, scaled.T @ squares
    crossed = np.outer(on_q, on_p)
    between = scaled.T @ (scaled * squares[:, None]) - crossed - crossed.T + squares.sum() * np.outer(on_p, on_p)
    design = n / (n - 1) * between
    effects = np.linalg.solve(simple, design)
    trace = float(np.trace(effects))
    if trace <= NO_VARIANCE * len(effects):
        return None
    degrees = trace**2 / float(np.trace(effects @ effects))
    f = pearson / trace
    return Test(f, degrees, degrees * (n - 1), f_tail(f, degrees, degrees * (n - 1)))


@lru_cache(maxsize=256)
def _interactions(rows: int, columns: int) -> Floats:
    """The interactions of a table's cells, with what rows and columns alone explain taken out."""
    row, column = np.divmod(np.arange(rows * columns), columns)
    main = np.column_stack([np.ones(rows * columns), *(row == i for i in range(1, rows)), *(column == j for j in range(1, columns))])
    both = np.column_stack([(row == i) & (column == j) for i in range(1, rows) for j in range(1, columns)]).astype(np.float64)
    return np.asarray(both - main @ np.linalg.lstsq(main, both, rcond=None)[0])


def _totals(grouping: Grouping, tally: Floats) -> Totals:
    weighted = tally * grouping.weights
    return Totals(grouping.by_column(tally), grouping.by_column(weighted), grouping.by_column(weighted * grouping.weights))


def _pairs(whole: Totals, part: Totals) -> tuple[tuple[Floats, Floats], ...]:
    return ((whole.n, part.n), (whole.w, part.w), (whole.w2, part.w2))


def _error(rows: Totals, base: Totals, size: int) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        p = rows.w / base.w
        spread = rows.w2 * (1 - p) ** 2 + np.maximum(base.w2 - rows.w2, 0) * p**2
        error = 100 * np.sqrt(size / max(size - 1, 1) * spread) / base.w
    return np.where(base.n > 1, error, np.nan)


def letters(z: Floats, critical: float) -> Sequence[str]:
    """Return, for each value of z, "+" above ``critical``, "-" below its opposite and "" between; NaN gives ""."""
    return ["+" if value > critical else "-" if value < -critical else "" for value in z.tolist()]


def critical_value(level: float = 0.95, comparisons: int = 1) -> float:
    """Return the z beyond which a two-sided test at ``level`` refuses, with Bonferroni's correction for so many ``comparisons``."""
    tail = (1 - level) / (2 * comparisons)
    low, high = 0.0, 40.0
    for _ in range(200):  # bisection of a monotone tail
        middle = (low + high) / 2
        low, high = (middle, high) if normal_tails(middle) / 2 > tail else (low, middle)
    return (low + high) / 2
