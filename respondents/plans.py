"""The quota plans of a wave as the respondent's path uses them: which cells an interview belongs to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from respondents.core.quotas import Plan, blocks_of, cells_of, expanded, groups_of, quota_pages
from respondents.core.route import Route
from respondents.models import Quota
from respondents.places import Claim
from surveys.core.expressions import Answer
from surveys.core.questionnaire import Questionnaire
from surveys.models import Questionnaire as StoredQuestionnaire


@dataclass(frozen=True)
class WavePlans:
    """A wave's plans, and ``pages``, those that give the quota variables their values (without quotas, the first page).

    Places are taken on the last of them in the person's order.
    """

    plans: tuple[Plan, ...]
    questionnaire: Questionnaire
    pages: tuple[str, ...]

    def claim_of(self, answers: Mapping[str, Answer]) -> Claim:
        """Return the places that an interview needs. Raises OutsideEveryCell."""
        questions = self.questionnaire.questions
        return Claim(tuple(cells_of(self.plans, questions, answers)), tuple(blocks_of(self.plans, questions, answers)))

    def groups_of(self, cell_ids: Collection[int], *, is_test: bool) -> dict[str, str]:
        """Return the groups that come with the places of these cells; in tests none does, so that chance gives them."""
        return {} if is_test else groups_of(self.plans, cell_ids)

    def page(self, route: Route) -> str:
        """Return the quota page of a person: the one after which every quota variable has its value."""
        return max(self.pages, key=route.position.__getitem__)

    def closes(self, page: str, route: Route) -> bool:
        """Say whether ``page`` closes once a place is held: it stands before the quota page, or is it."""
        return page in route.position and route.position[page] <= route.position[self.page(route)]

    def is_passed(self, route: Route) -> bool:
        """Say whether a route has come past the quota page, which may be one that shows nothing and only calculates."""
        return route.is_finished or route.position.get(route.current, -1) > route.position[self.page(route)]


@lru_cache(maxsize=64)
def plans_of(wave_id: int, questionnaire_id: int, made: int) -> WavePlans:
    """Return a wave's plans, kept in memory. ``made`` is the wave's highest cell: cells made anew have higher identifiers."""
    questionnaire = StoredQuestionnaire.objects.get(pk=questionnaire_id).definition()
    plans = [_plan(quota, questionnaire) for quota in Quota.objects.filter(wave=wave_id).prefetch_related("quota_cells")]
    variables = [variable for plan in plans for variable in plan.variables]
    return WavePlans(tuple(plans), questionnaire, quota_pages(questionnaire, variables))


def _plan(quota: Quota, questionnaire: Questionnaire) -> Plan:
    """A plan with every combination written out, merged ones too, so that a person's cell is found by one look-up."""
    choices = [list(questionnaire.questions[variable].choice_by_name) for variable in quota.variables]
    cells = {one: cell.pk for cell in quota.quota_cells.all() for one in expanded(cell.combinations, choices)}
    allocates = any(questionnaire.questions[variable].split == "least-filled" for variable in quota.variables)
    return Plan(tuple(quota.variables), cells, quota.outside == Quota.Outside.INTERVIEWED, allocates)
