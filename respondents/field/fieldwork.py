"""A wave in the field as its screen shows it: everything, at one instant, from one SQL query."""

from __future__ import annotations

import datetime
import json
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, npgettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from respondents.core.pace import FieldTime, Pace, State, state_of
from respondents.core.progress import Progress
from respondents.models import Interview, Quota
from surveys.core.cells import texts
from surveys.core.questionnaire import Questionnaire
from surveys.core.typography import typeset
from surveys.core.workbook import Row
from surveys.models import Questionnaire as StoredQuestionnaire
from surveys.models import Wave

# "1 complète", "1 937 complètes": so many interviews of the wave that ended so.
SAID: Mapping[Interview.State, Callable[[int], str]] = {
    Interview.State.SCREENING: lambda n: npgettext("interviews", "in screening", "in screening", n),
    Interview.State.RESERVED: lambda n: pgettext("interviews", "in progress"),
    Interview.State.COMPLETED: lambda n: npgettext("interviews", "completed", "completed", n),
    Interview.State.SCREENED_OUT: lambda n: npgettext("interviews", "screened out", "screened out", n),
    Interview.State.REFUSED: lambda n: npgettext("interviews", "refused", "refused", n),
    Interview.State.QUOTA_FULL: lambda n: npgettext("interviews", "turned away, quota full", "turned away, quota full", n),
    Interview.State.EXPIRED: lambda n: npgettext("interviews", "interrupted", "interrupted", n),
    Interview.State.OVER: lambda n: npgettext("interviews", "completed over quota", "completed over quota", n),
    Interview.State.ABANDONED: lambda n: npgettext("interviews", "abandoned", "abandoned", n),
    Interview.State.REMOVED: lambda n: npgettext("interviews", "removed", "removed", n),
    Interview.State.DUPLICATE: lambda n: npgettext("interviews", "duplicate", "duplicates", n),
    Interview.State.FORGED: lambda n: npgettext("interviews", "link not valid", "links not valid", n),
}

READ = """
WITH people AS MATERIALIZED (
  SELECT is_test, state, count(*) AS n FROM respondents_interview
  WHERE wave_id = %(wave)s AND NOT imported GROUP BY is_test, state)
SELECT now(), w.id, w.code, w.labels, w.state, w.starts, w.ends, w.time_zone, w.target, w.ceiling,
  s.title, s.default_language, s.data_kind = 'demonstration', w.questionnaire_id, v.published_at IS NOT NULL,
  (SELECT jsonb_object_agg(state, n) FROM people WHERE NOT is_test),
  (SELECT coalesce(sum(n), 0) FROM people WHERE is_test),
  q.name, q.row, q.cells, q.variables, q.minimum_only, c.id, c.categories, c.target, c.ceiling, c.reserved, c.filled
FROM surveys_wave w
JOIN surveys_survey s ON s.id = w.survey_id
LEFT JOIN surveys_questionnaire v ON v.id = w.questionnaire_id
LEFT JOIN respondents_quotacell c ON c.wave_id = w.id
LEFT JOIN respondents_quota q ON q.id = c.quota_id
WHERE w.id = %(wave)s
ORDER BY q.row, c.position
"""


# A sign and a word, so that colour never carries the state alone.
STATES: Mapping[State, tuple[str, Promise]] = {
    "at_risk": ("▲", pgettext_lazy("cell", "At risk")),
    "late": ("△", pgettext_lazy("cell", "Late")),
    "ahead": ("◇", pgettext_lazy("cell", "Ahead")),
    "closed": ("□", pgettext_lazy("cell", "Closed")),
    "reached": ("✓", pgettext_lazy("cell", "Reached")),
    "open": ("○", pgettext_lazy("cell", "Open")),
    "almost_full": ("◕", pgettext_lazy("cell", "Almost full")),
    "full": ("●", pgettext_lazy("cell", "Full")),
    "minimum": ("≥", pgettext_lazy("cell", "Minimum only")),
    "minimum_reached": ("≥", pgettext_lazy("cell", "Minimum reached")),
}


class Line(NamedTuple):
    """What READ selects: the wave, repeated on every line, and one cell."""

    now: datetime.datetime
    wave_id: int
    code: str
    labels: str
    state: str
    starts: str
    ends: str
    time_zone: str
    target: int | None
    ceiling: int | None
    title: str
    default_language: str
    is_demonstration: bool
    questionnaire_id: int | None
    is_published: bool
    dispositions: str | None
    tests: int
    quota: str | None
    quota_row: int
    quota_cells: str
    variables: list[str]
    minimum_only: list[str]
    cell_id: int
    categories: list[str]
    cell_target: int
    cell_ceiling: int
    reserved: int
    filled: int


@dataclass(frozen=True)
class Cell:
    """One cell: its label in the reader's language and how far it is."""

    id: int
    label: str
    progress: Progress
    pace: Pace
    is_closed: bool = False

    @property
    def state(self) -> str:
        """Return its state as a sign and a word."""
        sign, word = STATES[state_of(self.progress, self.pace, is_closed=self.is_closed)]
        return f"{sign} {word}"


