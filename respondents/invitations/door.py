"""The personal links: into the interview, once and to the very page on every later visit; out of the letters; and answers taken back."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from respondents import places
from respondents.answering import try_again
from respondents.endings import ending, for_respondents
from respondents.invitations.people import unsubscribe as take_out
from respondents.models import Interview, Invitation
from respondents.places import Post, Stale
from respondents.providers.entering import Guest
from respondents.quality import reviewing
from respondents.requests import asked_language, from_foreign_site, known_values, visitor_language
from respondents.tokens import sha256_of, stored_token_of
from respondents.views import first_page, shut
from respondents.visits import Visit, visit
from surveys.form.pages import study_values
from surveys.form.speech import speaking
from surveys.models import Wave

LONGEST_CODE = 64
ANSWERED = (Interview.State.COMPLETED, Interview.State.OVER, Interview.State.REMOVED)
WITHDRAWN = "withdrawal"  # the log's page name for answers taken back before the end
TRIES = 5

# The invitation's own interview is the one that entered under its number: noted once, whichever request sees it first.
ATTACH = """
UPDATE respondents_invitation n SET interview_id = i.id FROM respondents_interview i
WHERE n.id = %s AND n.interview_id IS NULL AND i.wave_id = n.wave_id AND i.source_id = n.source_id AND i.external_id = n.id::text
RETURNING i.id
"""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@for_respondents
def invited(request: HttpRequest, code: str) -> HttpResponse:
    """Open the door to the person invited: the first page, whose post makes their one interview; later, where they were."""
    invitation = _find(code)
    if invitation is None:
        return ending("not_found", visitor_language(request), status=404)
    language = _language(request, invitation)
    here = _interview(invitation)
    if here is not None:
        return _come_back(here, language, invitation)
    wave = Wave.objects.on_the_clock().select_related("survey", "questionnaire").get(pk=invitation.wave_id)
    if wave.state == Wave.State.PAUSED or (wave.is_open and wave.hours != "within"):
        return shut(request, wave.survey, language, wave if wave.is_open else None)
    if not wave.is_open:
        return ending("closed", language, **_about(invitation))
    assert wave.questionnaire is not None, "a wave is opened with its questionnaire"
    known = known_values(invitation.panelist.known, wave.questionnaire.definition().pages[0].questions)
    response = first_page(request, wave, invitation.source, language, Guest(str(invitation.pk)), known)
    if request.method == "POST":
        _attach(invitation)
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@for_respondents
def unsubscribe(request: HttpRequest, code: str) -> HttpResponse:
    """Ask whether somebody wants no more letters, and do it on a post: their own, or their mailbox's (RFC 8058), without login."""
    invitation = _find(code)
    if invitation is None:
        return ending("not_found", visitor_language(request), status=404)
    language = _language(request, invitation)
    if request.method == "POST":
        take_out(invitation.panelist_id)
    return _page(invitation, language, done="unsubscribed" if request.method == "POST" else "", ask="unsubscribe")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@for_respondents
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Ask whether somebody takes their answers back, during the interview or after it, and do it on their post."""
    invitation = _find(code)
    if invitation is None:
        return ending("not_found", visitor_language(request), status=404)
    language = _language(request, invitation)
    if request.method != "POST":
        return _page(invitation, language, ask="withdraw")
    if from_foreign_site(request):
        return ending("foreign", language, status=403, **_about(invitation))
    here = _interview(invitation)
    if here is not None:
        take_back(here)
    return _page(invitation, language, done="withdrawn" if here else "nothing", ask="withdraw")


def take_back(here: Visit) -> None:
    """Take an interview out of quotas and figures at its person's wish: a completed one is removed for good, one under way ends
    as refused.

    Somebody silent for so long that they count as gone ends as refused too: no letter calls them back. One that ended
    otherwise is used nowhere, and stays as it is. Raises places.Busy.
    """
    if here.state in (Interview.State.COMPLETED, Interview.State.REMOVED):
        reviewing.take_back(here.interview_id, here.wave_id)
        return
    request_id, body, now = uuid.uuid4(), hashlib.sha256(WITHDRAWN.encode()).digest(), here
    if here.state == Interview.State.ABANDONED:
        places.reopen(here.interview_id)
        now = visit(here.token) or here
    for _ in range(TRIES):
        if now.is_ended:
            return
        post = Post(now.interview_id, now.revision, request_id, body, WITHDRAWN, {}, now.language, False, now.place_minutes)
        try:
            places.end(post, "refused")
        except Stale:
            now = visit(here.token) or now
            continue
        return
    raise places.Busy


def _find(code: str) -> Invitation | None:
    if len(code) > LONGEST_CODE:
        return None
    everything = Invitation.objects.select_related("wave__survey", "wave__questionnaire", "source", "panelist", "interview")
    return everything.filter(code_sha256=sha256_of(code)).first()


def _language(request: HttpRequest, invitation: Invitation) -> str:
    survey = invitation.wave.survey
    own = invitation.panelist.language
    return asked_language(request, survey.languages, own if own in survey.languages else survey.default_language)


def _interview(invitation: Invitation) -> Visit | None:
    """The one interview of an invitation as it is now, None while there is none."""
    interview = invitation.interview or _attach(invitation)
    token = stored_token_of(interview.pk, bytes(interview.token_sha256)) if interview and interview.token_sha256 else ""
    return visit(token) if token else None


def _attach(invitation: Invitation) -> Interview | None:
    with connection.cursor() as cursor:
        cursor.execute(ATTACH, [invitation.pk])
        row = cursor.fetchone()
    return Interview.objects.get(pk=row[0]) if row else None


def _come_back(here: Visit, language: str, invitation: Invitation) -> HttpResponse:
    if here.state in ANSWERED:
        return ending("already", language, **_about(invitation))
    if here.wave_state != Wave.State.CLOSED:
        try_again(here)
    return HttpResponseRedirect(reverse("interview", args=[here.token]), status=303)


def _about(invitation: Invitation) -> dict[str, Any]:
    questionnaire = invitation.wave.questionnaire
    return dict(study_values(questionnaire.definition())) if questionnaire else {"title": invitation.wave.survey.title}


def _page(invitation: Invitation, language: str, *, ask: str, done: str = "") -> HttpResponse:
    context = {**_about(invitation), "language": language, "ask": ask, "done": done, "address": invitation.panelist.email}
    with speaking(language, {}):
        response = HttpResponse(render_to_string("respondents/invitations/choice.html", context))
    add_never_cache_headers(response)
    return response
