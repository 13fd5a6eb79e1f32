"""Small cells hidden in tables that leave the house, and as many others as it takes that none can be worked out.

A table is its cells, the total of each row and column, and the whole. A reader who knows which are hidden, that counts are
whole and not negative, and every total that is shown must find at least two values possible for each hidden one. In such a
table (a transportation problem) a hidden count is determined exactly when no cycle of hidden cells through it can be raised and
lowered in turn: Gusfield, "A graph theoretic approach to statistical data security", SIAM J. Comput. 17 (1988).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

LEAST = 11  # people in a cell that may be shown

Place = tuple[int, int]
Step = tuple[bool, int]  # a row (True) or a column (False), and its number


@dataclass(frozen=True)
class Guarded:
    """A table with its totals, row by row: the last row and column are totals. A hidden count is None."""

    cells: tuple[tuple[int | None, ...], ...]
    hidden: frozenset[Place]

    @property
    def counts(self) -> tuple[tuple[int | None, ...], ...]:
        """Return the cells without the totals."""
        return tuple(row[:-1] for row in self.cells[:-1])


def guard(counts: Sequence[Sequence[int]], least: int = LEAST) -> Guarded:
    """Return the table with totals in which every count under ``least`` is hidden and no hidden count can be worked out.

    Raises ValueError for rows of unequal length or a negative count.
    """
    if len({len(row) for row in counts}) > 1 or any(count < 0 for row in counts for count in row):
        raise ValueError("A table has rows of one length, and no negative count.")
    whole = _with_totals(counts)
    # Nobody at all in the whole table: there is nobody to protect, and nothing that could hide it.
    hidden = {(i, j) for i, row in enumerate(whole) for j, count in enumerate(row) if count < least} if whole[-1][-1] else set()
    while (place := next(iter(exposed(whole, hidden)), None)) is not None:
        hidden |= set(_cheapest_cycle(whole, hidden, place))
    shown = tuple(tuple(None if (i, j) in hidden else count for j, count in enumerate(row)) for i, row in enumerate(whole))
    return Guarded(shown, frozenset(hidden))


def exposed(whole: Sequence[Sequence[int]], hidden: Collection[Place]) -> Iterator[Place]:
    """Yield the hidden places of a table with totals whose count the shown ones determine."""
    for place in sorted(hidden):
        if all(_route(whole, hidden, place, is_raised=is_raised, within=hidden) is None for is_raised in (True, False)):
            yield place


def _with_totals(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def _cheapest_cycle(whole: Sequence[Sequence[int]], hidden: Collection[Place], place: Place) -> list[Place]:
    """The cells to hide with one that is exposed so that it no longer is, those of the fewest people. Raising it together with
    its row's total, its column's and the whole is always possible, so that one is always found."""
    everywhere = {(i, j) for i, row in enumerate(whole) for j in range(len(row))}
    found = _route(whole, hidden, place, is_raised=True, within=everywhere)
    assert found is not None, "the totals can always be raised along"
    return found


def _route(
    whole: Sequence[Sequence[int]], hidden: Collection[Place], place: Place, *, is_raised: bool, within: Collection[Place]
) -> list[Place] | None:
    """The cheapest cycle that raises (or lowers) one cell and others of ``within`` in turn, as its other cells; None if there is none.

    Written with the totals taken negatively, every row and column adds up to zero: what a cell gains its row must lose in another
    cell, and that one's column gain again. A cell hidden already costs nothing, any other its people.
    """
    if not _moves(whole, place, is_raised):
        return None
    goal: Step = (True, place[0])
    queue: list[tuple[int, Step, tuple[Place, ...]]] = [(0, (False, place[1]), ())]
    done: set[Step] = set()
    while queue:
        cost, at, path = heapq.heappop(queue)
        if at == goal:
            return list(path)
        if at in done:
            continue
        done.add(at)
        is_row, line = at
        for other in range(len(whole[0]) if is_row else len(whole)):
            cell = (line, other) if is_row else (other, line)
            # From a column to a row the cell moves against the first one, from a row to a column with it.
            if cell != place and cell in within and _moves(whole, cell, is_raised == is_row):
                heapq.heappush(queue, (cost + _price(whole, hidden, cell), (not is_row, other), (*path, cell)))
    return None


def _moves(whole: Sequence[Sequence[int]], cell: Place, is_raised: bool) -> bool:
    """Say whether a cell can move that way in the table whose totals are taken negatively: no count falls below zero."""
    is_total = (cell[0] == len(whole) - 1) != (cell[1] == len(whole[0]) - 1)
    return is_raised != is_total or whole[cell[0]][cell[1]] > 0


def _price(whole: Sequence[Sequence[int]], hidden: Collection[Place], cell: Place) -> int:
    return 0 if cell in hidden else 1 + whole[cell[0]][cell[1]]
