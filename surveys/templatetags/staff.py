"""Words of the staff's templates: whole numbers as each language writes them, waves in the field, what may be done with one."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import get_language

from surveys.core.typography import NARROW, NO_BREAK
from surveys.models import Wave
from surveys.staff import Move, may, moves_from, moves_of

register = template.Library()
register.filter("may", may)

THOUSANDS = {"fr": NARROW, "en": ","}


@register.filter
def may_see(user: AbstractUser | AnonymousUser, content_type: ContentType | None) -> bool:
    """Say whether somebody may open the admin's page of a thing of this type."""
    return content_type is not None and may(user, f"{content_type.app_label}.view_{content_type.model}")


@register.filter
def whole(number: int) -> str:
    """Return "2 032" in French, "2,032" in English."""
    return f"{number:,}".replace(",", THOUSANDS.get(get_language() or "", ","))


@register.filter
def share(percent: int) -> str:
    """Return "38 %" in French, "38%" in English."""
    return f"{percent}{NO_BREAK}%" if get_language() == "fr" else f"{percent}%"


@register.filter
def moves(state: str, kind: str = Wave.Kind.OWN) -> list[Move]:
    """Return what may be done with a wave in this state."""
    return moves_from(state, kind)


@register.filter
def moves_now(wave: Wave) -> list[Move]:
    """Return what may be done with a wave now."""
    return moves_of(wave)


@register.simple_tag
def waves_in_the_field() -> list[Wave]:
    """Return the waves that are open or paused, with their surveys."""
    return list(Wave.objects.filter(state__in=[*Wave.OPEN_STATES, Wave.State.PAUSED]).select_related("survey"))
