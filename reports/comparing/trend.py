"""A figure through all the waves that have it: a chart, its table, and the gap of each two successive ones with its test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from reports.comparing.ledger import is_broken, ledger_of, verdict_on
from reports.core.proportions import Difference, apart
from reports.core.trends import Dot, TrendChart, draw_trend
from reports.core.typography import percentage, rounded_half_up
from reports.results import Result
from surveys.core.messages import N_, Message
from surveys.models import Wave

if TYPE_CHECKING:  # an edition tells it of its figures
    from reports.edition import Edition

FEWEST = 2  # other waves with a value: one alone is a comparison, told in the sentence
CERTAIN = 0.05


@dataclass(frozen=True)
class Step:
    """One wave of a trend (0–100 scale; of a measure its value), and what separates it from the last wave before that has a value.

    ``gap`` is that of the printed numbers, ``test`` of the unrounded ones: None where either has no error, or no change can be
    claimed. ``is_broken``: the questionnaires of the two did not measure the same, so that no gap is given.
    """

    wave: Wave
    value: float | None = None
    n: int | None = None
    standard_error: float | None = None
    interval: tuple[float, float] | None = None
    before: Wave | None = None
    gap: float | None = None
    is_indicative: bool = False
    is_broken: bool = False
    test: Difference | None = None


@dataclass(frozen=True)
class TrendRow:
    """One wave in the table under the chart, every cell printed."""

    wave: str
    percent: str
    n: str
    interval: str
    gap: str


@dataclass(frozen=True)
class TrendView:
    """A trend as its reader sees it; ``chart`` is None of what is no percentage, ``ends`` are the printed ends of its axis.
    ``summary`` is all of it in one sentence."""

    chart: TrendChart | None
    rows: tuple[TrendRow, ...]
    summary: str
    ends: tuple[str, ...] = ()


def steps_of(edition: Edition, result: Result) -> list[Step]:
    """Return the figure's waves, the oldest first and this one last, those without a value as gaps; none where there are too few."""
    value, estimate = edition.value(result), result.estimate
    if value is None or estimate is None or not edition.results.is_weighted or len(result.past) < FEWEST:
        return []
    known = {one.wave.pk: one for one in result.past}
    first = result.past[0].wave.row
    steps = [Step(wave) for wave in edition.results.earlier if wave.row >= first]
    for at, step in enumerate(steps):
        if one := known.get(step.wave.pk):
            steps[at] = Step(one.wave, one.percent, one.n, one.standard_error, _interval(one.low, one.high))
    steps.append(Step(edition.wave, value, estimate.n, estimate.standard_error, _interval(estimate.low, estimate.high)))
    return list(_separated(edition, result, steps))


def trend_of(edition: Edition, result: Result) -> TrendView | None:
    """Return the trend of a figure in the edition's language, None where fewer than two other waves have it."""
    steps, kind = steps_of(edition, result), result.figure.kind
    if not steps:
        return None
    press = edition.press
    rows = tuple(_row(edition, result, step) for step in steps)
    dots = [
        Dot(press.label_of(step.wave), step.value, press.figure(kind, step.value or 0) if step.value is not None else "", step.interval)
        for step in steps
    ]
    chart = draw_trend(dots, joined_by=[step.is_indicative or step.is_broken for step in steps]) if kind == "share" else None
    told = [f"{row.wave} {row.percent}{f' ({row.gap})' if row.gap else ''}" for row in rows]
    between = press.say(Message(N_("; ")))
    ends = tuple(percentage(str(end), press.language) for end in (chart.low, chart.high)) if chart else ()
    return TrendView(chart, rows, _("Trend: %(waves)s.") % {"waves": between.join(told)}, ends)


def trend_as_data(edition: Edition, result: Result) -> list[dict[str, Any]]:
    """Return the trend for machines, unrounded."""
    return [
        {
            "wave": step.wave.code,
            "kind": step.wave.kind,
            "value": step.value,
            "n": step.n,
            "standard_error": step.standard_error,
            "interval": step.interval,
            "since": step.before.code if step.before else None,
            "printed_gap": step.gap,
            "is_indicative": step.is_indicative if step.before else None,
            "is_broken": step.is_broken,
            "test": {"standard_error": step.test.standard_error, "z": step.test.z, "p": step.test.p} if step.test else None,
        }
        for step in steps_of(edition, result)
    ]


def _interval(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


def _separated(edition: Edition, result: Result, steps: Iterable[Step]) -> Iterable[Step]:
    last: Step | None = None
    for step in steps:
        if step.value is None or last is None:
            yield step
        else:
            yield _since(edition, result, last, step)
        last = last if step.value is None else step


def _since(edition: Edition, result: Result, last: Step, step: Step) -> Step:
    assert last.value is not None, "only waves with a value are separated"
    assert step.value is not None, "only waves with a value are separated"
    ledger = ledger_of(step.wave, last.wave, [result.figure], edition.results.confirmed)
    if is_broken(ledger, verdict_on(result.figure, last.wave, step.wave)):
        return replace(step, before=last.wave, is_broken=True, is_indicative=True)
    test = None
    if last.standard_error is not None and step.standard_error is not None and not ledger.is_indicative:
        test = apart(step.value - last.value, last.standard_error, step.standard_error)
    places = 0 if result.figure.kind in ("share", "score") else 1
    gap = float(rounded_half_up(step.value, places) - rounded_half_up(last.value, places))
    return replace(step, before=last.wave, gap=gap, is_indicative=ledger.is_indicative, test=test)


def _row(edition: Edition, result: Result, step: Step) -> TrendRow:
    press, kind = edition.press, result.figure.kind
    if step.value is None:
        return TrendRow(press.source_of(step.wave), "–", "–", "–", _("no value"))
    ends = ""
    if step.interval:
        ends = _("%(low)s to %(high)s") % {"low": press.decimals(step.interval[0], 1), "high": press.decimals(step.interval[1], 1)}
    return TrendRow(
        press.source_of(step.wave), press.figure(kind, step.value), press.count(step.n or 0), ends or "–", _gap(edition, kind, step)
    )


def _gap(edition: Edition, kind: str, step: Step) -> str:
    if step.before is None:
        return ""
    if step.gap is None:
        return _("not compared: the questionnaire did not measure the same")
    told = edition.press.figure_gap(kind, step.gap, edition.press.label_of(step.before), indicative=step.is_indicative)
    if step.test is None:
        return told if step.is_indicative else _("%(gap)s, not tested") % {"gap": told}
    return (_("%(gap)s, significant") if step.test.p < CERTAIN else _("%(gap)s, not significant")) % {"gap": told}
