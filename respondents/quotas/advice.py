"""What is said of a wave's plans before the field: cells too small to be worth closing, and plans that contradict each other."""

from __future__ import annotations

from collections.abc import Sequence

from respondents.core.designs import Design, small_cells, written
from respondents.core.expected import Part, misfits
from respondents.core.feasibility import Need, Needs, contradictions
from respondents.core.quotas import NEVER_CLOSES
from respondents.quotas.sheets import Planned
from surveys.core.messages import N_
from surveys.drafts import Draft

SHOWN = 4  # cells named in a sentence before "…"
MERGE = N_("%(cell)s has a target of %(target)s, less than 1 %% of the wave: merge it with %(neighbour)s, or make it a minimum only.")
MINIMUM = N_("%(cell)s has a target of %(target)s, less than 1 %% of the wave: make it a minimum only.")
CLASH = N_(
    "%(plan)s wants %(people)s people as %(wanted)s; %(other)s has room for only %(room)s of them (%(blocking)s): correct one of the two."
)
MISFIT = N_("No sample meets all plans that share variables: with the others met, %(cell)s of %(plan)s gets %(nearest)s people instead of %(target)s.")  # fmt: skip


def advise(draft: Draft, wave: str, plans: Sequence[Planned]) -> None:
    """Warn of small cells and of contradictions between the plans of a wave; nothing is changed by itself."""
    row = draft.wave_row(wave)
    n = int(row["target"]) if row and row["target"].isdecimal() else 0
    if not n or any(plan.built.problems for plan in plans):
        return
    for plan in plans:
        for cell, neighbour in small_cells(plan.design, plan.built.cells, n):
            draft.report.warn("quotas", plan.row.number, "merged", MERGE if neighbour else MINIMUM, cell=_named(plan.design, cell.name),
                              target=cell.target, neighbour=neighbour.name if neighbour else "")  # fmt: skip
    _warn_of_contradictions(draft, plans, n)


def needs_of(plans: Sequence[Planned]) -> list[Needs]:
    """Return what the plans want and allow before anybody came; a cell is known by its plan's place and its own."""
    return [
        Needs(
            plan.design.name,
            plan.design.variables,
            tuple(Need(_key(p, c), cell.combinations, cell.target, cell.ceiling) for c, cell in enumerate(plan.built.cells)),
            plan.design.outside == "interviewed",
        )
        for p, plan in enumerate(plans)
    ]


def parts_of(plans: Sequence[Planned], n: int) -> list[Part]:
    """Return the plans of a wave of ``n`` people as an expected field needs them."""
    return [
        Part(plan.design.name, plan.design.variables, plan.design.categories,
             tuple((cell.combinations, cell.target, cell.ceiling) for cell in plan.built.cells),
             max(0, n - sum(cell.target for cell in plan.built.cells)) if plan.design.outside == "interviewed" else 0)
        for plan in plans
    ]  # fmt: skip


def _warn_of_contradictions(draft: Draft, plans: Sequence[Planned], n: int) -> None:
    by_name = {plan.design.name: plan for plan in plans}
    found = contradictions(needs_of(plans))
    for each in found:
        draft.report.warn("quotas", by_name[each.plan].row.number, "variables", CLASH, plan=each.plan, people=each.people, other=each.other,
                          room=each.room, wanted=_names(plans, each.wanted), blocking=_names(plans, each.blocking))  # fmt: skip
    if found:
        return
    for miss in misfits(parts_of(plans, n)):
        plan = by_name[miss.plan]
        draft.report.warn("quotas", plan.row.number, "variables", MISFIT, cell=plan.built.cells[miss.cell].name, plan=miss.plan,
                          nearest=miss.nearest, target=miss.target)  # fmt: skip


def _key(plan: int, cell: int) -> int:
    return plan * NEVER_CLOSES + cell


def _names(plans: Sequence[Planned], keys: Sequence[int]) -> str:
    names = [written(plans[key // NEVER_CLOSES].built.cells[key % NEVER_CLOSES].combinations) for key in keys]
    return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")


def _named(design: Design, cell: str) -> str:
    return f"{' '.join(design.variables)} = {cell}"
