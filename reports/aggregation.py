"""One computation of a wave: records in, every figure out, replaced as a whole in one transaction.

Level-triggered and idempotent: what is stored says what it was computed from, and anybody may compare and compute again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import OperationalError, connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reports.core.computation import Combinations, Computed, Design, combine, compute, missing_categories
from reports.core.weighting import EmptyCategory, Weighting, WeightingRefused, rake_combinations
from reports.dataset import EVERYBODY, Counted, Dataset, count, read, snapshot
from reports.models import Aggregation, Estimate, Figure
from surveys.core.columns import Column, MultipleColumn
from surveys.core.expressions import parse
from surveys.core.questionnaire import Questionnaire
from surveys.models import Wave
from surveys.translation import say

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
PRECISION = ("percent", "weighted_n", "effective_n", "standard_error", "margin", "low", "high")


class AlreadyRunning(Exception):
    """Another computation of the same wave is running, or has just stored its figures: they need not wait for this one."""


@dataclass(frozen=True)
class Computation:
    """Every figure of a wave as computed from what was ``counted``; ``refusal`` says by language why nothing was weighted."""

    counted: Counted
    weighting: Weighting | None
    refusal: Mapping[str, str]
    figures: Mapping[Figure, Computed]


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
            return _store(wave, figures_among(wave))
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


def figures_among(wave: Wave, among: str = EVERYBODY) -> Computation:
    """Compute every figure of the wave from the records of those among whom it is asked; nothing is stored.

    Call it inside ``snapshot()``. Raises RecordsDisagree.
    """
    assert wave.questionnaire is not None, "Only a wave with a questionnaire of ours has interviews."
    questionnaire, codebook = wave.questionnaire.definition(), wave.questionnaire.codebook()
    designs = {figure: _design(figure, questionnaire) for figure in wave.survey.figures.all() if figure.fits(questionnaire)}
    names = frozenset(wave.weighting).union(*(design.variables for design in designs.values()))
    dataset = read(wave, codebook, names, among)
    columns = dataset.columns(names)
    combinations = combine(single_columns(columns, wave.weighting), len(dataset.matrix))
    weighting, refusal = weigh(wave, questionnaire, combinations)
    weights = None if weighting is None else weighting.combination_weights
    figures = {
        figure: compute(design, columns, dataset.not_asked, combinations, weights, dataset.measured(design.variables))
        for figure, design in designs.items()
        if _has_answers(wave, dataset, design)
    }
    return Computation(dataset.counted, weighting, refusal, figures)


def _design(figure: Figure, questionnaire: Questionnaire) -> Design:
    return Design(parse(figure.selection), questionnaire.bases[figure.base].condition)


def single_columns(columns: Mapping[str, Column | MultipleColumn], names: Sequence[str]) -> dict[str, Column]:
    """Return the columns of weighting variables; a multiple question weights nothing, the study's check refuses it."""
    return {name: column for name in names if isinstance(column := columns[name], Column)}


def _has_answers(wave: Wave, dataset: Dataset, design: Design) -> bool:
    """An imported wave may lack a question altogether: its figure is then not estimated, rather than 0 %."""
    if wave.kind != Wave.Kind.IMPORTED:
        return True
    return not any(dataset.not_asked(name).all() for name in design.variables)


def weigh(wave: Wave, questionnaire: Questionnaire, combinations: Combinations) -> tuple[Weighting | None, dict[str, str]]:
    """Rake on the wave's margins; refused, return None and the reason in each language of the study."""
    targets: dict[str, dict[str, float]] = {name: {} for name in wave.weighting}
    for margin in wave.margins.filter(variable__in=wave.weighting):
        targets[margin.variable][margin.category] = float(margin.percent)
    kept = {name: ["", *_outside(questionnaire, name)] for name in wave.weighting}
    try:
        return rake_combinations(combinations.codes, combinations.counts, combinations.categories, targets, keep=kept), {}
    except WeightingRefused as refused:
        missing = missing_categories(combinations, targets) if isinstance(refused, EmptyCategory) else ()
        return None, {language: _reason(refused, missing, questionnaire, language) for language in questionnaire.languages}


def _outside(questionnaire: Questionnaire, variable: str) -> list[str]:
    return [choice.name for choice in questionnaire.questions[variable].choices if "outside_quota" in choice.flags]


def _reason(refused: WeightingRefused, missing: Sequence[tuple[str, str]], questionnaire: Questionnaire, language: str) -> str:
    with translation.override(language):
        if not missing:
            return say(refused.message)
        labels = [_label(questionnaire, variable, category, language) for variable, category in missing]
        return _("Weighting will be possible once every category has at least one person; still missing: %(categories)s.") % {
            "categories": ", ".join(labels)
        }


def _label(questionnaire: Questionnaire, variable: str, category: str, language: str) -> str:
    choice = questionnaire.questions[variable].choice_by_name.get(category)
    return choice.labels.get(language, category) if choice else category


def _store(wave: Wave, made: Computation) -> Aggregation:
    summary = {name: None if made.weighting is None else getattr(made.weighting, name) for name in SUMMARY}
    Aggregation.objects.filter(wave=wave).delete()
    aggregation = Aggregation.objects.create(
        wave=wave,
        computed_at=timezone.now(),
        n=made.counted.n,
        revisions=made.counted.revisions,
        refusal=made.refusal,
        weighting_steps=0 if made.weighting is None else made.weighting.steps,
        **summary,
    )
    Estimate.objects.bulk_create(_estimate(aggregation, figure, one) for figure, one in made.figures.items())
    return aggregation


def _estimate(aggregation: Aggregation, figure: Figure, computed: Computed) -> Estimate:
    counts = {"n": computed.n, "selected": computed.selected, "not_asked": computed.not_asked, "raw_percent": computed.raw_percent}
    precision = {name: getattr(computed.share, name, None) for name in PRECISION}
    return Estimate(aggregation=aggregation, figure=figure, **counts, **precision)
