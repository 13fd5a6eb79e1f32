"""A plan added to a wave that has begun, replaced or taken out: its counters are made from the interviews, in one transaction.

While it runs nobody can change an interview: every write to that table waits. What people did meanwhile is judged again, since the
interviews that may still ask for a place get a new revision; and the total gets the highest identifier again, which tells every
process that the plans in its memory are old. Whom each interview belongs to is worked out before the table is locked, and only those
that changed since are worked out again under the lock.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.translation import gettext as _

from respondents.core.designs import Design
from respondents.core.quotas import Combination, expanded
from respondents.core.route import follow
from respondents.models import Interview, Quota, QuotaCell
from respondents.plans import plans_of
from respondents.quotas.loading import save_plan
from respondents.quotas.sheets import Planned
from respondents.visits import FOLD, draw_of, saved_answers
from surveys.core.expressions import Answer
from surveys.models import Questionnaire, Wave

NOWHERE = 0  # no cell has this identifier: whoever comes back with it gets no place
COUNTED = ("reserved", "completed")
LET_IN = (*COUNTED, "expired")
MAY_CLAIM = ["screening", "reserved", "expired", "quota_full", "abandoned"]

# Those who hold, held or were refused a place; whoever did not come so far is judged on the new plans by their next page.
READ = f"""
SELECT i.id, i.revision, i.state, i.questionnaire_id, i.entry_number, i.cell_ids, {FOLD}
FROM respondents_interview i
WHERE i.wave_id = %(wave)s AND i.cell_ids <> '{{}}' AND i.cell_ids <> '{{0}}' AND NOT i.is_test AND NOT i.imported
"""
REVISIONS = """
SELECT id, revision, state, cell_ids FROM respondents_interview
WHERE wave_id = %(wave)s AND cell_ids <> '{}' AND cell_ids <> '{0}' AND NOT is_test AND NOT imported
"""
LOCK = "LOCK TABLE respondents_interview IN SHARE ROW EXCLUSIVE MODE"
LOCK_CELLS = "SELECT id FROM respondents_quotacell WHERE wave_id = %(wave)s ORDER BY id FOR UPDATE"

# The hard total is locked last by claims, so that it must have the highest identifier of its wave.
RENUMBER = """
UPDATE respondents_quotacell SET id = nextval(pg_get_serial_sequence('respondents_quotacell', 'id')) WHERE id = %(total)s RETURNING id
"""
PLACE = """
UPDATE respondents_interview i SET cell_ids = p.cells::bigint[]
FROM unnest(%(ids)s::uuid[], %(cells)s::text[]) AS p (id, cells) WHERE i.id = p.id
"""
COUNT = """
UPDATE respondents_quotacell q SET reserved = c.reserved, filled = c.filled
FROM unnest(%(ids)s::bigint[], %(reserved)s::int[], %(filled)s::int[]) AS c (id, reserved, filled) WHERE q.id = c.id
"""
RENEW = """
UPDATE respondents_interview SET revision = revision + 1 WHERE wave_id = %(wave)s AND state = ANY (%(states)s) AND NOT is_test
"""


@dataclass(frozen=True)
class _Person:
    """An interview that has cells: where its answers put it in the new plan."""

    state: str
    cell_ids: tuple[int, ...]
    revision: int
    combination: Combination | None  # None: without an answer to one of the plan's variables


def remake(wave: Wave, plan: Planned | None, replaced: Quota | None) -> None:
    """Put a plan in the place of another, or of none, in a wave that has begun; call it in a transaction.

    Raises ValidationError, with the numbers, when somebody who was let in has no cell in it or no answer to its variables, or when
    more people were let in than a cell allows; OperationalError when the locks are not given in time.
    """
    _refuse_groups(wave, replaced)
    if plan:
        _refuse_other_versions(wave, plan.design)
    known = _people(wave, plan.design) if plan else {}
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(LOCK_CELLS, {"wave": wave.pk})
    people = _still(wave, plan.design if plan else None, known)
    gone = set(replaced.quota_cells.values_list("pk", flat=True)) if replaced else set()
    if replaced:
        replaced.delete()
    cells = _made(wave, plan, people) if plan else {}
    renamed = _renumbered(wave)
    _place(people, cells, gone, renamed)
    with connection.cursor() as cursor:
        cursor.execute(RENEW, {"wave": wave.pk, "states": MAY_CLAIM})


def _refuse_groups(wave: Wave, replaced: Quota | None) -> None:
    """The groups of a split sample are read from the places held: they cannot go while somebody is in one."""
    assert wave.questionnaire is not None, "a wave that has begun has a questionnaire"
    questions = wave.questionnaire.definition().questions
    if replaced and any(questions[name].split == "least-filled" for name in replaced.variables):
        raise ValidationError(_("%(name)s gives people their group with their place: it can no longer be changed or taken out.") % {"name": replaced.name})  # fmt: skip


def _refuse_other_versions(wave: Wave, design: Design) -> None:
    """Whoever may still ask for a place must be asked the plan's variables, whatever version they answer."""
    answered = Interview.objects.filter(wave=wave, state__in=MAY_CLAIM).values("questionnaire")
    for version in Questionnaire.objects.filter(pk__in=answered):
        missing = [name for name in design.variables if name not in version.definition().questions]
        if missing:
            text = _("Version %(version)s of the questionnaire, which people of this wave still answer, has no %(variables)s: close this wave and give the new plan a wave of its own.")  # fmt: skip
            raise ValidationError(text % {"version": version.version, "variables": ", ".join(missing)})


