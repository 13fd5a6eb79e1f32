"""What is declared against what is measured elsewhere: the gap, its interval, and why there may be none. Never a weighting target."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from reports.core.proportions import Difference, Z, apart
from reports.core.typography import MINUS, percentage
from reports.models import Benchmark
from reports.results import Result

if TYPE_CHECKING:  # an edition says it of its figures
    from reports.edition import Edition


def gap_of(result: Result, benchmark: Benchmark) -> Difference | None:
    """Return the figure minus its reference measure, in points, with its error and test.

    The measure is exact unless it gives its own margin (95 %, in points). None where the two populations differ, or where that of
    the measure is not written down, and where the figure has no error.
    """
    estimate = result.estimate
    if benchmark.population_differs or not any(benchmark.population.values()) or estimate is None:
        return None
    if estimate.percent is None or estimate.standard_error is None:
        return None
    return apart(estimate.percent - float(benchmark.percent), estimate.standard_error, float(benchmark.margin or 0) / Z)


def interval_of(gap: Difference) -> tuple[float, float]:
    """Return the ends of the gap's 95 % interval, in points."""
    return gap.points - Z * gap.standard_error, gap.points + Z * gap.standard_error


def told_of(edition: Edition, result: Result, benchmark: Benchmark) -> Iterable[str]:
    """Yield what is said under a figure of one of its reference measures: the gap, or that there is none to say."""
    press = edition.press
    values = {"population": press.text(benchmark.population), "ours": press.population}
    if benchmark.population_differs:
        yield _("The two populations differ (reference measure: %(population)s; survey: %(ours)s): the two figures do not subtract.") % values  # fmt: skip
    elif not values["population"]:
        yield _("The population of the reference measure is not given: the two figures do not subtract.")
    elif gap := gap_of(result, benchmark):
        low, high = interval_of(gap)
        told = {
            "gap": signed_points(edition, gap.points),
            "low": signed_points(edition, low),
            "high": signed_points(edition, high),
            "level": percentage("95", press.language),
        }
        yield _("Gap with the reference measure: %(gap)s, from %(low)s to %(high)s at the %(level)s level.") % told
        yield _with_error(edition, benchmark)


def signed_points(edition: Edition, value: float) -> str:
    """Return a number of points with its sign and unit: +3,2 points."""
    printed = edition.press.points(abs(value))
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{printed}"


def _with_error(edition: Edition, benchmark: Benchmark) -> str:
    if benchmark.margin:
        return _("The reference measure has a margin of its own, %(margin)s, counted in.") % {
            "margin": edition.press.margin(float(benchmark.margin))
        }
    return _("The reference measure is taken as exact: it gives no margin of its own.")
