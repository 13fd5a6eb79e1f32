"""Needs of quota plans that contradict each other: before the field by their targets, during it by what is still wanted.

Two plans are compared exactly, as a transportation problem: the people wanted by the cells of one must find room in cells of the
other that the same person can be in; where they cannot, the minimum cut names the cells (Ford and Fulkerson, 1962; Hall's condition).
For all plans together, the people who came so far say who else can be expected: a cell that is still wanted and whose people all
belong to some full cell is out of reach.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from respondents.core.quotas import ANY, Combination

ENOUGH = 30  # people seen of a cell before what they have in common says anything
RARE = 0.05  # of a cell's people that may still enter: below, the cell is hard to fill


@dataclass(frozen=True)
class Need:
    """One cell: its identifier, the combinations it holds, how many people it still wants and how many more it may take."""

    cell: int
    combinations: tuple[Combination, ...]
    wanted: int
    room: int


@dataclass(frozen=True)
class Needs:
    """A plan's needs. ``interviews_outside`` says that people may belong to none of its cells: it then keeps nobody out."""

    plan: str
    variables: tuple[str, ...]
    cells: tuple[Need, ...]
    interviews_outside: bool = False


@dataclass(frozen=True)
class Contradiction:
    """``people`` are wanted in the cells ``wanted`` of one plan, who can only be in ``blocking`` of another, with room for ``room``."""

    plan: str
    wanted: tuple[int, ...]
    people: int
    other: str
    blocking: tuple[int, ...]
    room: int


@dataclass(frozen=True)
class Reach:
    """Who may still fill a cell that wants ``wanted``: of ``seen`` people of it who came, ``open`` would be let in now.

    ``blocked_by`` are the full cells that the others belong to, with how many of them, most first.
    """

    cell: int
    wanted: int
    seen: int
    open: int
    blocked_by: tuple[tuple[int, int], ...]

    @property
    def is_out_of_reach(self) -> bool:
        """Say whether nobody who came could fill it, among enough people to say so."""
        return self.seen >= ENOUGH and self.open == 0

    @property
    def is_hard(self) -> bool:
        """Say whether hardly anybody who came could fill it."""
        return self.seen >= ENOUGH and 0 < self.open < RARE * self.seen


def contradictions(plans: Sequence[Needs]) -> list[Contradiction]:
    """Return, for every two plans, the wanted cells of one for which the other has no room; [] when any two can be met together."""
    found = [_clash(one, other) for one, other in permutations(plans, 2) if not other.interviews_outside]
    return _telling([each for each in found if each])


def reaches(plans: Sequence[Needs], people: Mapping[tuple[int, ...], int]) -> list[Reach]:
    """Return, for every cell that still wants people, who may still fill it, the least reachable first.

    ``people`` counts, by the cells that they belong to, the people who came.
    """
    full = {need.cell for plan in plans for need in plan.cells if need.room <= 0}
    found = []
    for need in (need for plan in plans for need in plan.cells if need.wanted > 0):
        of_cell = {cells: n for cells, n in people.items() if need.cell in cells}
        closing: Counter[int] = Counter()
        for cells, n in of_cell.items():
            closing.update({cell: n for cell in cells if cell in full and cell != need.cell})
        is_open = sum(n for cells, n in of_cell.items() if not full.intersection(cells))
        found.append(Reach(need.cell, need.wanted, sum(of_cell.values()), is_open, tuple(closing.most_common())))
    return sorted(found, key=lambda reach: (reach.open / max(reach.seen, 1), -reach.wanted))


def admitted_share(plans: Sequence[Needs], people: Mapping[tuple[int, ...], int]) -> float | None:
    """Return what share of people like those who came would be let in now; None before enough came."""
    full = {need.cell for plan in plans for need in plan.cells if need.room <= 0}
    came = sum(people.values())
    return sum(n for cells, n in people.items() if not full.intersection(cells)) / came if came >= ENOUGH else None


