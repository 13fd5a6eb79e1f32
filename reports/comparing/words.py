"""The six aspects of the comparability ledger as people read them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.core.comparing import Line
from reports.models import Comparability
from reports.press import Press

NAMES = {
    "wording": gettext_lazy("wording of the questions"),
    "base": gettext_lazy("people counted"),
    "mode": gettext_lazy("mode"),
    "institute": gettext_lazy("institute"),
    "universe": gettext_lazy("population"),
    "weighting": gettext_lazy("weighting"),
}


def judged(press: Press, line: Line) -> str:
    """Return what is judged of one aspect, and why: as computed, or as a named person confirmed it."""
    if not line.confirmed:
        return f"{Comparability.Verdict(line.computed).label} – {press.say(line.why)}"
    told = {"verdict": Comparability.Verdict(line.confirmed).label, "reason": line.reason}
    return _("%(verdict)s – confirmed by a person: %(reason)s") % told
