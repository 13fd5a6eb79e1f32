"""What a receipt and the notice say of answers that were coded after the interview."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from reports.coding.answers import texts_of
from reports.coding.counting import frames_of, standings_of, summed_up
from reports.core.typography import percentage
from reports.models import CodeFrame
from reports.press import Press
from surveys.models import Wave


def coded_afterwards(wave: Wave, press: Press, names: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    """Yield (name of the open question, how its answers were coded); ``names`` keeps what a figure rests on, back-coding included."""
    if wave.questionnaire is None:
        return
    for stored, frame in frames_of(wave, wave.questionnaire.definition()):
        goes_back = frame.host if any(code.choice for code in frame.codes) else frame.question
        if names is None or {frame.question, goes_back} & set(names):
            yield frame.question, _said(wave, stored, press)


def _said(wave: Wave, stored: CodeFrame, press: Press) -> str:
    answers = len(texts_of(wave, stored.question))
    summary = summed_up(answers, standings_of(stored, wave))
    values = {"n": press.count(summary.coded), "answers": press.count(answers), "coders": press.count(summary.coders)}
    said = [_("%(n)s of %(answers)s open answers coded after the interview; number of coders: %(coders)s") % values]
    if summary.agreement is not None:
        agreement = percentage(press.decimals(100 * summary.agreement, 1), press.language)
        said.append(_("coded by two: %(twice)s, agreement %(agreement)s") % {"twice": press.count(summary.twice), "agreement": agreement})
    if summary.kappa is not None:
        said.append(_("Cohen’s kappa %(kappa)s") % {"kappa": press.decimals(summary.kappa, 2)})
    return "; ".join(said)
