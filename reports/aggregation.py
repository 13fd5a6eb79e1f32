"""One computation of a wave: records in, every figure out, replaced as a whole in one transaction.

Level-triggered and idempotent: what is stored says what it was computed from, and anybody may compare and compute again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from django.db import OperationalError, connection
from django.utils import timezone

from reports.coding.counting import definition_of
from reports.core.computation import Combinations, Computed, Design, Kind, Mask, compute
from reports.core.weighting import Weighting
from reports.dataset import EVERYBODY, Counted, Dataset, count, read, snapshot
from reports.models import Aggregation, Estimate, Figure
from reports.weightings.freezing import freeze
from reports.weightings.raking import judge, main_plan, plans_of
from reports.weightings.schemes import Reading, Weighed, by_schemes, weighed_by
from surveys.core.questionnaire import Questionnaire
from surveys.models import Wave

LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('reports.aggregate', %s))"

# What is stored of the completed interviews, wave by wave, beside what its figures were computed from.
STALE = """
SELECT w.id FROM surveys_wave w
LEFT JOIN reports_aggregation a ON a.wave_id = w.id
LEFT JOIN (SELECT wave_id, count(*) FILTER (WHERE state = 'completed') AS n, sum(revision) AS revisions FROM respondents_interview
           WHERE state IN ('completed', 'removed') AND NOT is_test GROUP BY wave_id) i ON i.wave_id = w.id
