"""Words of the field's templates: numbers, rates with their fraction, moments and lengths of time as each language writes them."""

from __future__ import annotations

import datetime

from django import template

from respondents.core.dispositions import Rate
from respondents.field.words import NOTHING, count, day_and_hour, decimal, duration, minutes_and_seconds, percentage

register = template.Library()

register.filter("count", count)
register.filter("minutes", minutes_and_seconds)
register.filter("duration", duration)
register.filter("weight", lambda value: decimal(value, 2))


@register.filter
def moment(at: datetime.datetime | None) -> str:
    """Return "lun. 27, 20 h 52"; – for none."""
    return day_and_hour(at, minutes=True)


@register.filter
def per_cent(value: float | None) -> str:
    """Return "97,9 %"; – for nothing."""
    return percentage(value)


@register.filter
def rate(value: Rate) -> str:
    """Return a rate as a whole percentage: "13 %"; – of nobody."""
    return percentage(100 * value.share, 0) if value.share is not None else NOTHING


@register.filter
def fraction(value: Rate) -> str:
    """Return a rate's fraction: "118/878"."""
    return f"{count(value.numerator)}/{count(value.denominator)}"
