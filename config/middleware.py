"""Which requests pass through which doors.

Respondents and readers have no cookie, no session and no login, so what serves those is kept for ``/admin/``: elsewhere a
request walks past. Each class is Django's own with that one rule added, which leaves Django's checks able to see it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """Let pages load only what this site serves: no inline script or style, no frame around them."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response

    return respond


def is_for_staff(request: HttpRequest) -> bool:
    """Is this one of the addresses where people log in?"""
    return request.path_info.startswith("/admin/")


class ForStaff:
    """Makes the middleware it is mixed into serve the staff's addresses only."""

    def __call__(self, request: HttpRequest) -> Any:
        """Pass through the middleware, or past it."""
        return super().__call__(request) if is_for_staff(request) else self.get_response(request)  # type: ignore[misc, attr-defined]


class StaffSession(ForStaff, SessionMiddleware):
    """Sessions, under /admin/."""


class StaffLocale(ForStaff, LocaleMiddleware):
    """The staff's language, from their choice or their browser, under /admin/."""

    def __call__(self, request: HttpRequest) -> Any:
        """Give the language back afterwards: the thread's next request may be a respondent's."""
        try:
            return super().__call__(request)
        finally:
            translation.deactivate()


class StaffCsrf(ForStaff, CsrfViewMiddleware):
    """CSRF tokens, under /admin/; respondents' posts are tied to the token in their address instead."""

    def process_view(self, request: HttpRequest, *view: Any) -> Any:
        """Check the token of a staff's post."""
        return super().process_view(request, *view) if is_for_staff(request) else None


class StaffAuthentication(ForStaff, AuthenticationMiddleware):
    """Who is logged in, under /admin/."""


class StaffMessages(ForStaff, MessageMiddleware):
    """Messages between two staff pages, under /admin/."""
