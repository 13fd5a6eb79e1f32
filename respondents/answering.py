"""What a valid page does to an interview: where its route leads, and which one statement writes it."""

from __future__ import annotations

from functools import lru_cache

from respondents import places
from respondents.core.quotas import OutsideEveryCell
from respondents.core.record import pack
from respondents.core.route import Route, follow
from respondents.places import Post, Verdict
from respondents.visits import Visit
from respondents.waking import wake
from surveys.core.codebook import Codebook
from surveys.models import Questionnaire

NOWHERE = (0,)  # no cell has this identifier: a claim on it is refused, because in doubt nobody gets a place


def advance(here: Visit, post: Post) -> tuple[Verdict, Route]:
    """Write a valid page and return what it did, with the route as it then is. Raises places.Busy.

    A page that is closed, or that comes after the end, is kept in the log and changes nothing.
    """
    if here.is_ended or here.is_closed_page(post.page):
        return places.save(post), here.route
    if here.places_are_due:
        places.expire(here.wave_id)
    route = follow(here.questionnaire, {**here.saved, post.page: post.answers})
    if route.ends_as:
        return places.end(post, route.ends_as), route
    cells = _cells(here, route)
    if route.is_finished:
        return _complete(here, post, route, cells), route
    return places.save(post, takes=bool(cells is not None), cells=cells or ()), route


def come_back(here: Visit) -> str:
    """Give a returning respondent the places that expired, if there is still room; return the state after it. Raises places.Busy."""
    if here.state != "expired":
        return here.state
    if here.places_are_due:
        places.expire(here.wave_id)
    return places.retake(here.interview_id, here.place_minutes)


def _cells(here: Visit, route: Route) -> tuple[int, ...] | None:
    """The cells to take places in now; None while the route has not passed the quota page, or when places are held."""
    if here.state != "screening" or route.current == here.plans.page or here.plans.page not in route.pages:
        return None
    if here.is_test:
        return ()
    try:
        return tuple(here.plans.cells_of(route.answers))
    except OutsideEveryCell:
        return NOWHERE


def _complete(here: Visit, post: Post, route: Route, cells: tuple[int, ...] | None) -> Verdict:
    codes, extra = pack(_codebook(here.questionnaire_id), route.answers, route.asked)
    verdict = places.complete(post, codes=codes, extra=extra, cells=cells or ())
    if verdict.state == "completed" and not verdict.late and not here.is_test:
        wake(here.wave_id)
    return verdict


@lru_cache(maxsize=64)
def _codebook(questionnaire_id: int) -> Codebook:
    return Questionnaire.objects.get(pk=questionnaire_id).codebook()
