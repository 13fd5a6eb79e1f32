"""A wave in the field as its screen tells it: who came, how fast, what will be missing, and every quota cell with its pace."""

from __future__ import annotations

import datetime
import json
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from respondents.core import dispositions
from respondents.core.dispositions import Rate, Rates
from respondents.core.monitoring import Part, Stop, Structure, Weighting, by_hour, parts, stops, weighting
from respondents.core.pace import FieldTime, Pace, State, state_of
from respondents.core.progress import Progress
from respondents.core.quotas import ANY, NEVER_CLOSES
from respondents.field.reading import Head, Line, lines, read
from respondents.field.words import NOTHING, SAID, STATES, state_word
from respondents.models import Interview, Quota
from surveys.core.cells import texts
from surveys.core.questionnaire import Page, Questionnaire
from surveys.core.typography import typeset
from surveys.core.workbook import Row
from surveys.models import Questionnaire as StoredQuestionnaire
from surveys.models import Wave


@dataclass(frozen=True)
class Cell:
    """One quota cell: its label in the reader's language, its counts, its pace, its state, with its sign and word, and what it is to the sample."""

    id: int
    label: str
    progress: Progress
    pace: Pace
    state: State
    word: str
    structure: Structure
    turned_away: int = 0
    minimum: int = 0
    soft_ceiling: int | None = None

    @property
    def missing(self) -> int:
        """Return how many will be missing at closing; 0 while that cannot be told, and for a minimum, which blocks nothing."""
        return 0 if self.progress.minimum_only else self.pace.missing or 0


@dataclass(frozen=True)
class Outside:
    """The people of a wave who are in no cell of a plan: their answers stand outside it."""

    filled: int
    reserved: int


@dataclass(frozen=True)
class Dimension:
    """The cells of one plan, under its title, with those who are in none of them."""

    name: str
    title: str
    is_soft: bool
    cells: tuple[Cell, ...]
    outside: Outside

    @property
    def has_outside(self) -> bool:
        """Say whether anybody is in none of its cells."""
        return bool(self.outside.filled or self.outside.reserved)

    @property
    def weighting(self) -> Weighting | None:
        """Return what weighting on this plan alone would do now."""
        return weighting([cell.structure for cell in self.cells])


