"""A wave's results set in one language: every figure as a sentence, with its bars, its base and its margin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from reports.asking import not_asked
from reports.changes import not_compared
from reports.comparing.benchmarks import told_of
from reports.comparing.trend import TrendView, trend_of
from reports.core import charts
from reports.core.sentences import UNPUBLISHED, Reference, Saying, Trend, standalone
from reports.core.typography import agreed, rounded_half_up
from reports.models import Benchmark, Figure
from reports.press import Press, uncapitalised
from reports.results import Comparison, Result, Results
from reports.scales import scale_of
from respondents.models import Quota
from surveys.core.cells import language_code


@dataclass(frozen=True)
class Row:
    """One line of the table under a chart, every cell printed."""

    caption: str
    percent: str
    n: str
    margin: str


@dataclass(frozen=True)
class FigureView:
    """A figure as its reader sees it. ``remarks`` are the sentences under its bars; ``chart`` is None when it is withheld;
    ``unit`` is what stands above its numbers."""

    code: str
    published_as: str
    sentence: str
    base_line: str
    n: str
    margin: str
    gap: str
    is_weak: bool
    is_published: bool
    remarks: tuple[str, ...]
    chart: charts.Chart | None
    rows: tuple[Row, ...]
    unit: str = "%"
    trend: TrendView | None = None

    @property
    def quotable(self) -> str:
        """Return the sentence without its full stop, for its source to follow."""
        return self.sentence.removesuffix(".")


@dataclass
class Marks:
    """Gives each comparison and each reference measure its footnote's number, in the order in which they are met."""

    keys: list[tuple[str, str]] = field(default_factory=list)

    def of(self, kind: str, code: str) -> int:
        """Return the number of a ``wave`` or a ``benchmark``."""
        if (kind, code) not in self.keys:
            self.keys.append((kind, code))
        return self.keys.index((kind, code)) + 1


