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
COLUMNS = ("figure", "kind", "of", "percent", "printed", "low", "high", "margin", "n", "base", "sentence", "data_kind")


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
    """Yield the measured percentage, then what it is compared with; a percentage that may not be printed is left empty."""
    press, value, estimate, wave = edition.press, edition.value(result), result.estimate, edition.wave
    code, base, kind = result.figure.code, press.base_line(result.base), wave.survey.data_kind or "survey"
    said = edition.sentence(result)
    shown = estimate if edition.results.is_weighted and value is not None else None
    interval = (shown.low, shown.high, shown.margin) if shown else (None, None, None)
    yield (code, "measured", press.label_of(wave), value, "" if value is None else press.percent(value), *interval,
           estimate.n if estimate else None, base, said, kind)  # fmt: skip
    if comparison := edition.comparison(result):
        of = _("%(wave)s, indicative comparison") % {"wave": press.source_of(comparison.wave)} if comparison.is_indicative \
            else press.source_of(comparison.wave)  # fmt: skip
        yield (code, "compared", of, comparison.percent, press.percent(comparison.percent), None, None, None, comparison.n, base,
               press.text(comparison.wording), _kind_of(comparison.wave))  # fmt: skip
    for benchmark in edition.benchmarks(result):
        percent = float(benchmark.percent)
        yield (code, "reference", f"{press.text(benchmark.population)} ({press.text(benchmark.source)})", percent, press.percent(percent),
               None, None, None, None, press.text(benchmark.population), press.text(benchmark.says), "reference")  # fmt: skip


def _kind_of(wave: Wave) -> str:
    return "external" if wave.kind == Wave.Kind.EXTERNAL else wave.survey.data_kind or "survey"


def _safe(cell: object) -> object:
    """Return a cell that a spreadsheet does not take for a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
