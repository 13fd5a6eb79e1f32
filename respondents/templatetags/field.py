"""Words of the field's templates: numbers, rates with their fraction, moments and lengths of time as each language writes them."""

from __future__ import annotations

import datetime

from django import template

from respondents.core.dispositions import Rate
from respondents.field.words import NOTHING, duration, minutes_and_seconds, writing

register = template.Library()

register.filter("minutes", minutes_and_seconds)
register.filter("duration", duration)


@register.filter
def count(number: int | None) -> str:
    """Return "2 032"; – for nothing."""
    return writing().count(number)


@register.filter
def weight(value: float | None) -> str:
    """Return "1,03"; – for none."""
    return writing().decimal(value, 2)


@register.filter
def moment(at: datetime.datetime | None) -> str:
    """Return "lun. 27, 20 h 52"; – for none."""
    return writing().moment(at, minutes=True)


@register.filter
def per_cent(value: float | None) -> str:
    """Return "97,9 %"; – for nothing."""
    return writing().percentage(value)


@register.filter
def rate(value: Rate) -> str:
    """Return a rate as a whole percentage: "13 %"; – of nobody."""
    return writing().percentage(100 * value.share, 0) if value.share is not None else NOTHING


@register.filter
def fraction(value: Rate) -> str:
    """Return a rate's fraction: "118/878"."""
    return f"{count(value.numerator)}/{count(value.denominator)}"
