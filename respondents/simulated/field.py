"""One simulated field: people come, take places, finish or leave, by the statements of the real one, hour after virtual hour."""

from __future__ import annotations

import copy
import hashlib
import heapq
import itertools
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from respondents import places
from respondents.answering import NOWHERE
from respondents.audit import audit
from respondents.core.arrivals import HOUR, Visitor, saves_that_matter
from respondents.core.forecast import CellCourse, Course
from respondents.core.quotas import OutsideEveryCell
from respondents.entry import Entry, enter
from respondents.models import Interview, QuotaCell, Source
from respondents.places import Claim, Post, Stale, Verdict
from respondents.plans import WavePlans, plans_of
from respondents.simulated.scratch import scratch, tell_time, tidy
from respondents.tokens import sha256_of
from surveys.core.identifiers import uuid7
from surveys.models import Wave

TIDY_AT = 50  # starts; then at each doubling
BODY = hashlib.sha256(b"simulated").digest()

Process = Iterator[float]  # somebody's or something's life: each time it yields, the moment at which it goes on


@dataclass(frozen=True)
class Setting:
    """How a field is played: when it opens, how long a place is held, and when it ends at the latest.

    It ends when the wave's target is completed, after so many ``hours``, or after so many ``starts``. With ``every_page`` all
    pages are saved, also those that no place depends on.
    """

    opens: datetime
    place_minutes: int
    hours: float
    starts: int
    every_page: bool = False


def play(wave: Wave, setting: Setting, people: Iterable[Visitor]) -> Course:
    """Play a field on a scratch session and return its course. Nothing real is changed: PostgreSQL would refuse it.

    Raises ValueError for a wave without questionnaire or target.
    """
    if wave.questionnaire_id is None or not wave.target:
        raise ValueError("A field is simulated for a wave with a questionnaire and a target.")
    with scratch(wave):
        return play_here(wave, setting, people)


def play_here(wave: Wave, setting: Setting, people: Iterable[Visitor]) -> Course:
    """Play a field on the session that is there, whose ``now()`` must be the clock that is told its time."""
    return _Field(wave, setting).play(people)


