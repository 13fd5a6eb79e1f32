"""How long what a field collects is kept, and what of it can still tell who somebody is.

The default of 60 days for what links answers to a panel's or a letter's addressee is a proposal of ours: the end of the field
and the reconciliation with the panel.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from surveys.core.messages import N_

LINK_DAYS = 60

Identifies = Literal["yes", "no"]


@dataclass(frozen=True)
class Holding:
    """One kind of record: its ``name`` and ``purpose`` in English to be translated, how many rows there are, whether they tell
    who somebody is, and for how many ``days`` after the close they are kept (None: with the study, until it is deleted).
    """

    code: str
    name: str
    purpose: str
    rows: int
    identifies: Identifies
    days: int | None = None

    def ends_at(self, closed_at: datetime.datetime | None) -> datetime.datetime | None:
        """Return when these records are due to go; None while the wave is not closed, or where no clock runs."""
        return None if closed_at is None or self.days is None else closed_at + datetime.timedelta(days=self.days)

    def is_due(self, closed_at: datetime.datetime | None, now: datetime.datetime) -> bool:
        """Say whether they should be gone already, and are not."""
        ends_at = self.ends_at(closed_at)
        return self.rows > 0 and ends_at is not None and ends_at <= now


def holdings(counts: dict[str, int], link_days: int, device_days: int) -> list[Holding]:
    """Return every kind of record that a field keeps, those that identify people first."""
    return [
        Holding("links", N_("Identifiers of panels"), N_("Tell each panel how its members’ interviews ended; find an interview again"), counts["links"], "yes", link_days),
        Holding("invitations", N_("Invitations and letters"), N_("Reach the people invited; know who answered"), counts["invitations"], "yes", link_days),
        Holding("devices", N_("Marks of devices"), N_("Notice two interviews made on one device"), counts["devices"], "yes", device_days),
        Holding("answers", N_("Answers, page by page"), N_("The proof of every figure"), counts["answers"], "no"),
        Holding("records", N_("Completed interviews"), N_("What the figures are computed from"), counts["records"], "no"),
        Holding("consents", N_("Consents"), N_("The proof that each person agreed, and to which text"), counts["consents"], "no"),
        Holding("reviews", N_("Flags and reviews"), N_("Who removed an interview, and why"), counts["reviews"], "no"),
    ]  # fmt: skip
