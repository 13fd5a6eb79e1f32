"""The numbers behind a chart as a CSV file: its mentions first, on lines that begin with #, then one line for each bar."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from reports.edition import Edition
from reports.page.mentions import about_line, demonstration_of, mentions_of, survey_line
from reports.results import Result
from surveys.models import Wave

MARK = "\ufeff"  # says UTF-8 to a spreadsheet
COLUMNS = ("figure", "measure", "kind", "of", "value", "printed", "low", "high", "margin", "n", "base", "sentence", "data_kind")


def figure_csv(edition: Edition, result: Result) -> str:
    """Return one figure's numbers with all its mentions."""
    mentions = mentions_of(edition, result)
    view = edition.view(result)
    return _file([mentions.demonstration, view.sentence, about_line(edition, view), *view.remarks, *mentions.lines], _rows(edition, result))


def figures_csv(edition: Edition) -> str:
    """Return the numbers of every figure of the wave, in the study's order."""
    rows = (row for result in edition.results for row in _rows(edition, result))
    return _file([demonstration_of(edition), survey_line(edition)], rows)


def _file(mentions: Iterable[str], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    text.write(MARK)
    for mention in mentions:
        text.write(f"# {mention}\r\n" if mention else "")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _rows(edition: Edition, result: Result) -> Iterable[tuple[object, ...]]:
    """Yield the measured number, then what it is compared with; one that may not be printed is left empty."""
    press, value, estimate, wave, view = edition.press, edition.value(result), result.estimate, edition.wave, edition.view(result)
    printed = iter([row.percent for row in view.rows] or [""])
    shown = estimate if edition.results.is_weighted and value is not None else None
    interval = (shown.low, shown.high, shown.margin) if shown else (None, None, None)
    about, kind = (result.figure.code, result.figure.kind), wave.survey.data_kind or "survey"
    n = estimate.n if estimate else None
    yield (*about, "measured", press.label_of(wave), value, next(printed), *interval, n, view.base_line, view.sentence, kind)
    if comparison := edition.comparison(result):
        of, words = press.source_of(comparison.wave), press.text(comparison.wording)
        of = _("%(wave)s, indicative comparison") % {"wave": of} if comparison.is_indicative else of
        known = (comparison.percent, next(printed), None, None, None, comparison.n)
        yield (*about, "compared", of, *known, view.base_line, words, _kind_of(comparison.wave))
    for benchmark in edition.benchmarks(result):
        people, source = press.text(benchmark.population), press.text(benchmark.source)
        numbers = (float(benchmark.percent), next(printed), None, None, None, None)
        yield (*about, "reference", f"{people} ({source})", *numbers, people, press.text(benchmark.says), "reference")


def _kind_of(wave: Wave) -> str:
    return "external" if wave.kind == Wave.Kind.EXTERNAL else wave.survey.data_kind or "survey"


def _safe(cell: object) -> object:
    """Return a cell that a spreadsheet does not take for a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
