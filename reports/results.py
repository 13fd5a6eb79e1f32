"""A wave's figures as they stand: each estimate beside its base, what it is compared with, and its reference measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from reports.coding.counting import definition_of
from reports.core.counting import only_those_who_answered
from reports.core.precision import thresholds_in
from reports.core.proportions import Difference, apart
from reports.models import Aggregation, Benchmark, Estimate, ExternalFigure, Figure
from surveys.core import questionnaire as core
from surveys.core.expressions import Expression
from surveys.core.versions import SAME, Verdict, worst_of
from surveys.models import Survey, Wave
from surveys.versions import verdicts


@dataclass(frozen=True)
class Comparison:
    """The same figure in another wave: an external institute's percentage, or our own earlier estimate (0–100 scale).

    ``percent`` is the value of a mean, a median or a score. ``n`` is the figure's base there, ``interviewed`` everybody who was
    interviewed for that wave; ``standard_error`` is known of our own waves only."""

    wave: Wave
    percent: float
    n: int
    interviewed: int
    wording: Mapping[str, str]
    verdict: Verdict = SAME
    standard_error: float | None = None

    @property
    def is_indicative(self) -> bool:
        """Say whether the two waves differ in more than their date, so that no change can be claimed from them."""
        is_theirs = self.wave.kind == Wave.Kind.IMPORTED and bool(self.wave.institute)
        return self.wave.kind == Wave.Kind.EXTERNAL or is_theirs or bool(self.wave.comparability) or self.verdict.is_indicative


@dataclass(frozen=True)
class Broken:
    """A comparison that cannot be made: the questionnaire of the other wave did not measure the same."""

    wave: Wave
    verdict: Verdict


@dataclass(frozen=True)
class Result:
    """A figure with all that may be said of it. ``estimate`` is None until something was computed; ``broken`` says with which
    wave it would be compared if its questionnaire had measured the same."""

    figure: Figure
    base: core.Base
    estimate: Estimate | None
    comparison: Comparison | None
    benchmarks: tuple[Benchmark, ...]
    broken: Broken | None = None

    @property
    def selection(self) -> Expression:
        """Return the condition that its people fulfil."""
        return self.figure.condition

    @property
    def questions(self) -> frozenset[str]:
        """Return the names of the questions whose answers it counts or measures."""
        return self.figure.questions

    @property
    def change(self) -> Difference | None:
        """Return the test of what separates it from the same figure in the wave it is compared with, both weighted; None where
        either has no error (another institute's figure, a median)."""
        estimate, comparison = self.estimate, self.comparison
        if estimate is None or comparison is None or estimate.number is None:
            return None
        if estimate.standard_error is None or comparison.standard_error is None:
            return None
        return apart(estimate.number - comparison.percent, estimate.standard_error, comparison.standard_error)


def counted_base(result: Result, questionnaire: core.Questionnaire) -> Expression | None:
    """Return who is counted in a figure as one condition; None is everybody."""
    who = result.figure.counted_among
    if who == Figure.BaseKind.NAMED:
        return result.base.condition
    questions = [questionnaire.questions[name] for name in sorted(result.questions)]
    return only_those_who_answered(result.base.condition, questions, with_an_opinion=who == Figure.BaseKind.VALID)


@dataclass(frozen=True)
class Results:
    """All figures of a wave, in the order of the study."""

    wave: Wave
    questionnaire: core.Questionnaire
    aggregation: Aggregation | None
    results: tuple[Result, ...]

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __getitem__(self, code: str) -> Result:
        return next(result for result in self.results if result.figure.code == code)

    @cached_property
    def by_figure(self) -> Mapping[int, Result]:
        """Return the results by their figure's key."""
        return {result.figure.pk: result for result in self.results}

    @property
    def is_weighted(self) -> bool:
        """Say whether the figures may be published: computed, and weighted to the population's margins."""
        return self.aggregation is not None and not self.aggregation.refusal


def latest_wave(survey: Survey) -> Wave | None:
    """Return the wave whose results the survey shows: the latest computed one, else the latest that people enter here."""
    return latest_of(survey.waves.select_related("survey", "questionnaire", "aggregation"))


def latest_of(waves: Iterable[Wave]) -> Wave | None:
    """Choose, among a survey's waves, the one whose results it shows."""
    ours = sorted((wave for wave in waves if wave.kind != Wave.Kind.EXTERNAL), key=lambda wave: wave.row, reverse=True)
    return next((wave for wave in ours if hasattr(wave, "aggregation")), next(iter(ours), None))


def results_of(wave: Wave) -> Results:
    """Gather a wave's figures, in a number of queries that does not depend on how many there are."""
    questionnaire = definition_of(wave) if wave.questionnaire else None
    if questionnaire is None:
        raise ValueError(f"{wave} has no questionnaire of ours: it has no results to show.")
    aggregation = Aggregation.objects.filter(wave=wave).first()
    shown = wave.survey.figures.filter(standing=Figure.Standing.SHOWN).prefetch_related("benchmarks")
    figures = [figure for figure in shown if figure.fits(questionnaire)]
    estimates = {estimate.figure_id: estimate for estimate in Estimate.objects.filter(aggregation=aggregation)} if aggregation else {}
    comparisons, broken = _comparisons(wave, figures)
    return Results(
        wave,
        questionnaire,
        aggregation,
        tuple(
            Result(
                figure,
                questionnaire.bases[figure.base],
                estimates.get(figure.pk),
                comparisons.get(figure.pk),
                tuple(figure.benchmarks.all()),
                broken.get(figure.pk),
            )
            for figure in figures
        ),
    )


def _comparisons(wave: Wave, figures: list[Figure]) -> tuple[dict[int, Comparison], dict[int, Broken]]:
    """What each figure is compared with, and what it cannot be compared with since its question or its base became another.

    A percentage of too few people is withheld in a comparison too.
    """
    compared = {figure.pk: figure.compare_with for figure in figures if figure.compare_with}
    found, broken = dict[int, Comparison](), dict[int, Broken]()
    smallest = thresholds_in(wave.survey.settings).smallest
    externals = ExternalFigure.objects.filter(figure__in=compared, n__gte=smallest, wave__survey=wave.survey)
    for external in externals.select_related("wave"):
        if compared[external.figure_id] == external.wave.code:
            interviewed = external.wave.interviewed or external.n
            found[external.figure_id] = Comparison(external.wave, float(external.percent), external.n, interviewed, external.wording)
    estimates = Estimate.objects.filter(figure__in=compared, n__gte=smallest).exclude(aggregation__wave=wave)  # never with itself
    for past in estimates.select_related("figure", "aggregation__wave__questionnaire"):
        then = past.aggregation.wave
        if past.number is not None and compared[past.figure_id] == then.code:
            told = compared_with(past, past.number, then, wave)
            if isinstance(told, Comparison):
                found[past.figure_id] = told
            else:
                broken[past.figure_id] = told
    return found, broken


def compared_with(past: Estimate, percent: float, then: Wave, now: Wave) -> Comparison | Broken:
    """Return a figure as estimated in another wave of ours, to stand beside the one of now; or why it cannot."""
    verdict = verdict_on(past.figure, then, now)
    if not verdict.is_comparable:
        return Broken(then, verdict)
    return Comparison(then, percent, past.n, past.aggregation.n, {}, verdict, past.standard_error)


def verdict_on(figure: Figure, then: Wave, now: Wave) -> Verdict:
    """Say whether a figure measures the same in two waves of ours: its questions, its base, and whatever leads to them."""
    if then.questionnaire is None or now.questionnaire is None or then.questionnaire_id == now.questionnaire_id:
        return SAME
    found = verdicts(then.questionnaire, now.questionnaire)
    names = {*figure.questions, f"base {figure.base}"}
    return worst_of(found[name] for name in sorted(names) if name in found)
