"""The plans of a wave as their page shows them: cells with their share of the population, what is to look at, places' lifetime."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db import connection
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from respondents.core.designs import CellDesign, Design, small_cells
from respondents.core.lifetime import OLD, Price, months_before, pace_of_places, prices
from respondents.core.quotas import Combination
from respondents.models import Interview, Quota, QuotaCell
from respondents.quotas.editing import shown_ceiling
from respondents.quotas.feasible import Finding, came, design_findings, findings
from respondents.quotas.naming import cell_label
from surveys.core.cells import texts
from surveys.core.questionnaire import Questionnaire
from surveys.core.typography import typeset
from surveys.core.workbook import Row
from surveys.models import Margin, Wave

# People who took a place since the field's first one or for a day, how many of them stopped, and over how many minutes.
PACE = """
SELECT count(*) FILTER (WHERE took), count(*) FILTER (WHERE took AND state IN ('expired', 'abandoned')),
  extract(epoch FROM least(now() - min(started_at), interval '24 hours')) / 60
FROM (SELECT state, started_at, cell_ids <> '{}' AND state NOT IN ('screening', 'quota_full') AS took FROM respondents_interview
      WHERE wave_id = %s AND NOT is_test AND NOT imported AND started_at > now() - interval '24 hours') AS today
"""


@dataclass(frozen=True)
class CellShown:
    """A cell with its plan's title, its name in words and, where the margins say it, its share of the population in per cent."""

    cell: QuotaCell
    plan: str
    label: str
    share: Decimal | None

    @property
    def ceiling(self) -> int | None:
        """Return the ceiling to show; None when nothing closes it."""
        return shown_ceiling(self.cell)

    @property
    def taken(self) -> int:
        """Return the places completed and in progress, below which no ceiling can go."""
        return self.cell.filled + self.cell.reserved


@dataclass(frozen=True)
class PlanShown:
    """A plan: its title, what kind it is in words, its cells, the people outside all of them, and what is worth a look."""

    quota: Quota
    title: str
    kinds: tuple[str, ...]
    cells: tuple[CellShown, ...]
    outside: int | None
    sources: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def target(self) -> int:
        """Return what its targets add up to."""
        return sum(shown.cell.target for shown in self.cells)


