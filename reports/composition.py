"""Who was interviewed, as the technical notice tells it: raw, wanted and weighted shares, answers not given, how interviews ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.db.models import Count

from reports.core.computation import combine, single_columns
from reports.dataset import Dataset, RecordsDisagree, read, snapshot
from reports.weightings.raking import main_plan, weigh
from respondents.core.dispositions import DISPOSITIONS
from respondents.models import Interview
from surveys.core.questionnaire import Choice, Question
from surveys.models import Wave


@dataclass(frozen=True)
class Category:
    """One category of a variable: people, their share, the population's (None: no target) and the weighted one (0–100)."""

    choice: Choice
    n: int
    percent: float
    target: float | None
    weighted: float | None


@dataclass(frozen=True)
class Unanswered:
    """One question: how many people it was put to, and how many of them gave no opinion (don't know, refusal or nothing)."""

    question: Question
    asked: int
    unanswered: int


def counted(wave: Wave) -> Dataset | None:
    """Return the counted interviews of a wave, None when there are none or when their records do not agree."""
    if wave.questionnaire is None:
        return None
    try:
        with snapshot():
            dataset = read(wave, wave.questionnaire.codebook(), ())
    except RecordsDisagree:
        return None
    return dataset if dataset.counted.n else None


def categories(wave: Wave, dataset: Dataset) -> Iterator[tuple[str, list[Category]]]:
    """Yield each weighting variable with its categories, in the questionnaire's order."""
    assert wave.questionnaire is not None, "Only a wave with a questionnaire of ours has interviews."
    questionnaire, n, by = wave.questionnaire.definition(), dataset.counted.n, main_plan(wave).names
    combinations = combine(single_columns(dataset.columns(by), by), n)
    weighting, _refusal = weigh(wave, questionnaire, combinations)
    targets = {(margin.variable, margin.category): float(margin.percent) for margin in wave.margins.all()}
    for position, name in enumerate(wave.weighting):
        codes, found = combinations.codes[:, position], combinations.categories[name]
        people = dict(zip(found, np.bincount(codes, combinations.counts, len(found)), strict=True))
        weights = None if weighting is None else combinations.counts * weighting.combination_weights
        weighted = {} if weights is None else dict(zip(found, np.bincount(codes, weights, len(found)), strict=True))
        yield name, [
            Category(choice, int(people.get(choice.name, 0)), 100 * people.get(choice.name, 0) / n, targets.get((name, choice.name)),
                     100 * weighted.get(choice.name, 0) / sum(weighted.values()) if weighted else None)
            for choice in questionnaire.questions[name].choices
            if people.get(choice.name) or (name, choice.name) in targets
        ]  # fmt: skip


def unanswered(dataset: Dataset) -> Iterator[Unanswered]:
    """Yield, for each question put to people, how many gave no opinion. A text that asks to specify is none."""
    for name, question in dataset.codebook.questions.items():
        if question.is_asked and question.kind != "text":
            asked = ~dataset.not_asked(name)
            yield Unanswered(question, int(asked.sum()), int((asked & dataset.no_opinion(name)).sum()))


def dispositions(wave: Wave) -> dict[str, int]:
    """Return how many entries of the wave, tests left out, are in each state, in the order of the final dispositions."""
    rows = Interview.objects.filter(wave=wave, is_test=False).order_by().values_list("state").annotate(n=Count("pk"))
    found = dict(rows)
    return {disposition.state: found[disposition.state] for disposition in DISPOSITIONS if disposition.state in found}