@dataclass(frozen=True)
class Fieldwork:
    """A wave in the field: the whole, every quota cell, who entered and how it ended for them."""

    head: Head
    language: str
    time: FieldTime
    whole: Cell
    has_total: bool
    dimensions: tuple[Dimension, ...]
    questionnaire: Questionnaire | None

    @cached_property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Return the wave's time zone."""
        return zoneinfo.ZoneInfo(self.head.time_zone)

    @property
    def now(self) -> datetime.datetime:
        """Return the database's time when it was read, in the wave's time zone."""
        return self.head.now.astimezone(self.zone)

    def local(self, moment: datetime.datetime | None) -> datetime.datetime | None:
        """Return a moment in the wave's time zone."""
        return moment.astimezone(self.zone) if moment else None

    @property
    def wave_label(self) -> str:
        """Return the wave's label in the reader's language."""
        return _in(json.loads(self.head.labels), self.language, self.head.default_language) or self.head.code

    @property
    def state(self) -> Wave.State:
        """Return the wave's state, which says itself in words."""
        return Wave.State(self.head.state)

    @property
    def is_moving(self) -> bool:
        """Say whether its numbers may change by themselves: in a paused wave, those who were answering go on."""
        return self.head.state in (*Wave.OPEN_STATES, Wave.State.PAUSED)

    @property
    def people(self) -> list[tuple[int | None, str, str, int]]:
        """Return the people, tests apart, by (source, device, state of the interview)."""
        return self.head.people or []

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Return the people by the state of their interview."""
        (whole,) = parts(("", state, n) for _source, _device, state, n in self.people) or [Part("", {})]
        return whole.counts

    @property
    def entries(self) -> int:
        """Return how many people entered, which is the sum of what became of them."""
        return dispositions.entries(self.counts)

    @property
    def live(self) -> int:
        """Return how many are answering now, in screening or with a place."""
        return dispositions.live(self.counts)

    @cached_property
    def outcomes(self) -> list[tuple[Interview.State, int, str]]:
        """Return what became of those who entered, in the order of an interview's life: state, people, and how that is said."""
        people = {state: self.counts.get(state.value, 0) for state in Interview.State}
        return [(state, n, SAID[state](n)) for state, n in people.items()]

    @cached_property
    def rates(self) -> Rates:
        """Return the rates of the whole field, each with its fraction."""
        return dispositions.rates(self.counts)

    @cached_property
    def sources(self) -> Mapping[int, str]:
        """Return the name of each source: its label, with its code where two have the same."""
        found = self.head.sources or []
        labels = [label for _source, _code, label, _is_panel in found]
        return {source: label if labels.count(label) == 1 else f"{label} ({code})" for source, code, label, _is_panel in found}

    @property
    def panels(self) -> Mapping[int, str]:
        """Return the name of each source that is a panel, which has a page of its own."""
        return {source: self.sources[source] for source, _code, _label, is_panel in self.head.sources or [] if is_panel}

    @cached_property
    def by_source(self) -> list[Part]:
        """Return the people by source, the largest first."""
        return parts((self.sources.get(source or 0, NOTHING), state, n) for source, _device, state, n in self.people)

    @cached_property
    def by_device(self) -> list[Part]:
        """Return the people by class of device, the largest first."""
        return parts((str(Interview.Device(device).label), state, n) for _source, device, state, n in self.people)

    @cached_property
    def stops(self) -> list[tuple[str, str, Stop]]:
        """Return where people stop, page by page: the page's questions, its title, and how many of those who came so far."""
        if self.questionnaire is None:
            return []
        pages = self.questionnaire.page_by_name
        counts = {(state, page): n for state, page, n in self.head.pages or []}
        return [(*self._named(pages[stop.page]), stop) for stop in stops([page.name for page in self.questionnaire.pages], counts)]

    @cached_property
    def hours(self) -> list[int]:
        """Return the completes of each of the last 24 clock hours, the running one last."""
        return by_hour({int(ago): n for ago, n in self.head.hours or []})

    @property
    def lengths(self) -> tuple[int | None, int | None, int | None]:
        """Return how many seconds a complete takes: the tenth, the fiftieth and the ninetieth of a hundred."""
        low, median, high = self.head.seconds or (None, None, None)
        return low, median, high

    @property
    def closes_at(self) -> datetime.datetime | None:
        """Return when the field closes, in the wave's time zone."""
        return self.local(self.head.closes_at)

    @property
    def expected_end(self) -> datetime.datetime | None:
        """Return when the target is to be expected, in the wave's time zone."""
        return self.local(self.whole.pace.expected_end)

    @property
    def returns(self) -> Rate:
        """Return the completes among the invitations sent."""
        sent, completed = self.head.invited
        return Rate("Return", completed, sent)

    @cached_property
    def cells(self) -> list[Cell]:
        """Return every cell, the total left out."""
        return [cell for dimension in self.dimensions for cell in dimension.cells]

    @cached_property
    def short(self) -> list[Cell]:
        """Return the cells that will miss somebody at closing: those at risk first, and most first."""
        return sorted((cell for cell in self.cells if cell.missing), key=lambda cell: (cell.state != "at_risk", -cell.missing))

    @property
    def minima(self) -> list[Cell]:
        """Return the minimum-only cells that are not reached yet."""
        return [cell for cell in self.cells if cell.state == "minimum"]

    def _named(self, page: Page) -> tuple[str, str]:
        assert self.questionnaire is not None
        names = [question.name for question in page.questions if question.is_asked]
        shown = names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}" if names else page.name
        return shown, _in(page.labels, self.language, self.questionnaire.default_language)


def fieldwork(wave_id: int) -> Fieldwork | None:
    """Read a wave's fieldwork in the active language, in one query; None when there is no such wave."""
    head = read(wave_id)
    return _fieldwork(head, get_language() or "") if head else None


