"""Columns of a table that are not shown: too few people to say anything, or so few that the rest would tell of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.core.precision import SMALLEST_BASE


@dataclass(frozen=True)
class Family:
    """Columns that exclude one another (``parts``) within another one (``whole``), by position."""

    whole: int
    parts: tuple[int, ...]


def hidden_columns(n: Sequence[int], families: Sequence[Family], smallest: int = SMALLEST_BASE) -> frozenset[int]:
    """Return the positions of the columns to hide whole, of a table whose columns have ``n`` people, the first being everybody.

    Under the ``smallest`` base a column is hidden; with everybody, all are. Where a family hides a part that has somebody, its
    smallest shown parts are hidden with it until what is missing from the whole, which anybody can subtract, is no longer so few.
    """
    if not n or n[0] < smallest:
        return frozenset(range(len(n)))
    hidden = {at for at, people in enumerate(n) if people < smallest}
    for family in families:
        if any(0 < n[at] < smallest for at in family.parts):
            hidden |= _with_company(n, family, hidden, smallest)
    return frozenset(hidden)


def _with_company(n: Sequence[int], family: Family, hidden: set[int], smallest: int) -> set[int]:
    shown = sorted((at for at in family.parts if at not in hidden), key=lambda at: n[at])
    added = set[int]()
    while shown and n[family.whole] - sum(n[at] for at in shown) < smallest:
        added.add(shown.pop(0))
    return added
