"""A figure computed before it is kept: by the computation of all the others, from the interviews as they are now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reports.aggregation import aggregation_of, estimate_of, figures_among
from reports.core.precision import thresholds_in
from reports.dataset import snapshot
from reports.edition import Edition
from reports.models import Aggregation, Estimate, ExternalFigure, Figure
from reports.results import Broken, Comparison, Result, Results, compared_with, estimated
from surveys.models import Wave


@dataclass(frozen=True)
class Computed:
    """A wave's results with this one figure in them."""

    results: Results

    def edition(self, language: str) -> Edition:
        """Return the results in a language."""
        return Edition(self.results, language)

    @property
    def result(self) -> Result:
        """Return the figure's result."""
        return self.results.results[0]

    def interval(self, edition: Edition) -> str:
        """Return the 95 % interval as printed, '' without one."""
        estimate, press = self.result.estimate, edition.press
        if estimate is None or estimate.low is None or estimate.high is None or edition.value(self.result) is None:
            return ""
        high = press.decimals(estimate.high, 1) if self.result.figure.is_measure else press.percent(estimate.high, 1)
        return f"{press.decimals(estimate.low, 1)} – {high}"


def computed(results: Results, figure: Figure) -> Computed:
    """Compute a figure that may not be stored, with its comparison, among a wave's results. Raises RecordsDisagree."""
    figure.pk = figure.pk or 0  # a key, so that it can stand among the figures of a computation
    with snapshot():
        aggregation, estimate = _estimated(results.wave, figure)
        compared = _comparison(results, figure)
    benchmarks = tuple(figure.benchmarks.all()) if figure.pk else ()
    comparison, broken = (compared, None) if isinstance(compared, Comparison) else (None, compared)
    result = Result(figure, results.questionnaire.bases[figure.base], estimate, comparison, benchmarks, broken)
    return Computed(replace(results, aggregation=aggregation, results=(result,)))


def _estimated(wave: Wave, figure: Figure) -> tuple[Aggregation, Estimate | None]:
    made = figures_among(wave, only=[figure])
    aggregation = aggregation_of(wave, made)
    found = made.figures.get(figure)
    return aggregation, estimate_of(aggregation, figure, found) if found else None


def _comparison(results: Results, figure: Figure) -> Comparison | Broken | None:
    """The same figure in the wave that it is compared with: computed there too, or as another institute published it."""
    wave = results.wave
    then = wave.survey.waves.filter(code=figure.compare_with).select_related("survey", "questionnaire").first()
    told = _told(then, figure) if then else None
    smallest = thresholds_in(wave.survey.settings).smallest
    return compared_with(told, figure, wave, results.confirmed) if told and told.n >= smallest else None


def _told(then: Wave, figure: Figure) -> Comparison | None:
    if then.questionnaire is None:
        given = ExternalFigure.objects.filter(figure=figure.pk, wave=then).first()
        return Comparison(then, float(given.percent), given.n, then.interviewed or given.n, given.wording) if given else None
    _aggregation, past = _estimated(then, figure)
    return estimated(past, past.number, then) if past and past.number is not None else None
