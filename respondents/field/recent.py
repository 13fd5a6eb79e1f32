"""The latest interviews of a field: how long they took, which page people stopped on, how each source fares."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple

from django.db import connection

from respondents.core.alerts import Page, Source
from respondents.core.route import follow
from respondents.visits import FOLD, draw_of, saved_answers
from surveys.core.questionnaire import Questionnaire
from surveys.models import Questionnaire as StoredQuestionnaire

LATEST = 2000  # interviews: enough to judge a share by, few enough to be read every minute
FINISHED = ("completed", "removed", "over")

# Only of those who stopped are the answers needed: they say which page came next.
READ = f"""
WITH latest AS MATERIALIZED (
  SELECT id, questionnaire_id, source_id, state, entry_number, started_at, ended_at,
    state IN ('expired', 'abandoned') OR (state = 'screening' AND saved_at < now() - make_interval(mins => %(minutes)s)) AS stopped
  FROM respondents_interview
  WHERE wave_id = %(wave)s AND NOT is_test AND NOT imported AND state NOT IN ('duplicate', 'forged')
  ORDER BY id DESC LIMIT {LATEST})
SELECT i.id, i.questionnaire_id, s.code, s.label, i.state, i.entry_number, i.stopped,
  CASE WHEN i.state IN ('completed', 'removed', 'over') THEN extract(epoch FROM i.ended_at - i.started_at)::float / 60 END,
  i.state = 'removed' OR EXISTS (SELECT FROM respondents_flag f WHERE f.interview_id = i.id),
  ARRAY(SELECT DISTINCT page FROM respondents_submission WHERE interview_id = i.id AND NOT late),
  CASE WHEN i.stopped THEN {FOLD} END
FROM latest i LEFT JOIN respondents_source s ON s.id = i.source_id
"""


class Person(NamedTuple):
    """What READ selects of one interview; ``minutes`` only of a finished one, ``log`` only of one that stopped on the way."""

    id: uuid.UUID
    questionnaire_id: int
    source: str | None
    source_label: str | None
    state: str
    entry_number: int | None
    stopped: bool
    minutes: float | None
    is_doubtful: bool
    pages: Sequence[str]
    log: Any

    @property
    def is_decided(self) -> bool:
        """Say whether it is known what became of this person: nobody is answering any more."""
        return self.stopped or self.state not in ("screening", "reserved")


@dataclass(frozen=True)
class Recent:
    """What the latest interviews of a wave say."""

    people: Sequence[Person]
    now: datetime.datetime

    @property
    def length(self) -> tuple[float, int]:
        """Return the median length of the completed interviews in minutes, and how many they are."""
        minutes = [person.minutes for person in self.people if person.state == "completed" and person.minutes is not None]
        return (median(minutes), len(minutes)) if minutes else (0.0, 0)

    @property
    def sources(self) -> list[Source]:
        """Return how each source fares: who stopped, who was screened out, of everybody; who is doubtful, of those who finished."""
        by_source: defaultdict[tuple[str, str], list[Person]] = defaultdict(list)
        for person in self.people:
            if person.source and person.is_decided:
                by_source[person.source, person.source_label or ""].append(person)
        return [Source(code, label, _shares(people)) for (code, label), people in sorted(by_source.items())]

    def pages(self, languages: Iterable[str]) -> list[Page]:
        """Return the pages in the questionnaire's order, by who saw them and who stopped there; their titles in ``languages``."""
        seen: Counter[str] = Counter()
        lost: Counter[str] = Counter()
        definitions = {pk: self._definition(pk) for pk in {person.questionnaire_id for person in self.people}}
        for person in self.people:
            seen.update(person.pages)
            if person.stopped:
                page = stopped_on(definitions[person.questionnaire_id], person)
                seen[page] += page not in person.pages
                lost[page] += 1
        titles = {
            page.name: _titles(page.labels, definition, languages) for definition in definitions.values() for page in definition.pages
        }
        return [Page(name, label, seen[name], lost[name]) for name, label in titles.items() if seen[name]]

    def _definition(self, pk: int) -> Questionnaire:
        """The version as values: held in memory, since whoever was interviewed answered a published one."""
        return StoredQuestionnaire(pk=pk, published_at=self.now).definition()


def recent(wave_id: int, place_minutes: int, now: datetime.datetime) -> Recent:
    """Read the latest interviews of a wave, tests and imports left out, in one query; silent for ``place_minutes`` is stopped."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"wave": wave_id, "minutes": place_minutes})
        return Recent([Person(*row) for row in cursor.fetchall()], now)


def stopped_on(questionnaire: Questionnaire, person: Person) -> str:
    """Return the page that was shown to somebody who stopped on the way: the one after their answers."""
    route = follow(questionnaire, saved_answers(person.log), draw_of(person.id, person.entry_number))
    return route.current or route.pages[-1]


def _shares(people: Sequence[Person]) -> dict[str, tuple[int, int]]:
    finished = [person for person in people if person.state in FINISHED]
    return {
        "drop_out": (sum(person.stopped for person in people), len(people)),
        "screened_out": (sum(person.state == "screened_out" for person in people), len(people)),
        "quality": (sum(person.is_doubtful for person in finished), len(finished)),
    }


def _titles(labels: Mapping[str, str], questionnaire: Questionnaire, languages: Iterable[str]) -> dict[str, str]:
    default = labels.get(questionnaire.default_language, "")
    return {language: labels.get(language) or default for language in languages}
