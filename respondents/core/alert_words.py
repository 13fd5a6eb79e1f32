"""How each alert is said: what, how many, and what to do about it; how loud it is; whether its end is news."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from surveys.core.messages import N_

Loudness = Literal["red", "amber", "note"]  # red only for what stops or spoils a field


class Words(NamedTuple):
    """The sentences of a kind of alert, marked for translation; ``what`` takes its numbers, ``ended`` its label."""

    loudness: Loudness
    what: str
    advice: str
    ended: str = ""  # nothing: its end is no news


SIGNS: Mapping[Loudness, str] = {"red": "▲", "amber": "●", "note": "○"}

WORDS: Mapping[str, Words] = {
    "audit": Words("red", N_("The counters differ from the interviews: %(n)s."), N_("Pause the field, and check the counters on its screen: no figure of it is to be trusted until they agree."), N_("The counters equal the interviews again.")),
    "stalled": Words("red", N_("No interview completed for %(minutes)s minutes."), N_("Try to answer yourself by a test link; then look at the sources, and call the panel."), N_("Interviews are being completed again.")),
    "cell_at_risk": Words("red", N_("%(label)s: at risk, %(missing)s will be missing at closing (to do: %(to_do)s; last 24 hours: %(recent)s)."), N_("Invite more people with this profile, let the field last longer, or change the target."), N_("%(label)s: no longer at risk.")),
    "contradiction": Words("red", N_("What is left of the quotas contradicts itself: %(text)s"), N_("Raise a ceiling or lower a target: as they stand, these places cannot be filled."), N_("What is left of the quotas no longer contradicts itself.")),
    "soft_stop": Words("amber", N_("The soft launch stopped by itself: completed %(n)s, planned %(limit)s."), N_("Look at these interviews, and sign off to open the field; nobody can enter until then.")),
    "length": Words("amber", N_("Median length: %(minutes)s minutes, %(expected)s planned (%(off)s, %(n)s interviews)."), N_("Look for a filter that leaves questions out, or for people who answer without reading; if it is longer, tell people the true time."), N_("The median length is back to what was planned.")),
    "drop_out": Words("amber", N_("Page “%(label)s”: %(lost)s of the %(seen)s people who saw it stopped there (%(percent)s), more than chance would explain."), N_("Open this page on a phone: a question on it may be unclear, too long or too personal."), N_("Page “%(label)s” no longer loses more people than expected.")),
    "source_drop_out": Words("amber", N_("Source “%(label)s”: %(count)s of %(n)s people stopped on the way (%(percent)s; the other sources: %(others)s), more than chance would explain."), N_("Ask this source whom it sends, and on which devices; pause it if this goes on."), N_("Source “%(label)s”: people no longer stop more often than elsewhere.")),
    "source_screened_out": Words("amber", N_("Source “%(label)s”: %(count)s of %(n)s people were screened out (%(percent)s; the other sources: %(others)s), more than chance would explain."), N_("Ask this source to send the people that were ordered; pause it if this goes on."), N_("Source “%(label)s”: people are no longer screened out more often than elsewhere.")),
    "source_quality": Words("amber", N_("Source “%(label)s”: %(count)s of %(n)s completed interviews carry a quality flag (%(percent)s; the other sources: %(others)s), more than chance would explain."), N_("Review these interviews, and tell the source which ones you remove; pause it if this goes on."), N_("Source “%(label)s”: quality flags are no longer more frequent than elsewhere.")),
    "calls": Words("amber", N_("Calls to a panel’s server given up: %(n)s."), N_("Open the source, read the error, and send them again."), N_("No call to a panel’s server is given up any more.")),
    "letters": Words("amber", N_("E-mails given up: %(n)s."), N_("Open the invitations, and read the error."), N_("No e-mail is given up any more.")),
    "cell_almost_full": Words("note", N_("%(label)s: almost full, %(filled)s completed of %(target)s (%(percent)s)."), N_("Invite fewer people with this profile.")),
    "cell_full": Words("note", N_("%(label)s: full, %(filled)s completed of %(target)s."), N_("People with this profile are thanked on their way in from now on: do not invite them any more.")),
    "opened": Words("note", N_("The field opened at its time."), N_("Watch the first interviews on its screen.")),
    "closed": Words("note", N_("The field closed at its time: %(n)s completed."), N_("Review the quality of the interviews.")),
}  # fmt: skip

PERCENTS = ("percent", "others")  # shown as "38 %"
LOUDEST_FIRST = list(WORDS)