def _people(wave: Wave, design: Design, only: Sequence[uuid.UUID] = ()) -> dict[uuid.UUID, _Person]:
    """Those who have cells, with their combination of the plan's categories, read page by page from their log."""
    made = QuotaCell.objects.filter(wave=wave).aggregate(models.Max("pk"))["pk__max"]
    parameters: dict[str, Any] = {"wave": wave.pk, "only": list(only)}
    with connection.chunked_cursor() as cursor:
        cursor.execute(READ + (" AND i.id = ANY (%(only)s::uuid[])" if only else ""), parameters)
        return {row[0]: _person(design, wave.pk, made, *row) for row in cursor}


def _person(
    design: Design,
    wave_id: int,
    made: int,
    pk: uuid.UUID,
    revision: int,
    state: str,
    version: int,
    number: int | None,
    cells: list[int],
    log: Any,
) -> _Person:
    plans = plans_of(wave_id, version, made)
    draw = draw_of(pk, number, plans.groups_of(cells, is_test=False))
    answers = follow(plans.questionnaire, saved_answers(log), draw).answers
    return _Person(state, tuple(cells), revision, _combination(design, answers))


def _combination(design: Design, answers: Mapping[str, Answer]) -> Combination | None:
    found = tuple(str(answers.get(variable, "")) for variable in design.variables)
    return found if all(found) else None


def _still(wave: Wave, design: Design | None, known: Mapping[uuid.UUID, _Person]) -> dict[uuid.UUID, _Person]:
    """Everybody who has cells now that nothing moves; those who changed since they were read are read again.

    Another plan may have been made meanwhile: it changes the cells of everybody, and the revision of none who has completed.
    """
    with connection.cursor() as cursor:
        cursor.execute(REVISIONS, {"wave": wave.pk})
        now = {pk: _Person(state, tuple(cells), revision, None) for pk, revision, state, cells in cursor.fetchall()}
    if design is None:
        return now
    changed = [pk for pk, person in now.items() if pk not in known or known[pk].revision != person.revision]
    again = _people(wave, design, changed) if changed else {}
    return {pk: replace(again.get(pk) or known[pk], cell_ids=person.cell_ids) for pk, person in now.items()}