@dataclass(frozen=True)
class Dimension:
    """The cells of one quota, under its title."""

    name: str
    title: str
    cells: tuple[Cell, ...]


class Lag(NamedTuple):
    """A cell that lags behind the whole wave by ``people``."""

    cell: Cell
    people: int


@dataclass(frozen=True)
class Fieldwork:
    """A wave in the field: who entered and how it ended for them, the whole, and every quota cell."""

    line: Line
    language: str
    whole: Progress
    total: Cell | None
    dispositions: Mapping[str, int]
    dimensions: tuple[Dimension, ...]

    @property
    def clock(self) -> str:
        """Return the database's time, in the wave's time zone."""
        return f"{self.line.now.astimezone(zoneinfo.ZoneInfo(self.line.time_zone)):%H:%M:%S}"

    @property
    def wave_label(self) -> str:
        """Return the wave's label in the reader's language."""
        return _in(json.loads(self.line.labels), self.language, self.line.default_language) or self.line.code

    @property
    def state(self) -> Wave.State:
        """Return the wave's state, which says itself in words."""
        return Wave.State(self.line.state)

    @property
    def is_moving(self) -> bool:
        """Say whether its numbers may change by themselves: in a paused wave, those who were answering go on."""
        return self.line.state in (*Wave.OPEN_STATES, Wave.State.PAUSED)

    @property
    def entries(self) -> int:
        """Return how many people entered, which is the sum of what became of them."""
        return sum(self.dispositions.values())

    @cached_property
    def outcomes(self) -> list[tuple[Interview.State, int, str]]:
        """Return what became of those who entered, in the order of an interview's life: state, people, and how that is said."""
        counts = {state: self.dispositions.get(state.value, 0) for state in Interview.State}
        return [(state, n, SAID[state](n)) for state, n in counts.items()]

    @cached_property
    def lags(self) -> list[Lag]:
        """Return the three cells that lag furthest behind the whole, by people."""
        cells = [cell for dimension in self.dimensions for cell in dimension.cells]
        lags = [Lag(cell, cell.progress.behind(self.whole)) for cell in cells]
        return sorted((lag for lag in lags if lag.people), key=lambda lag: -lag.people)[:3]


def fieldwork(wave_id: int) -> Fieldwork | None:
    """Read a wave's fieldwork in the active language, in one query; None when there is no such wave."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"wave": wave_id})
        lines = [Line(*row) for row in cursor.fetchall()]
    return _fieldwork(lines, get_language() or "") if lines else None


def _fieldwork(lines: list[Line], language: str) -> Fieldwork:
    head = lines[0]
    questionnaire = _questionnaire(head)
    dimensions = []
    total = None
    for name, group in groupby((line for line in lines if line.quota), key=lambda line: line.quota):
        quota = list(group)
        cells = tuple(_cell(line, questionnaire, language) for line in quota)
        if name == Quota.TOTAL:
            total = cells[0]
        else:
            dimensions.append(Dimension(str(name), _title(quota[0], language), cells))
    dispositions = json.loads(head.dispositions or "{}")
    return Fieldwork(head, language, total.progress if total else _whole(head, dispositions), total, dispositions, tuple(dimensions))


def _whole(head: Line, dispositions: Mapping[str, int]) -> Progress:
    """A wave without quotas: what it wants and what came of it."""
    completed, reserved = dispositions.get(Interview.State.COMPLETED, 0), dispositions.get(Interview.State.RESERVED, 0)
    target = head.target or 0
    return Progress(target, head.ceiling or target, reserved, completed)


def _cell(line: Line, questionnaire: Questionnaire | None, language: str) -> Cell:
    minimum_only = bool(set(line.categories) & set(line.minimum_only))
    progress = Progress(line.cell_target, line.cell_ceiling, line.reserved, line.filled, minimum_only)
    pairs = zip(line.variables, line.categories, strict=True)
    labels = [_category(questionnaire, variable, category, language) for variable, category in pairs]
    pace = Pace(progress.to_do, 0, FieldTime(line.now))
    return Cell(line.cell_id, " × ".join(labels) or _("All respondents"), progress, pace, line.state == Wave.State.CLOSED)


def _category(questionnaire: Questionnaire | None, variable: str, category: str, language: str) -> str:
    question = questionnaire.questions.get(variable) if questionnaire else None
    choice = question.choice_by_name.get(category) if question else None
    if questionnaire is None or choice is None:
        return category
    return _in(choice.labels, language, questionnaire.default_language) or category


def _title(line: Line, language: str) -> str:
    labels = texts(Row(line.quota_row, json.loads(line.quota_cells)), "label")
    return capfirst(_in(labels, language, line.default_language) or " × ".join(line.variables))


def _in(labels: Mapping[str, Any], language: str, default: str) -> str:
    own = language if labels.get(language) else default
    return typeset(labels.get(own) or "", own)


def _questionnaire(head: Line) -> Questionnaire | None:
    """The questionnaire as values: held in memory once published, so that it costs no query."""
    if head.questionnaire_id is None:
        return None
    if head.is_published:
        return StoredQuestionnaire(pk=head.questionnaire_id, published_at=head.now).definition()
    return StoredQuestionnaire.objects.get(pk=head.questionnaire_id).definition()
