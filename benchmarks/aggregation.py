"""How long the figures of 2,032, 100,000 and 1,000,000 interviews take from PostgreSQL to stored estimates, and how much memory.

The people are those of the reference panel, each there a random number of times, so that the truth is known: it is
counted in plain Python from the panel's own columns and raked by proportional fitting. Each computation runs in a
process of its own.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone

import django
import numpy as np
from django.db import connection

from reports.aggregation import aggregate
from reports.models import Estimate
from reports.study import load_study
from respondents.core.record import pack
from surveys.core.identifiers import uuid7
from surveys.models import Survey, Wave
from tests.reports.independent import DATA, SAMPLES, Row, holds, margins, rows
from tests.reports.panel import route_of

SIZES = (2_032, 100_000, 1_000_000)
SECONDS, MEGABYTES = 5.0, 1_500.0  # for a million
CYCLES = 2_000


def run(sizes: Sequence[int] = SIZES) -> dict[str, float]:
    """Measure ``seconds`` and ``megabytes`` (the process's peak) for each size.

    Raises AssertionError when a percentage differs from the truth by more than a billionth of a point or when a million
    exceed their budget.
    """
    found: dict[str, float] = {}
    people = rows(2023)
    for size in sizes:
        wave = _wave()
        times = np.bincount(np.random.default_rng(size).integers(0, len(people), size - len(people)), minlength=len(people)) + 1
        _load(wave, people, times.tolist())
        with multiprocessing.get_context("spawn").Pool(1, django.setup) as process:
            seconds, megabytes = process.apply(aggregate_alone, (wave.pk,))
        _compare(wave, people, times)
        found |= {f"{size} seconds": seconds, f"{size} megabytes": megabytes}
    if 1_000_000 in sizes:
        assert found["1000000 seconds"] < SECONDS, f"a million interviews took {found['1000000 seconds']:.2f} s, more than {SECONDS}"
        assert found["1000000 megabytes"] < MEGABYTES, (
            f"a million interviews took {found['1000000 megabytes']:.0f} MB, more than {MEGABYTES}"
        )
    return found


def aggregate_alone(wave_id: int) -> tuple[float, float]:
    """Compute a wave in this fresh process; return the seconds and the peak of its memory in megabytes."""
    wave = Wave.objects.select_related("survey", "questionnaire").get(pk=wave_id)
    began = time.perf_counter()
    aggregate(wave)
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _wave() -> Wave:
    """The wave of the reference study, open and empty."""
    if not Survey.objects.filter(slug="numerique-en-sante").exists():
        load_study(SAMPLES / "numerique-en-sante").waves.get(code="2023").move_to("live")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE respondents_interview CASCADE")
    return Wave.objects.select_related("survey", "questionnaire").get(survey__slug="numerique-en-sante", code="2023")


def _load(wave: Wave, people: Sequence[Row], times: Sequence[int]) -> None:
    assert wave.questionnaire is not None
    questionnaire, codebook = wave.questionnaire.definition(), wave.questionnaire.codebook()
    packed = []
    for person in people:
        route = route_of(questionnaire, person)
        packed.append(pack(codebook, route.answers, route.asked)[0])
    ids = [[uuid7() for _ in range(many)] for many in times]
    now = datetime.now(timezone.utc)
    interview = "id, wave_id, questionnaire_id, state, revision, cell_ids, language, is_test, imported, started_at, saved_at, ended_at"
    same = (wave.pk, wave.questionnaire_id, "completed", 12, [], "fr", False, False, now, now, now)
    _copy(f"respondents_interview ({interview})", ((one, *same) for some in ids for one in some))
    record = ((uuid7(), wave.pk, one, codes, "{}", True) for some, codes in zip(ids, packed, strict=True) for one in some)
    _copy("respondents_record (id, wave_id, interview_id, codes, extra, counted)", record)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE respondents_interview, respondents_record")


def _copy(into: str, lines: Iterator[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for line in lines:
            copy.write_row(line)


def _compare(wave: Wave, people: Sequence[Row], times: np.ndarray) -> None:
    """Hold every stored percentage, raw and raked, to the truth."""
    weights = _fitted(people, times)
    designed = {figure["id"]: figure for figure in json.loads((DATA / "figures.json").read_text(encoding="utf-8"))["figures"]}
    for estimate in Estimate.objects.filter(aggregation__wave=wave).select_related("figure"):
        figure = designed[estimate.figure.published_as.split()[0]]
        base = np.array([holds(figure["base"], person) for person in people])
        chosen = base & np.array([holds(figure["num"], person) for person in people])
        for found, by in ((estimate.raw_percent, times), (estimate.percent, times * weights)):
            truth = 100 * float(by[chosen].sum()) / float(by[base].sum())
            assert found is not None, f"{estimate.figure} has no percentage"
            assert abs(found - truth) < 1e-9, f"{estimate.figure} is {found}, and {truth} in truth"


def _fitted(people: Sequence[Row], times: np.ndarray) -> np.ndarray:
    """Rake weights by proportional fitting, each person counted as many times as they are there."""
    marks = [
        (np.array([person[variable] == category for person in people]), share / sum(shares.values()))
        for variable, shares in margins().items()
        for category, share in shares.items()
    ]
    weights = np.ones(len(people))
    for _ in range(CYCLES):
        before = weights.copy()
        for mark, share in marks:
            weights[mark] *= share * times.sum() / (times * weights)[mark].sum()
        if np.abs(weights - before).max() < 1e-15:
            break
    return weights
