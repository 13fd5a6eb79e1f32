"""What a wave keeps, how long, and the links between answers and people that go when their time has come."""

from __future__ import annotations

import logging

from django.db import connection

from respondents.core.quality.rules import Device
from respondents.core.retention import LINK_DAYS, Holding, holdings
from respondents.quality.loading import rules_of
from surveys.models import Wave

logger = logging.getLogger(__name__)

COUNT = """
SELECT
  (SELECT count(*) FROM respondents_interview WHERE wave_id = %(wave)s AND (external_id IS NOT NULL OR carried <> '{}')),
  (SELECT count(*) FROM respondents_invitation WHERE wave_id = %(wave)s)
    + (SELECT count(*) FROM respondents_letter WHERE wave_id = %(wave)s AND kind IN ('invitation', 'reminder')),
  (SELECT count(*) FROM respondents_interview WHERE wave_id = %(wave)s AND device_sha256 IS NOT NULL),
  (SELECT count(*) FROM respondents_submission s JOIN respondents_interview i ON i.id = s.interview_id WHERE i.wave_id = %(wave)s),
  (SELECT count(*) FROM respondents_record WHERE wave_id = %(wave)s),
  (SELECT count(*) FROM respondents_consent WHERE wave_id = %(wave)s),
  (SELECT count(*) FROM respondents_flag f JOIN respondents_interview i ON i.id = f.interview_id WHERE i.wave_id = %(wave)s)
    + (SELECT count(*) FROM respondents_review r JOIN respondents_interview i ON i.id = r.interview_id WHERE i.wave_id = %(wave)s)
"""
KINDS = ("links", "invitations", "devices", "answers", "records", "consents", "reviews")

# An interview whose panel's server still waits to be told keeps its identifier until then.
LINKED = """
FROM respondents_interview i
WHERE i.wave_id = %(wave)s AND (i.external_id IS NOT NULL OR i.carried <> '{}') AND NOT EXISTS (
  SELECT FROM respondents_panelcall c WHERE c.interview_id = i.id AND c.answered_at IS NULL AND c.given_up_at IS NULL)
"""
FORGET = f"UPDATE respondents_interview SET external_id = NULL, carried = '{{}}' WHERE id IN (SELECT i.id {LINKED})"


def kept(wave: Wave) -> list[Holding]:
    """Return what a wave keeps, counted now."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"wave": wave.pk})
        counts = dict(zip(KINDS, cursor.fetchone(), strict=True))
    device = rules_of(wave.survey).device or Device()
    return holdings(counts, LINK_DAYS, device.days)


def forget_links(wave: Wave, *, dry_run: bool = False) -> int:
    """Take the panels' identifiers off a wave's interviews, whose answers stay; return how many lost theirs.

    Afterwards nobody can tell whose an interview was, and no panel can be told anything more. With ``dry_run`` only count.
    """
    with connection.cursor() as cursor:
        if dry_run:
            cursor.execute(f"SELECT count(*) {LINKED}", {"wave": wave.pk})
            return int(cursor.fetchone()[0])
        cursor.execute(FORGET, {"wave": wave.pk})
        return int(cursor.rowcount)


def forget_due_links() -> int:
    """Take the identifiers off the interviews of waves that have been closed for LINK_DAYS; return how many lost theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM surveys_wave WHERE state = 'closed' AND state_since < now() - make_interval(days => %s)", [LINK_DAYS]
        )
        waves = Wave.objects.filter(pk__in=[row[0] for row in cursor.fetchall()])
    forgotten = {wave.pk: forget_links(wave) for wave in waves}
    for wave_id, people in forgotten.items():
        if people:
            logger.info("%s identifiers of wave %s were deleted, %s days after its close.", people, wave_id, LINK_DAYS)
    return sum(forgotten.values())
