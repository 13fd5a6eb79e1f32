"""What the staff's pages share: who may open them, what is written down of what they do, and the admin's read-only lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from surveys.models import Survey, Wave

View = Callable[..., HttpResponseBase]


class Move(NamedTuple):
    """A change of a wave's state, as its button says it and with what follows from it."""

    state: str
    verb: Promise
    consequence: Promise


MOVES = {
    Wave.State.TEST: Move("test", gettext_lazy("Open for tests"), gettext_lazy("The questionnaire is published and can no longer change. People can enter; their interviews are tests and are never counted.")),
    Wave.State.SOFT: Move("soft", gettext_lazy("Launch softly"), gettext_lazy("The questionnaire is published and can no longer change. People can enter and their interviews count. It pauses by itself once the number planned is completed; a person then signs off.")),
    Wave.State.LIVE: Move("live", gettext_lazy("Open the field"), gettext_lazy("The questionnaire is published and can no longer change. People can enter and their interviews count.")),
    Wave.State.PAUSED: Move("paused", gettext_lazy("Pause"), gettext_lazy("Nobody can enter any more. Those who are answering can finish.")),
    Wave.State.CLOSED: Move("closed", gettext_lazy("Close the field"), gettext_lazy("Nobody can enter any more, and those who are answering cannot go on.")),
}  # fmt: skip
AFTER = {
    Wave.State.DRAFT: ("live", "soft", "test"),
    Wave.State.TEST: ("live", "soft", "closed"),
    Wave.State.SOFT: ("paused", "closed"),
    Wave.State.LIVE: ("paused", "closed"),
    Wave.State.PAUSED: ("live", "closed"),
    Wave.State.CLOSED: ("live",),
}


def moves_from(state: str, kind: str = Wave.Kind.OWN) -> list[Move]:
    """Return what may be done with a wave in this state; nothing with a wave that is not asked here."""
    return [MOVES[Wave.State(after)] for after in AFTER[Wave.State(state)]] if kind == Wave.Kind.OWN else []


def moves_of(wave: Wave) -> list[Move]:
    """Return what may be done with a wave now: until its soft launch is signed off, it can only go on softly."""
    moves = moves_from(wave.state, wave.kind)
    return [MOVES[Wave.State.SOFT] if move.state == "live" else move for move in moves] if wave.awaits_sign_off else moves


def staff_page(view: View, *permissions: str) -> View:
    """Open a view to staff with one of these permissions ("respondents.view_quotacell"): others log in first, or get 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        require(request, *permissions)
        return view(request, *args, **named)

    return admin.site.admin_view(guarded)


def staff_context(request: HttpRequest, title: object, about: Mapping[str, object]) -> dict[str, object]:
    """Return what the admin's frame needs around a page of ours, its list of models left out."""
    return {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, "title": title, **about}


def may(user: AbstractUser | AnonymousUser, permission: str) -> bool:
    """Say whether somebody has a permission; as in Django's own admin, whoever may change something may see it."""
    return user.has_perm(permission) or (".view_" in permission and user.has_perm(permission.replace(".view_", ".change_")))


def require(request: HttpRequest, *permissions: str) -> None:
    """Raise PermissionDenied unless the person has one of the permissions."""
    if not any(may(request.user, permission) for permission in permissions):
        raise PermissionDenied


def write_down(request: HttpRequest, changed: models.Model, message: str) -> None:
    """Keep in the object's history who did what, and why; call it in the transaction of what was done."""
    assert request.user.pk is not None, "staff pages are behind the login"
    LogEntry.objects.log_actions(request.user.pk, [changed], CHANGE, message, single_object=True)


def words(labels: Mapping[str, Any], survey: Survey) -> str:
    """Return the text of ``labels`` in the reader's language, or in the survey's own."""
    return survey.text(dict(labels), get_language() or "")


class StaffAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Lists whose address filters by what their filters offer, and by nothing else: answers cannot be guessed through it."""

    show_full_result_count = False
    list_per_page = 50
    actions = None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Say whether a filter or the list of dates offers this lookup."""
        offered = [entry if isinstance(entry, str) else entry[0] for entry in (*self.get_list_filter(request), self.date_hierarchy or "")]
        is_offered = any(name and (lookup == name or lookup.startswith(f"{name}__")) for name in offered)
        return is_offered and super().lookup_allowed(lookup, value, request)


class ReadOnlyAdmin(StaffAdmin):
    """Rows that are made elsewhere, by a loaded study or by respondents: seen here, changed through their own doors."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is added by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted by hand."""
        return False


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows shown within the page of what they belong to."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is added by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by hand."""
        return False