class _Field:
    def __init__(self, wave: Wave, setting: Setting) -> None:
        self.wave = copy.copy(wave)
        self.wave.state = Wave.State.LIVE  # of a wave that is being tested too, the interviews would count
        self.setting = setting
        self.lifetime = 60.0 * setting.place_minutes
        cells = QuotaCell.objects.filter(wave=wave).in_plan_order()
        self.course = Course(wave.target or 0, setting.place_minutes, {cell.pk: CellCourse(cell.target) for cell in cells})
        self.plans: WavePlans = plans_of(wave.pk, wave.questionnaire_id or 0, max(self.course.cells, default=0))
        self.source = Source(wave=self.wave, kind=Source.Kind.OPEN)
        self.agenda: list[tuple[float, int, Process]] = []
        self.numbers = itertools.count()
        self.now = 0.0

    def play(self, people: Iterable[Visitor]) -> Course:
        self._tell(0.0)
        self._begin(self._audits())
        self._begin(self._arrivals(people))
        while self.agenda and self.course.reached is None:
            at, _, process = heapq.heappop(self.agenda)
            self._tell(at)
            self._begin(process)
        self._close()
        return self.course

    def _begin(self, process: Process) -> None:
        """Let a process go on until the next moment that it waits for."""
        moment = next(process, None)
        if moment is not None and moment <= HOUR * self.setting.hours:
            heapq.heappush(self.agenda, (moment, next(self.numbers), process))

    def _tell(self, at: float) -> None:
        self.now = at
        tell_time(self.setting.opens + timedelta(seconds=at))

    def _arrivals(self, people: Iterable[Visitor]) -> Process:
        for visitor in itertools.islice(people, self.setting.starts):
            yield visitor.arrives
            self.course.starts += 1
            self._begin(self._visit(visitor))

    def _audits(self) -> Process:
        tidy_at = TIDY_AT
        for hour in itertools.count(1):
            yield hour * HOUR
            if len(self.agenda) == 0:
                return  # everybody has come and gone
            places.expire(self.wave.pk)
            places.abandon()
            if self.course.starts >= tidy_at:
                tidy()
                tidy_at = 2 * self.course.starts
            self._audit()

    def _sweep(self, at: float) -> Process:
        """The clock's own look at the places, when one of them is due."""
        yield at
        places.expire(self.wave.pk)

    def _visit(self, visitor: Visitor) -> Process:
        """One person, from the door to the page after which they take their places, and on to their end."""
        interview = self._enter(visitor)
        claim = max(1, visitor.way.quota_page)
        if visitor.profile.ends == "refused":
            return self._count("refused")
        for page in range(1, min(claim, visitor.last_page + 1)) if self.setting.every_page else ():
            yield visitor.arrives + visitor.saved[page]
            interview.save(page)
        if visitor.last_page < claim:
            return self._count("left_before")
        yield visitor.arrives + visitor.saved[claim]
        if visitor.profile.ends:
            return self._count(interview.end(claim, visitor.profile.ends))
        interview.claim = self._claim(visitor)
        for cell in interview.claim.cells:
            if cell in self.course.cells:
                self.course.cells[cell].came += 1
        yield from self._interview(visitor, interview, claim)

    def _interview(self, visitor: Visitor, interview: _Interview, claim: int) -> Process:
        """Page after page from the quota page on, as far as saving one matters to a place."""
        has_lost = False
        kept = saves_that_matter(visitor.saved, claim, visitor.last_page, 0.0 if self.setting.every_page else self.lifetime)
        for page, following in zip(kept, [*kept[1:], None], strict=True):
            at = visitor.arrives + visitor.saved[page]
            if page != claim:
                yield at
            state = interview.save(page, takes=page == claim)
            if state != "reserved":
                return self._ended(interview, state, has_lost=has_lost)
            if following is None or visitor.saved[following] - visitor.saved[page] > self.lifetime:
                self._begin(self._sweep(at + self.lifetime + 1))
                has_lost = has_lost or following is not None
                self.course.lost += following is not None
        self._count("left")

    def _enter(self, visitor: Visitor) -> _Interview:
        page = self.plans.questionnaire.pages[0]
        token = enter(
            Entry(
                wave=self.wave,
                source=self.source,
                external_id="",
                request_id=uuid.uuid4(),
                body_sha256=BODY,
                page=page,
                language=self.plans.questionnaire.default_language,
                answers={},
                choice="",
                refuses=visitor.profile.ends == "refused",
            )
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM respondents_interview WHERE token_sha256 = %s", [sha256_of(token)])
            interview_id: uuid.UUID = cursor.fetchone()[0]
        return _Interview(interview_id, visitor.way.pages, self.plans.questionnaire.default_language, self.setting.place_minutes)

    def _claim(self, visitor: Visitor) -> Claim:
        try:
            return self.plans.claim_of(visitor.answers)
        except OutsideEveryCell:
            return NOWHERE

    def _ended(self, interview: _Interview, state: str, *, has_lost: bool) -> None:
        """Note how somebody ended who came as far as the quotas."""
        self._count(state)
        if state == "quota_full":
            self._turned_away(interview.cells("refused_by"))
        elif state == "expired":
            self.course.turned_away_late += 1
        elif has_lost:
            self.course.finished_after += 1
        if state == "completed":
            self._completed(interview.cells("cell_ids") if interview.claim.blocks else interview.claim.cells)

    def _turned_away(self, refused_by: Sequence[int]) -> None:
        rooms = list(QuotaCell.objects.filter(pk__in=refused_by).values_list("pk", "filled", "ceiling"))
        self.course.in_flight += bool(rooms) and all(filled < ceiling for _, filled, ceiling in rooms)
        for cell, _filled, _ceiling in rooms:
            self.course.cells[cell].refused += 1

    def _completed(self, cells: Sequence[int]) -> None:
        for cell in (self.course.cells[each] for each in cells):
            cell.filled += 1
            if cell.filled == cell.target:
                cell.reached = self.now / HOUR
        if self.course.completed >= self.course.target:
            self.course.reached = self.now / HOUR

    def _count(self, outcome: str) -> None:
        self.course.outcomes[outcome] += 1

    def _audit(self) -> None:
        self.course.audits += 1
        self.course.differences += [f"{self.setting.opens + timedelta(seconds=self.now)}: {found}" for found in audit(self.wave)]

    def _close(self) -> None:
        """The last look: the places given back, everything audited, and the cells as the database has them."""
        places.expire(self.wave.pk)
        self._audit()
        self.course.hours = self.now / HOUR
        for cell, filled in QuotaCell.objects.filter(wave=self.wave).values_list("pk", "filled"):
            if self.course.cells[cell].filled != filled:
                self.course.differences.append(f"cell {cell}: {filled} completed, {self.course.cells[cell].filled} seen")


class _Interview:
    """Somebody's interview, page by page of their way."""

    def __init__(self, interview_id: uuid.UUID, pages: Sequence[str], language: str, place_minutes: int) -> None:
        self.interview_id = interview_id
        self.pages = pages
        self.language = language
        self.place_minutes = place_minutes
        self.revision = 1
        self.claim = Claim()

    def end(self, page: int, ends_as: str) -> str:
        return places.end(self._post(page), ends_as).state

    def save(self, page: int, *, takes: bool = False) -> str:
        """Save a page, taking the places where it is the quota page, or complete; return the state after it."""
        try:
            verdict = self._saved(page, takes=takes)
        except Stale:  # the place has lapsed meanwhile
            self.revision = Interview.objects.values_list("revision", flat=True).get(pk=self.interview_id)
            verdict = self._saved(page, takes=takes)
        self.revision += 1
        return verdict.state

    def cells(self, column: str) -> list[int]:
        """Return the cells that the interview holds (``cell_ids``), or those without room for it (``refused_by``)."""
        found: list[int] = Interview.objects.values_list(column, flat=True).get(pk=self.interview_id)
        return found

    def _saved(self, page: int, *, takes: bool) -> Verdict:
        post = self._post(page, closes=takes)
        if page == len(self.pages) - 1:
            return places.complete(post, codes=b"", extra={}, cells=self.claim.cells)
        return places.save(post, takes=takes, cells=self.claim.cells, blocks=self.claim.blocks)

    def _post(self, page: int, *, closes: bool = False) -> Post:
        leads_to = self.pages[page + 1] if page + 1 < len(self.pages) else ""
        return Post(
            self.interview_id,
            self.revision,
            uuid7(),
            BODY,
            self.pages[page],
            {},
            self.language,
            closes,
            self.place_minutes,
            leads_to=leads_to,
        )