def _fieldwork(head: Head, language: str) -> Fieldwork:
    questionnaire, time = _questionnaire(head), FieldTime(head.now, head.opened_at, head.closes_at)
    plans = [(name, list(plan)) for name, plan in groupby(lines(head), key=lambda line: line.quota)]
    total = next((plan[0] for name, plan in plans if name == Quota.TOTAL), None)
    maker = _Maker(head, time, questionnaire, language)
    whole = maker.cell(total, total.filled, total.target) if total else _whole(head, time)
    dimensions = tuple(maker.dimension(plan, whole.progress) for name, plan in plans if name != Quota.TOTAL)
    return Fieldwork(head, language, time, whole, total is not None, dimensions, questionnaire)


def _whole(head: Head, time: FieldTime) -> Cell:
    """A wave without quotas: what it wants and what came of it."""
    counts: dict[str, int] = {}
    for _source, _device, state, n in head.people or []:
        counts[state] = counts.get(state, 0) + n
    target = head.target or 0
    progress = Progress(target, head.ceiling or target or NEVER_CLOSES, counts.get("reserved", 0), counts.get("completed", 0))
    pace = Pace(progress.to_do, head.last_day, time)
    state = state_of(progress, pace, is_closed=head.state == Wave.State.CLOSED)
    return Cell(
        0, _("All respondents"), progress, pace, state, state_word(state), Structure(progress.filled, target, progress.filled, target)
    )


@dataclass(frozen=True)
class _Maker:
    """Makes the cells of one reading from the lines that were read."""

    head: Head
    time: FieldTime
    questionnaire: Questionnaire | None
    language: str

    def dimension(self, plan: Sequence[Line], whole: Progress) -> Dimension:
        filled, target = sum(line.filled for line in plan), sum(line.target for line in plan)
        outside = Outside(max(0, whole.filled - filled), max(0, whole.reserved - sum(line.reserved for line in plan)))
        cells = tuple(self.cell(line, filled, target) for line in plan)
        return Dimension(plan[0].quota, self._title(plan[0]), plan[0].kind == Quota.Kind.SOFT, cells, outside)

    def cell(self, line: Line, all_filled: int, all_target: int) -> Cell:
        is_soft = line.kind == Quota.Kind.SOFT
        minimum_only = bool(set(line.categories) & set(line.minimum_only)) or (line.ceiling >= NEVER_CLOSES and not is_soft)
        progress = Progress(max(line.target, line.minimum), line.ceiling, line.reserved, line.filled, minimum_only)
        pace = Pace(progress.to_do, line.recent, self.time)
        state = state_of(progress, pace, is_closed=self.head.state == Wave.State.CLOSED)
        structure = Structure(line.filled, line.target, all_filled, all_target)
        label = " + ".join(dict.fromkeys(self._labels(line))) or _("All respondents")
        return Cell(line.id, label, progress, pace, state, self._words[state], structure, line.turned_away, line.minimum, line.soft_ceiling)

    @cached_property
    def _words(self) -> Mapping[State, str]:
        return {state: state_word(state) for state in STATES}

    def _labels(self, line: Line) -> Iterator[str]:
        """The cell's combination of categories, and those merged with it."""
        for categories in (line.categories, *line.merged):
            pairs = zip(line.variables, categories, strict=True)
            names = [self._category(variable, category) for variable, category in pairs if category != ANY]
            if names:
                yield " × ".join(names)

    def _category(self, variable: str, category: str) -> str:
        question = self.questionnaire.questions.get(variable) if self.questionnaire else None
        choice = question.choice_by_name.get(category) if question else None
        if self.questionnaire is None or choice is None:
            return category
        return _in(choice.labels, self.language, self.questionnaire.default_language) or category

    def _title(self, line: Line) -> str:
        labels = texts(Row(line.quota_row, line.quota_cells), "label")
        return capfirst(_in(labels, self.language, self.head.default_language) or " × ".join(line.variables))


def _in(labels: Mapping[str, Any], language: str, default: str) -> str:
    own = language if labels.get(language) else default
    return typeset(labels.get(own) or "", own)


def _questionnaire(head: Head) -> Questionnaire | None:
    """The questionnaire as values: held in memory once published, so that it costs no query."""
    if head.questionnaire_id is None:
        return None
    if head.is_published:
        return StoredQuestionnaire(pk=head.questionnaire_id, published_at=head.now).definition()
    return StoredQuestionnaire.objects.get(pk=head.questionnaire_id).definition()
