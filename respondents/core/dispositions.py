"""How entries end, in the codes of the trade, and the rates that are made of them, each with its fraction.

Source of the codes: AAPOR, Standard Definitions: Final Dispositions of Case Codes and Outcome Rates for Surveys, 8th edition
(2015), table 4, internet surveys. What it has no code for is said beside the nearest one. People who come through a panel or
an open link are not a probability sample: no rate here is a response rate, and none is called so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from surveys.core.messages import N_

Group = Literal["interview", "eligible", "unknown", "not_eligible", "live"]


class Disposition(NamedTuple):
    """What became of an entry: the interview's ``state``, its ``aapor`` code ('' while it is live), the ``group`` of that code,
    and a ``label`` in English to be translated.
    """

    state: str
    aapor: str
    group: Group
    label: str


DISPOSITIONS = (
    Disposition("completed", "1.1", "interview", N_("Complete")),
    Disposition("removed", "2.3", "eligible", N_("Complete, removed for its quality or at the person’s wish")),
    Disposition("refused", "2.111", "eligible", N_("Explicit refusal")),
    Disposition("expired", "2.12", "eligible", N_("Break-off after the quota questions")),
    Disposition("abandoned", "2.12", "unknown", N_("Break-off during the first questions")),
    Disposition("screened_out", "4.1", "not_eligible", N_("Screened out of the sample")),
    Disposition("quota_full", "4.8", "not_eligible", N_("Quota filled")),
    Disposition("over", "4.8", "not_eligible", N_("Complete, over the quota")),
    Disposition("duplicate", "4.81", "not_eligible", N_("Duplicate entry")),
    Disposition("forged", "4.9", "not_eligible", N_("Entry by a link that was not valid")),
    Disposition("screening", "", "live", N_("Answering the first questions")),
    Disposition("reserved", "", "live", N_("Answering")),
)
BY_STATE: Mapping[str, Disposition] = {disposition.state: disposition for disposition in DISPOSITIONS}
NEVER_STARTED = ("3.19", N_("Invited, never came"))  # an invitation without an entry


@dataclass(frozen=True)
class Rate:
    """A share of people that is never shown without its fraction: ``numerator`` of ``denominator``; nothing of nobody is no rate."""

    name: str
    numerator: int
    denominator: int

    @property
    def share(self) -> float | None:
        """Return the share from 0 to 1; None of nobody."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Rates:
    """The rates of a field. ``participation`` exists only where somebody was invited by name."""

    incidence: Rate
    completion: Rate
    break_off: Rate
    over_quota: Rate
    quality_removal: Rate
    participation: Rate | None

    def all(self) -> list[Rate]:
        """Return those that exist, in the order of a report."""
        every = (self.participation, self.completion, self.break_off, self.incidence, self.over_quota, self.quality_removal)
        return [rate for rate in every if rate is not None]


def entries(counts: Mapping[str, int]) -> int:
    """Return how many entered: the sum of every disposition and of those who are live. Raises KeyError for a state that has no code."""
    return sum(n for state, n in counts.items() if BY_STATE[state])


def live(counts: Mapping[str, int]) -> int:
    """Return how many are answering now."""
    return sum(counts.get(disposition.state, 0) for disposition in DISPOSITIONS if disposition.group == "live")


def rates(counts: Mapping[str, int], *, invited: int | None = None, completed_by_invitation: int = 0) -> Rates:
    """Return the rates of ``counts``, people by the state of their interview, tests and imported interviews left out.

    - incidence: people let in / (let in + screened out); people met by a full quota count on neither side, since nobody knows
      what they would have been, and those still answering count once they hold a place;
    - completion: complete / (complete, removed included, + broken off while eligible);
    - break-off: broken off / (complete, removed included, + broken off), wherever it was;
    - over quota: turned away, or complete over the quota / (those + let in);
    - quality removal: removed / complete, removed included;
    - participation: usable completes of those invited / people invited (``invited``; None for a sample without invitations).
    """
    n = {disposition.state: counts.get(disposition.state, 0) for disposition in DISPOSITIONS}
    complete = n["completed"] + n["removed"]
    let_in = complete + n["reserved"] + n["expired"]
    broken_off = n["expired"] + n["abandoned"]
    over = n["quota_full"] + n["over"]
    return Rates(
        incidence=Rate(N_("Incidence"), let_in + n["over"], let_in + n["over"] + n["screened_out"]),
        completion=Rate(N_("Completion"), complete, complete + n["expired"]),
        break_off=Rate(N_("Break-off"), broken_off, complete + broken_off),
        over_quota=Rate(N_("Over quota"), over, over + let_in),
        quality_removal=Rate(N_("Removed for quality"), n["removed"], complete),
        participation=None if invited is None else Rate(N_("Participation"), completed_by_invitation, invited),
    )
