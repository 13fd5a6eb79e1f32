"""What a valid page does to an interview: where its route leads, and which one statement writes it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from respondents import places
from respondents.core.quotas import OutsideEveryCell
from respondents.core.record import pack
from respondents.core.route import Route, follow
from respondents.core.seen import seen
from respondents.places import Busy, Post, Stale, Verdict
from respondents.visits import Visit, visit
from respondents.waking import wake
from surveys.core.codebook import Codebook
from surveys.models import Questionnaire

NOWHERE = (0,)  # no cell has this identifier: a claim on it is refused, because in doubt nobody gets a place
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
    cells = _cells(here, route)
    if here.places_are_due and (cells is not None or here.state == "expired"):
        places.expire(here.wave_id)
    if route.is_finished:
        return _complete(here, post, route, cells), route
    return places.save(post, takes=cells is not None, cells=cells or ()), route


def _retake(here: Visit) -> str:
    if here.places_are_due:
        places.expire(here.wave_id)
    return places.retake(here.interview_id, here.place_minutes)


def _cells(here: Visit, route: Route) -> tuple[int, ...] | None:
    """The cells to take places in now; None while the route has not passed the quota page, or when places are held."""
    if here.state != "screening" or not here.plans.is_passed(route):
        return None
    if here.is_test:
        return ()
    try:
        return tuple(here.plans.cells_of(route.answers))
    except OutsideEveryCell:
        return NOWHERE


def _complete(here: Visit, post: Post, route: Route, cells: tuple[int, ...] | None) -> Verdict:
    codes, extra = pack(_codebook(here.questionnaire_id), route.answers, route.asked)
    extra |= seen(here.questionnaire, route, here.draw)
    verdict = places.complete(post, codes=codes, extra=extra, cells=cells or ())
    if verdict.state == "completed" and not verdict.late and not here.is_test:
        wake(here.wave_id)
    return verdict


@lru_cache(maxsize=64)
def _codebook(questionnaire_id: int) -> Codebook:
    return Questionnaire.objects.get(pk=questionnaire_id).codebook()
