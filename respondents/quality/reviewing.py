"""What a person decides about an interview: keep it, remove it, or bring it back while its places are still free.

Each is one transaction, written down with who and why; the statement that moves places is its last one.
"""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext as _

from respondents import places
from respondents.models import Interview, Review
from respondents.waking import wake
from surveys.staff import write_down

# A removed interview counts again if every cell that it had filled has room: the interview's row first, then the cells in
# ascending order, the test for room on the rows that are locked, as wherever a place is taken.
RESTORE = """
WITH me AS MATERIALIZED (
  SELECT id, cell_ids FROM respondents_interview WHERE id = %(interview)s AND state = 'removed' FOR UPDATE),
want AS MATERIALIZED (
  SELECT id FROM respondents_quotacell
  WHERE id = ANY (ARRAY(SELECT unnest(cell_ids) FROM me)) AND reserved + filled < ceiling ORDER BY id FOR NO KEY UPDATE),
verdict AS MATERIALIZED (SELECT id, (SELECT count(*) FROM want) = cardinality(cell_ids) AS granted FROM me),
taken AS (UPDATE respondents_quotacell q SET filled = q.filled + 1 FROM want, verdict WHERE q.id = want.id AND verdict.granted),
moved AS (
  UPDATE respondents_interview i SET state = 'completed', revision = i.revision + 1
  FROM verdict v WHERE i.id = v.id AND v.granted RETURNING i.id, i.is_test),
counted AS (UPDATE respondents_record r SET counted = NOT moved.is_test FROM moved WHERE r.interview_id = moved.id)
SELECT (SELECT granted FROM verdict)
"""


def keep(request: HttpRequest, interview: Interview, *, reason: str = "") -> None:
    """Say that an interview is sound, whatever was flagged. Raises ValidationError when it is not a completed one."""
    with transaction.atomic():
        if not Interview.objects.select_for_update().filter(pk=interview.pk, state=Interview.State.COMPLETED).exists():
            raise ValidationError(_("Only a completed interview can be kept or removed."))
        _write(request, interview, Review.Verdict.KEPT, reason, _("Kept. Reason: %(reason)s") % {"reason": reason or "–"})


def remove(request: HttpRequest, interview: Interview, *, reason: str) -> None:
    """Take a completed interview out of quotas and figures; its places open again.

    Raises ValidationError when it is not a completed one, and OperationalError when the cells' locks could not be had in time.
    """
    with transaction.atomic():
        _write(request, interview, Review.Verdict.REMOVED, reason, _("Removed. Reason: %(reason)s") % {"reason": reason})
        if not places.remove(interview.pk):
            raise ValidationError(_("Only a completed interview can be removed."))
    wake(interview.wave_id)


def restore(request: HttpRequest, interview: Interview, *, reason: str) -> None:
    """Count a removed interview again, if all the cells that it had filled have room.

    Raises ValidationError when one has none, when the person took the answers back, or when nobody of the staff removed it;
    and OperationalError as ``remove`` does.
    """
    with transaction.atomic():
        Interview.objects.select_for_update().get(pk=interview.pk)  # whoever takes their answers back this moment comes before or after
        removers = list(Review.objects.filter(interview=interview, verdict=Review.Verdict.REMOVED).values_list("by", flat=True))
        if not removers:
            raise ValidationError(_("Only a removed interview can be brought back."))
        if None in removers:
            raise ValidationError(_("The person took their answers back: it stays removed."))
        _write(request, interview, Review.Verdict.KEPT, reason, _("Brought back. Reason: %(reason)s") % {"reason": reason})
        granted = _restored(interview.pk)
        if granted is None:
            raise ValidationError(_("Only a removed interview can be brought back."))
        if not granted:
            raise ValidationError(_("It cannot be brought back: its places were given to others since."))
    wake(interview.wave_id)


def take_back(interview_id: uuid.UUID, wave_id: int) -> None:
    """Take an interview out of quotas and figures at its person's wish, for good: a review by nobody of the staff says so.

    One that the staff had removed already is kept from coming back. Raises OperationalError as ``remove`` does.
    """
    wish = {"interview_id": interview_id, "verdict": Review.Verdict.REMOVED, "by": None}
    with transaction.atomic():
        Interview.objects.select_for_update().get(pk=interview_id)
        if not Review.objects.filter(**wish).exists():
            Review.objects.create(**wish, at=Now())
        places.remove(interview_id)
    wake(wave_id)


def _restored(interview_id: uuid.UUID) -> bool | None:
    with connection.cursor() as cursor:
        cursor.execute(RESTORE, {"interview": interview_id})
        granted: bool | None = cursor.fetchone()[0]
        return granted


def _write(request: HttpRequest, interview: Interview, verdict: str, reason: str, message: str) -> None:
    Review.objects.create(interview=interview, verdict=verdict, reason=reason, by_id=request.user.pk, at=Now())
    write_down(request, interview, message)
