"""Contacts counted by what is known of them, and those who may be invited or reminded now."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from respondents.core.sendouts import RIPE_HOURS, Returns
from respondents.models import Invitation, SendOut
from surveys.models import Wave

# Somebody may be invited whose address works, who is not invited yet nor, by a link that is purged, interviewed in the wave, who was
# left in peace for so many days by every wave and, if so chosen, who was not interviewed in another wave of the survey.
REACHABLE = "p.erased_at IS NULL AND p.unsubscribed_at IS NULL AND p.bounced_at IS NULL"
AVAILABLE = f"""
{REACHABLE} AND %(wave)s <> ALL (p.took_part)
AND (p.asked_at IS NULL OR p.asked_at < now() - make_interval(days => %(rest_days)s))
AND NOT EXISTS (SELECT FROM respondents_invitation o WHERE o.panelist_id = p.id
  AND (o.wave_id = %(wave)s OR coalesce(o.last_sent_at, o.made_at) > now() - make_interval(days => %(rest_days)s)))
AND NOT (%(exclude_earlier)s AND EXISTS (SELECT FROM surveys_wave tw WHERE tw.survey_id = %(survey)s AND tw.id = ANY (p.took_part)))
AND NOT (%(exclude_earlier)s AND EXISTS (
  SELECT FROM respondents_invitation e JOIN surveys_wave ew ON ew.id = e.wave_id
  JOIN respondents_interview ei ON ei.id = e.interview_id
  WHERE e.panelist_id = p.id AND ew.survey_id = %(survey)s AND ei.state IN ('completed', 'over', 'removed')))
"""

# Somebody may be reminded who was sent a letter some days ago, whose interview has not ended, and for whom no letter waits.
AWAITED = f"""
{REACHABLE} AND n.sent_at IS NOT NULL AND n.reminders < %(max_reminders)s
AND n.last_sent_at < now() - make_interval(days => %(gap_days)s)
AND (i.id IS NULL OR i.state IN ('screening', 'reserved', 'expired', 'abandoned'))
AND NOT EXISTS (SELECT FROM respondents_letter l WHERE l.invitation_id = n.id AND l.sent_at IS NULL AND l.given_up_at IS NULL)
"""

COUNTED = f"""
SELECT ARRAY(SELECT coalesce(p.known ->> v, '') FROM unnest(%(variables)s::text[]) WITH ORDINALITY AS u(v, n) ORDER BY n) AS profile,
  count(*), count(*) FILTER (WHERE {AVAILABLE}), count(*) FILTER (WHERE {AWAITED}),
  count(n.sent_at), count(*) FILTER (WHERE n.id IS NOT NULL AND n.sent_at IS NULL),
  count(n.interview_id), count(*) FILTER (WHERE i.state = 'completed' AND NOT i.is_test),
  count(*) FILTER (WHERE n.sent_at < now() - make_interval(hours => %(ripe)s)),
  count(*) FILTER (WHERE n.sent_at < now() - make_interval(hours => %(ripe)s) AND i.state = 'completed' AND NOT i.is_test)
FROM respondents_panelist p
LEFT JOIN respondents_invitation n ON n.panelist_id = p.id AND n.wave_id = %(wave)s
LEFT JOIN respondents_interview i ON i.id = n.interview_id
WHERE p.erased_at IS NULL GROUP BY 1
"""

POOL = (
    f"SELECT p.id, p.known FROM respondents_panelist p WHERE {AVAILABLE} AND (%(ids)s::bigint[] IS NULL OR p.id = ANY (%(ids)s::bigint[]))"
)

REMINDABLE = f"""
SELECT n.id, p.known, coalesce(i.state, '') FROM respondents_invitation n
JOIN respondents_panelist p ON p.id = n.panelist_id
LEFT JOIN respondents_interview i ON i.id = n.interview_id
WHERE n.wave_id = %(wave)s AND {AWAITED}
  AND (%(ids)s::bigint[] IS NULL OR n.id = ANY (%(ids)s::bigint[]))
