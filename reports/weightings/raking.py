"""How a wave is weighted: its main scheme, which publishes, and the others; and the weights that each gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.utils import translation
from django.utils.translation import gettext as _

from reports.core.computation import Combinations, missing_categories
from reports.core.diagnostics import ENOUGH
from reports.core.weighting import EmptyCategory, Weighting, WeightingRefused, rake_combinations
from reports.models import MAIN, Scheme
from reports.models import Weighting as Frozen
from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Questionnaire
from surveys.models import Wave
from surveys.translation import say

TOO_COSTLY = N_("These weights keep only %(efficiency)s %% of the precision of the sample, under 60 %%: weight on fewer variables, merge categories or bound the weights, or let a named person allow them on the page of the weighting, with a reason.")  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How one scheme weights a wave: raked on ``variables`` between ``bounds``, from the ``design`` weight, or imported."""

    code: str
    variables: tuple[str, ...]
    bounds: tuple[float, float] | None = None
    design: str = ""
    leaves_out: bool = False
    scheme: Scheme | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return the variables that people are put together by; the design weight comes last."""
        return (*self.variables, *([self.design] if self.design else []))

    @property
    def is_imported(self) -> bool:
        """Say whether its weights were made elsewhere."""
        return self.scheme is not None and self.scheme.is_imported


def plans_of(wave: Wave) -> list[Plan]:
    """Return the schemes of a wave, the main one first."""
    schemes = {scheme.code: scheme for scheme in wave.schemes.all()}
    return [_plan(wave, MAIN, schemes.pop(MAIN, None)), *(_plan(wave, code, scheme) for code, scheme in schemes.items())]


def _plan(wave: Wave, code: str, scheme: Scheme | None) -> Plan:
    if scheme is None:
        return Plan(code, tuple(wave.weighting))
    bounds = None if scheme.low is None or scheme.high is None else (scheme.low, scheme.high)
    variables = wave.weighting if code == MAIN else scheme.variables
    return Plan(code, tuple(variables), bounds, scheme.design, scheme.missing == Scheme.Missing.LEFT_OUT, scheme)


@dataclass(frozen=True)
class Judged:
    """Weights as raked (None: they cannot be), why they are not used ({}: they are), and who allowed such costly ones."""

    weighting: Weighting | None
    refusal: Mapping[str, str]
    allowance: Frozen | None = None

    @property
    def used(self) -> Weighting | None:
        """Return the weights, None where they are refused."""
        return None if self.refusal else self.weighting


def weigh(wave: Wave, questionnaire: Questionnaire, combinations: Combinations) -> tuple[Weighting | None, Mapping[str, str]]:
    """Weight a wave as it is published; refused, return None and the reason in each language of the study."""
    judged = judge(wave, main_plan(wave), questionnaire, combinations)
    return judged.used, judged.refusal


def main_plan(wave: Wave) -> Plan:
    """Return the scheme with which a wave is published."""
    return _plan(wave, MAIN, wave.schemes.filter(code=MAIN).first())


def judge(wave: Wave, plan: Plan, questionnaire: Questionnaire, combinations: Combinations) -> Judged:
    """Rake by one scheme, and refuse weights too costly to be used unless a named person allowed them."""
    return judged(wave, plan, questionnaire.languages, *raked(wave, plan, questionnaire, combinations))


def judged(wave: Wave, plan: Plan, languages: Sequence[str], weighting: Weighting | None, refusal: Mapping[str, str]) -> Judged:
    """Refuse weights too costly to be used unless a named person allowed them."""
    if weighting is None or weighting.efficiency >= ENOUGH:
        return Judged(weighting, refusal)
    allowed = allowance(wave, plan)
    return Judged(weighting, {} if allowed else too_costly(weighting, languages), allowed)


def raked(wave: Wave, plan: Plan, questionnaire: Questionnaire, combinations: Combinations) -> tuple[Weighting | None, dict[str, str]]:
    """Rake on the margins of one scheme; refused, return None and the reason in each language of the study.

    Those who are left out for want of an answer weigh 0; the others have weights of mean 1.
    """
    targets = targets_of(wave, plan.variables)
    kept = {name: ["", *_outside(questionnaire, name)] for name in plan.variables}
    counted = ~without_answer(combinations, plan.variables) if plan.leaves_out else np.ones(len(combinations.counts), np.bool_)
    codes, counts = combinations.codes[counted][:, : len(plan.variables)], combinations.counts[counted]
    categories = {name: combinations.categories[name] for name in plan.variables}
    try:
        start = _design(wave, combinations, plan)[counted] if plan.design else None
        weighting = rake_combinations(codes, counts, categories, targets, bounds=plan.bounds, keep=kept, start=start)
    except WeightingRefused as refused:
        missing = missing_categories(replace(combinations, categories=categories), targets) if isinstance(refused, EmptyCategory) else ()
        return None, {language: _reason(refused, missing, questionnaire, language) for language in questionnaire.languages}
    weights = np.zeros(len(counted))
    weights[counted] = weighting.combination_weights
    return replace(weighting, combination_weights=weights, weights=weights), {}


def targets_of(wave: Wave, variables: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the population's shares in % of each variable."""
    targets: dict[str, dict[str, float]] = {name: {} for name in variables}
    for margin in wave.margins.filter(variable__in=variables):
        targets[margin.variable][margin.category] = float(margin.percent)
    return targets


