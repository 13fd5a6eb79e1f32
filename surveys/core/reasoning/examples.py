"""One value out of those that an answer can be."""

from __future__ import annotations

import datetime

from surveys.core.expressions import Answer, as_text
from surveys.core.questionnaire import Question
from surveys.core.reasoning.domains import EPOCH, Domain, Numbers, Texts, Ticks


def example_of(domain: Domain, question: Question | None) -> Answer:
    """Return the plainest answer: none where there may be none, otherwise the first or the smallest."""
    if not domain.is_answered:
        return ""
    if isinstance(domain, Texts):
        return min(domain.values)
    if isinstance(domain, Ticks):
        order = list(question.choice_by_name) if question else []
        names = set(domain.ticked) | set([name for name in order if name in domain.free][: domain.few - len(domain.ticked)])
        return tuple(name for name in order if name in names)
    if isinstance(domain, Numbers):
        return _number_example(domain)
    return "x"


def _number_example(domain: Numbers) -> str:
    if domain.low > domain.high:
        return min(domain.others)
    number = min(max(0.0, domain.low), domain.high)
    if domain.is_date:
        try:
            return (EPOCH + datetime.timedelta(days=number)).isoformat()
        except OverflowError:
            return ""
    return as_text(number)
