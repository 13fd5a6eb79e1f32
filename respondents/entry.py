"""The door: a first post makes the interview, its consent and its first submission, once, whatever is clicked twice."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from respondents.answering import try_again
from respondents.models import Source
from respondents.tokens import sha256_of, stored_token_of, token_of
from respondents.visits import visit
from surveys.core.expressions import Answer
from surveys.core.identifiers import uuid7
from surveys.core.questionnaire import Page
from surveys.models import Wave

# The wave's state and hours are looked at once more in the statement that lets somebody in.
ENTER = """
WITH made AS (
  INSERT INTO respondents_interview (id, wave_id, questionnaire_id, source_id, external_id, token_sha256, entry_request_id,
    state, revision, entry_number, cell_ids, language, is_test, imported, started_at, saved_at, ended_at,
    device, device_sha256, carried)
  SELECT %(interview)s, w.id, %(questionnaire)s, %(source)s, %(external_id)s, %(token_sha256)s, %(request)s,
    %(state)s::text, 1, %(number)s, '{}', %(language)s, %(is_test)s, false, now(), now(), CASE WHEN %(state)s::text = 'refused' THEN now() END,
    %(device)s, %(device_sha256)s, %(carried)s::jsonb
  FROM surveys_wave w
  WHERE w.id = %(wave)s AND w.state IN ('test', 'soft', 'live') AND (%(is_test)s OR (w.state <> 'test'
    AND coalesce(w.opens_at <= statement_timestamp(), true) AND coalesce(w.closes_at > statement_timestamp(), true)))
  ON CONFLICT DO NOTHING RETURNING id, wave_id),
agreed AS (
  INSERT INTO respondents_consent (id, wave_id, interview_id, text_sha256, language, choice, given_at)
  SELECT %(consent)s, wave_id, id, %(text_sha256)s, %(language)s, %(choice)s, now() FROM made),
log AS (
  INSERT INTO respondents_submission (id, wave_id, interview_id, seq, request_id, body_sha256, page, answers, late, received_at)
  SELECT %(submission)s, wave_id, id, 1, %(request)s, %(body)s, %(page)s, %(answers)s::jsonb, false, now() FROM made)
SELECT count(*) FROM made
"""

# Entries of one wave, tests apart, wait for one another where a sample is split: their numbers have no gap, so that each
# block of successive entries is whole.
TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('respondents.entry_number', %(wave)s * 2 + %(is_test)s::int))"
NEXT_NUMBER = """
SELECT coalesce(max(entry_number) + 1, 0) FROM respondents_interview WHERE wave_id = %(wave)s AND is_test = %(is_test)s
  AND entry_number IS NOT NULL
"""

# The interview that the same click, or the same person of the panel, made before.
FIND = """
SELECT id, token_sha256 FROM respondents_interview
WHERE wave_id = %(wave)s AND (entry_request_id = %(request)s OR (source_id = %(source)s AND external_id = %(external_id)s))
ORDER BY external_id IS NULL LIMIT 1
"""


# The interview that a click made before the field stopped, when the same click comes again.
MADE = """
SELECT i.id, i.token_sha256 FROM respondents_interview i JOIN surveys_wave w ON w.id = i.wave_id
WHERE w.survey_id = %(survey)s AND i.entry_request_id = %(request)s
"""


class Shut(Exception):
    """The wave was paused or closed, or its hour came, between the page that was shown and its post; nothing was saved."""


@dataclass(frozen=True)
class Entry:
    """A first post: who enters what, through which source, and what they chose on the consent page.

    ``draws_group`` says that the sample is split and the person takes part: the entry gets a number. ``carried`` are the
    parameters that the source's link brought, to be given back.
    """

    wave: Wave
    source: Source
    external_id: str
    request_id: uuid.UUID
    body_sha256: bytes
    page: Page
    language: str
    answers: Mapping[str, Answer]
    choice: str
    refuses: bool
    draws_group: bool = False
    device: str = ""
    device_sha256: bytes | None = None
    carried: Mapping[str, str] = field(default_factory=dict)
    by_test_link: bool = False

    @property
    def is_test(self) -> bool:
        """Say whether the interview will be a test one."""
        return self.by_test_link or self.source.for_tests or self.wave.state == Wave.State.TEST


def enter(entry: Entry) -> str:
    """Make the interview, or find the one this entry made before; return its token, '' when it can no longer be given.

    Raises places.Busy, and Shut when the wave lets nobody in any more.
    """
    interview_id = uuid7()
    token = token_of(interview_id)
    parameters = {**_parameters(entry), "interview": interview_id, "token_sha256": sha256_of(token)}
    if _insert(parameters, numbered=entry.draws_group):
        return token
    with connection.cursor() as cursor:
        cursor.execute(FIND, parameters)
        found = cursor.fetchone()
    if found is None:
        raise Shut
    token = stored_token_of(*found)
    here = visit(token) if entry.external_id and token else None
    if here is not None:
        try_again(here)
    return token


def made_before(survey_id: int, request_id: uuid.UUID) -> str:
    """Return the token of the interview that this very click made in a survey, '' when it made none: a double click may find the door shut."""
    with connection.cursor() as cursor:
        cursor.execute(MADE, {"survey": survey_id, "request": request_id})
        found = cursor.fetchone()
    return stored_token_of(*found) if found else ""


def consent_text(page: Page, language: str) -> str:
    """Return everything the consent page says in a language: what the stored hash is the hash of."""
    lines = [text.get(language, "") for question in page.questions for text in (question.labels, question.hints)]
    choices = [choice.labels.get(language, "") for question in page.questions for choice in question.choices]
    return "\n".join([page.labels.get(language, ""), *lines, *choices])


def _insert(parameters: dict[str, Any], *, numbered: bool) -> bool:
    """Make the interview unless the same click or person made it before; say whether it was made."""
    if not numbered:
        with connection.cursor() as cursor:
            cursor.execute(ENTER, {**parameters, "number": None})
            return bool(cursor.fetchone()[0])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS, parameters)
        cursor.execute(NEXT_NUMBER, parameters)
        cursor.execute(ENTER, {**parameters, "number": cursor.fetchone()[0]})
        return bool(cursor.fetchone()[0])


def _parameters(entry: Entry) -> dict[str, Any]:
    return {
        "wave": entry.wave.pk,
        "questionnaire": entry.wave.questionnaire_id,
        "source": entry.source.pk,
        "external_id": entry.external_id or None,
        "request": entry.request_id,
        "body": entry.body_sha256,
        "state": "refused" if entry.refuses else "screening",
        "language": entry.language,
        "is_test": entry.is_test,
        "device": entry.device,
        "device_sha256": entry.device_sha256,
        "carried": json.dumps(entry.carried, ensure_ascii=False),
        "consent": uuid7(),
        "text_sha256": hashlib.sha256(consent_text(entry.page, entry.language).encode()).hexdigest(),
        "choice": entry.choice,
        "submission": uuid7(),
        "page": entry.page.name,
        "answers": json.dumps(entry.answers, ensure_ascii=False),
    }
