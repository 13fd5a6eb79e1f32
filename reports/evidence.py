"""A figure's receipt for machines: the same facts as numbers, unrounded, and as the study wrote them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from reports.comparing.benchmarks import gap_of, interval_of
from reports.comparing.trend import trend_as_data
from reports.core.conditions import chosen
from reports.edition import Edition
from reports.models import Benchmark, Estimate, Figure
from reports.results import Result, counted_base
from surveys.core.questionnaire import Question

INTERVALS = {
    "share": "Wilson, effective n, 95%",
    "mean": "linearised error, 95%",
    "score": "linearised error, 95%",
    "median": "Woodruff, 95%",
}

# The words of every page's mention, marked for translation there.
DEMONSTRATION = "Demonstration data: fictitious answers, built to reproduce the percentages published on 5 February 2024. They are not the answers of the survey."


def evidence_of(edition: Edition, result: Result) -> dict[str, Any]:
    """Return the receipt as JSON values. Percentages are on the 0–100 scale; what may not be printed is null."""
    survey, wave, figure = edition.wave.survey, edition.wave, result.figure
    value, base = edition.value(result), counted_base(result, edition.results.questionnaire)
    estimate = result.estimate if value is not None else None
    return {
        "survey": survey.slug,
        "title": survey.title,
        "data_kind": survey.data_kind or "survey",
        "mention": _(DEMONSTRATION) if survey.is_demonstration else "",
        "wave": {"code": wave.code, "starts": wave.starts, "ends": wave.ends, "mode": wave.mode or survey.mode},
        "figure": figure.code,
        "kind": figure.kind,
        "measure": figure.measure,
        "published_as": figure.published_as.split(),
        "language": edition.press.language,
        "sentence": edition.sentence(result),
        "is_published": value is not None,
        "is_weighted": edition.results.is_weighted,
        "printed": edition.printed(result),
        "estimate": _numbers(edition, figure, estimate),
        "base": {
            "code": result.base.code,
            "name": edition.words_of(result)["base_line"],
            "counted": figure.counted_among,
            "condition": base.text if base else "",
            "n": result.estimate.n if result.estimate else None,
        },
        "selection": figure.selection,
        "not_asked_counts_as_no": figure.not_asked_counts_as_no,
        "questions": _questions(edition, result),
        "weighting": _weighting(edition),
        "comparison": _comparison(edition, result),
        "trend": trend_as_data(edition, result),
        "reference_measures": _references(edition, result),
        "questionnaire": _questionnaire(edition),
        "computed_at": edition.results.aggregation.computed_at.isoformat() if edition.results.aggregation else None,
    }


def figures_of(edition: Edition) -> dict[str, Any]:
    """Return every figure of a wave as JSON values, in the study's order: unrounded, printed, and with its comparison."""
    survey, wave = edition.wave.survey, edition.wave
    return {
        "survey": survey.slug,
        "title": survey.title,
        "wave": wave.code,
        "n": edition.n,
        "data_kind": survey.data_kind or "survey",
        "mention": _(DEMONSTRATION) if survey.is_demonstration else "",
        "is_weighted": edition.results.is_weighted,
        "weighting": _weighting(edition),
        "questionnaire": _questionnaire(edition),
        "computed_at": edition.results.aggregation.computed_at.isoformat() if edition.results.aggregation else None,
        "figures": [_figure(edition, result) for result in edition.results],
    }


def _figure(edition: Edition, result: Result) -> dict[str, Any]:
    value = edition.value(result)
    base = {"code": result.base.code, "label": edition.words_of(result)["base_line"], "counted": result.figure.counted_among}
    told = result.estimate if value is not None else None
    numbers = _numbers(edition, result.figure, told) or {"n": result.estimate.n if result.estimate else None}
    return {
        "code": result.figure.code,
        "published_as": result.figure.published_as.split(),
        "kind": result.figure.kind,
        "printed": edition.printed(result) or None,
        "base": base,
        **numbers,
        "comparison": _comparison(edition, result),
        "trend": trend_as_data(edition, result),
        "reference_measures": _references(edition, result),
    }


def _numbers(edition: Edition, figure: Figure, estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None:
        return None
    raw, number = ("raw_value", "value") if figure.is_measure else ("raw_percent", "percent")
    weighted = (number, "weighted_n", "effective_n", "standard_error", "margin", "low", "high")
    names = ("n", "selected", "not_asked", raw, *(weighted if edition.results.is_weighted else ()))
    return {name: getattr(estimate, name) for name in names} | {"interval": INTERVALS[figure.kind]}


def _questions(edition: Edition, result: Result) -> list[dict[str, Any]]:
    questions = edition.results.questionnaire.questions
    return [
        {"name": name, "wording": question.labels, "choices": _choices(question, chosen(result.selection, question))}
        for name, question in questions.items()
        if name in result.questions
    ]


def _choices(question: Question, counted: frozenset[str]) -> list[dict[str, Any]]:
    """Every choice, but of a table's thousands those that count: the others stand in the study's own file."""
    told = [choice for choice in question.choices if not question.lookup or choice.name in counted]
    return [{"name": choice.name, "label": choice.labels, "is_counted": choice.name in counted} for choice in told]


def _weighting(edition: Edition) -> dict[str, Any]:
    aggregation, wave = edition.results.aggregation, edition.wave
    summary = ("weighting_steps", "worst_margin", "min_weight", "max_weight", "design_effect", "effective_n", "efficiency")
    return {
        "variables": wave.weighting,
        "refusal": edition.refusal,
        **({name: getattr(aggregation, name) for name in summary} if aggregation else {}),
    }


def _comparison(edition: Edition, result: Result) -> dict[str, Any] | None:
    comparison, value = edition.comparison(result), edition.value(result)
    if comparison is None or value is None:
        return None
    return {
        "wave": comparison.wave.code,
        "kind": comparison.wave.kind,
        "institute": comparison.wave.institute,
        "value" if result.figure.is_measure else "percent": comparison.percent,
        "printed": edition.press.figure(result.figure.kind, comparison.percent),
        "n": comparison.n,
        "wording": comparison.wording,
        "is_indicative": comparison.is_indicative,
        "ledger": [
            {"aspect": line.aspect, "computed": line.computed, "confirmed": line.confirmed, "reason": line.reason}
            for line in comparison.ledger.lines
        ],
        "printed_gap": edition.gap(result),
        "gap": value - comparison.percent,
        "test": {"standard_error": result.change.standard_error, "z": result.change.z, "p": result.change.p} if result.change else None,
    }


def _references(edition: Edition, result: Result) -> list[dict[str, Any]]:
    return [
        {
            "code": benchmark.code,
            "percent": float(benchmark.percent),
            "says": benchmark.says,
            "source": benchmark.source,
            "population": benchmark.population,
            "population_differs": benchmark.population_differs,
            "date": benchmark.date,
            "margin": None if benchmark.margin is None else float(benchmark.margin),
            "gap": _gap(result, benchmark),
        }
        for benchmark in edition.benchmarks(result)
    ]


def _gap(result: Result, benchmark: Benchmark) -> dict[str, float] | None:
    gap = gap_of(result, benchmark)
    if gap is None:
        return None
    low, high = interval_of(gap)
    return {"points": gap.points, "standard_error": gap.standard_error, "low": low, "high": high, "z": gap.z, "p": gap.p}


def _questionnaire(edition: Edition) -> dict[str, str] | None:
    questionnaire = edition.wave.questionnaire
    return {"version": questionnaire.version, "sha256": questionnaire.fingerprint} if questionnaire else None