WHERE coalesce(i.n, 0) <> coalesce(a.n, 0) OR coalesce(i.revisions, 0) <> coalesce(a.revisions, 0)
"""

SUMMARY = ("worst_margin", "min_weight", "max_weight", "design_effect", "effective_n", "efficiency")
PRECISION = ("weighted_n", "effective_n", "standard_error", "margin", "low", "high")


class AlreadyRunning(Exception):
    """Another computation of the same wave is running, or has just stored its figures: they need not wait for this one."""


@dataclass(frozen=True)
class Computation:
    """Every figure of a wave as computed from what was ``counted``; ``refusal`` says by language why nothing was weighted.

    ``weighed`` tells what each scheme gave, the main one first, where it was asked for.
    """

    counted: Counted
    weighting: Weighting | None
    refusal: Mapping[str, str]
    figures: Mapping[Figure, Computed]
    weighed: Sequence[Weighed] = ()


def is_stale(wave: Wave) -> bool:
    """Say whether the stored figures were computed from other interviews than those completed now."""
    stored = Aggregation.objects.filter(wave=wave).values_list("n", "revisions").first()
    return count(wave) != Counted(*(stored or (0, 0)))


def stale_waves() -> list[Wave]:
    """Return the waves whose stored figures are out of date."""
    with connection.cursor() as cursor:
        cursor.execute(STALE)
        stale = [row[0] for row in cursor.fetchall()]
    return list(Wave.objects.filter(pk__in=stale).select_related("survey", "questionnaire"))


def aggregate(wave: Wave) -> Aggregation:
    """Compute every figure of the wave from its records, and store them in place of the last ones.

    When the weighting is refused the unweighted percentages are stored with the reason, and no weighted ones.
    Raises AlreadyRunning, and RecordsDisagree when the records are not those of the completed interviews.
    """
    try:
        with snapshot():
            _lock(wave)
            return _store(wave, figures_among(wave, by_every_scheme=True))
    except OperationalError as error:
        # The view of the database was older than figures stored since: theirs are at least as fresh.
        if getattr(error.__cause__, "sqlstate", "") == "40001":
            raise AlreadyRunning from error
        raise


def _lock(wave: Wave) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [wave.pk])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning


def figures_among(
    wave: Wave, among: str = EVERYBODY, *, by_every_scheme: bool = False, only: Sequence[Figure] | None = None
) -> Computation:
    """Compute every figure of the wave from the records of those among whom it is asked; nothing is stored.

    ``only`` are other figures to compute instead, stored or not. Call it inside ``snapshot()``. Raises RecordsDisagree.
    """
    assert wave.questionnaire is not None, "Only a wave with a questionnaire of ours has interviews."
    questionnaire, codebook = definition_of(wave), wave.questionnaire.codebook()
    wanted = wave.survey.figures.all() if only is None else only
    designs = {figure: _design(figure, questionnaire) for figure in wanted if figure.fits(questionnaire)}
    main, *others = plans_of(wave) if by_every_scheme else [main_plan(wave)]
    names = frozenset(main.names).union(*(plan.names for plan in others), *(design.variables for design in designs.values()))
    dataset = read(wave, codebook, names, among)
    reading = Reading(wave, questionnaire, dataset, dataset.columns(names), lambda *by: _figures(wave, designs, *by))
    combinations = reading.combinations(main)
    judged = judge(wave, main, questionnaire, combinations)
    figures = reading.figures(combinations, judged.used)
    weighed = [weighed_by(reading, main, combinations, judged, figures), *by_schemes(reading, others)] if by_every_scheme else []
    return Computation(dataset.counted, judged.used, judged.refusal, figures, weighed)


def _figures(
    wave: Wave, designs: Mapping[Figure, Design], reading: Reading, combinations: Combinations, weighting: Weighting | None
) -> dict[Figure, Computed]:
    weights = None if weighting is None else weighting.combination_weights
    counts = np.ones(len(combinations.of), np.bool_) if weights is None else (weights > 0)[combinations.of]
    return {
        figure: compute(design, reading.columns, reading.dataset.not_asked, combinations, weights,
                        _among(figure, reading.dataset, design) & counts)
        for figure, design in designs.items()
        if _has_answers(wave, reading.dataset, design)
    }  # fmt: skip


def _design(figure: Figure, questionnaire: Questionnaire) -> Design:
    base = questionnaire.bases[figure.base].condition
    if not figure.is_measure:
        return Design(figure.condition, base)
    question = questionnaire.questions[figure.measure]
    without = question.boxes | {choice.name for choice in question.choices if not choice.is_valid_answer}
    return Design(figure.condition, base, cast(Kind, figure.kind), figure.measure, without)


def _among(figure: Figure, dataset: Dataset, design: Design) -> Mask:
    """Those who may be counted in a figure."""
    among = dataset.measured(design.variables)
    if figure.base_kind != Figure.BaseKind.NAMED:
        is_without = dataset.not_asked if figure.base_kind == Figure.BaseKind.ASKED else dataset.no_opinion
        for name in design.questions:
            among &= ~is_without(name)
    return among


def _has_answers(wave: Wave, dataset: Dataset, design: Design) -> bool:
    """An imported wave may lack a question altogether: its figure is then not estimated, rather than 0 %."""
    if wave.kind != Wave.Kind.IMPORTED:
        return True
    return not any(dataset.not_asked(name).all() for name in design.variables)


def _store(wave: Wave, made: Computation) -> Aggregation:
    Aggregation.objects.filter(wave=wave).delete()
    aggregation = aggregation_of(wave, made)
    aggregation.save()
    freeze(wave, made.counted, made.weighed)
    Estimate.objects.bulk_create(estimate_of(aggregation, figure, one) for figure, one in made.figures.items())
    return aggregation


def aggregation_of(wave: Wave, made: Computation) -> Aggregation:
    """Return the summary of a computation made now, not stored."""
    summary = {name: None if made.weighting is None else getattr(made.weighting, name) for name in SUMMARY}
    return Aggregation(
        wave=wave,
        computed_at=timezone.now(),
        n=made.counted.n,
        revisions=made.counted.revisions,
        refusal=made.refusal,
        weighting_steps=0 if made.weighting is None else made.weighting.steps,
        **summary,
    )


def estimate_of(aggregation: Aggregation, figure: Figure, computed: Computed) -> Estimate:
    """Return a figure's estimate as it would be stored."""
    counts = {"n": computed.n, "selected": computed.selected, "not_asked": computed.not_asked, "raw_percent": computed.raw_percent}
    values = {"percent": getattr(computed.share, "percent", None), "raw_value": computed.raw_value,
              "value": getattr(computed.measured, "value", None)}  # fmt: skip
    precision = {name: getattr(computed.share or computed.measured, name, None) for name in PRECISION}
    return Estimate(aggregation=aggregation, figure=figure, **counts, **values, **precision)
