"""What a respondent's request says: language, request identifier, fields, and whether a foreign site sent it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

REQUEST_FIELD = "request_id"


def asked_language(request: HttpRequest, offered: Sequence[str], default: str) -> str:
    """Return the language of the ?lang= parameter if the survey offers it, otherwise ``default``."""
    asked = request.GET.get("lang", "")
    return asked if asked in offered else default


def preferred_language(request: HttpRequest, offered: Sequence[str], default: str) -> str:
    """Return the first language the browser accepts among those offered, otherwise ``default``."""
    for accepted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        for language in offered:
            if accepted == language or accepted.split("-")[0] == language:
                return language
    return default


def language_links(request: HttpRequest, offered: Sequence[str]) -> dict[str, str]:
    """Return the page's address in each language on offer, by code; none when there is only one."""
    return {language: address(request, lang=language) for language in offered} if len(offered) > 1 else {}


def address(request: HttpRequest, **changes: str) -> str:
    """Return the request's own path and parameters, with some of them changed."""
    parameters = {**request.GET.dict(), **changes}
    return f"{request.path}?{urlencode(parameters)}" if parameters else request.path


def request_id_of(request: HttpRequest) -> uuid.UUID | None:
    """Return the identifier that the page carried when it was shown; None when it is missing or spoilt."""
    try:
        return uuid.UUID(request.POST.get(REQUEST_FIELD, ""))
    except ValueError:
        return None


def posted_fields(request: HttpRequest) -> Mapping[str, Sequence[str]]:
    """Return the posted values by field."""
    return {name: [str(value) for value in values] for name, values in request.POST.lists()}


def body_sha256(fields: Mapping[str, Sequence[str]]) -> bytes:
    """Return the hash by which the same post is known again, whatever the order or encoding of its fields."""
    lines = (f"{name}={value}" for name in sorted(fields) for value in fields[name])
    return hashlib.sha256("\0".join(lines).encode("utf-8", "surrogatepass")).digest()


def from_foreign_site(request: HttpRequest) -> bool:
    """Say whether the browser tells that another site sent this request."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc != request.get_host()