"""


@dataclass(frozen=True)
class Options:
    """What is chosen for a send-out: days of rest since any letter, whether people of other waves of the survey are left out,
    how many letters at most, for which cell alone, how many reminders a person gets and how many days apart.
    """

    rest_days: int = 30
    exclude_earlier: bool = True
    at_most: int | None = None
    cell: int | None = None
    max_reminders: int = 2
    gap_days: int = 3


class Counts(NamedTuple):
    """How many contacts; how many may be invited and reminded now; are invited; have a letter waiting; came; completed; and of the rate."""

    contacts: int = 0
    available: int = 0
    remindable: int = 0
    invited: int = 0
    waiting: int = 0
    came: int = 0
    returned: int = 0
    ripe: int = 0
    ripe_returned: int = 0

    @property
    def returns(self) -> Returns:
        """Return what the return rate is computed from."""
        return Returns(self.ripe, self.ripe_returned)

    def plus(self, other: Counts) -> Counts:
        """Return both added up."""
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))


def counted(wave: Wave, variables: Sequence[str], options: Options) -> dict[tuple[str, ...], Counts]:
    """Return the contacts by their values of ``variables`` ('' where not known), in one query."""
    parameters = {**_parameters(wave, options), "variables": list(variables), "ripe": RIPE_HOURS}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, parameters)
        return {tuple(profile): Counts(*numbers) for profile, *numbers in cursor.fetchall()}


def available(wave: Wave, options: Options, ids: Collection[int] | None = None) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the contacts who may be invited now, with what is known of them; only those of ``ids`` when given."""
    for person, known in _rows(POOL, {**_parameters(wave, options), "ids": None if ids is None else list(ids)}):
        yield person, _profile(known)


def remindable(wave: Wave, options: Options, ids: Collection[int] | None = None) -> Iterator[tuple[int, Mapping[str, str], str]]:
    """Yield the invitations whose people may be reminded now, what is known of them, and the state of their interview."""
    for invitation, known, state in _rows(REMINDABLE, {**_parameters(wave, options), "ids": None if ids is None else list(ids)}):
        yield invitation, _profile(known), state


def kept(wave: Wave) -> Counts:
    """Return what send-outs keep of invitations whose links are purged."""
    sums: Counter[str] = Counter()
    for sent, returned in SendOut.objects.filter(wave=wave, kind=SendOut.Kind.INVITATION, sent__isnull=False).values_list(
        "sent", "returned"
    ):
        sums.update(sent=sent or 0, returned=returned or 0)
    return Counts(invited=sums["sent"], returned=sums["returned"])


def among(values: Collection[int] | Collection[str], kind: str = "bigint") -> RawSQL:
    """Return what ``__in`` takes for any number of values: one array, where a list of parameters ends at 65,535."""
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [list(values)])  # noqa: S611 -- the values are a parameter


def keep_counts(links: QuerySet[Invitation]) -> None:
    """Keep with their send-outs what links that are about to go sent and brought back; in the transaction that deletes them."""
    sent, completed = Q(sent_at__isnull=False), Q(interview__state="completed", interview__is_test=False)
    counted = links.filter(send_out__isnull=False).order_by().values("send_out")
    for each in counted.annotate(n_sent=Count("pk", filter=sent), n_returned=Count("pk", filter=completed)):
        SendOut.objects.filter(pk=each["send_out"]).update(
            sent=Coalesce("sent", 0) + each["n_sent"], returned=Coalesce("returned", 0) + each["n_returned"]
        )  # fmt: skip


def taken_part(wave: Wave) -> tuple[int, int] | None:
    """Return how many people were invited by name and how many of them completed, purged links included; None when nobody was."""
    completed = Q(interview__state="completed", interview__is_test=False)
    links = Invitation.objects.filter(wave=wave, sent_at__isnull=False).aggregate(
        invited=Count("pk"), returned=Count("pk", filter=completed)
    )
    before = kept(wave)
    invited = links["invited"] + before.invited
    return (invited, links["returned"] + before.returned) if invited else None


def never_came(wave: Wave) -> int:
    """Return how many people were sent an invitation and never entered; once the links are deleted nobody can be told any more."""
    return Invitation.objects.filter(wave=wave, sent_at__isnull=False, interview__isnull=True).count()


def _parameters(wave: Wave, options: Options) -> dict[str, Any]:
    return {
        "wave": wave.pk,
        "survey": wave.survey_id,
        "rest_days": options.rest_days,
        "exclude_earlier": options.exclude_earlier,
        "max_reminders": options.max_reminders,
        "gap_days": options.gap_days,
    }


def _rows(statement: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        yield from cursor.fetchall()


def _profile(known: str | Mapping[str, str]) -> Mapping[str, str]:
    """A JSON column read past the models comes as text."""
    return dict(json.loads(known)) if isinstance(known, str) else known
