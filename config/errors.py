"""The pages of a request that cannot be served, in the language of the person: Django calls them."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy, override

from config.middleware import is_for_staff
from respondents.requests import visitor_language

# What each page says: its heading, and what to do.
WORDS = {
    400: (
        gettext_lazy("This request cannot be read"),
        gettext_lazy("What was sent is too long or damaged. Please go back, shorten your answer if it is long, and try again."),
    ),
    403: (
        gettext_lazy("This page is not open to you"),
        gettext_lazy("You may need other rights, or to open once more the link that you received."),
    ),
    404: (
        gettext_lazy("Page not found"),
        gettext_lazy("Nothing stands at this address. Please check the link that you followed."),
    ),
    500: (
        gettext_lazy("Something went wrong"),
        gettext_lazy("The fault is ours. What you had sent before is saved: please reload the page in a moment."),
    ),
}

logger = logging.getLogger(__name__)

LAST_RESORT = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Baromètre</title></head><body>
<h1>Un problème est survenu</h1><p>Vos réponses déjà envoyées sont enregistrées. Veuillez recharger cette page dans un instant.</p>
<p lang="en">Something went wrong. What you had sent before is saved: please reload this page in a moment.</p></body></html>"""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent cannot be read."""
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: this person may not see this page."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing stands at this address."""
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the fault is ours. This page must come whatever is broken, the templates included."""
    try:
        return _page(request, 500)
    except Exception:
        logger.exception("The page that tells of a fault could not be made")
        return HttpResponse(LAST_RESORT, status=500)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    request.encoding = "utf-8"  # whatever the request says of itself: it may be what cannot be read
    language = get_language() if is_for_staff(request) else visitor_language(request)
    with override(language):
        heading, words = WORDS[status]
        response = render(request, "error.html", {"heading": heading, "words": words}, status=status)
    response["Cache-Control"] = "no-store"
    return response
