"""A figure's receipt: everything that leads to one percentage, so that its reader can compute it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.asking import base_asked, belongs_when, conditions_of, counted_answers
from reports.changes import not_compared, reasons
from reports.coding.facts import coded_afterwards
from reports.comparing.benchmarks import told_of
from reports.comparing.words import NAMES, judged
from reports.core.conditions import chosen, full_names, in_words
from reports.core.sentences import Piece, standalone
from reports.core.typography import dated, moment, percentage
from reports.edition import Edition, FigureView
from reports.models import Aggregation, Estimate
from reports.press import capitalised
from reports.results import Result, counted_base
from reports.technical import Fact, weighting_of, weights_of
from surveys.core.questionnaire import Question


@dataclass(frozen=True)
class Wording:
    """A question as it was put: what was read before it, its text, its hint, and (answer, is counted) for each choice."""

    name: str
    before: tuple[str, ...]
    text: str
    hint: str
    choices: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Receipt:
    """A receipt set in one language, in the order in which it is read."""

    figure: FigureView
    pieces: tuple[Piece, ...]
    percent: str
    wordings: tuple[Wording, ...]
    reading: tuple[Fact, ...]
    counts: tuple[Fact, ...]
    steps: tuple[str, ...]
    comparison: tuple[Fact, ...]
    references: tuple[tuple[Fact, ...], ...]
    provenance: tuple[Fact, ...]


def receipt_of(edition: Edition, result: Result) -> Receipt:
    """Return the receipt of a figure."""
    value, estimate, aggregation = edition.value(result), result.estimate, edition.results.aggregation
    is_published = value is not None and estimate is not None and aggregation is not None
    return Receipt(
        figure=edition.view(result),
        pieces=tuple(piece for piece in edition.press.pieces(standalone(edition.saying(result))) if not piece.mark),
        percent=edition.printed(result),
        wordings=tuple(_wording(edition, result, question) for question in _questions(edition, result)),
        reading=tuple(_reading(edition, result)),
        counts=tuple(_told(edition, result, estimate)) if is_published and estimate else (),
        steps=tuple(_steps(edition, result, estimate, aggregation)) if is_published and estimate and aggregation else (),
        comparison=tuple(_comparison(edition, result)),
        references=tuple(_references(edition, result)),
        provenance=tuple(_provenance(edition, result)),
    )


def _questions(edition: Edition, result: Result) -> Iterable[Question]:
    return (question for name, question in edition.results.questionnaire.questions.items() if name in result.questions)


def _wording(edition: Edition, result: Result, question: Question) -> Wording:
    press, page = edition.press, edition.results.questionnaire.page_of[question.name]
    above = page.questions[: page.questions.index(question)]
    is_counted = question.name in result.selection.variables  # what is only measured has no answers of its own that count
    counted = chosen(result.selection, question) if is_counted else frozenset[str]()
    return Wording(
        name=question.name,
        before=tuple(press.text(note.labels) for note in above if note.kind == "note"),
        text=full_names(edition.results.questionnaire, press.language).get(question.name) or press.text(question.labels) or question.name,
        hint=press.text(question.hints),
        choices=tuple(
            (press.text(choice.labels), choice.name in counted)
            for choice in question.choices
            if not question.lookup or choice.name in counted  # of a table's thousands, those that count
        ),
    )


def _reading(edition: Edition, result: Result) -> Iterable[Fact]:
    press, base, questionnaire = edition.press, edition.words_of(result)["base_line"], edition.results.questionnaire
    yield Fact(_("Answers counted"), capitalised(counted_answers(press, questionnaire, result)))
    yield Fact(_("Base"), f"{base} ({belongs_when(press, questionnaire, result.base)})" if result.base.condition else base)
    yield Fact(_("Question put to"), _asked_to(edition, result))
    for name, said in coded_afterwards(edition.wave, press, result.questions):
        yield Fact(_("Coding of %(question)s") % {"question": name}, said)


def _asked_to(edition: Edition, result: Result) -> str:
    conditions = conditions_of(edition.results.questionnaire, result)
    if not conditions:
        return _("everybody interviewed")
    base = base_asked(edition.results.questionnaire, result)
    if base is None:
        told = [edition.press.say(in_words(each, edition.results.questionnaire, edition.press.language)) for each in conditions]
        return _("those who fulfil: %(condition)s") % {"condition": edition.press.listed(told)}
    return _("the people of the base %(base)s") % {"base": edition.press.quoted(edition.press.words_of(base)["base_line"])}


def _told(edition: Edition, result: Result, estimate: Estimate) -> Iterable[Fact]:
    return (_measures if result.figure.is_measure else _counts)(edition, result, estimate)


def _measures(edition: Edition, result: Result, estimate: Estimate) -> Iterable[Fact]:
    """The counts of a mean, a median or a score, in its own unit."""
    press, kind = edition.press, str(result.figure.get_kind_display())
    yield Fact(_("Measure"), kind)
    yield Fact(_("People who gave a number"), press.count(estimate.n))
    if estimate.raw_value is not None:
        yield Fact(_("Unweighted value"), press.decimals(estimate.raw_value, 4))
    if estimate.value is None or not edition.results.is_weighted:
        return
    level = {"level": percentage("95", press.language)}
    yield Fact(_("Weighted value, not rounded"), press.decimals(estimate.value, 4))
    yield Fact(_("Sum of the weights of the base"), press.decimals(estimate.weighted_n or 0, 2))
    yield Fact(_("Effective size of the base"), press.decimals(estimate.effective_n or 0, 1))
    if estimate.standard_error is not None:
        yield Fact(_("Standard error"), press.decimals(estimate.standard_error, 4))
    if estimate.low is not None and estimate.high is not None:
        values = {"low": press.decimals(estimate.low, 2), "high": press.decimals(estimate.high, 2)}
        method = _("Interval at the %(level)s level (Woodruff’s)") if estimate.margin is None else _("Interval at the %(level)s level")
        yield Fact(method % level, _("%(low)s to %(high)s") % values)


def _counts(edition: Edition, result: Result, estimate: Estimate) -> Iterable[Fact]:
    press = edition.press
    yield Fact(_("People in the base"), press.count(estimate.n))
    yield Fact(_("of whom gave a counted answer"), press.count(estimate.selected))
    yield Fact(_("Unweighted percentage"), percentage(press.decimals(estimate.raw_percent or 0, 4), press.language))
    if estimate.percent is None or not edition.results.is_weighted:
        return
    yield Fact(_("Weighted percentage, not rounded"), percentage(press.decimals(estimate.percent, 4), press.language))
    weighted_n, level = estimate.weighted_n or 0, {"level": percentage("95", press.language)}
    yield Fact(_("Sum of the weights of the base"), press.decimals(weighted_n, 2))
    yield Fact(_("Sum of the weights of the counted answers"), press.decimals(weighted_n * estimate.percent / 100, 2))
    yield Fact(_("Effective size of the base"), press.decimals(estimate.effective_n or 0, 1))
    if estimate.standard_error is not None:
        yield Fact(_("Standard error"), press.points(estimate.standard_error, 3))
    if estimate.margin is not None:
        yield Fact(_("Margin of error at the %(level)s level") % level, press.margin(estimate.margin))
    if estimate.low is not None and estimate.high is not None:
        values = {"low": press.decimals(estimate.low, 1), "high": percentage(press.decimals(estimate.high, 1), press.language)}
        yield Fact(_("Interval at the %(level)s level (Wilson’s, with the effective size)") % level, _("%(low)s to %(high)s") % values)


def _steps(edition: Edition, result: Result, estimate: Estimate, aggregation: Aggregation) -> Iterable[str]:
    press = edition.press
    values = {"n": press.count(aggregation.n), "base": press.count(estimate.n), "selected": press.count(estimate.selected)}
    yield _("Take the %(n)s completed interviews of the wave (neither tests nor interviews removed).") % values
    if edition.results.is_weighted:
        yield _("Weight them: %(weighting)s; %(steps)s steps of Newton’s method, mean weight 1.") % {
            "weighting": weighting_of(edition),
            "steps": aggregation.weighting_steps,
        }
    if result.figure.is_measure:
        yield _("Keep the people of the base who gave a number: %(base)s.") % values
        yield _measured_as(result)
        return
    yield _("Keep the people of the base: %(base)s.") % values
    yield _("Among them, keep those who gave a counted answer: %(selected)s.") % values
    if estimate.percent is None or not edition.results.is_weighted:
        yield _("Divide: %(selected)s / %(base)s, without weights.") % values
        return
    weighted_n = estimate.weighted_n or 0
    division = {
        "selected": press.decimals(weighted_n * estimate.percent / 100, 2),
        "base": press.decimals(weighted_n, 2),
        "percent": percentage(press.decimals(estimate.percent, 4), press.language),
    }
    yield _("Divide the sums of their weights: %(selected)s / %(base)s = %(percent)s.") % division
    yield _("Round once, halves up: %(percent)s.") % {"percent": press.percent(estimate.percent)}
    if estimate.margin is not None:
        yield _("Margin: 1.96 × √(p × (1 − p) / effective size) = %(margin)s.") % {"margin": press.margin(estimate.margin)}


def _measured_as(result: Result) -> str:
    """How a mean, a median or a score is made from the numbers given."""
    return {
        "mean": _("Divide the sum of their numbers, each multiplied by its weight, by the sum of their weights."),
        "median": _("Put their numbers in order, and take the first at which half of the sum of the weights is reached."),
        "score": _("From the share of 9 and 10, take that of 0 to 6; both are weighted."),
    }[result.figure.kind]


def _comparison(edition: Edition, result: Result) -> Iterable[Fact]:
    press, comparison, gap = edition.press, edition.comparison(result), edition.gap(result)
    yield from (Fact(_("Not compared"), sentence) for sentence in not_compared(edition, result))
    if comparison is None or gap is None:
        return
    wave = comparison.wave
    yield Fact(_("Wave"), press.label_of(wave))
    kind = result.figure.kind
    yield Fact(_("Result"), press.figure(kind, comparison.percent))
    told = press.figure_gap(kind, gap, press.label_of(wave), indicative=comparison.is_indicative)
    yield Fact(_("Difference of the printed numbers") if result.figure.is_measure else _("Difference of the printed percentages"), told)
    if wave.institute:
        yield Fact(_("Institute"), wave.institute)
    yield Fact(_("Dates"), press.period_of(wave))
    yield Fact(_("People in the base"), press.count(comparison.n))
    if comparison.wording:
        yield Fact(_("As worded then"), press.quoted(press.text(comparison.wording)))
    if wave.comparability:
        yield Fact(_("Remark"), press.text(wave.comparability))
    if comparison.verdict.is_indicative:
        yield Fact(_("Changed since"), press.listed(reasons(edition, comparison.verdict)))
    yield from (
        Fact(_("Comparability: %(aspect)s") % {"aspect": NAMES[line.aspect]}, judged(press, line)) for line in comparison.ledger.lines
    )


def _references(edition: Edition, result: Result) -> Iterable[tuple[Fact, ...]]:
    press = edition.press
    for benchmark in edition.benchmarks(result):
        told = " ".join(told_of(edition, result, benchmark))
        facts = (
            Fact(_("Reference measure"), f"{press.percent(float(benchmark.percent))} {press.text(benchmark.says)}"),
            Fact(_("Population"), press.text(benchmark.population)),
            Fact(_("Source"), press.text(benchmark.source)),
            Fact(_("Date"), dated(benchmark.date, press.language)),
            Fact(
                _("Declared here"), f"{edition.printed(result)} – {edition.words_of(result)['base_line']}, {press.period_of(edition.wave)}"
            ),
            Fact(_("Population of the survey"), press.text(edition.wave.survey.population)),
            Fact(_("What separates them"), told),
            Fact(_("Remark"), press.text(benchmark.note)),
        )
        yield tuple(fact for fact in facts if fact.says)


def _provenance(edition: Edition, result: Result) -> Iterable[Fact]:
    press, questionnaire, aggregation = edition.press, edition.wave.questionnaire, edition.results.aggregation
    yield Fact(_("Figure"), f"{result.figure.code} {result.figure.published_as}".strip())
    if result.figure.selection:
        yield Fact(_("Selection, as computed"), result.figure.selection, is_code=True)
    if result.figure.measure:
        yield Fact(_("Number, as computed"), result.figure.measure, is_code=True)
    if base := counted_base(result, edition.results.questionnaire):
        yield Fact(_("Base, as computed"), base.text, is_code=True)
    if aggregation and aggregation.n and edition.results.is_weighted:
        yield Fact(_("Weights"), weights_of(press, aggregation))
        yield from _margin_sources(edition)
    if questionnaire:
        yield Fact(_("Questionnaire"), _("version %(version)s") % {"version": questionnaire.version})
        yield Fact(_("Its fingerprint (SHA-256)"), questionnaire.fingerprint, is_code=True)
    if aggregation:
        computed_at = timezone.localtime(aggregation.computed_at, _zone(edition))
        yield Fact(_("Computed"), moment(computed_at, press.language))


def _margin_sources(edition: Edition) -> Iterable[Fact]:
    sources: dict[str, list[str]] = {}
    for margin in edition.wave.margins.filter(variable__in=edition.wave.weighting):
        if margin.source:
            sources.setdefault(margin.source, []).append(margin.variable)
    for source, variables in sources.items():
        names = ", ".join(edition.variable_names[name] for name in dict.fromkeys(variables))
        yield Fact(_("Source of the shares: %(variables)s") % {"variables": names}, source)


def _zone(edition: Edition) -> ZoneInfo:
    return ZoneInfo(edition.wave.time_zone)
