"""The door as members of a panel meet it: an identifier, a link that may be signed, and one interview per person.

A link that is wrong or out of time lets nobody in and is kept as one entry without answers. A second entry goes on where the first
stopped, or is told courteously that it was the second.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from respondents.core.providers import DUPLICATE, QUOTA_FULL, Person, Provider
from respondents.endings import ending
from respondents.models import Interview, Source
from respondents.providers.returning import address_of, is_final
from respondents.providers.rules import provider_of
from respondents.providers.secrecy import SecretLost
from respondents.requests import AFTER, parameter
from respondents.tokens import stored_token_of
from surveys.core.identifiers import uuid7
from surveys.models import Wave

TEST, PASS = "test", "pass"  # parameters of our own links
PASS_SECONDS = 12 * 3600  # how long a first page may stay open, once its link was found right
FORGED_A_MINUTE = 60  # of one wave that are kept: a flood of wrong links fills nothing

# An entry that is no interview: once per first interview, or per wrong link, however often it comes.
KEEP = """
INSERT INTO respondents_interview (id, wave_id, questionnaire_id, source_id, entry_request_id, state, revision, cell_ids, language,
  is_test, imported, started_at, saved_at, ended_at, duplicate_of_id, returned_as, returned_at)
SELECT %(id)s, %(wave)s, %(questionnaire)s, %(source)s, %(once)s, %(state)s::text, 0, '{}', %(language)s, %(is_test)s, false,
  now(), now(), now(), %(first)s, %(told)s::text, CASE WHEN %(told)s::text <> '' THEN now() END
WHERE %(state)s::text <> 'forged' OR (
  SELECT count(*) < %(most)s FROM respondents_interview
  WHERE wave_id = %(wave)s AND state = 'forged' AND started_at > now() - interval '1 minute')
ON CONFLICT DO NOTHING
"""


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Guest:
    """Who stands at the door: nobody in particular, or a person of a panel with what their link brought. ``is_test``: by a test link."""

    identifier: str = ""
    carried: Mapping[str, str] = field(default_factory=dict, hash=False)
    is_test: bool = False


def receive(request: HttpRequest, source: Source, language: str, about: Mapping[str, Any]) -> Guest | HttpResponse:
    """Return who may come in, or what those are answered who may not; ``about`` tells the study to the pages that end here.

    Everybody may come in by a source that is no panel. Raises BadRequest for parameters that no link of ours holds.
    """
    if source.kind != Source.Kind.PANEL:
        return Guest()
    try:
        provider, person = provider_of(source), person_at(request, source)
    except SecretLost:
        logger.error("The secret of source %s can no longer be opened: nobody enters until it is written again.", source.pk)
        return ending("paused", language, status=503, **about)
    if not provider.is_known_enough(person):
        return ending("not_found", language, status=404, **about)  # nobody could be told from anybody else, or be paid
    is_test = is_test_link(source, parameter(request, TEST))
    if provider.entry_check and not is_test and (answer := _check(request, source, provider, language, about)):
        return answer
    if request.method == "GET" and (first := _first(source, person)):
        return _again(source, first, person, language, about) or Guest(person.identifier, person.carried, is_test)
    return Guest(person.identifier, person.carried, is_test)


def person_at(request: HttpRequest, source: Source) -> Person:
    """Return the person that an entry link names. Raises BadRequest."""
    carried = {name: parameter(request, given) for name, given in source.carried.items()}
    return Person(parameter(request, source.id_parameter), carried)


def meet_when_closed(request: HttpRequest, survey_id: int, wave: Wave | None, language: str, about: Mapping[str, Any]) -> HttpResponse:
    """Tell that the field is closed; ``wave`` is one whose hour is past.

    A panel's member goes back as quota full, or finds the end of their own interview.
    """
    waves = {"wave": wave} if wave else {"wave__survey": survey_id, "wave__state": Wave.State.CLOSED}
    code = parameter(request, "source", Source.OPEN_CODE)
    source = Source.objects.filter(**waves, code=code, kind=Source.Kind.PANEL).order_by("wave").last()
    return ending("closed", language, **about) if source is None else _meet_when_closed(request, source, language, about)


def entry_address(source: Source, provider: Provider, values: Mapping[str, str]) -> str:
    """Return the link by which a panel's members enter, with ``values`` by parameter."""
    return f"{settings.PUBLIC_URL}{reverse('door', args=[source.wave.survey.slug])}?{urlencode({'source': source.code, **values})}"


def pass_for_tests(source: Source) -> str:
    """Return what makes an entry link a test link: only this application can make it."""
    return signing.Signer(salt="respondents.test_link").signature(str(source.pk))


def is_test_link(source: Source, given: str) -> bool:
    """Say whether an entry link is one of our test links."""
    if not given:
        return False
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    right = [signing.Signer(key=key, salt="respondents.test_link").signature(str(source.pk)) for key in keys]
    return any(hmac.compare_digest(each.encode(), given.encode()) for each in right)


