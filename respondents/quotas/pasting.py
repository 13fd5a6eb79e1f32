"""A grid that a pollster pastes: what is understood of it, everything that stands against it, and the plan that it would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from respondents.core.grids import Grid, Names, plain, read_grid
from respondents.models import Quota
from respondents.quotas.designing import Proposal, has_begun, propose, rows_of_grid
from respondents.quotas.forms import GridForm
from respondents.quotas.naming import cell_label
from surveys.core.messages import Message
from surveys.core.questionnaire import Questionnaire
from surveys.loading import categories_of
from surveys.models import Wave
from surveys.translation import say


@dataclass(frozen=True)
class Pasted:
    """A grid as it was understood; ``grid`` and ``proposal`` are None as long as nothing can be said of it."""

    wave: Wave
    form: GridForm
    grid: Grid | None = None
    proposal: Proposal | None = None
    name: str = ""

    @property
    def problems(self) -> list[tuple[int, str]]:
        """Return what stands against the plan, in words, each with the line of the text that it is about, 0 for the whole."""
        found = [(line, say(message)) for line, message in self._odd()]
        found += [(0, say(mistake.message)) for mistake in (self.proposal.mistakes if self.proposal else ())]
        return list(dict.fromkeys(found))

    @property
    def advice(self) -> list[str]:
        """Return what is worth a look and keeps nothing from being kept."""
        found = [say(warning.message) for warning in (self.proposal.warnings if self.proposal else ())]
        if self.wave.quotas.filter(name=self.name).exists():
            found.append(_("The wave has a plan called %(name)s: this one takes its place.") % {"name": self.name})
        return found

    @property
    def can_be_kept(self) -> bool:
        """Say whether the plan can be kept as it stands; in a wave that has begun, only with a reason."""
        needs_reason = has_begun(self.wave) and not self.form.cleaned_data.get("reason")
        return self.proposal is not None and self.proposal.can_be_kept and not self.problems and not needs_reason

    @property
    def cells(self) -> list[tuple[str, int, int | None]]:
        """Return the cells that would be made: name, target and the ceiling shown, None where nothing closes it."""
        plan = self.proposal.plan if self.proposal else None
        if plan is None:
            return []
        questionnaire = _definition(self.wave)
        return [
            (cell_label(questionnaire, plan.design.variables, cell.combinations), cell.target,
             cell.soft_ceiling if cell.soft_ceiling is not None or cell.minimum else cell.ceiling)
            for cell in plan.built.cells
        ]  # fmt: skip

    @property
    def total(self) -> int:
        """Return what the targets add up to."""
        return sum(target for _label, target, _ceiling in self.cells)

    def _odd(self) -> Iterator[tuple[int, Message]]:
        may_be_part = self.form.cleaned_data.get("outside") == Quota.Outside.INTERVIEWED
        for line, message in self.grid.odd if self.grid else ():
            if line or not may_be_part or not self.grid or not self.grid.numbers:
                yield line, message


def paste(wave: Wave, given: Mapping[str, str] | None) -> Pasted:
    """Read a pasted grid for a wave; whatever is posted, the answer says what is to be corrected."""
    form = GridForm(given)
    if not form.is_valid():
        return Pasted(wave, form)
    grid = read_grid(form.cleaned_data["text"], names_of(wave, form.cleaned_data["variables"].split()), wave.target or 0)
    if not grid.numbers:
        return Pasted(wave, form, grid)
    row = form.row()
    row["name"] = row["name"] or "_".join(grid.variables)
    quota, lines = rows_of_grid(wave.code, row, grid)
    if has_begun(wave) and "keep" in form.data and not form.cleaned_data["reason"]:
        form.add_error("reason", _("The wave has begun: say why its plans change."))
    return Pasted(wave, form, grid, propose(wave, quota, lines), row["name"])


def names_of(wave: Wave, only: list[str]) -> Names:
    """Return every way of writing each category of the variables that can carry quotas, those with a margin or a plan first.

    A way of writing that two categories of a variable share is none. ``only`` limits the variables, in its order.
    """
    questionnaire = _definition(wave)
    known = [*wave.margins.values_list("variable", flat=True), *(name for quota in wave.quotas.all() for name in quota.variables)]
    first = dict.fromkeys(name for each in known for name in each.split())
    variables = only or [*first, *(name for name in questionnaire.questions if name not in first)]
    return {name: _ways(questionnaire, name) for name in variables if categories_of(questionnaire, name)}


def _ways(questionnaire: Questionnaire, variable: str) -> dict[str, str]:
    ways: dict[str, set[str]] = {}
    for name, choice in categories_of(questionnaire, variable).items():
        for way in {plain(name), plain(str(choice.code)), *(plain(label) for label in choice.labels.values())} - {""}:
            ways.setdefault(way, set()).add(name)
    by_name = {plain(name): name for name in categories_of(questionnaire, variable)}
    return {**{way: next(iter(names)) for way, names in ways.items() if len(names) == 1}, **by_name}


def _definition(wave: Wave) -> Questionnaire:
    assert wave.questionnaire is not None, "only a wave asked here has quotas"
    return wave.questionnaire.definition()
