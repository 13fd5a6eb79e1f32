"""What simulated fields found, as a table that a pollster reads in a terminal, and as plain values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from respondents.core.arrivals import Supposed
from respondents.core.forecast import CellForecast, Course, Forecast
from surveys.core.typography import NARROW

LABEL, COLUMN = 46, 15
DECIMAL, THOUSANDS = {"fr": ","}, {"fr": NARROW}


def lines_of(
    told: Forecast, supposed: Supposed, opens: datetime, place_minutes: int, names: Mapping[int, str], listed: int = 0
) -> Iterator[str]:
    """Yield the lines of a forecast: what is supposed, the whole field, then each cell by the name given for it.

    ``listed`` is the number of arrivals that a file lists, 0 where they are drawn.
    """
    yield _("What is supposed") + colon() + (_listed(listed) if listed else _drawn(supposed)) + " " + _lengths(supposed, place_minutes)
    yield ngettext(
        "%(fields)s simulated field from %(date)s on; every invariant checked %(audits)s times: %(found)s difference(s).",
        "%(fields)s simulated fields from %(date)s on; every invariant checked %(audits)s times: %(found)s difference(s).",
        told.courses,
    ) % {
        "fields": told.courses, "date": date_format(opens, "j F Y H:i"), "audits": number(told.audits), "found": len(told.differences)}  # fmt: skip
    yield ""
    yield _row("", ["10 %", "50 %", "90 %"])
    yield _row(_("Hours until %(target)s are completed") % {"target": number(told.target)}, [number(each, 1) for each in told.hours])
    yield _row(_("Reached on"), [_moment(opens, each) for each in told.hours])
    yield from (_row(label, [number(each) for each in points]) for label, points in _counts(told))
    if told.reached_in < told.courses:
        missed = {"missed": told.courses - told.reached_in, "fields": told.courses, "completed": number(told.completed[1])}
        yield ""
        yield "▲ " + _("The total is not reached in %(missed)s of %(fields)s fields: %(completed)s completed at the end (median).") % missed
    yield ""
    yield from _cells(told, opens, names)


def lifetime_lines(courses: Sequence[Course]) -> Iterator[str]:
    """Yield the table of what each lifetime of a place costs, one course for each, all with the same people."""
    heads = [
        pgettext("simulated field", "hours"),
        pgettext("simulated field", "starts"),
        pgettext("simulated field", "turned away"),
        pgettext("simulated field", "in flight"),
        pgettext("simulated field", "came late"),
        pgettext("simulated field", "lost"),
    ]
    yield _("How long a place is held without a saved page, with the same people each time")
    yield f"{pgettext('simulated field', 'minutes'):>9}" + "".join(f"{head:>{COLUMN}}" for head in heads)
    for course in courses:
        hours = math.inf if course.reached is None else course.reached
        values = [number(hours, 1), *map(number, (course.starts, course.outcomes["quota_full"], course.in_flight,
                                                  course.finished_after, course.turned_away_late + course.outcomes["over"]))]  # fmt: skip
        yield f"{course.place_minutes:>9}" + "".join(f"{value:>{COLUMN}}" for value in values)
    yield _("in flight: turned away only because of places of others who might still lose theirs; "
            "came late: finished although their place had lapsed; lost: came back and found it taken.")  # fmt: skip


def as_json(told: Forecast, supposed: Supposed, opens: datetime, lifetimes: Sequence[Course], names: Mapping[int, str]) -> dict[str, Any]:
    """Return everything as plain values; what never happens is null."""
    cells = [{**asdict(cell), "name": names[cell.cell]} for cell in told.cells]
    found: dict[str, Any] = _finite({
        "opens": opens.isoformat(),
        "supposed": asdict(supposed),
        "forecast": {**asdict(told), "cells": cells},
        "lifetimes": [_lifetime(course) for course in lifetimes],
    })  # fmt: skip
    return found


def number(value: float, decimals: int = 0) -> str:
    """Return a number as the reader's language writes it; one that is infinite as "never"."""
    if math.isinf(value):
        return pgettext("simulated field", "never")
    language = (get_language() or "").split("-")[0]
    text = f"{value:,.{decimals}f}"
    return text.replace(",", "\0").replace(".", DECIMAL.get(language, ".")).replace("\0", THOUSANDS.get(language, ","))