def _meet_when_closed(request: HttpRequest, source: Source, language: str, about: Mapping[str, Any]) -> HttpResponse:
    try:
        provider, person = provider_of(source), person_at(request, source)
    except SecretLost:
        return ending("closed", language, **about)
    is_right = provider.is_known_enough(person) and not provider.entry_fault(_public_address(request), _now())
    first = _first(source, person) if is_right else None
    if first is not None and (token := _token_of(first)):
        return HttpResponseRedirect(reverse("interview", args=[token]))
    goes_to = address_of(Interview(source=source), QUOTA_FULL, person) if is_right else ""
    return ending("closed", language, **about, goes_to=goes_to)


def _check(request: HttpRequest, source: Source, provider: Provider, language: str, about: Mapping[str, Any]) -> HttpResponse | None:
    """Let a right link through to the same address with a pass of our own in place of the panel's signature; refuse any other."""
    if _has_pass(request, source):
        return None
    fault = "forged" if PASS in request.GET or request.method == "POST" else provider.entry_fault(_public_address(request), _now())
    if not fault:
        return HttpResponseRedirect(_with_pass(request, source, provider.entering.option("parameter")))
    if request.method != "HEAD":  # which a browser sends ahead, and nobody sees
        _keep(source, Interview.State.FORGED, f"forged:{_public_address(request)}", language)
    return ending("forged", language, status=403, **about)


def _again(source: Source, first: Interview, person: Person, language: str, about: Mapping[str, Any]) -> HttpResponse | None:
    """What a second entry is answered; None when the person may try again, since they found no place and were not told so."""
    tells = bool(source.returns)
    if is_final(first) and (first.returned_as or not tells):
        _keep(source, Interview.State.DUPLICATE, f"duplicate:{first.pk}", language, first=first, told=DUPLICATE if tells else "")
        return ending("already", language, **about, goes_to=address_of(Interview(source=source), DUPLICATE, person))
    token = _token_of(first)
    if not token or first.state == Interview.State.QUOTA_FULL:
        return None
    return HttpResponseRedirect(reverse("interview", args=[token]))


def _first(source: Source, person: Person) -> Interview | None:
    return Interview.objects.filter(wave=source.wave_id, source=source, external_id=person.identifier).first()


def _token_of(interview: Interview) -> str:
    return stored_token_of(interview.pk, bytes(interview.token_sha256)) if interview.token_sha256 else ""


def _keep(source: Source, state: str, once: str, language: str, first: Interview | None = None, told: str = "") -> None:
    """Keep an entry that is no interview. Of ``once`` a keyed hash is kept, from which no identifier can be read."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"respondents.entry:{source.pk}:{once}".encode(), "sha256")
    parameters: dict[str, Any] = {
        "id": uuid7(),
        "wave": source.wave_id,
        "questionnaire": source.wave.questionnaire_id,
        "source": source.pk,
        "once": uuid.UUID(bytes=digest[:16]),
        "state": state,
        "language": language,
        "is_test": source.for_tests or source.wave.state == "test" or bool(first and first.is_test),
        "first": first.pk if first else None,
        "told": told,
        "most": FORGED_A_MINUTE,
    }
    with connection.cursor() as cursor:
        cursor.execute(KEEP, parameters)


def _has_pass(request: HttpRequest, source: Source) -> bool:
    try:
        kept = signing.loads(request.GET.get(PASS, ""), salt="respondents.entry_pass", max_age=PASS_SECONDS)
    except signing.BadSignature:
        return False
    return hmac.compare_digest(str(kept), _digest(source, dict(request.GET.lists())))


def _with_pass(request: HttpRequest, source: Source, signature: str) -> str:
    kept = {name: values for name, values in request.GET.lists() if name != signature}
    kept[PASS] = [signing.dumps(_digest(source, kept), salt="respondents.entry_pass")]
    return f"{request.path}?{urlencode(kept, doseq=True)}"


def _digest(source: Source, parameters: Mapping[str, list[str]]) -> str:
    """What a pass vouches for: every parameter but the language and what led here, which the person may change."""
    vouched = sorted((name, values) for name, values in parameters.items() if name not in (PASS, "lang", AFTER))
    return hashlib.sha256(f"{source.pk}:{vouched}".encode()).hexdigest()


def _public_address(request: HttpRequest) -> str:
    """The address as the panel signed it: ours as the world knows it, its parameters untouched."""
    return f"{settings.PUBLIC_URL}{request.path}?{request.META.get('QUERY_STRING', '')}"


def _now() -> float:
    """The database's clock, in seconds since 1970: a web process whose own is wrong refuses nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now())")
        return float(cursor.fetchone()[0])
