"""What a question says of its limits before anybody meets them: how many answers, between which numbers, how long."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.core.questionnaire import Question


def limits(question: Question) -> str:
    """Return the sentence that announces a question's limits, '' when there is nothing to announce.

    Those of numbers and dates are told only when they are wrong: most people never meet them.
    """
    low, high = question.minimum, question.maximum
    if question.kind == "multiple":
        return _how_many(int(low or 0), int(high or 0))
    if question.kind == "text" and high:
        return (
            _("From %(low)s to %(high)s characters") % {"low": low, "high": high}
            if low
            else _("%(limit)s characters at most") % {"limit": high}
        )
    if question.kind == "text" and low:
        return _("%(limit)s characters at least") % {"limit": low}
    return ""


def _how_many(low: int, high: int) -> str:
    if low and high:
        same = ngettext("%(count)s answer exactly", "%(count)s answers exactly", high) % {"count": high}
        return same if low == high else _("From %(low)s to %(high)s answers") % {"low": low, "high": high}
    if high:
        return ngettext("%(count)s answer at most", "%(count)s answers at most", high) % {"count": high}
    return ngettext("%(count)s answer at least", "%(count)s answers at least", low) % {"count": low} if low > 1 else ""