def _drawn(supposed: Supposed) -> str:
    return _(
        "%(arrivals)s starts an hour on average, %(incidence)s %% in the population asked, %(refusal)s %% refuse, %(break_off)s %% break off."
    ) % {
        "arrivals": number(supposed.per_hour, 0 if supposed.per_hour >= 10 else 1),
        "incidence": number(100 * supposed.incidence),
        "refusal": number(100 * supposed.refusal),
        "break_off": number(100 * supposed.break_off),
    }


def _listed(listed: int) -> str:
    return _("the %(count)s arrivals of the file, at its times, leaving where it says.") % {"count": number(listed)}


def _lengths(supposed: Supposed, place_minutes: int) -> str:
    lengths = {"minutes": number(supposed.minutes, 1), "slow": number(supposed.slow_minutes, 1), "place": place_minutes}
    return (
        _("Half of the interviews last longer than %(minutes)s minutes, a tenth longer than %(slow)s; places are held %(place)s minutes.")
        % lengths
    )


def _counts(told: Forecast) -> list[tuple[str, tuple[float, ...]]]:
    return [
        (_("Starts needed"), told.starts),
        (pgettext("simulated field", "Completed"), told.completed),
        (_("Refused to take part"), told.refused),
        (pgettext("simulated field", "Screened out"), told.screened_out),
        (_("Broke off"), told.left),
        (_("Turned away, quota full"), told.quota_full),
        (_("– only because of places in flight"), told.in_flight),
        (_("Finished after losing their place"), told.finished_after),
        (_("Came back and found their place taken"), told.turned_away_late),
    ]


def _cells(told: Forecast, opens: datetime, names: Mapping[int, str]) -> Iterator[str]:
    heads = [
        _("target"),
        _("completed"),
        pgettext("simulated field", "missing"),
        pgettext("simulated field", "turned away"),
        pgettext("simulated field", "target on"),
    ]
    width = max([len(name) for name in names.values()] + [20])
    yield f"{pgettext('simulated field', 'Cell'):<{width}}" + "".join(f"{head:>{COLUMN}}" for head in heads)
    for cell in told.cells:
        values = [*map(number, (cell.target, cell.filled, cell.missing, cell.refused)), _moment(opens, cell.expected_end)]
        yield f"{names[cell.cell]:<{width}}" + "".join(f"{value:>{COLUMN}}" for value in values) + _risk(cell, told)
    risky = [names[cell.cell] for cell in told.cells if cell.is_at_risk]
    yield ""
    yield ("▲ " + _("At risk: %(names)s") if risky else _("At risk: %(names)s")) % {"names": ", ".join(risky) or _("none")}


def _risk(cell: CellForecast, told: Forecast) -> str:
    if not cell.at_risk_in:
        return ""
    sign = "▲ " if cell.is_at_risk else "△ "
    return "  " + sign + _("at risk in %(some)s of %(all)s") % {"some": cell.at_risk_in, "all": told.courses}


def _row(label: str, values: Sequence[str]) -> str:
    return f"{label:<{LABEL}}" + "".join(f"{value:>{COLUMN}}" for value in values)


def _moment(opens: datetime, hours: float) -> str:
    return (
        pgettext("simulated field", "never")
        if math.isinf(hours) or hours > 24 * 3650
        else date_format(opens + timedelta(hours=hours), "j M H:i")
    )


def colon() -> str:
    """Return a colon and its spaces, as the reader's language writes it."""
    return "\u00a0: " if get_language() == "fr" else ": "


def _lifetime(course: Course) -> dict[str, Any]:
    return {
        "place_minutes": course.place_minutes, "hours": course.reached, "starts": course.starts, "completed": course.completed,
        "quota_full": course.outcomes["quota_full"], "in_flight": course.in_flight, "places_lost": course.lost,
        "finished_after": course.finished_after, "turned_away_late": course.turned_away_late, "over": course.outcomes["over"],
        "audits": course.audits, "differences": course.differences,
    }  # fmt: skip


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and math.isinf(value) else round(value, 3) if isinstance(value, float) else value
