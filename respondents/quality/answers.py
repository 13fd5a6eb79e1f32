"""What one person answered and how long their pages took, laid out for the one who reviews."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
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
    return [_page_line(speaker.subject(page), value, times.get(page), share) for page, value in seconds.items()]


def _page_line(page: str, value: float | None, time: PageTime | None, share: float) -> PageLine:
    if value is None:  # the person was away
        return PageLine(page, "", duration(time.median) if time else "", 0, FULL // 2 if time else 0, False)
    if time is None or not time.median:
        return PageLine(page, duration(value), "", 0, 0, False)
    bar = min(FULL, round(FULL * value / (2 * time.median)))
    return PageLine(page, duration(value), duration(time.median), bar, FULL // 2, value < share * time.median)


def sheets(interview: Interview, speaker: Speaker) -> list[Sheet]:
    """Return what was answered, page by page, as labels; grids by themselves."""
    record = interview.record
    extra = record.extra if isinstance(record.extra, dict) else json.loads(record.extra)
    [answers] = answers_of(interview.questionnaire.codebook(), [bytes(record.codes)], [extra])
    return [sheet for sheet in _sheets(answers, speaker) if sheet.lines]


def _sheets(answers: Mapping[str, Answer], speaker: Speaker) -> Iterator[Sheet]:
    grids = grids_of(speaker.questionnaire)
    in_grids = {row.name for grid in grids for row in grid.rows}
    for page in speaker.questionnaire.pages:
        title = speaker.text(page.labels)
        yield Sheet(title, False, _lines([question for question in page.asked if question.name not in in_grids], answers, speaker))
        for grid in (grid for grid in grids if grid.page == page.name):
            yield Sheet(title if grid.name == page.name else speaker.subject(grid.name), True, _lines(grid.rows, answers, speaker))


def _lines(questions: Sequence[Question], answers: Mapping[str, Answer], speaker: Speaker) -> list[Line]:
    return [
        Line(speaker.text(question.labels), _said(question, answers[question.name], speaker), bool(question.attention))
        for question in questions
        if question.name in answers
    ]


def _said(question: Question, answer: Answer, speaker: Speaker) -> str:
    names = answer if isinstance(answer, tuple) else (answer,)
    known = question.choice_by_name
    return " · ".join(speaker.text(known[name].labels) if name in known else name for name in names)
