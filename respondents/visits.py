"""One indexed read of everything a page request needs: the interview, its wave and the fold of its log."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from respondents.core.route import Route, follow
from respondents.plans import WavePlans, plans_of
from respondents.tokens import sha256_of
from surveys.core.drawing import Draw
from surveys.core.expressions import Answer
from surveys.core.questionnaire import Questionnaire

LAST_GRACE = "2 hours"  # after a scheduled closing, for those who are still answering

# The current answers of interview i are the fold of its log: the last submission of each page that was not a late edit.
FOLD = """
  (SELECT jsonb_object_agg(page, answers) FROM (
     SELECT DISTINCT ON (page) page, answers FROM respondents_submission
     WHERE interview_id = i.id AND NOT late ORDER BY page, seq DESC) AS latest)
"""

# Which plans hold: cells made anew have higher identifiers.
PLANS_MADE = "coalesce((SELECT max(c.id) FROM respondents_quotacell c WHERE c.wave_id = i.wave_id), 0)"

# Who is answering at the closing time may finish; the clock ends that even if nobody closes the wave.
READ = f"""
SELECT i.id, i.revision, i.state, i.language, i.is_test, i.wave_id, i.questionnaire_id, coalesce(i.entry_number, 0), i.cell_ids,
  CASE WHEN w.state <> 'test' AND w.closes_at <= now() - interval '{LAST_GRACE}' THEN 'closed' ELSE w.state END, w.place_minutes,
  v.slug, v.title, v.sponsor, v.data_kind = 'demonstration', coalesce(s.return_url, ''),
  i.returned_as <> '', coalesce(s.returns <> '{{}}'::jsonb OR s.call <> '{{}}'::jsonb, false),
  {PLANS_MADE},
  EXISTS (SELECT FROM respondents_interview d
          WHERE d.wave_id = i.wave_id AND d.state = 'reserved' AND d.expires_at < now()),
  {FOLD}
FROM respondents_interview i
JOIN surveys_wave w ON w.id = i.wave_id
JOIN surveys_survey v ON v.id = w.survey_id
LEFT JOIN respondents_source s ON s.id = i.source_id
WHERE i.token_sha256 = %s
"""

# What READ selects before the log, under the names of a Visit.
COLUMNS = (
    "interview_id", "revision", "state", "language", "is_test", "wave_id", "questionnaire_id", "entry_number", "cell_ids", "wave_state", "place_minutes",
    "survey", "title", "sponsor", "is_demonstration", "return_url", "is_told", "tells_panel", "plans_made", "places_are_due",
)  # fmt: skip

NO_GROUPS: Mapping[str, str] = {}
ENDED = ("completed", "screened_out", "refused", "quota_full", "over", "abandoned", "removed")


@dataclass(frozen=True)
class Visit:
    """An interview as one request finds it."""

    token: str
    interview_id: uuid.UUID
    revision: int
    state: str
    language: str
    is_test: bool
    wave_id: int
    questionnaire_id: int
    entry_number: int
    cell_ids: Collection[int]
    questionnaire: Questionnaire
    plans: WavePlans
    wave_state: str
    place_minutes: int
    survey: str
    title: str
    sponsor: str
    is_demonstration: bool
    return_url: str
    is_told: bool  # their panel was told an outcome: it is the only one
    tells_panel: bool
    places_are_due: bool
    saved: Mapping[str, Mapping[str, Answer]]
    route: Route

    @property
    def is_ended(self) -> bool:
        """Say whether the interview is over for the respondent."""
        return self.is_told or self.state in ENDED

    @property
    def holds_place(self) -> bool:
        """Say whether the pages up to the quota page are closed: a place is held, or was."""
        return self.state in ("reserved", "expired")

    def is_closed_page(self, page: str) -> bool:
        """Say whether an edit of ``page`` would come too late to be applied."""
        return page in self.route.closed or (self.holds_place and self.plans.closes(page, self.route))

    @property
    def draw(self) -> Draw:
        """Return the person's chances: the orders that they see, the groups that they are in."""
        groups = self.plans.groups_of(self.cell_ids, is_test=self.is_test)
        return draw_of(self.interview_id, self.entry_number, groups)


def visit(token: str) -> Visit | None:
    """Read the interview of a token with its log, in one statement; None when the token opens nothing."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [sha256_of(token)])
        row = cursor.fetchone()
    if row is None:
        return None
    *read, log = row
    found: dict[str, Any] = dict(zip(COLUMNS, read, strict=True))
    plans = plans_of(found["wave_id"], found["questionnaire_id"], found.pop("plans_made"))
    saved = saved_answers(log)
    groups = plans.groups_of(found["cell_ids"], is_test=found["is_test"])
    route = follow(plans.questionnaire, saved, draw_of(found["interview_id"], found["entry_number"], groups))
    return Visit(token=token, questionnaire=plans.questionnaire, plans=plans, saved=saved, route=route, **found)


def draw_of(interview_id: uuid.UUID, entry_number: int | None, groups: Mapping[str, str] = NO_GROUPS) -> Draw:
    """Return the chances of an interview's person, and the groups that came with their place."""
    return Draw(str(interview_id), entry_number or 0, groups)


def saved_answers(log: str | Mapping[str, Mapping[str, object]] | None) -> dict[str, dict[str, Answer]]:
    """Return the answers by page from the log's JSON, in which the ticks of a multiple are a list."""
    pages = json.loads(log) if isinstance(log, str) else (log or {})
    return {page: {name: tuple(a) if isinstance(a, list) else str(a) for name, a in answers.items()} for page, answers in pages.items()}
