"""What a valid page does to an interview: where its route leads, and which one statement writes it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from respondents import places
from respondents.core.quotas import OutsideEveryCell
from respondents.core.record import pack
from respondents.core.route import Route, follow
from respondents.core.seen import seen
from respondents.field.running import stop_soft_launch
from respondents.places import Busy, Claim, Post, Stale, Verdict
from respondents.visits import Visit, visit
from respondents.waking import wake
from surveys.core.codebook import Codebook
from surveys.models import Questionnaire

NOWHERE = Claim((0,))  # no cell has this identifier: a claim on it is refused, because in doubt nobody gets a place
TRIES = 10  # posts of one interview that cross one another are judged one after the other


def advance(here: Visit, post: Post) -> tuple[Verdict, Route]:
    """Write a valid page and return what it did, with the route as it then is. Raises places.Busy.

    A page that is closed, or that comes after the end, is kept in the log and changes nothing. When another request
    changed the interview meanwhile, the page is judged again on what that one left.
    """
    found: Visit | None = here
    for _ in range(TRIES):
        if found is None:
            break
        try:
            return _advance(found, replace(post, revision=found.revision))
        except Stale:
            found = visit(here.token)
    raise Busy


def come_back(here: Visit) -> str:
    """Let a returning respondent go on, with the places that expired if there is still room; return the state after it. Raises places.Busy."""
    if here.state == "abandoned":
        places.reopen(here.interview_id)
        return "screening"
    if here.state != "expired":
        return here.state
    return _retake(here)


def try_again(here: Visit) -> None:
    """Let a panel member who comes back have places, whether theirs expired or they found none. Raises places.Busy.

    Places may have been given back since. Whoever had answered everything gives the last page again. What their panel was
    told stands.
    """
    if here.is_told:
        return
    if here.state == "quota_full" and here.route.is_finished:
        places.reopen(here.interview_id)
    elif here.state in ("expired", "quota_full"):
        _retake(here)


def _advance(here: Visit, post: Post) -> tuple[Verdict, Route]:
    if here.is_ended or here.is_closed_page(post.page):
        return places.save(replace(post, closed=True)), here.route
    route = follow(here.questionnaire, {**here.saved, post.page: post.answers}, here.draw)
    if route.ends_as:
        return places.end(post, route.ends_as), route
    claim = _claim(here, route) if here.state == "screening" and here.plans.is_passed(route) else None
    if here.places_are_due and (claim is not None or here.state == "expired"):
        places.expire(here.wave_id)
    if route.is_finished:
        return _complete(here, post, route, claim or Claim()), route
    post = replace(post, leads_to=route.current)
    if claim is None:
        return places.save(post), route
    verdict = places.save(post, takes=True, cells=claim.cells, blocks=claim.blocks)
    if claim.blocks:  # the groups that came with the place say where the route leads
        found = visit(here.token)
        return verdict, found.route if found else route
    return verdict, route


def _retake(here: Visit) -> str:
    if here.places_are_due:
        places.expire(here.wave_id)
    blocks = _claim(here, here.route).blocks if here.state == "quota_full" else ()
    return places.retake(here.interview_id, here.place_minutes, blocks)


def _claim(here: Visit, route: Route) -> Claim:
    """The places that an interview on this route needs; none in a test."""
    if here.is_test:
        return Claim()
    try:
        return here.plans.claim_of(route.answers)
    except OutsideEveryCell:
        return NOWHERE


def _complete(here: Visit, post: Post, route: Route, claim: Claim) -> Verdict:
    codes, extra = pack(_codebook(here.questionnaire_id), route.answers, route.asked)
    extra |= seen(here.questionnaire, route, here.draw)
    cells = NOWHERE.cells if claim.blocks else claim.cells  # a group cannot be given with the last page: the study's check sees to it
    verdict = places.complete(post, codes=codes, extra=extra, cells=cells)
    if verdict.state == "completed" and not verdict.late and not here.is_test:
        wake(here.wave_id)
        if here.wave_state == "soft":
            stop_soft_launch(here.wave_id)
    return verdict


@lru_cache(maxsize=64)
def _codebook(questionnaire_id: int) -> Codebook:
    return Questionnaire.objects.get(pk=questionnaire_id).codebook()
