"""What a simulation found, in sentences and a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from respondents.core.findings import Findings, Spread
from surveys.core.messages import N_

OUTCOMES = {
    "completed": N_("completed"),
    "over": N_("completed over quota"),
    "screened_out": N_("screened out"),
    "refused": N_("refused to take part"),
    "quota_full": N_("quota full"),
    "expired_full": N_("place lost"),
    "closed": N_("survey closed"),
    "broken_off": N_("left on the way"),
}
NAMED_AT_MOST = 40


def say_outcome(outcome: str) -> str:
    """Return how an interview ended, in words."""
    return _(OUTCOMES[outcome]) if outcome in OUTCOMES else outcome


def lines_of(found: Findings) -> Iterator[str]:
    """Yield the lines of the findings."""
    yield f"{'':<34}{_('least'):>10}{_('median'):>10}{'95 %':>10}{_('most'):>10}"
    yield _row(_("ms per page, sent to shown"), found.page_ms)
    yield _row(_("ms per whole interview"), found.interview_ms)
    yield _row(_("pages per whole interview"), found.pages)
    yield _row(_("questions per whole interview"), found.questions)
    yield _("Times are those of the server and the network, without the time to read and to think.")
    yield _("Pages never reached: %(names)s") % {"names": _listed(found.never_reached)}
    yield _("Answers never given: %(names)s") % {"names": _listed(found.never_given)}
    yield _("Screened out on: %(names)s") % {"names": _counted(found.screened_out_on)}
    yield _("Answers refused and given again on: %(names)s") % {"names": _counted(found.refused_on)}


def _row(label: str, spread: Spread) -> str:
    return f"{label:<34}{spread.least:>10g}{spread.median:>10g}{spread.p95:>10g}{spread.most:>10g}"


def _listed(names: Sequence[str]) -> str:
    shown = list(names)
    rest = len(shown) - NAMED_AT_MOST
    return ", ".join(shown[:NAMED_AT_MOST]) + (f" … (+{rest})" if rest > 0 else "") or _("none")


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or _("none")
