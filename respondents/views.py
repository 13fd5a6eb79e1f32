"""What respondents meet: the list of surveys, the door of one, and the pages of an interview.

No session, no cookie, no ORM object on a page's way: one indexed read, one guarded write, a redirect. The token in the
address is the secret; a post that a foreign site sends is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from respondents.answering import advance, come_back
from respondents.core.devices import device_of
from respondents.core.foresight import closes_next, progress
from respondents.core.route import follow
from respondents.endings import OUTCOMES, RETRY_SECONDS, ending, for_respondents
from respondents.entry import Entry, Shut, enter, made_before
from respondents.models import Source
from respondents.places import Busy, Post
from respondents.providers.entering import Guest, meet_when_closed, receive
from respondents.providers.returning import Changed, is_being_told, return_address
from respondents.quality.devices import device_sha256
from respondents.requests import (
    AFTER,
    LANGUAGES,
    address,
    asked_language,
    body_sha256,
    from_foreign_site,
    language_addresses,
    language_links,
    new_request_id,
    panel_values,
    parameter,
    posted_fields,
    preferred_language,
    request_id_of,
    revision_shown,
    visitor_language,
)
from respondents.visits import ENDED, Visit, visit
from surveys.core.clocks import wall_of
from surveys.core.expressions import Answer
from surveys.core.questionnaire import Questionnaire as Definition
from surveys.form.answers import CONFIRMATION
from surveys.form.pages import CompiledPage, PageView, Posted, compile_page, study_values
from surveys.form.speech import speaking
from surveys.models import Questionnaire, Survey, Wave

logger = logging.getLogger(__name__)


@require_safe
@for_respondents
def home(request: HttpRequest) -> HttpResponse:
    """List the studies: what can be answered now, and what can be read."""
    language = visitor_language(request)
    with override(language):
        surveys = [_card(survey, language) for survey in Survey.objects.with_open_wave()]
        context = {"surveys": surveys, "language": language, "languages": language_links(request, LANGUAGES)}
        return render(request, "respondents/home.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@for_respondents
def door(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the first page of a survey, and store nothing; its post makes the interview."""
    survey = get_object_or_404(Survey, slug=slug)
    language = asked_language(request, survey.languages, preferred_language(request, survey.languages, survey.default_language))
    wave = survey.open_wave
    if wave is None:
        return shut(request, survey, language)
    source = get_object_or_404(Source, wave=wave, code=parameter(request, "source", Source.OPEN_CODE))
    if wave.hours != "within" and not source.for_tests:
        return shut(request, survey, language, wave)
    if source.kind == Source.Kind.INVITATIONS:
        return ending("not_found", language, status=404, **_about_survey(survey))  # only a personal link leads in through it
    guest = receive(request, source, language, _about_survey(survey))
    if isinstance(guest, HttpResponse):
        return guest
    return first_page(request, wave, source, language, guest, panel_values(request, _definition(wave).pages[0].questions))


def first_page(request: HttpRequest, wave: Wave, source: Source, language: str, guest: Guest, hidden: Mapping[str, str]) -> HttpResponse:
    """Show the first page of a wave to somebody who comes through ``source``; its post makes their interview.

    ``guest`` is who they are at the source; ``hidden`` the hidden variables that are given.
    """
    if request.method == "POST":
        return _enter(request, wave, source, language, guest, hidden)
    return _door_page(request, wave, source, guest, language, PageView(_action(request, language), str(new_request_id()), hidden))


