"""What a respondent's request says: language, parameters, request identifier, fields, and whether a foreign site sent it."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from surveys.core.questionnaire import Question
from surveys.form.frame import own_name

LANGUAGES = ("fr", "en")  # of the pages that belong to no study
REQUEST_FIELD = "request_id"
AFTER = "after"  # the parameter that says what led to a page, for the page to say it too
LONGEST_PARAMETER = 200
REVISION_BITS = 24

logger = logging.getLogger(__name__)


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


def visitor_language(request: HttpRequest) -> str:
    """Return the language of a page that belongs to no study."""
    return asked_language(request, LANGUAGES, preferred_language(request, LANGUAGES, LANGUAGES[0]))


def language_addresses(request: HttpRequest, offered: Sequence[str]) -> dict[str, str]:
    """Return the page's address in each language on offer, by code; none when there is only one."""
    return {language: address(request, lang=language) for language in offered} if len(offered) > 1 else {}


def language_links(request: HttpRequest, offered: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    """Return (code, own name, address) of each language on offer, none when there is only one."""
    return tuple((language, own_name(language), link) for language, link in language_addresses(request, offered).items())


def address(request: HttpRequest, **changes: str) -> str:
    """Return the request's own path and parameters, with some of them changed; what led here is left out."""
    parameters = {**dict(request.GET.lists()), **changes}
    parameters.pop(AFTER, None)
    return f"{request.path}?{urlencode(parameters, doseq=True)}" if parameters else request.path


def parameter(request: HttpRequest, name: str, default: str = "") -> str:
    """Return a parameter of the address. Raises BadRequest for what no link of ours holds: twice the same, too long, unprintable."""
    values = request.GET.getlist(name) or [default]
    if len(values) > 1 or len(values[0]) > LONGEST_PARAMETER or not values[0].isprintable():
        raise BadRequest(f"The parameter {name} cannot be read.")
    return values[0]


def request_id_of(request: HttpRequest) -> uuid.UUID | None:
    """Return the identifier that the page carried when it was shown; None when it is missing or spoilt."""
    try:
        return uuid.UUID(request.POST.get(REQUEST_FIELD, ""))
    except ValueError:
        return None


def new_request_id(revision: int = 0) -> uuid.UUID:
    """Return a fresh identifier for the post of a page; its last 24 bits say at which revision of the interview the page was shown."""
    return uuid.UUID(int=uuid.uuid4().int >> REVISION_BITS << REVISION_BITS | revision % (1 << REVISION_BITS))


def revision_shown(request_id: uuid.UUID) -> int:
    """Return the revision of the interview at which the page that carried this identifier was shown."""
    return request_id.int % (1 << REVISION_BITS)


def panel_values(request: HttpRequest, questions: Sequence[Question]) -> dict[str, str]:
    """Return the hidden variables that an entry link passes, ``?name=value``, by the names of the hidden ``questions``.

    A value that stands twice, is longer than 200 characters, unprintable or not in the variable's list is left out, and the
    log says so without the value: the person enters all the same.
    """
    return _hidden_values({name: [str(value) for value in values] for name, values in request.GET.lists()}, questions)


def known_values(known: Mapping[str, str], questions: Sequence[Question]) -> dict[str, str]:
    """Return the hidden variables among what is known of an invited person, under the same rules as an entry link's."""
    return _hidden_values({name: [value] for name, value in known.items()}, questions)


def _hidden_values(given: Mapping[str, Sequence[str]], questions: Sequence[Question]) -> dict[str, str]:
    found: dict[str, str] = {}
    for question in (question for question in questions if question.kind == "hidden"):
        values = given.get(question.name, ())
        if len(values) == 1 and _is_usable(values[0], question):
            found[question.name] = values[0]
        elif values:
            logger.warning("An entry link gave %s a value that cannot be used; it was left out.", question.name)
    return {name: value for name, value in found.items() if value}


def _is_usable(value: str, question: Question) -> bool:
    if len(value) > LONGEST_PARAMETER or not value.isprintable():
        return False
    return not value or not question.choices or value in question.choice_by_name


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
    return bool(origin) and origin.partition("://")[2] != request.get_host()
