"""What one person answered and how long their pages took, laid out for the one who reviews."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from respondents.core.quality.straight import grids_of
from respondents.core.quality.times import PageTime
from respondents.models import Interview
from respondents.quality.looking import answers_of
from respondents.quality.words import Speaker, duration
from surveys.core.expressions import Answer
from surveys.core.questionnaire import Question

FULL = 120  # width of the bar of a page that took twice its median, or more


class PageLine(NamedTuple):
    """How long a page took: the person's time and the median, as said, and the widths of their bars."""

    page: str
    seconds: str
    median: str
    bar: int
    median_at: int
    is_hurried: bool


class Line(NamedTuple):
    """A question and what was answered."""

    question: str
    answer: str
    is_attention: bool = False


class Sheet(NamedTuple):
    """The answers of one page, under its title; those of a grid stand together."""

    title: str
    is_grid: bool
    lines: list[Line]


def page_lines(seconds: Mapping[str, float | None], times: Mapping[str, PageTime], speaker: Speaker, share: float) -> list[PageLine]:
    """Return the pages of one person in the order in which they came in; hurried is below ``share`` of the median."""
    lines = []
    for page, value in seconds.items():
        median = times[page].median if page in times else None
        whole = 2 * median if median else value or 1
        bar = FULL if value is None else min(FULL, round(FULL * value / whole))
        is_hurried = value is not None and median is not None and value < share * median
        lines.append(PageLine(speaker.subject(page), "" if value is None else duration(value), duration(median) if median else "",
                              0 if value is None else bar, FULL // 2 if median else 0, is_hurried))  # fmt: skip
    return lines


def sheets(interview: Interview, speaker: Speaker) -> list[Sheet]:
    """Return what was answered, page by page, as labels; grids by themselves."""
    record = interview.record
    extra = record.extra if isinstance(record.extra, dict) else json.loads(record.extra)
    [answers] = answers_of(interview.questionnaire.codebook(), [bytes(record.codes)], [extra])
    return [sheet for sheet in _sheets(answers, speaker) if sheet.lines]


def _sheets(answers: Mapping[str, Answer], speaker: Speaker) -> Iterator[Sheet]:
    rows = {row.name: grid for grid in grids_of(speaker.questionnaire) for row in grid.rows}
    for page in speaker.questionnaire.pages:
        title = speaker.text(page.labels)
        own = [question for question in page.asked if question.name not in rows]
        yield Sheet(title, False, _lines(own, answers, speaker))
        for grid in dict.fromkeys(rows[question.name].name for question in page.asked if question.name in rows):
            yield Sheet(title if grid == page.name else speaker.subject(grid), True,
                        _lines([question for question in page.asked if question.name in rows and rows[question.name].name == grid], answers, speaker))  # fmt: skip


def _lines(questions: list[Question], answers: Mapping[str, Answer], speaker: Speaker) -> list[Line]:
    return [
        Line(speaker.text(question.labels), _said(question, answers[question.name], speaker), bool(question.attention))
        for question in questions
        if question.name in answers
    ]


def _said(question: Question, answer: Answer, speaker: Speaker) -> str:
    names = answer if isinstance(answer, tuple) else (answer,)
    known = question.choice_by_name
    return " · ".join(speaker.text(known[name].labels) if name in known else name for name in names)