def without_answer(combinations: Combinations, variables: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which combinations lack an answer to one of the variables."""
    lacks = np.zeros(len(combinations.counts), np.bool_)
    for position, name in enumerate(variables):
        empty = [place for place, category in enumerate(combinations.categories[name]) if not category]
        lacks |= np.isin(combinations.codes[:, position], empty)
    return lacks


def allowance(wave: Wave, plan: Plan) -> Frozen | None:
    """Return the weighting under which somebody allowed this scheme as it is, on these variables and between these bounds."""
    low, high = plan.bounds or (None, None)
    same = Frozen.objects.filter(wave=wave, scheme=plan.code, variables=list(plan.variables), low=low, high=high)
    return same.exclude(allowed_by=None).order_by("-computed_at").first()


def too_costly(weighting: Weighting, languages: Sequence[str]) -> dict[str, str]:
    """Return, in each language, why weights of so low an efficiency are not used."""
    message = Message(TOO_COSTLY, {"efficiency": f"{100 * weighting.efficiency:.1f}"})
    return {language: _said(message, language) for language in languages}


def design_weights(wave: Wave, combinations: Combinations, plan: Plan) -> dict[str, float]:
    """Return what each answer to the design variable weighs before any raking, NaN where that cannot be said.

    A variable with margins makes strata: each weighs its share of the population over its share of the sample, so that an
    oversample comes back to its true share (L. Kish, Survey Sampling, 1965, §3.3); what has no share weighs 1. Of any other
    the answer is the weight.
    """
    answers = combinations.categories[plan.design]
    shares = targets_of(wave, [plan.design])[plan.design]
    if not shares:
        return {answer: _number(answer) for answer in answers}
    people = np.bincount(combinations.codes[:, len(plan.variables)], combinations.counts, len(answers))
    counted = {answer: float(n) for answer, n in zip(answers, people, strict=True) if shares.get(answer) and n}
    whole, n = sum(shares[answer] for answer in counted), sum(counted.values())
    return {answer: (shares[answer] / whole) / (counted[answer] / n) if answer in counted else 1.0 for answer in answers}


def _design(wave: Wave, combinations: Combinations, plan: Plan) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The design weight of each combination, NaN where it is no number: those people are told in the refusal."""
    weights = np.array(list(design_weights(wave, combinations, plan).values()), dtype=np.float64)
    return weights[combinations.codes[:, len(plan.variables)]]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _outside(questionnaire: Questionnaire, variable: str) -> list[str]:
    return [choice.name for choice in questionnaire.questions[variable].choices if "outside_quota" in choice.flags]


def _said(message: Message, language: str) -> str:
    with translation.override(language):
        return say(message)


def _reason(refused: WeightingRefused, missing: Sequence[tuple[str, str]], questionnaire: Questionnaire, language: str) -> str:
    if not missing:
        return _said(refused.message, language)
    with translation.override(language):
        labels = [label_of(questionnaire, variable, category, language) for variable, category in missing]
        return _("Weighting will be possible once every category has at least one person; still missing: %(categories)s.") % {
            "categories": ", ".join(labels)
        }


def label_of(questionnaire: Questionnaire, variable: str, category: str, language: str) -> str:
    """Return a category in words, its code where the study has none."""
    choice = questionnaire.questions[variable].choice_by_name.get(category)
    return choice.labels.get(language, category) if choice else category


def frozen_settings(plan: Plan) -> Mapping[str, object]:
    """Return what a frozen weighting keeps of the scheme itself."""
    low, high = plan.bounds or (None, None)
    return {"scheme": plan.code, "variables": list(plan.variables), "low": low, "high": high}
