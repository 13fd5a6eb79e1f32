"""What each scheme gives on the interviews of a wave: its weights, the margins before and after, the study's figures under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from django.utils import translation
from django.utils.translation import gettext as _

from reports.core.computation import Combinations, Computed, combine, single_columns
from reports.core.diagnostics import MarginRow, Warned, histogram, margin_rows, warnings_of
from reports.core.weighting import Weighting, summed_up
from reports.dataset import Dataset, read_weighted
from reports.models import Figure
from reports.weightings.raking import Judged, Plan, judge, judged, targets_of, without_answer
from surveys.core.columns import Column, MultipleColumn
from surveys.core.questionnaire import Questionnaire
from surveys.models import Wave

Columns = Mapping[str, Column | MultipleColumn]


@dataclass(frozen=True)
class Reading:
    """A wave's interviews with the columns that are needed of them; ``compute`` computes every figure of the study from them."""

    wave: Wave
    questionnaire: Questionnaire
    dataset: Dataset
    columns: Columns
    compute: Callable[[Reading, Combinations, Weighting | None], Mapping[Figure, Computed]]

    def combinations(self, plan: Plan) -> Combinations:
        """Return the combinations of a scheme's variables."""
        return combine(single_columns(self.columns, plan.names), len(self.dataset.matrix))

    def figures(self, combinations: Combinations, weighting: Weighting | None) -> Mapping[Figure, Computed]:
        """Return every figure with these weights."""
        return self.compute(self, combinations, weighting)


@dataclass(frozen=True)
class Weighed:
    """One scheme as it came out: its weights or why there are none, the margins, the spread of the weights, the warnings.

    ``missing`` counts people without an answer to one of its variables; ``figures`` are the study's under it.
    """

    plan: Plan
    judged: Judged
    margins: list[MarginRow]
    histogram: list[tuple[float, float, int]]
    warnings: list[Warned]
    missing: int
    figures: Mapping[Figure, Computed]


def by_schemes(reading: Reading, plans: Iterable[Plan]) -> Iterator[Weighed]:
    """Weight by each scheme, and compute the study's figures under it."""
    for plan in plans:
        if plan.is_imported:
            yield _imported(reading, plan)
            continue
        combinations = reading.combinations(plan)
        verdict = judge(reading.wave, plan, reading.questionnaire, combinations)
        yield weighed_by(reading, plan, combinations, verdict, reading.figures(combinations, verdict.used))


def weighed_by(reading: Reading, plan: Plan, combinations: Combinations, verdict: Judged, figures: Mapping[Figure, Computed]) -> Weighed:
    """Return what one scheme gave, from its weights (one per combination) and the figures under them."""
    weighting, of = verdict.weighting, combinations.of
    weights = None if weighting is None else weighting.combination_weights
    variables = plan.variables or reading.wave.weighting  # imported weights are held against the margins of the wave
    columns = single_columns(reading.columns, variables)
    rows = margin_rows(columns, targets_of(reading.wave, variables), None if weights is None else weights[of], len(of))
    lacking = 0 if plan.is_imported else int(combinations.counts[without_answer(combinations, plan.variables)].sum())
    spread = [] if weights is None else histogram(weights, combinations.counts)
    warned = [] if weighting is None else warnings_of(weighting.min_weight, weighting.max_weight, weighting.efficiency, _bases(figures))
    return Weighed(plan, verdict, rows, spread, warned, lacking, figures)


def _bases(figures: Mapping[Figure, Computed]) -> Iterator[tuple[str, float | None]]:
    for figure, one in figures.items():
        precision = one.share or one.measured
        yield figure.code, precision.effective_n if precision else None


def _imported(reading: Reading, plan: Plan) -> Weighed:
    """The scheme whose weights were made elsewhere, refused where an interview has none."""
    wave, languages = reading.wave, reading.questionnaire.languages
    assert plan.scheme is not None, "imported weights belong to a scheme of the sheet"
    assert wave.questionnaire is not None, "a wave with interviews has a questionnaire"
    found = read_weighted(wave, plan.scheme.pk, wave.questionnaire.codebook())
    if found is None:
        nobody = combine({}, len(reading.dataset.matrix))
        return weighed_by(reading, plan, nobody, Judged(None, {language: _unweighted(language) for language in languages}), {})
    dataset, weights = found
    values, index = np.unique(np.array(weights, dtype=np.float64), return_inverse=True)
    combinations = combine({"weight": Column(tuple(values.tolist()), index.reshape(-1))}, len(weights))
    weighting = summed_up(values, combinations.counts, 0, 0.0, np.arange(len(values)))
    theirs = replace(reading, dataset=dataset, columns=dataset.columns(list(reading.columns)))
    verdict = judged(wave, plan, languages, weighting, {})
    return weighed_by(theirs, plan, combinations, verdict, theirs.figures(combinations, verdict.used))


def _unweighted(language: str) -> str:
    with translation.override(language):
        return _("Not every completed interview has an imported weight: import the weights again.")