class Edition:
    """The results of a wave in one language. ``filed_on`` is the day on which whoever publishes them says that the notice was filed."""

    def __init__(self, results: Results, language: str, filed_on: date | None = None) -> None:
        self.results = results
        self.filed_on = filed_on
        self.wave = results.wave
        self.press = Press(results.wave.survey, language)
        self.marks = Marks()

    @property
    def n(self) -> int:
        """Return the number of people whose answers were counted."""
        return self.results.aggregation.n if self.results.aggregation else 0

    @cached_property
    def quotas(self) -> tuple[Quota, ...]:
        """Return the wave's quotas by category, without the total."""
        return tuple(self.wave.quotas.exclude(name=Quota.TOTAL))

    @cached_property
    def variable_names(self) -> dict[str, str]:
        """Return the name in words of each variable: that of its quota, else its question's wording, else its code."""
        names = {name: self.press.text(question.labels) or name for name, question in self.results.questionnaire.questions.items()}
        for quota in self.quotas:
            labels = {language_code(column[7:]): text for column, text in quota.cells.items() if column.startswith("label::") and text}
            if labels and len(quota.variables) == 1:
                names[quota.variables[0]] = self.press.text(labels)
        return names

    @property
    def state(self) -> str:
        """Return what may be shown: nothing (``nobody``, ``few``), unweighted percentages (``raw``), or figures (``weighted``)."""
        if self.n < self.press.thresholds.smallest:
            return "few" if self.n else "nobody"
        return "weighted" if self.results.is_weighted else "raw"

    @property
    def refusal(self) -> str:
        """Return why the percentages could not be weighted, '' when they were."""
        aggregation = self.results.aggregation
        return self.press.text(aggregation.refusal) if aggregation and aggregation.refusal else ""

    def value(self, result: Result) -> float | None:
        """Return the percentage that may be printed, weighted where weighting was possible; None when it is withheld."""
        estimate = result.estimate
        if estimate is None or estimate.n < self.press.thresholds.smallest or self.state not in ("raw", "weighted"):
            return None
        return estimate.number if self.results.is_weighted else estimate.raw_number

    def printed(self, result: Result) -> str:
        """Return the number as a table shows it, '' when it is withheld."""
        value = self.value(result)
        return "" if value is None else self.press.figure(result.figure.kind, value)

    def words_of(self, result: Result) -> dict[str, str]:
        """Return the printed forms of the figure's base, saying whether only those asked, or those who answered, are counted."""
        words, who = self.press.words_of(result.base), result.figure.counted_among
        if who == Figure.BaseKind.NAMED:
            return words
        is_asked = who == Figure.BaseKind.ASKED
        people = _("%(people)s to whom the question was put") if is_asked else _("%(people)s who gave an answer")
        base = _("%(base)s (asked)") if is_asked else _("%(base)s (answers given)")
        told = {form: people % {"people": words[form]} for form in ("subject", "among") if words.get(form)}
        return {**words, **told, "base_line": base % {"base": words["base_line"]}}

    def comparison(self, result: Result) -> Comparison | None:
        """Return what the figure is compared with; unweighted percentages are compared with nothing."""
        return result.comparison if self.results.is_weighted and self.value(result) is not None else None

    def benchmarks(self, result: Result) -> tuple[Benchmark, ...]:
        """Return the figure's reference measures, under the same rule."""
        return result.benchmarks if self.results.is_weighted and self.value(result) is not None else ()

    def gap(self, result: Result) -> float | None:
        """Return the difference of the two printed numbers (whole points of a percentage or a score), None without comparison."""
        value, comparison = self.value(result), self.comparison(result)
        if value is None or comparison is None:
            return None
        if result.figure.kind in ("share", "score"):
            return int(rounded_half_up(value)) - int(rounded_half_up(comparison.percent))
        return float(rounded_half_up(value, 1) - rounded_half_up(comparison.percent, 1))

    def margin(self, result: Result) -> str:
        """Return the margin as printed, '' when the figure has none."""
        margin = self._margin(result)
        return "" if margin is None else self.press.figure_margin(result.figure.kind, margin)

    def saying(self, result: Result) -> Saying:
        """Return the figure ready to be said, its footnotes numbered."""
        value, figure = self.value(result), result.figure
        comparison, benchmark = self.comparison(result), next(iter(self.benchmarks(result)), None)
        return Saying(
            code=figure.code,
            percent=UNPUBLISHED if value is None else self.press.figure_in_words(figure.kind, value),
            says=agreed(self.press.text(figure.says), value or 0, self.press.language),
            says_next=agreed(self.press.own_text(figure.says_next), value or 0, self.press.language),
            base_code=f"{result.base.code} {figure.counted_among}",
            base=self.words_of(result),
            margin=self.margin(result),
            trend=self._trend(figure, comparison) if comparison else None,
            reference=self._reference(benchmark) if benchmark else None,
            is_published=value is not None,
            is_measure=figure.is_measure,
        )

    def sentence(self, result: Result) -> str:
        """Return the figure's sentence as it reads alone, without footnotes."""
        return self.press.plain(standalone(self.saying(result)))

    def view(self, result: Result, *, captioned: bool = False) -> FigureView:
        """Return everything that is shown of a figure; ``captioned`` where one sentence says several."""
        value, estimate, gap, comparison = self.value(result), result.estimate, self.gap(result), self.comparison(result)
        since = self.press.label_of(comparison.wave) if comparison else ""
        return FigureView(
            code=result.figure.code,
            published_as=result.figure.published_as,
            sentence=self.sentence(result),
            base_line=uncapitalised(self.words_of(result)["base_line"]),
            n=self.press.count(estimate.n) if estimate else "–",
            margin=self.margin(result),
            gap=""
            if gap is None or comparison is None
            else self.press.figure_gap(result.figure.kind, gap, since, indicative=comparison.is_indicative),
            is_weak=value is not None and estimate is not None and estimate.n < self.press.thresholds.weak,
            is_published=value is not None,
            remarks=tuple(self._remarks(result)),
            chart=None if value is None else self._chart(result, value, captioned=captioned),
            rows=tuple(self._rows(result)),
            unit=str(result.figure.get_kind_display()) if result.figure.is_measure else "%",
            trend=trend_of(self, result),
        )

    def _margin(self, result: Result) -> float | None:
        estimate = result.estimate
        return estimate.margin if estimate and self.results.is_weighted and self.value(result) is not None else None

    def _trend(self, figure: Figure, comparison: Comparison) -> Trend:
        percent = self.press.say(self.press.figure_in_words(figure.kind, comparison.percent))
        return Trend(percent, self.press.label_of(comparison.wave), self.marks.of("wave", comparison.wave.code))

    def _reference(self, benchmark: Benchmark) -> Reference:
        percent = self.press.say(self.press.percent_in_words(float(benchmark.percent)))
        says, source = self.press.text(benchmark.says), self.press.own_text(benchmark.source)
        return Reference(percent, says, source, self.marks.of("benchmark", benchmark.code))

    def _remarks(self, result: Result) -> Iterable[str]:
        if result.estimate is None:
            yield _("Not published: not computed for this wave.")
        elif self.value(result) is None:
            yield _("Not published: fewer than %(smallest)s people.") % {"smallest": self.press.thresholds.smallest}
        elif sentence := not_asked(self.press, self.results.questionnaire, result):
            yield sentence
        yield from not_compared(self, result)
        for benchmark in self.benchmarks(result):
            yield from told_of(self, result, benchmark)

    def _chart(self, result: Result, value: float, *, captioned: bool) -> charts.Chart:
        bars = list(self._bars(result, value))
        if not result.figure.is_measure:
            return charts.draw(bars, captioned=captioned)
        return charts.on_scale(bars, scale_of(result, self.results.questionnaire, self.press, bars), captioned=captioned)

    def _bars(self, result: Result, value: float) -> Iterable[charts.Bar]:
        press, estimate, kind = self.press, result.estimate, result.figure.kind
        interval = (estimate.low, estimate.high) if estimate and estimate.low is not None and estimate.high is not None else None
        yield charts.Bar("measured", value, press.figure(kind, value), press.label_of(self.wave), self._margin(result), interval)
        if comparison := self.comparison(result):
            printed = press.figure(kind, comparison.percent)
            yield charts.Bar("compared", comparison.percent, printed, press.source_of(comparison.wave))
        for benchmark in self.benchmarks(result):
            percent = float(benchmark.percent)
            yield charts.Bar("reference", percent, press.percent(percent), _("reference measure"))

    def _rows(self, result: Result) -> Iterable[Row]:
        value, estimate, press, kind = self.value(result), result.estimate, self.press, result.figure.kind
        if value is None or estimate is None:
            return
        yield Row(press.label_of(self.wave), press.figure(kind, value), press.count(estimate.n), self.margin(result) or "–")
        if comparison := self.comparison(result):
            yield Row(press.source_of(comparison.wave), press.figure(kind, comparison.percent), press.count(comparison.n), "–")
        for benchmark in self.benchmarks(result):
            caption = _("Reference measure: %(population)s") % {"population": press.text(benchmark.population)}
            yield Row(caption, press.percent(float(benchmark.percent)), "–", "–")
