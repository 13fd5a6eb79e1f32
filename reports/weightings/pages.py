"""A wave's weightings as a person reads them: schemes side by side, margins before and after, the spread of the weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from reports.core.charts import Histogram, draw_histogram
from reports.core.diagnostics import ENOUGH, WARNINGS
from reports.core.typography import moment, percentage
from reports.edition import Edition
from reports.models import MAIN, Weighting
from reports.press import Press, capitalised, places_of
from reports.results import Results
from reports.weightings.freezing import latest_of
from surveys.core.questionnaire import Questionnaire
from surveys.models import Wave

HISTORY = 50  # frozen rows shown


@dataclass(frozen=True)
class Line:
    """One scheme in the list of schemes, every cell printed."""

    code: str
    label: str
    variables: str
    bounds: str
    n: str
    weights: str
    effective: str
    efficiency: str
    refusal: str
    is_shown: bool


@dataclass(frozen=True)
class MarginTable:
    """One variable: (category, people, raw, target, weighted) for each of its categories."""

    name: str
    rows: tuple[tuple[str, str, str, str, str], ...]


@dataclass(frozen=True)
class Past:
    """One frozen row in the history."""

    when: str
    n: str
    weights: str
    efficiency: str
    refusal: str
    allowed: str


class WeightingPage:
    """The weightings of a wave in one language; ``shown`` is the scheme whose margins and weights are told."""

    def __init__(self, wave: Wave, language: str, shown: str = "") -> None:
        assert wave.questionnaire is not None, "only a wave with interviews is weighted"
        self.wave, self.press = wave, Press(wave.survey, language)
        self.questionnaire: Questionnaire = wave.questionnaire.definition()
        self.schemes = {scheme.code: scheme for scheme in wave.schemes.all()}
        self.names = Edition(Results(wave, self.questionnaire, None, ()), language).variable_names
        latest = latest_of(wave)
        codes = [MAIN, *(code for code in self.schemes if code != MAIN)]
        self.latest = {code: latest[code] for code in codes if code in latest}
        self.shown = self.latest.get(shown) or next(iter(self.latest.values()), None)

    @property
    def lines(self) -> list[Line]:
        """Return the schemes, the main one first."""
        return [self._line(row) for row in self.latest.values()]

    @property
    def figures(self) -> list[tuple[str, str, list[str]]]:
        """Return each figure's code, its words, and its number under each scheme."""
        computed = {code for row in self.latest.values() for code in row.figures}
        return [
            (figure.code, self.press.text(figure.says), [self._number(row.figures.get(figure.code)) for row in self.latest.values()])
            for figure in self.wave.survey.figures.all()
            if figure.code in computed
        ]

    @property
    def margins(self) -> list[MarginTable]:
        """Return the margins of the scheme shown, variable by variable."""
        rows = self.shown.margins if self.shown else []
        return [
            MarginTable(self._name(name), tuple(map(self._margin, group))) for name, group in groupby(rows, key=lambda row: str(row[0]))
        ]

    @property
    def chart(self) -> Histogram | None:
        """Return the weights of the scheme shown, drawn."""
        return draw_histogram([(low, high, people) for low, high, people in self.shown.histogram]) if self.shown else None

    @property
    def ends(self) -> tuple[str, str]:
        """Return the weights at both ends of the chart's axis."""
        rows = self.shown.histogram if self.shown else []
        return (self.press.decimals(rows[0][0], 2), self.press.decimals(rows[-1][1], 2)) if rows else ("", "")

    @property
    def classes(self) -> list[tuple[str, str]]:
        """Return the classes of the chart as a table: the weights, the people."""
        rows = self.shown.histogram if self.shown else []
        places = 3 if rows and rows[0][1] - rows[0][0] < 0.01 else 2
        return [(self._range(low, high, places), self.press.count(people)) for low, high, people in rows]

    @property
    def warnings(self) -> list[str]:
        """Return what calls for a second look, in words."""
        return list(self._warned(self.shown)) if self.shown else []

    @property
    def missing(self) -> str:
        """Return how many people lack an answer to weight on and what becomes of them, '' when nobody does."""
        if not self.shown or not self.shown.missing:
            return ""
        scheme = self.schemes.get(self.shown.scheme)
        fate = scheme.get_missing_display() if scheme else _("kept at their share of the sample")
        return _("%(people)s without an answer to one of these variables: %(fate)s.") % {"people": self.press.count(self.shown.missing), "fate": fate}  # fmt: skip

    @property
    def awaits(self) -> bool:
        """Say whether the weights shown are too costly to be used until a person allows them."""
        row = self.shown
        return bool(row and row.efficiency is not None and row.efficiency < ENOUGH and row.allowed_by_id is None)

    @property
    def history(self) -> list[Past]:
        """Return the frozen rows of the scheme shown, the last first."""
        if not self.shown:
            return []
        rows = (
            Weighting.objects.filter(wave=self.wave, scheme=self.shown.scheme).select_related("allowed_by").order_by("-computed_at", "-pk")
        )
        return [self._past(row) for row in rows[:HISTORY]]

    def label_of(self, code: str) -> str:
        """Return a scheme's name."""
        scheme = self.schemes.get(code)
        own = self.press.text(scheme.labels) if scheme else ""
        return own or (_("main scheme") if code == MAIN else code)

    def _line(self, row: Weighting) -> Line:
        bounds = "–" if row.low is None or row.high is None else self._range(row.low, row.high, 2)
        variables = ", ".join(map(self._name, row.variables))
        scheme = self.schemes.get(row.scheme)
        if scheme and scheme.is_imported:
            variables = _("imported weights")
        elif scheme and scheme.design:
            variables = ", ".join(filter(None, (_("design weight: %(name)s") % {"name": self._name(scheme.design)}, variables)))
        return Line(row.scheme, self.label_of(row.scheme), variables, bounds, self.press.count(row.n), self._weights(row),
                    self._effective(row), self._efficiency(row), self.press.text(row.refusal), row is self.shown)  # fmt: skip

    def _past(self, row: Weighting) -> Past:
        when = moment(row.computed_at.astimezone(ZoneInfo(self.wave.time_zone)), self.press.language)
        allowed = f"{row.allowed_by}: {row.allowed_because}" if row.allowed_by else ""
        return Past(when, self.press.count(row.n), self._weights(row), self._efficiency(row), self.press.text(row.refusal), allowed)

    def _weights(self, row: Weighting) -> str:
        return "–" if row.min_weight is None or row.max_weight is None else self._range(row.min_weight, row.max_weight, 2)

    def _effective(self, row: Weighting) -> str:
        return "–" if row.effective_n is None else self.press.count(row.effective_n)

    def _efficiency(self, row: Weighting) -> str:
        return "–" if row.efficiency is None else self.press.percent(100 * row.efficiency, 1)

    def _range(self, low: float, high: float, places: int) -> str:
        return _("%(low)s to %(high)s") % {"low": self.press.decimals(low, places), "high": self.press.decimals(high, places)}

    def _name(self, variable: str) -> str:
        return capitalised(self.names.get(variable) or variable)

    def _margin(self, row: tuple[str, str, int, float, float | None, float | None]) -> tuple[str, str, str, str, str]:
        variable, category, people, raw, target, weighted = row
        choice = self.questionnaire.questions[variable].choice_by_name.get(category)
        name = self.press.text(choice.labels) if choice else category or _("no answer")
        return name, self.press.count(people), self._share(raw), self._share(target), self._share(weighted)

    def _share(self, percent: float | None) -> str:
        return "–" if percent is None else percentage(self.press.decimals(round(percent, 6), 2), self.press.language)

    def _number(self, told: Mapping[str, object] | None) -> str:
        if not told or not isinstance(number := told["number"], int | float):
            return "–"
        kind = str(told["kind"])
        if kind == "share":
            return percentage(self.press.decimals(number, 1), self.press.language)
        return self.press.decimals(number, max(1, places_of(kind, number)))

    def _warned(self, row: Weighting) -> Iterator[str]:
        for warned in row.warnings:
            yield _(WARNINGS[warned["which"]]) % {"number": self.press.decimals(warned["number"], 1 if warned["which"] != "small" else 3), "of": warned["of"]}  # fmt: skip
