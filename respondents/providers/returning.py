"""The way back to the panel: one final outcome per interview, written before anybody is sent away.

Whatever is clicked again, the first outcome that was told is the one told again. An interview whose outcome was told is over: who
was told that the quota is full cannot go on and then be unpaid. The call to the panel's server is noted in the same statement.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.db import connection

from respondents.core.providers import DUPLICATE, OUTCOME_OF, Person
from respondents.core.signing import CannotSign
from respondents.models import Interview
from respondents.providers.rules import person_of, provider_of
from respondents.providers.secrecy import SecretLost
from respondents.waking import wake_calls

# Only while the interview is in the state that was read; its revision moves on, so that a page on its way is judged again.
TELL = """
WITH told AS (
  UPDATE respondents_interview SET returned_as = %(outcome)s, returned_at = now(), revision = revision + 1
  WHERE id = %(interview)s AND state = %(state)s AND returned_as = '' RETURNING id, returned_as),
noted AS (
  INSERT INTO respondents_panelcall (interview_id, outcome, due_at, tries, error)
  SELECT id, returned_as, now(), 0, '' FROM told WHERE %(calls)s ON CONFLICT DO NOTHING)
SELECT returned_as FROM told
"""
# Where a server is called, the person follows the call: until it is answered, and no longer than this.
PATIENCE_SECONDS = 5
BEING_TOLD = """
SELECT EXISTS (SELECT FROM respondents_panelcall c JOIN respondents_interview i ON i.id = c.interview_id
  WHERE i.id = %(interview)s AND c.answered_at IS NULL AND c.given_up_at IS NULL AND c.tries <= 1
    AND i.returned_at > now() - make_interval(secs => %(patience)s))
"""
TOLD = "SELECT returned_as FROM respondents_interview WHERE id = %(interview)s"

logger = logging.getLogger(__name__)


class Changed(Exception):
    """The interview is no longer in the state that was read: read it again."""


def return_address(interview_id: uuid.UUID, state: str) -> str:
    """Return the signed address that takes a person back to their panel, after having written the outcome that it tells.

    ``state`` is the interview's, as it was read. '' when the panel has no address, or when none can be signed: the log says so,
    without saying of whom. Raises Changed.
    """
    interview = Interview.objects.select_related("source").get(pk=interview_id)
    if interview.source is None:
        return ""
    outcome = tell(interview_id, state, calls=bool(interview.source.call))
    return address_of(interview, outcome)


def tell(interview_id: uuid.UUID, state: str, *, calls: bool) -> str:
    """Write the one outcome that the panel is told, unless it is written already; return it. Raises Changed."""
    parameters: dict[str, Any] = {"interview": interview_id, "state": state, "outcome": OUTCOME_OF[state], "calls": calls}
    with connection.cursor() as cursor:
        cursor.execute(TELL, parameters)
        written = cursor.fetchone()
        if written is None:  # it was told before, or by another request this moment
            cursor.execute(TOLD, parameters)
            written = cursor.fetchone()
        elif calls:
            wake_calls()
    if not written[0]:
        raise Changed
    return str(written[0])


def address_of(interview: Interview, outcome: str, person: Person | None = None) -> str:
    """Return the signed address of an outcome for the interview's person, '' where there is none."""
    assert interview.source is not None, "whoever goes back to a panel came from one"
    try:
        return provider_of(interview.source).address_for(outcome, person or person_of(interview)).address
    except (CannotSign, SecretLost) as fault:
        logger.error("Source %s cannot send anybody back as %s: %s", interview.source_id, outcome, type(fault).__name__)
        return ""


def is_being_told(interview_id: uuid.UUID) -> bool:
    """Say whether the panel's server is being called this moment: the person had better come after the call than before."""
    with connection.cursor() as cursor:
        cursor.execute(BEING_TOLD, {"interview": interview_id, "patience": PATIENCE_SECONDS})
        return bool(cursor.fetchone()[0])


def is_final(interview: Interview) -> bool:
    """Say whether an interview is over for good: its outcome was told, or is one that nothing changes."""
    return bool(interview.returned_as) or interview.state in ("completed", "over", "screened_out", "refused", "removed", DUPLICATE)
