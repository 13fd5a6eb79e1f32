"""Calls that tell panels' servers how interviews ended: noted with the outcome, sent by whoever is alive, until they are answered.

What is to be called is derived from the interviews themselves: one that ended and of which nothing was told is noted at the next look, so
that nothing is lost if a browser never came back, if Valkey was emptied or if a worker died. A call is taken with a time limit
(SKIP LOCKED, so that workers never wait for one another): a worker that dies holds nothing up, and the server is told a repetition by
its key.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from respondents.core.providers import OUTCOME_OF, CallRequest
from respondents.core.signing import CannotSign
from respondents.models import Interview, PanelCall
from respondents.providers.rules import person_of, provider_of
from respondents.providers.secrecy import SecretLost
from respondents.providers.wire import NotAllowed, NotAnswered, send
from surveys.core.messages import N_

BATCH, AT_ONCE, BATCHES = 32, 8, 10  # a worker sends no more than so many in one go
NOTED_AT_ONCE = 500
HELD_SECONDS = 120  # longer than the slowest batch: a call that is being sent is not taken by another
FIRST_WAIT, LONGEST_WAIT, MOST_TRIES = 30, 3600, 12  # 30 s, 1 min, 2 min… an hour: given up after some five hours
TRY_AGAIN = (408, 425, 429)  # what a server says of itself, and not of the call

ENDED = ("completed", "over", "screened_out", "refused", "quota_full", "removed")

# Interviews of sources with a call that ended and of which nothing was told: the condition is the index's own, which holds few of them.
NOTE = f"""
WITH untold AS MATERIALIZED (
  SELECT i.id, CASE i.state {" ".join(f"WHEN '{state}' THEN '{OUTCOME_OF[state]}'" for state in ENDED)} END AS outcome
  FROM respondents_interview i
  WHERE i.source_id = ANY (ARRAY(SELECT id FROM respondents_source WHERE call <> '{{}}'::jsonb))
    AND i.returned_as = '' AND i.external_id IS NOT NULL AND i.state IN ({", ".join(f"'{state}'" for state in ENDED)})
  ORDER BY i.source_id LIMIT %(batch)s FOR UPDATE OF i SKIP LOCKED),
told AS (
  UPDATE respondents_interview i SET returned_as = untold.outcome, returned_at = now(), revision = i.revision + 1
  FROM untold WHERE i.id = untold.id)
INSERT INTO respondents_panelcall (interview_id, outcome, due_at, tries, error)
SELECT id, outcome, now(), 0, '' FROM untold ON CONFLICT DO NOTHING
"""

TAKE = """
WITH due AS MATERIALIZED (
  SELECT id FROM respondents_panelcall
  WHERE answered_at IS NULL AND given_up_at IS NULL AND due_at <= now() ORDER BY due_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
UPDATE respondents_panelcall c SET tries = c.tries + 1, due_at = now() + make_interval(secs => %(held)s)
FROM due WHERE c.id = due.id RETURNING c.id, c.interview_id, c.outcome, c.tries
"""

SETTLE = """
UPDATE respondents_panelcall SET status = %(status)s, error = %(error)s,
  answered_at = CASE WHEN %(answered)s THEN now() END, given_up_at = CASE WHEN %(over)s THEN now() END,
  due_at = CASE WHEN %(over)s OR %(answered)s THEN due_at ELSE now() + make_interval(secs => %(wait)s) END
WHERE id = %(call)s AND answered_at IS NULL AND tries = %(tries)s
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What became of one try: the server's status, or the sentence that says why there is none. ``is_final``: no use trying again."""

    status: int | None = None
    error: str = ""
    is_final: bool = False

    @property
    def is_good(self) -> bool:
        """Say whether the server took the call."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Taken:
    """A call taken to be sent."""

    call: int
    tries: int
    request: CallRequest | None
    key: str
    fault: str = ""


def call_panels() -> int:
    """Note the calls that are missing and send those that are due; return how many were answered."""
    note_calls()
    answered = 0
    for _ in range(BATCHES):
        taken = take()
        if not taken:
            break
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for each, answer in zip(taken, threads.map(_try, taken), strict=True):
                settle(each, answer)
                answered += answer.is_good
    return answered


def note_calls() -> int:
    """Note the calls of interviews that ended and of which nothing was told; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"batch": NOTED_AT_ONCE})
        return int(cursor.rowcount)


def take() -> list[Taken]:
    """Take the calls that are due, to be sent within two minutes: whoever dies meanwhile leaves them to the others."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"batch": BATCH, "held": HELD_SECONDS})
        rows = cursor.fetchall()
    interviews = Interview.objects.select_related("source").in_bulk([row[1] for row in rows])
    return [_taken(call, interviews[interview], outcome, tries) for call, interview, outcome, tries in rows]


def settle(taken: Taken, answer: Answer) -> None:
    """Write down what became of a try: answered, to be tried again later, or given up."""
    over = not answer.is_good and (answer.is_final or taken.tries >= MOST_TRIES)
    parameters: dict[str, Any] = {
        "call": taken.call,
        "tries": taken.tries,
        "status": answer.status,
        "error": answer.error,
        "answered": answer.is_good,
        "over": over,
        "wait": wait_after(taken.tries),
    }
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, parameters)
    if over:
        logger.error("A call to a panel is given up after %s tries: call %s, status %s", taken.tries, taken.call, answer.status)


def wait_after(tries: int) -> int:
    """Return the seconds to wait after so many tries."""
    return int(min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT))


def again(calls: Sequence[int]) -> int:
    """Try again calls that were given up, from the start; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE respondents_panelcall SET given_up_at = NULL, tries = 0, due_at = now() "
            "WHERE id = ANY (%s) AND given_up_at IS NOT NULL AND answered_at IS NULL",
            [list(calls)],
        )
        return int(cursor.rowcount)


def _taken(call: int, interview: Interview, outcome: str, tries: int) -> Taken:
    key = f"{interview.pk}:{outcome}"
    assert interview.source is not None, "a call is noted for a panel's interview only"
    if not interview.source.call:
        return Taken(call, tries, None, key, N_("The source has no call any more."))
    try:
        return Taken(call, tries, provider_of(interview.source).call_for(outcome, person_of(interview)), key)
    except (CannotSign, SecretLost):
        return Taken(call, tries, None, key, N_("The call could not be made up: check the secret and the allowed hosts of the source."))


def _try(taken: Taken) -> Answer:
    """Runs in a thread of its own, and touches no database."""
    if taken.request is None:
        return Answer(error=taken.fault, is_final=True)
    try:
        status = send(taken.request, taken.key)
    except NotAllowed as refused:
        return Answer(error=refused.reason, is_final=True)
    except NotAnswered as failed:
        return Answer(error=failed.reason)
    if 300 <= status < 400:
        return Answer(status, N_("The server answered with a redirection, which is not followed."), is_final=True)
    if 200 <= status < 300:
        return Answer(status)
    refused_for_good = 400 <= status < 500 and status not in TRY_AGAIN
    return Answer(status, N_("The server refused the call.") if refused_for_good else N_("The server failed."), is_final=refused_for_good)


def counted(source_id: int) -> dict[str, int]:
    """Return how many calls of a source wait, were answered and were given up."""
    answered, given_up = Count("pk", Q(answered_at__isnull=False)), Count("pk", Q(given_up_at__isnull=False))
    found = PanelCall.objects.filter(interview__source=source_id).aggregate(answered=answered, given_up=given_up, all=Count("pk"))
    return {"waiting": found["all"] - found["answered"] - found["given_up"], "answered": found["answered"], "given_up": found["given_up"]}