def _telling(found: Sequence[Contradiction]) -> list[Contradiction]:
    """Each pair of plans once, from the side that names fewer cells."""
    best: dict[frozenset[str], Contradiction] = {}
    for each in sorted(found, key=lambda each: len(each.wanted) + len(each.blocking)):
        best.setdefault(frozenset((each.plan, each.other)), each)
    return list(best.values())


def _clash(one: Needs, other: Needs) -> Contradiction | None:
    wanting = [need for need in one.cells if need.wanted > 0]
    shared = [name for name in one.variables if name in other.variables]
    edges = [[j for j, room in enumerate(other.cells) if _meet(need, one, room, other, shared)] for need in wanting]
    flow = _Flow([need.wanted for need in wanting], [max(0, need.room) for need in other.cells], edges)
    if flow.total() >= sum(need.wanted for need in wanting):
        return None
    short, blocking = flow.cut()
    return Contradiction(
        one.plan, tuple(wanting[i].cell for i in short), sum(wanting[i].wanted for i in short),
        other.plan, tuple(other.cells[j].cell for j in blocking), sum(max(0, other.cells[j].room) for j in blocking),
    )  # fmt: skip


def _meet(a: Need, one: Needs, b: Need, other: Needs, shared: Sequence[str]) -> bool:
    """Whether one person can be in both cells: some combination of each agrees on the variables that both plans have."""
    if not shared:
        return True
    left = {tuple(each[one.variables.index(name)] for name in shared) for each in a.combinations}
    right = {tuple(each[other.variables.index(name)] for name in shared) for each in b.combinations}
    return any(all(x == y or ANY in (x, y) for x, y in zip(p, q, strict=True)) for p in left for q in right)


@dataclass
class _Flow:
    """The largest flow from people wanted to room, along the pairs that may meet; augmented by shortest paths."""

    wanted: list[int]
    room: list[int]
    edges: list[list[int]]
    sent: dict[tuple[int, int], int] = field(default_factory=Counter)

    def total(self) -> int:
        """Send all that can be sent; return how much."""
        moved = 0
        while path := self._path():
            start, end = path[0], path[-1]
            back = [self.sent[path[k + 1], path[k]] for k in range(1, len(path) - 1, 2)]
            amount = min(self.wanted[start] - self._out(start), self.room[end] - self._into(end), *back)
            for k in range(0, len(path) - 1, 2):
                self.sent[path[k], path[k + 1]] += amount
            for k in range(1, len(path) - 1, 2):
                self.sent[path[k + 1], path[k]] -= amount
            moved += amount
        return moved

    def cut(self) -> tuple[list[int], list[int]]:
        """Return the wanted cells that cannot all be served, and all the room that they have."""
        left, right, _ = self._reached()
        return sorted(left), sorted(right)

    def _out(self, i: int) -> int:
        return sum(self.sent[i, j] for j in self.edges[i])

    def _into(self, j: int) -> int:
        return sum(self.sent[i, j] for i in range(len(self.wanted)) if (i, j) in self.sent)

    def _reached(self) -> tuple[set[int], set[int], list[int]]:
        """Whatever an unserved cell reaches, and a path to free room (left, right, left … right), empty when there is none."""
        paths = {i: [i] for i in range(len(self.wanted)) if self._out(i) < self.wanted[i]}
        waiting, right = deque(paths), set[int]()
        while waiting:
            i = waiting.popleft()
            for j in self.edges[i]:
                if j in right:
                    continue
                right.add(j)
                if self._into(j) < self.room[j]:
                    return set(paths), right, [*paths[i], j]
                for back in range(len(self.wanted)):
                    if back not in paths and self.sent.get((back, j), 0) > 0:
                        paths[back] = [*paths[i], j, back]
                        waiting.append(back)
        return set(paths), right, []

    def _path(self) -> list[int]:
        return self._reached()[2]
