"""Bad conditions: each is an error with its place and a reason, and what can be read can be computed."""

from __future__ import annotations

import random
from itertools import islice

import numpy as np
import pytest

from surveys.core.columns import Column, MultipleColumn, evaluate_column
from surveys.core.expressions import ExpressionError, evaluate, holds, parse
from tests.surveys.core.bad_expressions import NASTY, REAL, mangled

TEXTS = ("", "1", "0", "rdv", "12", "-3.5", "1e5", "NSP", "2000-02-30", "2000-02-29", "a b", "9" * 400, "é", "\0", "true", "٣")
PEOPLE = 6


def readable(seed, many):
    """The first texts of the fuzz that happen to be conditions."""
    for text in islice(mangled(seed), many):
        try:
            yield parse(text)
        except ExpressionError:
            continue


def refusal(text):
    """Why a text is no condition; None when it is one."""
    try:
        parse(text)
    except ExpressionError as error:
        return error
    return None


def test_each_of_5000_bad_conditions_is_an_error_with_its_place_and_a_reason():
    texts = list(islice(mangled(1), 6_500))
    errors = [error for error in map(refusal, texts) if error is not None]
    assert len(errors) >= 5_000
    for error in errors:
        assert 0 <= error.position <= len(error.text)
        assert len(str(error)) > 10


@pytest.mark.parametrize(
    "text", [text for text in NASTY if text != "${x.__class__}" and ("__" in text or "{" in text or "(" in text[:8])][:20]
)
def test_attacks_are_refused_and_nothing_of_them_is_run(text):
    with pytest.raises(ExpressionError):
        parse(text)


def test_a_name_with_dots_is_a_name_and_no_way_into_anything():
    condition = parse("${x.__class__}")
    assert condition.variables == {"x.__class__"}
    assert evaluate(condition, {"x": "1"}) == ""


def test_whatever_can_be_read_can_be_computed_for_anybody():
    drawn = random.Random(2)
    computed = 0
    for condition in [*map(parse, REAL), *readable(3, 4_000)]:
        for _ in range(PEOPLE):
            answers = {name: drawn.choice(TEXTS) for name in ("q8", "age", "q2", "born")} | {"q1": tuple(drawn.sample(TEXTS[1:], 2))}
            assert isinstance(evaluate(condition, answers, drawn.choice(TEXTS)), str | float | bool)
            assert isinstance(holds(condition, answers), bool)
            computed += 1
    assert computed > 600


def test_whole_columns_give_what_one_interview_at_a_time_gives():
    drawn = random.Random(4)
    compared = 0
    for condition in [*map(parse, REAL), *readable(5, 4_000)]:
        people = [
            {name: drawn.choice(TEXTS) for name in ("q8", "age", "q2", "born")}
            | {"q1": tuple(name for name in ("rdv", "1", "a") if drawn.random() < 0.5)}
            for _ in range(PEOPLE)
        ]
        columns = {name: Column(tuple(person[name] for person in people), np.arange(PEOPLE)) for name in ("q8", "age", "q2", "born")}
        columns["q1"] = MultipleColumn({name: np.array([name in person["q1"] for person in people]) for name in ("rdv", "1", "a")})
        column = evaluate_column(condition, columns, PEOPLE)
        assert [column.values[index] for index in column.index] == [evaluate(condition, person) for person in people], condition.text
        compared += 1
    assert compared > 100
