"""The scale that a mean, a median or a score is drawn on: the range of its question, or a round number above all that is shown."""

from __future__ import annotations

from collections.abc import Sequence

from reports.core.charts import Bar, Scale, round_above
from reports.core.typography import signed
from reports.press import Press
from reports.results import Result
from surveys.core.questionnaire import Question, Questionnaire


def scale_of(result: Result, questionnaire: Questionnaire, press: Press, bars: Sequence[Bar]) -> Scale:
    """Return the scale of a figure that is no percentage."""
    if result.figure.kind == "score":
        return Scale(-100, 100, (signed(-100), signed(100)))
    low, high = range_of(questionnaire.questions[result.figure.measure])
    shown = [value for bar in bars for value in (bar.percent, *(bar.interval or ()))]
    low = min([0.0 if low is None else low, *shown])
    if high is None or high <= low:
        high = round_above(max([*shown, 1.0]))
    return Scale(low, high, (printed(press, low), printed(press, high)))


def range_of(question: Question) -> tuple[float | None, float | None]:
    """Return the least and the greatest answer, None where the question does not say."""
    names = [choice.name for choice in question.choices if choice.is_valid_answer] or list(question.steps)
    if names:
        return min(map(float, names)), max(map(float, names))
    return _number(question.minimum), _number(question.maximum)


def printed(press: Press, value: float) -> str:
    """Return an end of the scale, whole where it is."""
    return press.decimals(value, 0 if value.is_integer() else 1)


def _number(text: str | None) -> float | None:
    return float(text) if text else None
