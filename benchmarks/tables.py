"""How long a book's numbers take: 100,000 people, 60 questions of every kind, six banners, everybody with a weight of their raking.

Only the computing is measured, in seconds of processor, from the matrix of records in memory to every share, mark, mean and test; shares of the columns
are held to a count made another way.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from reports.core.rows import Given
from reports.core.tabulation import Banner, Crossing, Head, Tabulated, cross, tabulated
from reports.core.weighting import rake_combinations
from reports.dataset import Counted, Dataset
from reports.tables.people import People
from surveys.core.codebook import codebook_of
from surveys.core.expressions import parse
from surveys.core.questionnaire import Questionnaire
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report, Workbook
from surveys.models import Survey, Wave
from tests.worlds import sheet

PEOPLE, QUESTIONS, SECONDS = 100_000, 60, 3.0
RAKED = {"sex": 2, "age": 5, "region": 13, "pcs": 8, "agglo": 5}  # variables and their categories
LISTS = {"five": 5, "eight": 8, "ten": 11, **RAKED}


def run() -> dict[str, float]:
    """Return the seconds of each step. Raises AssertionError over the budget, or when a share is not the one counted by itself."""
    people = _people()
    began, cpu = time.perf_counter(), time.process_time()
    crossing = cross(people.everybody, _banners(people), people.weights)
    crossed = time.perf_counter() - began
    topics = [topic for topic in people.topics.values() if topic.code not in RAKED]
    made = [tabulated(people.content(topic), crossing) for topic in topics]
    elapsed, seconds = time.perf_counter() - began, time.process_time() - cpu
    assert len(made) == QUESTIONS, f"{len(made)} questions instead of {QUESTIONS}"
    _compare(people, crossing, made)
    assert seconds < SECONDS, f"{QUESTIONS} questions by six banners took {seconds:.2f} s, more than {SECONDS}"
    return {
        "seconds of compute": seconds,
        "seconds on the clock": elapsed,
        "of which the columns": crossed,
        "columns": len(crossing.heads) + 1,
        "weights": len(np.unique(people.weights)),
    }


def _people() -> People:
    questionnaire = read_questionnaire(_study(), Report())
    codebook = codebook_of(questionnaire)
    matrix = np.stack(list(_columns(questionnaire)), axis=1).astype(np.int16)
    dataset = Dataset(codebook, Counted(PEOPLE, 0), matrix)
    codes = matrix[:, [codebook.positions_of[name].start for name in RAKED]].astype(np.intp)
    combinations, of, counts = np.unique(codes - codes.min(axis=0), axis=0, return_inverse=True, return_counts=True)
    rng = np.random.default_rng(7)
    targets = {name: dict(zip(map(str, range(size)), 100 * _shares(rng, size), strict=True)) for name, size in RAKED.items()}
    weighting = rake_combinations(combinations, counts, {name: tuple(map(str, range(size))) for name, size in RAKED.items()}, targets)
    weights = weighting.combination_weights[of.reshape(-1)]
    return People(Wave(survey=Survey()), questionnaire, dataset, weights, {}, ())


def _study() -> Workbook:
    kinds = [("select_one five", 30), ("select_multiple eight", 15), ("select_one ten", 10), ("integer", 5)]
    asked = [f"select_one {name},{name},{name}" for name in RAKED]
    asked += [f"{kind},q{kind[-3:]}{at},Question {at}" for kind, many in kinds for at in range(many)]
    choices = [f"{name},{at},{at}" for name, size in LISTS.items() for at in range(size)]
    return {
        "settings": sheet("settings", "form_title,form_id,version,default_language\nBanc,banc,1,Français (fr)"),
        "survey": sheet("survey", "\n".join(["type,name,label::Français (fr)", *asked])),
        "choices": sheet("choices", "\n".join(["list_name,name,label::Français (fr)", *choices])),
    }


def _columns(questionnaire: Questionnaire) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(11)
    for question in questionnaire.variables():
        if question.kind == "multiple":
            yield from (rng.random(PEOPLE) < share for share in rng.random(len(question.choices)))
        elif question.choices:
            codes = np.array([choice.code for choice in question.choices])
            yield rng.choice(codes, PEOPLE, p=_shares(rng, len(codes)))
        else:
            yield rng.poisson(6, PEOPLE)


def _shares(rng: np.random.Generator, size: int) -> np.ndarray:
    weights = 1 + rng.random(size)
    return np.asarray(weights / weights.sum())


def _banners(people: People) -> list[Banner]:
    """The five raked variables, and a sixth banner of a question's answers."""
    return [
        Banner(name, {}, tuple(Head(str(at), {}, people.holding(parse(f"${{{name}}} = '{at}'"))) for at in range(LISTS[size])))
        for name, size in [*((name, name) for name in RAKED), ("qive0", "five")]
    ]


def _compare(people: People, crossing: Crossing, made: list[Tabulated]) -> None:
    """Hold every share of the choices of one question in six to a sum of weights over its people."""
    for table in made[::6]:
        question = table.content.topic.questions[0]
        if not question.choices:
            continue
        given = Given(people.answered(question.name))
        for line in (line for line in table.lines if line.row.name in question.choice_by_name):
            for at, head in enumerate(crossing.heads, 1):
                truth = 100 * people.weights[given[line.row.name] & head.people].sum() / people.weights[head.people].sum()
                assert abs(line.column[at] - truth) < 1e-9, f"{question.name} {line.row.name} is {line.column[at]}, and {truth} in truth"