def _made(wave: Wave, plan: Planned, people: Mapping[uuid.UUID, _Person]) -> dict[uuid.UUID, int]:
    """Make the plan with the counters of its people; return the cell of each, NOWHERE for whom the plan refuses."""
    design = plan.design
    flagged = _flagged(wave, design)
    held = {one: i for i, cell in enumerate(plan.built.cells) for one in expanded(cell.combinations, design.categories)}
    places: dict[uuid.UUID, int | None] = {}
    lost: Counter[str] = Counter()
    for pk, person in people.items():
        combination = person.combination
        places[pk] = held.get(combination) if combination else None
        is_free = combination and (design.outside == "interviewed" or any(one in flagged[i] for i, one in enumerate(combination)))
        if places[pk] is None and not is_free:
            places[pk] = -1
            lost["no answer" if combination is None else " × ".join(combination)] += person.state in LET_IN
    _refuse_lost(+lost, design)
    counts = Counter((places[pk], person.state) for pk, person in people.items() if person.state in COUNTED)
    _refuse_crowded(plan, counts)
    pks = list(save_plan(wave, plan).quota_cells.order_by("position").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"ids": pks, **{column: [counts[i, state] for i in range(len(pks))] for column, state in (("reserved", "reserved"), ("filled", "completed"))}})  # fmt: skip
    return {pk: NOWHERE if place == -1 else pks[place] for pk, place in places.items() if place is not None}


def _flagged(wave: Wave, design: Design) -> list[set[str]]:
    """By variable, the choices that stand outside the quotas."""
    assert wave.questionnaire is not None, "a wave that has begun has a questionnaire"
    questions = wave.questionnaire.definition().questions
    return [{choice.name for choice in questions[name].choices if "outside_quota" in choice.flags} for name in design.variables]


def _refuse_lost(lost: Mapping[str, int], design: Design) -> None:
    if not lost:
        return
    if "no answer" in lost:
        text = _("Some people who were let in have not answered %(variables)s yet (%(count)s): a quota can only be added on what was asked before places are taken. Close this wave and give the new plan a wave of its own.")  # fmt: skip
        raise ValidationError(text % {"count": lost["no answer"], "variables": ", ".join(design.variables)})
    named = ", ".join(f"{combination} ({count})" for combination, count in sorted(lost.items(), key=lambda item: -item[1])[:5])
    text = _("Some people who were let in belong to no cell of the plan: %(named)s. Add their cells, or let people outside every cell be interviewed.")  # fmt: skip
    raise ValidationError(text % {"named": named})


def _refuse_crowded(plan: Planned, counts: Mapping[tuple[int | None, str], int]) -> None:
    text = _("%(cell)s: %(filled)s completed and %(reserved)s in progress, more than its ceiling of %(ceiling)s: raise it.")
    crowded = [
        text % {"cell": cell.name, "filled": counts[i, "completed"], "reserved": counts[i, "reserved"], "ceiling": cell.ceiling}
        for i, cell in enumerate(plan.built.cells)
        if counts[i, "completed"] + counts[i, "reserved"] > cell.ceiling
    ]
    if crowded:
        raise ValidationError(crowded)


def _renumbered(wave: Wave) -> tuple[int, int]:
    """Give the total the highest identifier of the wave; return the old one and the new one."""
    total = QuotaCell.objects.get(wave=wave, quota__name=Quota.TOTAL).pk
    with connection.cursor() as cursor:
        cursor.execute(RENUMBER, {"total": total})
        return total, int(cursor.fetchone()[0])


def _place(people: Mapping[uuid.UUID, _Person], cells: Mapping[uuid.UUID, int], gone: set[int], renamed: tuple[int, int]) -> None:
    """Write the cells of everybody: the replaced plan's are gone, the total has its new identifier, the new plan's is there."""
    with connection.cursor() as cursor:
        for ids, arrays in _batches(people, cells, gone, renamed):
            cursor.execute(PLACE, {"ids": ids, "cells": arrays})


def _batches(
    people: Mapping[uuid.UUID, _Person], cells: Mapping[uuid.UUID, int], gone: set[int], renamed: tuple[int, int], size: int = 5_000
) -> Iterator[tuple[list[uuid.UUID], list[str]]]:
    everybody = list(people.items())
    for start in range(0, len(everybody), size):
        batch = everybody[start : start + size]
        yield [pk for pk, _person in batch], [_array(_cells_now(person, cells.get(pk), gone, renamed)) for pk, person in batch]


def _cells_now(person: _Person, own: int | None, gone: set[int], renamed: tuple[int, int]) -> list[int]:
    if own == NOWHERE:
        return [NOWHERE]
    kept = {renamed[1] if cell == renamed[0] else cell for cell in person.cell_ids if cell not in gone}
    return sorted(kept | ({own} if own else set()))


def _array(cells: Sequence[int]) -> str:
    return "{" + ",".join(map(str, cells)) + "}"
