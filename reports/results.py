"""A wave's figures as they stand: each estimate beside its base, what it is compared with, and its reference measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Exists, OuterRef

from reports.coding.counting import definition_of
from reports.comparing.ledger import NOTHING_CONFIRMED, Confirmed, is_broken, ledger_of, verdict_on
from reports.core.comparing import NOT_JUDGED, Ledger
from reports.core.counting import only_those_who_answered
from reports.core.precision import thresholds_in
from reports.core.proportions import Difference, apart
from reports.models import Aggregation, Benchmark, Estimate, ExternalFigure, Figure, Release
from reports.weightings.raking import main_plan
from surveys.core import questionnaire as core
from surveys.core.expressions import Expression
from surveys.core.versions import SAME, Verdict
from surveys.models import Survey, Wave


@dataclass(frozen=True)
class Comparison:
    """The same figure in another wave: an external institute's percentage, or our own earlier estimate (0–100 scale).

    ``percent`` is the value of a mean, a median or a score. ``n`` is the figure's base there, ``interviewed`` everybody who was
    interviewed for that wave; ``standard_error`` and the 95 % interval (``low``, ``high``) are known of our own waves only.
    ``ledger`` is what is judged of the two waves: nothing judged is not the same."""

    wave: Wave
    percent: float
    n: int
    interviewed: int
    wording: Mapping[str, str]
    verdict: Verdict = SAME
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None
    ledger: Ledger = NOT_JUDGED

    @property
    def is_indicative(self) -> bool:
        """Say whether the two waves differ in more than their date, so that no change can be claimed from them."""
        return self.ledger.is_indicative


@dataclass(frozen=True)
class Broken:
    """A comparison that cannot be made: the questionnaire of the other wave did not measure the same."""

    wave: Wave
    verdict: Verdict


@dataclass(frozen=True)
class Result:
    """A figure with all that may be said of it. ``estimate`` is None until something was computed; ``broken`` says with which
    wave it would be compared if its questionnaire had measured the same. ``past`` is the figure in every earlier wave that has
    it, the oldest first."""

    figure: Figure
    base: core.Base
    estimate: Estimate | None
    comparison: Comparison | None
    benchmarks: tuple[Benchmark, ...]
    broken: Broken | None = None
    past: tuple[Comparison, ...] = ()

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
    """All figures of a wave, in the order of the study; ``design`` names the variable of an oversample, '' without one."""

    wave: Wave
    questionnaire: core.Questionnaire
    aggregation: Aggregation | None
    results: tuple[Result, ...]
    confirmed: Confirmed = NOTHING_CONFIRMED
    earlier: tuple[Wave, ...] = ()
    design: str = ""

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
    confirmed = Confirmed.of(wave.survey)
    others = {other.pk: other for other in _other_waves(wave)}
    past = _past(wave.survey, others, figures)
    beside = {figure.pk: _beside(wave, figure, past.get(figure.pk, []), confirmed) for figure in figures}
    return Results(
        wave,
        questionnaire,
        aggregation,
        tuple(
            Result(
                figure,
                questionnaire.bases[figure.base],
                estimates.get(figure.pk),
                beside[figure.pk].comparison,
                tuple(figure.benchmarks.all()),
                beside[figure.pk].broken,
                beside[figure.pk].past,
            )
            for figure in figures
        ),
        confirmed,
        tuple(other for other in others.values() if _is_told(other, wave)),
        main_plan(wave).design,
    )


@dataclass(frozen=True)
class _Beside:
    """What stands beside a figure."""

    comparison: Comparison | None
    broken: Broken | None
    past: tuple[Comparison, ...]


def _beside(wave: Wave, figure: Figure, found: list[Comparison], confirmed: Confirmed) -> _Beside:
    """Sort out of a figure's other waves the one it is compared with, unless it did not measure the same, and the earlier ones."""
    comparison, broken, past = None, None, list[Comparison]()
    for one in found:
        told = compared_with(one, figure, wave, confirmed)
        if one.wave.code == figure.compare_with:
            comparison, broken = (told, None) if isinstance(told, Comparison) else (None, told)
        if isinstance(told, Comparison) and _is_told(one.wave, wave):
            past.append(told)
    return _Beside(comparison, broken, tuple(sorted(past, key=lambda one: one.wave.row)))


def compared_with(one: Comparison, figure: Figure, now: Wave, confirmed: Confirmed) -> Comparison | Broken:
    """Return a figure as another wave has it, with what is judged of the two waves; or why it cannot stand beside the one of now."""
    ledger, verdict = ledger_of(now, one.wave, [figure], confirmed), verdict_on(figure, one.wave, now)
    return Broken(one.wave, verdict) if is_broken(ledger, verdict) else replace(one, verdict=verdict, ledger=ledger)


def estimated(one: Estimate, number: float, then: Wave) -> Comparison:
    """Return a figure as it was computed in another wave of ours, nothing judged yet."""
    error, low, high = one.standard_error, one.low, one.high
    return Comparison(then, number, one.n, one.aggregation.n, {}, standard_error=error, low=low, high=high)


def _is_told(other: Wave, now: Wave) -> bool:
    """Whether a trend may tell of another wave: an earlier one, whose publication does not wait for its hour."""
    return other.row < now.row and not getattr(other, "is_awaited", False)


def _past(survey: Survey, others: Mapping[int, Wave], figures: list[Figure]) -> dict[int, list[Comparison]]:
    """Return each figure as the other waves have it; a percentage of too few people is withheld there too."""
    found: dict[int, list[Comparison]] = {}
    smallest = thresholds_in(survey.settings).smallest
    for external in ExternalFigure.objects.filter(figure__in=figures, n__gte=smallest, wave__in=others):
        then = others[external.wave_id]
        told = Comparison(then, float(external.percent), external.n, then.interviewed or external.n, external.wording)
        found.setdefault(external.figure_id, []).append(told)
    estimates = Estimate.objects.filter(figure__in=figures, n__gte=smallest, aggregation__wave__in=others)
    for one in estimates.select_related("aggregation"):
        if one.number is not None:
            found.setdefault(one.figure_id, []).append(estimated(one, one.number, others[one.aggregation.wave_id]))
    return found


def _other_waves(wave: Wave) -> Iterable[Wave]:
    releases = Release.objects.filter(wave=OuterRef("pk"))
    others = wave.survey.waves.exclude(pk=wave.pk).select_related("survey", "questionnaire").order_by("row")
    return others.annotate(is_awaited=Exists(releases) & ~Exists(releases.public()))