@require_safe
@for_respondents
def interview(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to the current page of an interview, or tell how it ended."""
    here = visit(token)
    if here is None:
        return ending("not_found", visitor_language(request), status=404)
    language = asked_language(request, here.questionnaire.languages, here.language)
    closed = here.wave_state == Wave.State.CLOSED
    state = here.state if closed or here.is_told else come_back(here)
    if closed or here.is_told or state in OUTCOMES:
        return _leave(here, state, language)
    comes_back = len(here.saved) > 1  # with the consent alone, they have just come in
    return HttpResponseRedirect(_address(here, _current(here), language, after="return" if comes_back else ""))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@for_respondents
def page(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Show a page of an interview, or take its post: validate, write in one statement, redirect."""
    here = visit(token)
    if here is None:
        return ending("not_found", visitor_language(request), status=404)
    if name not in here.questionnaire.page_by_name:
        raise Http404
    language = asked_language(request, here.questionnaire.languages, here.language)
    if request.method == "POST":
        return _post(request, here, name, language)
    shown = name in here.route.pages and not here.is_closed_page(name) and name != here.questionnaire.pages[0].name
    if not shown or here.is_ended or here.wave_state == Wave.State.CLOSED or come_back(here) == "expired":
        return HttpResponseRedirect(reverse("interview", args=[token]))
    return _page(request, here, name, language, _view(request, here, name, language))


def _leave(here: Visit, state: str, language: str) -> HttpResponse:
    """Tell how it ended; whoever came from a panel that is told so goes back to it at once, by the one address that is theirs."""
    try:
        goes_to = return_address(here.interview_id, state) if here.tells_panel else ""
    except Changed:
        return HttpResponseRedirect(reverse("interview", args=[here.token]))
    stopped = here.wave_state == Wave.State.CLOSED and state not in ENDED
    about = {**_about(here), "return_url": here.return_url, "goes_to": goes_to, "waits": bool(goes_to) and is_being_told(here.interview_id)}
    return ending("closed" if stopped else OUTCOMES.get(state, "closed"), language, **about)


def shut(request: HttpRequest, survey: Survey, language: str, wave: Wave | None = None) -> HttpResponse:
    """What is told at a door that does not open: paused, not yet, or no longer; ``wave`` is one that waits for its hour or is past it."""
    request_id = request_id_of(request) if request.method == "POST" else None
    token = made_before(survey.pk, request_id) if request_id else ""
    if token:
        return HttpResponseRedirect(reverse("interview", args=[token]), status=303)
    about = _about_survey(survey)
    if wave is not None and wave.hours == "before" and wave.opens_at:
        return ending("not_yet", language, opens_at=wall_of(wave.opens_at, wave.time_zone), **about)
    paused = survey.paused_wave if wave is None else None
    if paused is None:
        return meet_when_closed(request, survey.pk, wave, language, about)
    return ending("paused", language, message=paused.pause_message.get(language, ""), **about)


def _enter(request: HttpRequest, wave: Wave, source: Source, language: str, guest: Guest, hidden: Mapping[str, str]) -> HttpResponse:
    if from_foreign_site(request):
        return ending("foreign", language, status=403, **_about_survey(wave.survey))
    definition = _definition(wave)
    first = definition.pages[0]
    fields = posted_fields(request)
    posted = _compiled(wave.questionnaire_id or 0, first.name, language).parse(fields, hidden)
    request_id = request_id_of(request)
    if posted.errors or request_id is None:
        view = PageView(_action(request, language), str(new_request_id()), {**hidden, **posted.answers}, posted.errors)
        return _door_page(request, wave, source, guest, language, view, status=422)
    refuses = follow(definition, {first.name: {**hidden, **posted.answers}}).ends_as == "refused"
    entry = Entry(
        wave=wave,
        source=source,
        external_id=guest.identifier,
        request_id=request_id,
        body_sha256=body_sha256(fields),
        page=first,
        language=language,
        answers={**hidden, **posted.answers},
        choice=str(posted.answers.get(definition.consent.name, "")),
        refuses=refuses,
        draws_group=not refuses and any(question.split == "equal" for question in definition.questions.values()),
        device=device_of(request.headers.get("User-Agent", ""), request.headers.get("Sec-CH-UA-Mobile", "")),
        device_sha256=device_sha256(request, wave),
        carried=guest.carried,
        by_test_link=guest.is_test,
    )
    try:
        token = enter(entry)
    except Shut:
        return shut(request, wave.survey, language)
    if not token:
        return ending("already", language, **_about_survey(wave.survey))
    return HttpResponseRedirect(reverse("interview", args=[token]), status=303)


def _post(request: HttpRequest, here: Visit, name: str, language: str) -> HttpResponse:
    if from_foreign_site(request):
        return ending("foreign", language, status=403, **_about(here))
    closed = here.wave_state == Wave.State.CLOSED
    if closed or (name not in here.route.pages and name not in here.saved):
        return HttpResponseRedirect(reverse("interview", args=[here.token]), status=303)
    fields = posted_fields(request)
    posted = _compiled(here.questionnaire_id, name, language).parse(fields, _known_without(here, name))
    request_id = request_id_of(request)
    if posted.errors or request_id is None:
        view = _view(request, here, name, language, posted)
        return _page(request, here, name, language, view, status=422)
    post = Post(
        here.interview_id,
        here.revision,
        request_id,
        body_sha256(fields),
        name,
        _kept(here, name, posted),
        language,
        here.plans.closes(name, here.route),
        here.place_minutes,
    )
    try:
        verdict, route = advance(here, post)
    except (Busy, DatabaseError) as error:
        # No more is told: the error's own message may hold answers.
        logger.warning(
            "A page of wave %s is not saved: %s %s", here.wave_id, type(error).__name__, getattr(error.__cause__, "sqlstate", "")
        )
        # The very same request can be sent again: its identifier makes it count once.
        view = _view(request, here, name, language, replace(posted, errors={}), request_id=str(request_id), busy=True)
        return _page(request, here, name, language, view, status=503)
    if verdict.state not in ("screening", "reserved"):
        return HttpResponseRedirect(reverse("interview", args=[here.token]), status=303)
    if verdict.late:
        return HttpResponseRedirect(_address(here, _current(here), language, after="late"), status=303)
    after = "stale" if _was_overtaken(here, post) else ""
    return HttpResponseRedirect(_address(here, route.page_after(name), here.language, after=after), status=303)


def _kept(here: Visit, name: str, posted: Posted) -> dict[str, Answer]:
    """What the log keeps of a post: its answers and confirmations, and what the entry link gave, which nobody changes later."""
    given, questions = here.saved.get(name, {}), here.questionnaire.page_by_name[name].questions
    hidden = {each.name: given[each.name] for each in questions if each.kind == "hidden" and each.name in given}
    confirmed = {question + CONFIRMATION: "1" for question in posted.confirmed}
    return {**hidden, **posted.answers, **confirmed}


def _known_without(here: Visit, name: str) -> dict[str, Answer]:
    """What is known when a page is judged: the answers of the others, and what chance or the entry link gave on it."""
    own = {each.name for each in here.questionnaire.page_by_name[name].questions if each.is_asked or each.calculation is not None}
    return {key: answer for key, answer in here.route.answers.items() if key not in own}


def _was_overtaken(here: Visit, post: Post) -> bool:
    """Say whether a page shown before later answers were saved has just changed earlier ones: an old tab, or the way back."""
    earlier = here.saved.get(post.page)
    return earlier is not None and dict(earlier) != dict(post.answers) and revision_shown(post.request_id) < here.revision


def _view(
    request: HttpRequest,
    here: Visit,
    name: str,
    language: str,
    posted: Posted | None = None,
    request_id: str = "",
    busy: bool = False,
) -> PageView:
    before = here.route.page_before(name)
    can_go_back = before and before != here.route.order[0] and not here.is_closed_page(before)
    takes_place = bool(here.plans.plans) and name == here.plans.page(here.route) and not here.is_closed_page(name)
    return PageView(
        action=_action(request, language),
        request_id=request_id or str(new_request_id(here.revision)),
        answers={**here.route.answers, **(posted.answers if posted else here.saved.get(name, {}))},
        errors=posted.errors if posted else {},
        doubted=posted.doubted if posted else here.route.confirmed,
        confirmed=posted.confirmed if posted else here.route.confirmed,
        order_seed=str(here.interview_id),
        back=_address(here, before, language) if can_go_back else "",
        progress=progress(here.questionnaire, here.route, name),
        languages=language_addresses(request, here.questionnaire.languages),
        is_test=here.is_test,
        notice=_notice(request, here, language, busy=busy),
        closing=takes_place or closes_next(here.questionnaire, here.route, name),
    )


def _notice(request: HttpRequest, here: Visit, language: str, *, busy: bool) -> str:
    after = request.GET.get(AFTER) if request.method != "POST" else ""
    with speaking(language, here.questionnaire.words):
        if busy:
            return _("Your answers could not be saved just now. Please press the button again.")
        if after == "return":
            number = len(here.route.asked - {here.questionnaire.consent.name}) + 1
            return _("You are resuming at question %(number)s. Your answers are saved.") % {"number": number}
        if after == "stale":
            return _("Your changed answers are saved. You had already gone further: please check the pages that follow.")
        return _("That page is closed: the answers you first gave there are kept.") if after == "late" else ""


def _page(request: HttpRequest, here: Visit, name: str, language: str, view: PageView, status: int = 200) -> HttpResponse:
    response = HttpResponse(_compiled(here.questionnaire_id, name, language).html(view), status=status)
    add_never_cache_headers(response)
    if status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _door_page(
    request: HttpRequest, wave: Wave, source: Source, guest: Guest, language: str, view: PageView, status: int = 200
) -> HttpResponse:
    survey, definition = wave.survey, _definition(wave)
    is_test = guest.is_test or source.for_tests or wave.state == Wave.State.TEST
    view = replace(view, languages=language_addresses(request, survey.languages), progress=0, is_test=is_test)
    page_html = _compiled(wave.questionnaire_id or 0, definition.pages[0].name, language).html(view)
    response = HttpResponse(page_html, status=status)
    add_never_cache_headers(response)
    return response


def _action(request: HttpRequest, language: str) -> str:
    """The post goes to this same address, in the language in which the page was read."""
    return address(request, lang=language)


def _address(here: Visit, name: str, language: str, after: str = "") -> str:
    """A page of the interview, in its language or, until a page is saved in it, in the one just chosen."""
    parameters = {"lang": language if language != here.language else "", AFTER: after}
    query = urlencode({key: value for key, value in parameters.items() if value})
    return reverse("page", args=[here.token, name]) + (f"?{query}" if query else "")


def _current(here: Visit) -> str:
    return here.route.current or here.route.pages[-1]


def _about(here: Visit) -> dict[str, Any]:
    return {**study_values(here.questionnaire), "words": here.questionnaire.words, "is_test": here.is_test}


def _about_survey(survey: Survey) -> dict[str, Any]:
    return {
        "title": survey.title,
        "study_language": survey.default_language,
        "sponsor": survey.sponsor,
        "sponsor_quality": survey.sponsor_quality,
        "institute": survey.institute,
        "demonstration": survey.is_demonstration,
    }


def _card(survey: Any, language: str) -> dict[str, object]:
    return {
        "title": survey.title,
        "population": survey.text(survey.population, language),
        "url": reverse("door", args=[survey.slug]),
        "results_url": reverse("results", args=[survey.slug]),
        "is_open": survey.has_open_wave,
        "demonstration": survey.is_demonstration,
    }


def _definition(wave: Wave) -> Definition:
    assert wave.questionnaire is not None  # a wave is opened with its questionnaire
    return wave.questionnaire.definition()


@lru_cache(maxsize=2048)
def _compiled(questionnaire_id: int, name: str, language: str) -> CompiledPage:
    definition = Questionnaire.objects.get(pk=questionnaire_id).definition()
    return compile_page(definition, definition.page_by_name[name], language)
