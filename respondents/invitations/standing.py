"""Where a wave's invitations stand, cell by cell: contacts, invited, returned, and how many more people to invite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db import connection

from respondents.core.pace import FieldTime, Pace
from respondents.core.progress import Progress
from respondents.core.sendouts import Need, Returns, need_of
from respondents.field.fieldwork import fieldwork
from respondents.invitations.pool import Counts, Options, counted, kept
from respondents.invitations.reasons import Cells
from surveys.models import Wave

# When the first person came, and how many completed in each cell within the last 24 hours.
RECENT = """
WITH recent AS (
  SELECT cell, count(*) AS n FROM respondents_interview i, unnest(i.cell_ids) AS cell
  WHERE i.wave_id = %(wave)s AND i.state = 'completed' AND i.ended_at > now() - interval '24 hours' AND NOT i.is_test AND NOT i.imported
  GROUP BY cell)
SELECT now(), (SELECT min(started_at) FROM respondents_interview WHERE wave_id = %(wave)s AND NOT is_test AND NOT imported),
  (SELECT coalesce(array_agg(cell ORDER BY cell), '{}') FROM recent), (SELECT coalesce(array_agg(n ORDER BY cell), '{}') FROM recent)
"""


@dataclass(frozen=True)
class CellStanding:
    """A quota cell: its contacts, and what it needs; a full one needs nobody."""

    id: int
    dimension: str
    label: str
    progress: Progress
    counts: Counts
    need: Need

    @property
    def is_full(self) -> bool:
        """Say whether it takes nobody any more."""
        return self.progress.is_full

    @property
    def to_invite(self) -> int:
        """Return how many people to invite now: what the need says, as far as there are contacts."""
        return 0 if self.is_full else min(self.need.invitations, self.counts.available)

    @property
    def lacks_contacts(self) -> bool:
        """Say whether there are too few contacts for what the cell needs."""
        return not self.is_full and self.need.invitations > self.counts.available


@dataclass(frozen=True)
class Standing:
    """The invitations of a wave: the ``whole``, its hard total (0 in a wave without quotas) and every cell."""

    wave: Wave
    now: datetime
    whole: Counts
    total: CellStanding
    cells: tuple[CellStanding, ...]

    @property
    def needs(self) -> dict[int, Need]:
        """Return what every open cell needs, by its identifier, the total among them."""
        return {each.id: each.need for each in (*self.cells, self.total) if not each.is_full}

    @cached_property
    def to_invite(self) -> int:
        """Return about how many people to invite: the most that the cells of one quota, or the total, ask for together.

        Quotas overlap: whoever is invited counts in a cell of each. The draw itself says the exact number.
        """
        sums: dict[str, int] = {}
        for each in self.cells:
            sums[each.dimension] = sums.get(each.dimension, 0) + each.to_invite
        return 0 if self.total.is_full else max([*sums.values(), self.total.to_invite])

    @property
    def missing_most(self) -> list[CellStanding]:
        """Return the open cells that will miss people and have some to invite, the neediest first."""
        return sorted((each for each in self.cells if each.need.missing and each.to_invite), key=lambda each: -each.need.missing)


def standing(wave: Wave, options: Options) -> Standing:
    """Read where the invitations of a wave stand, labels in the active language; a fixed number of queries."""
    field, cells = fieldwork(wave.pk), Cells(wave)
    assert field is not None, "the wave exists"
    time, recent = _time(wave)
    profiles = counted(wave, cells.variables, options)
    whole, by_cell = Counts(), dict[int, Counts]()
    for profile, counts in profiles.items():
        own = cells.of(dict(zip(cells.variables, profile, strict=True)))
        wanted = _without_the_full(counts) if cells.full & set(own) else counts
        whole = whole.plus(wanted)
        for cell in own:
            by_cell[cell] = by_cell.get(cell, Counts()).plus(wanted)

    def stand(cell: int, dimension: str, label: str, progress: Progress) -> CellStanding:
        counts = by_cell.get(cell, Counts()) if cell else whole
        need = _need(progress, recent.get(cell, 0), time, counts.returns, whole.returns)
        return CellStanding(cell, dimension, label, progress, counts, need)

    found = tuple(stand(cell.id, each.title, cell.label, cell.progress) for each in field.dimensions for cell in each.cells)
    total = stand(field.whole.id if field.has_total else 0, "", "", field.whole.progress)
    return Standing(wave, time.now, whole.plus(kept(wave)), total, found)


def _without_the_full(counts: Counts) -> Counts:
    """People of a full cell can be invited for none of their others."""
    return counts._replace(available=0, remindable=0)


def _need(progress: Progress, recent: int, time: FieldTime, returns: Returns, whole: Returns) -> Need:
    missing = Pace(progress.to_do, recent, time).missing
    room = None if progress.never_closes else max(0, progress.ceiling - progress.filled - progress.reserved)
    return need_of(progress.to_do if missing is None else missing, room, returns, whole)


def _time(wave: Wave) -> tuple[FieldTime, Mapping[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(RECENT, {"wave": wave.pk})
        now, opened_at, cells, counts = cursor.fetchone()
    return FieldTime(now, opened_at, wave.closes_at), dict(zip(cells, counts, strict=True))
