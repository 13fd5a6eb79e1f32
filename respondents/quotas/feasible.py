"""Whether what a wave's cells still want can be met: said with the cells' names, for the screens and the alerts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from respondents.core.expected import Misfit, misfits
from respondents.core.feasibility import Contradiction, Need, Needs, Reach, contradictions, reaches
from respondents.models import Quota, QuotaCell
from respondents.quotas.naming import cell_label
from respondents.quotas.stored import parts_of_cells
from surveys.core.questionnaire import Questionnaire
from surveys.models import Wave

SHOWN = 4  # cells named in a sentence before "…"

# People by the cells they belong to, whether they got a place or found one full: the joint distribution of those who came.
CAME = """
SELECT cell_ids, count(*) FROM respondents_interview
WHERE wave_id = %(wave)s AND NOT is_test AND NOT imported AND cell_ids <> '{}' AND cell_ids <> '{0}' GROUP BY cell_ids
"""


@dataclass(frozen=True)
class Finding:
    """A need that cannot be met, or hardly: which (``contradiction``, ``out_of_reach``, ``hard``), its cells and the sentence.

    ``subject`` names it for as long as it lasts: "cells:12,14".
    """

    kind: str
    cells: tuple[int, ...]
    sentence: str

    @property
    def subject(self) -> str:
        """Return a name that stays the same while the finding does."""
        return "cells:" + ",".join(map(str, self.cells))


def field_findings(wave: Wave) -> list[Finding]:
    """Return what the open cells of a wave want and cannot have, in the active language, contradictions between plans first.

    Two queries. Nothing is said while every cell has room, before somebody came, nor of a wave whose target is reached.
    """
    cells = list(QuotaCell.objects.filter(wave=wave).in_plan_order())
    return findings(cells, came(wave, cells), _definition(wave))


def came(wave: Wave, cells: Sequence[QuotaCell]) -> dict[tuple[int, ...], int]:
    """Return the people who came by the cells that they belong to; none while every cell has room, as nothing stands in anybody's way."""
    return people_by_cells(wave) if any(_taken(cell) >= cell.ceiling for cell in cells) else {}


def _definition(wave: Wave) -> Questionnaire | None:
    return wave.questionnaire.definition() if wave.questionnaire else None


def people_by_cells(wave: Wave) -> dict[tuple[int, ...], int]:
    """Return how many people came by the cells that they belong to."""
    with connection.cursor() as cursor:
        cursor.execute(CAME, {"wave": wave.pk})
        return {tuple(cells): count for cells, count in cursor.fetchall()}


def findings(cells: Sequence[QuotaCell], people: Mapping[tuple[int, ...], int], questionnaire: Questionnaire | None) -> list[Finding]:
    """Return the findings of these cells, each with its ``quota``, and of the people who came."""
    total = next((cell for cell in cells if cell.quota.name == Quota.TOTAL), None)
    if total is None or not people or total.filled + total.reserved >= total.target:
        return []
    plans = needs_of_cells(cells)
    named = {cell.pk: cell for cell in cells}
    found = [_contradiction(each, named, questionnaire) for each in contradictions(plans)]
    blocked = {pk for each in found for pk in each.cells}
    hard = (reach for reach in reaches(plans, people) if reach.is_out_of_reach or reach.is_hard)
    found.extend(_reach(reach, named, questionnaire) for reach in hard if reach.cell not in blocked)
    return found


def design_findings(cells: Sequence[QuotaCell], questionnaire: Questionnaire | None) -> list[Finding]:
    """Return the plans that contradict each other before anybody came: by their targets and ceilings, two by two, then all together."""
    named = {cell.pk: cell for cell in cells}
    found = [_contradiction(each, named, questionnaire) for each in contradictions(needs_of_cells(cells))]
    return found or [_misfit(miss, cells, questionnaire) for miss in misfits(parts_of_cells(cells, questionnaire))]


def needs_of_cells(cells: Iterable[QuotaCell]) -> list[Needs]:
    """Return what the cells still want and may take, plan by plan; the total is not one of them."""
    plans: dict[int, list[QuotaCell]] = {}
    for cell in cells:
        if cell.quota.name != Quota.TOTAL:
            plans.setdefault(cell.quota_id, []).append(cell)
    return [
        Needs(
            own[0].quota.name,
            tuple(own[0].quota.variables),
            tuple(Need(cell.pk, tuple(cell.combinations), max(0, cell.target - _taken(cell)), cell.ceiling - _taken(cell)) for cell in own),
            own[0].quota.outside == Quota.Outside.INTERVIEWED,
        )
        for own in plans.values()
    ]


def _taken(cell: QuotaCell) -> int:
    return cell.filled + cell.reserved


def _contradiction(each: Contradiction, named: Mapping[int, QuotaCell], questionnaire: Questionnaire | None) -> Finding:
    values = {
        "people": each.people,
        "wanted": _names(each.wanted, named, questionnaire),
        "blocking": _names(each.blocking, named, questionnaire),
        "room": each.room,
    }
    if each.room:
        sentence = _("%(people)s still wanted as %(wanted)s; all they can be is %(blocking)s, where only %(room)s may still enter. Raise those ceilings, or accept that the cells stay short.")  # fmt: skip
    else:
        sentence = _("%(people)s still wanted as %(wanted)s; all they can be is %(blocking)s, which is full: nobody can fill them. Raise those ceilings, or accept that the cells stay short.")  # fmt: skip
    return Finding("contradiction", each.wanted, sentence % values)


def _misfit(miss: Misfit, cells: Sequence[QuotaCell], questionnaire: Questionnaire | None) -> Finding:
    cell = [each for each in cells if each.quota.name == miss.plan][miss.cell]
    values = {"cell": _name(cell, questionnaire), "plan": miss.plan, "nearest": miss.nearest, "target": miss.target}
    text = _("No sample meets all plans that share variables: with the others met, %(cell)s of %(plan)s gets %(nearest)s people instead of %(target)s.")  # fmt: skip
    return Finding("contradiction", (cell.pk,), text % values)


def _reach(reach: Reach, named: Mapping[int, QuotaCell], questionnaire: Questionnaire | None) -> Finding:
    full = ", ".join(f"{_name(named[pk], questionnaire)} ({count})" for pk, count in reach.blocked_by[:SHOWN] if pk in named)
    values = {"cell": _name(named[reach.cell], questionnaire), "wanted": reach.wanted, "seen": reach.seen, "full": full, "open": reach.open}
    if reach.is_out_of_reach:
        text = _("%(cell)s still lacks %(wanted)s, and every one of the %(seen)s people of it who came belongs to a full cell: %(full)s.")
        return Finding("out_of_reach", (reach.cell,), text % values)
    text = _("%(cell)s still lacks %(wanted)s; of the %(seen)s people of it who came, only %(open)s would be let in now. Full: %(full)s.")
    return Finding("hard", (reach.cell,), text % values)


def _names(pks: Sequence[int], named: Mapping[int, QuotaCell], questionnaire: Questionnaire | None) -> str:
    names = [_name(named[pk], questionnaire) for pk in pks]
    return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")


def _name(cell: QuotaCell, questionnaire: Questionnaire | None) -> str:
    return cell_label(questionnaire, cell.quota.variables, cell.combinations)
