"""The pages that end or interrupt an interview, in the respondent's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from respondents.places import Busy
from respondents.requests import posted_fields, visitor_language
from surveys.form.speech import speaking

RETRY_SECONDS = 5

# How an interview's state is told to the person; over quota at the last page, they answered everything: it is complete.
OUTCOMES: Mapping[str, str] = {
    "completed": "completed",
    "over": "over",
    "screened_out": "screened_out",
    "refused": "refused",
    "quota_full": "quota_full",
    "expired": "expired_full",
    "abandoned": "closed",
    "removed": "completed",
}

View = Callable[..., HttpResponse]


def ending(
    outcome: str, language: str, *, status: int = 200, words: Mapping[str, Mapping[str, str]] | None = None, **about: object
) -> HttpResponse:
    """Return the courteous page for an outcome; ``about`` gives what is known of the study (title, sponsor…), ``words`` its own."""
    context = {"outcome": outcome, "language": language, "title": "", "sponsor": "", "demonstration": False, **about}
    with speaking(language, words or {}):
        response = HttpResponse(render_to_string("respondents/end.html", context), status=status)
    add_never_cache_headers(response)
    if status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def for_respondents(view: View) -> View:
    """Wrap a view that respondents meet: text is UTF-8 whatever the request says, and a database that is away is told as 503.

    What was posted then comes back in a form, so that one press sends the very same request again.
    """

    @wraps(view)
    def respond(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        request.encoding = "utf-8"
        if _body_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("A page of answers is never this long.")
        try:
            return view(request, *args, **named)
        except (Busy, OperationalError, InterfaceError, InternalError):
            return _try_again(request)

    return respond


def _body_length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def _try_again(request: HttpRequest) -> HttpResponse:
    """Only the path is kept of a GET: its form writes the parameters anew, from the fields."""
    if request.method == "POST":
        again = {"method": "post", "address": request.get_full_path(), "fields": _pairs(posted_fields(request))}
    else:
        again = {"method": "get", "address": request.path, "fields": list(request.GET.dict().items())}
    return ending("busy", visitor_language(request), status=503, again=again)


def _pairs(fields: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in fields.items() for value in values]
