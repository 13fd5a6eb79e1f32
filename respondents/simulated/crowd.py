"""Who may arrive in a simulated field: drawn from the wave's margins, or the people of a panel file, on the ways of its form."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from respondents.core.arrivals import CannotSuppose, Margins, Profile, Supposed, Table, Visitor, Way, visitor
from respondents.core.panel import answer_in
from respondents.core.people import PanelMember
from respondents.core.quotas import expanded
from respondents.core.route import follow
from respondents.models import Quota
from respondents.plans import WavePlans
from surveys.core.messages import N_
from surveys.core.passing import Manner, passage
from surveys.core.questionnaire import Questionnaire
from surveys.models import Margin, Wave

WAYS = 31


def tables_of(wave: Wave, questionnaire: Questionnaire) -> list[Table]:
    """Return what people are drawn from: the wave's margins, and for plans over several variables or without margin their targets.

    A target of several combinations is shared out among them as the margins would. Of tables that share a variable the one over
    more variables comes first, and the others keep to what it gave. Groups that come with a place are nobody's own.
    """
    margins: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}
    for margin in Margin.objects.filter(wave=wave):
        margins.setdefault(tuple(margin.variable.split()), {})[tuple(margin.category.split())] = float(margin.percent)
    plans = Quota.objects.filter(wave=wave).exclude(name=Quota.TOTAL).prefetch_related("quota_cells")
    targets = [_targets(plan, questionnaire, margins) for plan in plans if tuple(plan.variables) not in margins]
    tables = [*targets, *(Table(variables, shares) for variables, shares in margins.items())]
    own = [table for table in tables if not any(questionnaire.questions[name].split for name in table.variables)]
    return sorted(own, key=lambda table: -len(table.variables))


def _targets(plan: Quota, questionnaire: Questionnaire, margins: Mapping[tuple[str, ...], Mapping[tuple[str, ...], float]]) -> Table:
    choices = [list(questionnaire.questions[name].choice_by_name) for name in plan.variables]
    weights: dict[tuple[str, ...], float] = {}
    for cell in plan.quota_cells.all():
        held = list(expanded(cell.combinations, choices))
        shares = [
            math.prod(margins.get((name,), {}).get((one,), 1.0) for name, one in zip(plan.variables, each, strict=True)) for each in held
        ]
        wanted = max(cell.target, cell.minimum) / (sum(shares) or 1.0)
        weights.update({each: wanted * share for each, share in zip(held, shares, strict=True)})
    return Table(tuple(plan.variables), weights)


def ways_of(questionnaire: Questionnaire, plans: WavePlans) -> list[Way]:
    """Return the ways of some people through the form, to its end; where nobody found one, that of all its pages."""
    found = (passage(questionnaire, Manner.ANY, seed) for seed in range(WAYS))
    ways = [(each.pages, each.answers) for each in found if each is not None]
    ways = ways or [(tuple(page.name for page in questionnaire.pages if page.asked), {})]
    last = _last_quota_page(questionnaire, plans)
    before = {page.name for page in questionnaire.pages[: last + 1]}
    return [Way(pages, sum(name in before for name in pages) - 1, answers) for pages, answers in ways]


def profiles_of(people: Mapping[str, PanelMember], questionnaire: Questionnaire, plans: WavePlans) -> dict[str, Profile]:
    """Return what places are given by, for each person of a panel file. Raises CannotSuppose naming who does not come so far."""
    pages = questionnaire.pages[: _last_quota_page(questionnaire, plans) + 1]
    profiles = {}
    for name, person in people.items():
        saved = {page.name: {question.name: answer_in(person.row, question) for question in page.asked} for page in pages}
        saved[pages[0].name][questionnaire.consent.name] = questionnaire.consent.choices[0].name
        route = follow(questionnaire, saved)
        if route.current in {page.name for page in pages}:
            raise CannotSuppose(N_("%(name)s of the panel file cannot answer page %(page)s: its answers there are missing or not on offer."),
                                name=name, page=route.current)  # fmt: skip
        profiles[name] = Profile(route.answers, route.ends_as, is_whole=True)
    return profiles


def needed_of(questionnaire: Questionnaire, plans: WavePlans) -> Collection[str]:
    """Return the names of the questions that a panel file must answer for its people to be given places."""
    pages = questionnaire.pages[: _last_quota_page(questionnaire, plans) + 1]
    return {question.name for page in pages for question in page.asked}


def visitors_of(people: Mapping[str, PanelMember], profiles: Mapping[str, Profile], supposed: Supposed, ways: Sequence[Way],
                opens: datetime, seed: int) -> Iterator[Visitor]:  # fmt: skip
    """Yield the people of a file that says when each arrives, in that order; only what it does not say is drawn."""
    chance = random.Random(seed)  # noqa: S311 -- a simulation must be repeatable
    for name, person in sorted(people.items(), key=lambda pair: pair[1].arrives_at or opens):
        arrives = ((person.arrives_at or opens) - opens).total_seconds()
        yield visitor(arrives, profiles[name], supposed, ways, chance, person.leaves_after)


def population_of(wave: Wave, questionnaire: Questionnaire, skew: Mapping[tuple[str, str], float]) -> Margins:
    """Return the population of the wave's margins, skewed. Raises CannotSuppose."""
    return Margins(tables_of(wave, questionnaire), skew)


def _last_quota_page(questionnaire: Questionnaire, plans: WavePlans) -> int:
    return max(questionnaire.pages.index(questionnaire.page_by_name[name]) for name in plans.pages)
