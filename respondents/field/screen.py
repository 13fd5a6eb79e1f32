"""What the fieldwork screen puts together for its reader: what to do now, the hours as bars, the parts of the field side by side."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from respondents.core.dispositions import Rate
from respondents.core.monitoring import Part, to_send
from respondents.field import alerts
from respondents.field.fieldwork import Cell, Fieldwork
from respondents.field.table import Asked, Table
from respondents.field.words import writing

SHOWN_FIRST = 3  # cells that are short, each on a line of its own; the next ones together
NAMED_AFTER = 6
NOON = 12
BAR_WIDTH, BAR_HEIGHT = 10, 100  # of an hour's bar, in the units of its drawing


@dataclass(frozen=True)
class Item:
    """One line of what is to be done: its kind and sign, the cell it is about or the cells, how many invitations would mend it."""

    kind: Literal["whole", "short", "others", "minimum", "closing"]
    sign: str
    cell: Cell | None = None
    cells: tuple[Cell, ...] = ()
    more: int = 0
    to_send: int | None = None


class Bar(NamedTuple):
    """An hour as a bar: where it stands, how high it is, and what it says."""

    x: int
    y: int
    height: int
    words: str


class Division(NamedTuple):
    """The field divided by one thing."""

    name: str
    title: Promise
    heading: Promise
    parts: list[tuple[Part, list[Rate], str]]


def shown(field: Fieldwork, asked: Asked, may: Callable[[str], bool]) -> dict[str, object]:
    """Return everything that the part of the screen that refreshes itself shows, with ways only to what its reader may do."""
    may_change = may("respondents.change_quotacell")
    table, standing, items = Table(field, asked), _alerts(field), to_do(field)
    return {
        "field": field,
        "wave": field.head,
        "may_change": may_change,
        "table": table,
        "shown": [(dimension, table.rows(cells, links=may_change)) for dimension, cells in table.dimensions],
        "percent": writing().percentage(field.whole.progress.percent, 0),
        "is_behind": bool(field.whole.pace.delay and field.whole.pace.delay.total_seconds() > 0),
        "planned": _planned(field),
        "hours": _hours(field),
        "alerts": standing,
        "to_do": items,
        "lines": len(standing) + len(items),
        "is_morning": field.now.hour < NOON,
        "returns": field.returns,
        "invitations": address_of("invitations", field.head.wave_id) if may("respondents.view_invitation") else "",
        "run": address_of("run_field", field.head.wave_id),
        "divided": _divided(field, field.panels if may("respondents.view_source") else {}),
    }


def to_do(field: Fieldwork) -> list[Item]:
    """Return what a pollster should do now: the cells that will be short, most first, then what blocks nothing."""
    if not field.is_moving:
        return []
    items = [Item("whole", "▲", field.whole)] if field.whole.missing else []
    first, rest = field.short[:SHOWN_FIRST], field.short[SHOWN_FIRST:]
    items += [Item("short", "▲" if cell.state == "at_risk" else "△", cell, to_send=to_send(cell.missing, field.returns)) for cell in first]
    if rest:
        items.append(Item("others", "●", cells=tuple(rest[:NAMED_AFTER]), more=len(rest[NAMED_AFTER:])))
    if field.head.closes_at is None:
        items.append(Item("closing", "●"))
    return items + [Item("minimum", "○", cell) for cell in field.minima]


def _alerts(field: Fieldwork) -> list[tuple[alerts.Shown, datetime.datetime | None]]:
    """The open alerts, the loudest first, with the moment each began; those about a cell stand in the table already."""
    rows = ({**row, "since": datetime.datetime.fromtimestamp(row["since"], datetime.timezone.utc)} for row in field.head.alerts or [])
    return [(alert, field.local(alert.since)) for alert in alerts.shown(rows)]


def _planned(field: Fieldwork) -> dict[str, str] | None:
    """Where a steady field would be: as said, and as a place on the bar."""
    planned, progress = field.time.planned, field.whole.progress
    if planned is None:
        return None
    return {
        "percent": writing().percentage(int(100 * planned), 0),
        "mark": f"{100 * float(planned) * progress.target / progress.scale:.4g}%",
    }


def _hours(field: Fieldwork) -> dict[str, object]:
    """The last 24 hours as bars, and in words what their drawing shows."""
    busiest = max(field.hours)
    bars = []
    for place, n in enumerate(field.hours):
        hour = (field.now.hour - len(field.hours) + 1 + place) % 24
        height = round(BAR_HEIGHT * n / busiest) if busiest else 0
        words = _("%(hour)s h: %(people)s") % {"hour": hour, "people": writing().count(n)}
        bars.append(Bar(BAR_WIDTH * place, BAR_HEIGHT - height, height, words))
    return {"bars": bars, "busiest": busiest, "running": field.hours[-1], "words": ". ".join(bar.words for bar in bars)}


def _divided(field: Fieldwork, panels: Mapping[int, str]) -> list[Division]:
    providers = {name: address_of("provider", source) for source, name in panels.items()}
    divisions = (
        ("source", gettext_lazy("By source"), gettext_lazy("Source"), field.by_source),
        ("device", gettext_lazy("By device"), gettext_lazy("Device"), field.by_device),
    )
    return [
        Division(name, title, heading, [(part, _rates(part), providers.get(part.name, "") if name == "source" else "") for part in parts])
        for name, title, heading, parts in divisions
    ]


def _rates(part: Part) -> list[Rate]:
    rates = part.rates
    return [rates.incidence, rates.break_off, rates.over_quota, rates.quality_removal]


class Room(NamedTuple):
    """Another page about the same field: its words and its address."""

    words: Promise
    href: str


ROOMS = (
    ("run_field", gettext_lazy("Run the field"), "respondents.view_quotacell"),
    ("quota_plan", gettext_lazy("Quota plans"), "respondents.view_quotacell"),
    ("invitations", gettext_lazy("Invitations"), "respondents.view_invitation"),
    ("quality_review", gettext_lazy("Quality review"), "respondents.view_flag"),
    ("results_desk", gettext_lazy("Results"), "reports.view_aggregation"),
    ("kept_records", gettext_lazy("Records kept"), "respondents.view_quotacell"),
)


def rooms(wave_id: int, may: Callable[[str], bool]) -> list[Room]:
    """Return the other pages about a field that exist and that somebody may open."""
    addresses = [(words, address_of(name, wave_id)) for name, words, permission in ROOMS if may(permission)]
    return [Room(words, href) for words, href in addresses if href]


def address_of(name: str, *arguments: object) -> str:
    """Return the address of a page, '' where this house has no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