class PlanPage:
    """Everything that the page of a wave's plans shows, in a fixed number of queries."""

    def __init__(self, wave: Wave) -> None:
        self.wave = wave
        self.questionnaire = wave.questionnaire.definition() if wave.questionnaire else None
        self.cells = list(QuotaCell.objects.filter(wave=wave).select_related("quota").order_by("quota__row", "position"))
        self.margins = list(Margin.objects.filter(wave=wave))

    @cached_property
    def total(self) -> CellShown | None:
        """Return the hard total, None for a wave that has no target."""
        return next((self._cell(cell) for cell in self.cells if cell.quota.name == Quota.TOTAL), None)

    @cached_property
    def plans(self) -> list[PlanShown]:
        """Return the plans in the order of the sheet."""
        own: dict[int, list[QuotaCell]] = {}
        for cell in self.cells:
            if cell.quota.name != Quota.TOTAL:
                own.setdefault(cell.quota_id, []).append(cell)
        return [self._plan(cells[0].quota, cells) for cells in own.values()]

    @cached_property
    def findings(self) -> list[Finding]:
        """Return what the open cells want and cannot have; before anybody came, the plans that contradict each other."""
        if self.total and not self.total.taken:
            return design_findings(self.cells, self.questionnaire)
        return findings(self.cells, came(self.wave, self.cells), self.questionnaire)

    @cached_property
    def universes(self) -> list[str]:
        """Return a remark for each population that margins are about and that is not written as the survey's is."""
        population = self.wave.survey.text(self.wave.survey.population, get_language() or "")
        known = {" ".join(text.casefold().split()) for text in self.wave.survey.population.values()}
        others = dict.fromkeys(
            margin.universe for margin in self.margins if " ".join(margin.universe.casefold().split()) not in {"", *known}
        )
        text = _("The margins are about “%(universe)s”, the survey about “%(population)s”: check that they are the same people.")
        return [text % {"universe": universe, "population": population} for universe in others] if population else []

    @cached_property
    def turned_away_outside(self) -> int:
        """Return the people turned away because their answers belong to no cell of a plan."""
        return Interview.objects.filter(wave=self.wave, state=Interview.State.QUOTA_FULL, cell_ids=[0], is_test=False).count()

    @cached_property
    def free_margins(self) -> list[tuple[str, str]]:
        """Return the variables whose margin no plan follows yet, each with its name in words: a plan is one click away."""
        taken = {" ".join(plan.quota.variables) for plan in self.plans}
        names = dict.fromkeys(margin.variable for margin in self.margins if margin.variable not in taken)
        return [(name, self._title(name.split(), {})) for name in names]

    @cached_property
    def pace(self) -> tuple[float, float, bool]:
        """Return people who take a place per minute, the share who stop, and whether both were measured."""
        with connection.cursor() as cursor:
            cursor.execute(PACE, [self.wave.pk])
            taken, stopped, minutes = cursor.fetchone()
        return pace_of_places(taken, stopped, float(minutes or 0))

    @property
    def drop_out_percent(self) -> int:
        """Return the share of those who take a place and stop, in whole per cent."""
        return round(100 * self.pace[1])

    @cached_property
    def lifetimes(self) -> list[Price]:
        """Return the price of each lifetime of a place, the present one among them."""
        arrivals, drop_out, _measured = self.pace
        found = {price.minutes: price for price in (*prices(arrivals, drop_out), *prices(arrivals, drop_out, (self.wave.place_minutes,)))}
        return [found[minutes] for minutes in sorted(found)]

    def _plan(self, quota: Quota, cells: Sequence[QuotaCell]) -> PlanShown:
        shown = tuple(self._cell(cell) for cell in cells)
        rows = [margin for margin in self.margins if margin.variable.split() == quota.variables]
        sources = dict.fromkeys(", ".join(filter(None, (row.source, row.universe, row.date))) for row in rows)
        return PlanShown(quota, self._title(quota.variables, quota.cells), tuple(self._kinds(quota)), shown, self._outside(quota, cells),
                         tuple(sources), (*self._remarks(rows), *self._proposals(quota, cells)))  # fmt: skip

    def _cell(self, cell: QuotaCell) -> CellShown:
        label = cell_label(self.questionnaire, cell.quota.variables, cell.combinations)
        shares = [self._shares.get((" ".join(cell.quota.variables), " ".join(one))) for one in cell.combinations]
        known = [share for share in shares if share is not None]
        return CellShown(
            cell,
            self._title(cell.quota.variables, cell.quota.cells),
            label,
            sum(known, Decimal(0)) if known and len(known) == len(shares) else None,
        )

    @cached_property
    def _shares(self) -> dict[tuple[str, str], Decimal]:
        return {(margin.variable, margin.category): margin.percent for margin in self.margins}

    def _title(self, variables: Sequence[str], cells: Mapping[str, str]) -> str:
        labels = texts(Row(0, dict(cells)), "label")
        language = get_language() or ""
        own = labels.get(language) or labels.get(self.wave.survey.default_language, "")
        return typeset(capfirst(own), language) or " × ".join(variables)

    def _kinds(self, quota: Quota) -> Iterator[str]:
        """What a plan is, in words."""
        yield _("Soft: shown, turns nobody away") if quota.kind == Quota.Kind.SOFT else _("Hard: a full cell turns people away")
        if quota.within:
            yield _("nested in %(variables)s") % {"variables": " × ".join(quota.within)}
        elif len(quota.variables) > 1:
            yield _("interlocked")
        percent = f"{quota.tolerance_percent.normalize():f}"
        yield _("tolerance +%(percent)s %% and at least %(least)s") % {"percent": percent, "least": quota.tolerance_min}

    def _outside(self, quota: Quota, cells: Sequence[QuotaCell]) -> int | None:
        """The people let in who are in none of its cells; None where nobody can be."""
        if self.total is None or (quota.outside == Quota.Outside.REFUSED and not self._leaves_out(quota)):
            return None
        return self.total.taken - sum(cell.filled + cell.reserved for cell in cells)

    def _leaves_out(self, quota: Quota) -> bool:
        questions = self.questionnaire.questions if self.questionnaire else {}
        return any("outside_quota" in choice.flags for name in quota.variables if name in questions for choice in questions[name].choices)

    def _remarks(self, rows: Sequence[Margin]) -> Iterator[str]:
        """What is odd about the margin that a plan follows."""
        for date in dict.fromkeys(row.date for row in rows):
            months = months_before(date, self.wave.starts)
            if months is not None and months > OLD:
                yield _("The source of this margin dates from %(date)s, %(months)s months before the field: look for a newer one.") % {"date": date, "months": months}  # fmt: skip

    def _proposals(self, quota: Quota, cells: Sequence[QuotaCell]) -> Iterator[str]:
        """What to do with the cells below one per cent of the wave; never done by itself."""
        design, made = _designed(self.questionnaire, quota, cells)
        by_cell = {id(one): cell for one, cell in zip(made, cells, strict=True)}
        for small, neighbour in small_cells(design, made, self.wave.target or 0):
            values = {"cell": self._cell(by_cell[id(small)]).label, "target": small.target}
            if neighbour:
                values["neighbour"] = self._cell(by_cell[id(neighbour)]).label
                yield _("%(cell)s has a target of %(target)s, less than 1 %% of the wave: merge it with %(neighbour)s, or make it a minimum only.") % values  # fmt: skip
            else:
                yield _("%(cell)s has a target of %(target)s, less than 1 %% of the wave: make it a minimum only.") % values


def _designed(questionnaire: Questionnaire | None, quota: Quota, cells: Sequence[QuotaCell]) -> tuple[Design, list[CellDesign]]:
    """A stored plan as its designer sees it."""
    questions = questionnaire.questions if questionnaire else {}
    categories = tuple(tuple(questions[name].choice_by_name) if name in questions else () for name in quota.variables)
    design = Design(quota.name, tuple(quota.variables), categories, (), tuple(quota.within))
    combinations: list[tuple[Combination, ...]] = [tuple(cell.combinations) for cell in cells]
    return design, [CellDesign(own, cell.target, cell.ceiling) for own, cell in zip(combinations, cells, strict=True)]
