"""Changing the cells of a wave in the field: several at once, all or none, through the locks that places take."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from respondents.models import NEVER_CLOSES, QuotaCell

# A minimum follows the target that it was, and never stands above it. Cells are locked in ascending order, as a claim locks them, and looked at under their locks; one that is too low stops all.
CHANGE = """
WITH wanted AS (
  SELECT * FROM unnest(%(ids)s::bigint[], %(targets)s::int[], %(ceilings)s::int[], %(soft)s::int[]) AS w (id, target, ceiling, soft_ceiling)),
held AS MATERIALIZED (
  SELECT id, reserved, filled FROM respondents_quotacell
  WHERE wave_id = %(wave)s AND id = ANY (%(ids)s::bigint[]) ORDER BY id FOR NO KEY UPDATE),
low AS MATERIALIZED (
  SELECT held.id, held.reserved, held.filled FROM held JOIN wanted w ON w.id = held.id WHERE held.reserved + held.filled > w.ceiling),
changed AS (
  UPDATE respondents_quotacell q SET target = w.target, ceiling = w.ceiling, soft_ceiling = w.soft_ceiling,
    minimum = CASE WHEN q.minimum = q.target THEN w.target ELSE least(q.minimum, w.target) END
  FROM held JOIN wanted w ON w.id = held.id WHERE q.id = held.id AND NOT EXISTS (SELECT FROM low) RETURNING q.id)
SELECT (SELECT count(*) FROM changed), coalesce((SELECT jsonb_agg(jsonb_build_array(id, filled, reserved) ORDER BY id) FROM low), '[]')
"""


@dataclass(frozen=True)
class Change:
    """What a cell should want and allow from now on; ``ceiling`` is the shown one of a soft cell, and nothing for a minimum only."""

    cell: QuotaCell
    target: int
    ceiling: int | None

    @property
    def is_one(self) -> bool:
        """Say whether anything differs from the cell as it was read."""
        return (self.target, self.ceiling) != (self.cell.target, shown_ceiling(self.cell))

    def limits(self) -> tuple[int, int | None]:
        """Return the ceiling that closes the cell, and the one that is only shown."""
        if not self.cell.never_closes:
            assert self.ceiling is not None, "a cell that closes has a ceiling"
            return self.ceiling, None
        return NEVER_CLOSES, self.ceiling


def shown_ceiling(cell: QuotaCell) -> int | None:
    """Return the ceiling that screens show: that of a soft cell too; None for a minimum only."""
    return cell.soft_ceiling if cell.never_closes else cell.ceiling


def change_cells(wave_id: int, changes: Sequence[Change]) -> int:
    """Change the cells at once, for everybody who asks for a place from now on; return how many were changed.

    One statement, as the last of a transaction: nothing changes when one cell is refused. Raises ValidationError with the numbers of
    every cell whose ceiling is below its target or below the places taken, OperationalError when locks are not given in time.
    """
    made = [change for change in changes if change.is_one]
    wrong = [change for change in made if change.ceiling is not None and change.ceiling < change.target]
    if wrong:
        text = _("%(cell)s: the ceiling (%(ceiling)s) must be at least the target (%(target)s).")
        raise ValidationError([text % {"cell": each.cell, "ceiling": each.ceiling, "target": each.target} for each in wrong])
    limits = [change.limits() for change in made]
    parameters: dict[str, Any] = {"wave": wave_id, "ids": [change.cell.pk for change in made], "targets": [change.target for change in made],
                  "ceilings": [ceiling for ceiling, _soft in limits], "soft": [soft for _ceiling, soft in limits]}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CHANGE, parameters)
        changed, low = cursor.fetchone()
    _refuse_if_low(made, low)
    if changed != len(made):
        raise ValidationError(_("The plans of this wave have just been changed: look at them again, then change what still needs it."))
    return int(changed)


def _refuse_if_low(made: Sequence[Change], low: str | list[list[int]]) -> None:
    found = json.loads(low) if isinstance(low, str) else low
    if found:
        by_id = {change.cell.pk: change for change in made}
        text = _("%(cell)s: the ceiling cannot be below %(taken)s: %(filled)s interviews are completed and %(reserved)s in progress.")
        raise ValidationError([
            text % {"cell": by_id[pk].cell, "taken": filled + reserved, "filled": filled, "reserved": reserved} for pk, filled, reserved in found
        ])  # fmt: skip
