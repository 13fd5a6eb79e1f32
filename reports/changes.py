"""What became of a figure's question since another wave, in words: why two waves are not compared, or only with care."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from reports.core.typography import typeset
from reports.press import uncapitalised
from reports.results import Result
from surveys.core.versions import Difference, Verdict

if TYPE_CHECKING:  # an edition says it of its figures
    from reports.edition import Edition


def not_compared(edition: Edition, result: Result) -> Iterable[str]:
    """Yield why the figure is not compared with the wave that it should be compared with; nothing where it is."""
    if result.broken is not None and edition.value(result) is not None:
        values = {
            "wave": edition.press.label_of(result.broken.wave),
            "reasons": edition.press.listed(reasons(edition, result.broken.verdict)),
        }
        yield _("Not compared with %(wave)s, where the questionnaire did not measure the same: %(reasons)s.") % values


def reasons(edition: Edition, verdict: Verdict) -> list[str]:
    """Return what changed, each as "question: what about it"."""
    return list(dict.fromkeys(_reason(edition, difference) for difference in verdict.because))


def _reason(edition: Edition, difference: Difference) -> str:
    about = {
        "where": _place(edition, difference),
        "why": uncapitalised(typeset(edition.press.say(difference.why), edition.press.language)).removesuffix("."),
    }
    return _("%(where)s — %(why)s") % about


def _place(edition: Edition, difference: Difference) -> str:
    press, questionnaire = edition.press, edition.results.questionnaire
    if difference.subject == "base" and difference.name in questionnaire.bases:
        return press.quoted(press.base_line(questionnaire.bases[difference.name]))
    if difference.subject in ("choice", "question", "page", "block") and difference.questions:
        name = difference.name if difference.name in difference.questions else min(difference.questions)
        return press.quoted(edition.variable_names.get(name, name))
    return difference.name
