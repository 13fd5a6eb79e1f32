"""Conditions read for whole columns: the same answer as one interview at a time, for a million of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.core.columns import Column, MultipleColumn, evaluate_column, holds_column
from surveys.core.expressions import Expression, evaluate, holds, parse
from tests.surveys.core.conditions import MULTIPLES, NUMBERS, SINGLES, answers, trees, written


def columns_of(people):
    """Return the columns that hold these people's answers."""
    columns = {}
    for name in (*SINGLES, *NUMBERS):
        values, index = np.unique([person[name] for person in people], return_inverse=True)
        columns[name] = Column(tuple(str(value) for value in values), index.reshape(-1))
    for name, choices in MULTIPLES.items():
        columns[name] = MultipleColumn({c: np.array([c in person[name] for person in people]) for c in choices})
    return columns


@settings(max_examples=400, deadline=None)
@given(tree=trees, people=st.lists(answers, min_size=1, max_size=12))
def test_both_readers_agree_on_every_condition_and_everybody(tree, people):
    condition = Expression("", tree)
    columns = columns_of(people)
    found = evaluate_column(condition, columns, len(people))
    values = [found.values[at] for at in found.index]
    expected = [evaluate(condition, person) for person in people]
    assert [(type(value), value) for value in values] == [(type(value), value) for value in expected]
    assert holds_column(condition, columns, len(people)).tolist() == [holds(condition, person) for person in people]


@settings(max_examples=200, deadline=None)
@given(tree=trees)
def test_what_is_written_is_read_back_as_the_same_tree(tree):
    assert parse(written(tree)).tree == tree


def test_the_readers_agree_beyond_the_size_of_small_tables():
    rng = np.random.default_rng(2032)
    numbers = {name: rng.integers(-500, 500, size=3_000) for name in ("a", "b", "c")}
    columns = {}
    for name, drawn in numbers.items():
        values, index = np.unique(drawn, return_inverse=True)
        columns[name] = Column(tuple(str(value) for value in values), index)
    condition = parse("if(${a} * ${b} > ${c}, ${a} - ${b}, coalesce(${c} mod 7, 'none')) > 12")
    found = holds_column(condition, columns, 3_000)
    people = [{name: str(drawn[row]) for name, drawn in numbers.items()} for row in range(3_000)]
    assert found.tolist() == [holds(condition, person) for person in people]


def test_those_never_asked_are_among_those_who_did_not_say_yes():
    asked = Column(("", "0", "1"), np.array([0, 0, 1, 2]))
    assert holds_column(parse("not(${q8} = '1')"), {"q8": asked}, 4).tolist() == [True, True, True, False]
    assert holds_column(parse("${q8} = '1'"), {}, 4).tolist() == [False] * 4


@pytest.mark.parametrize("size", [0, 1])
def test_nobody_and_a_single_person(size):
    columns = {"q8": Column(("1",), np.zeros(size, dtype=np.intp)), "q1": MultipleColumn({"rdv": np.ones(size, dtype=np.bool_)})}
    assert holds_column(parse("${q8} = '1' and selected(${q1}, 'rdv')"), columns, size).tolist() == [True] * size


def test_more_choices_than_an_integer_has_bits():
    names = tuple(f"c{n}" for n in range(80))
    rng = np.random.default_rng(1)
    ticks = {name: rng.random(50) < 0.2 for name in names}
    found = evaluate_column(parse("${q1}"), {"q1": MultipleColumn(ticks)}, 50)
    rows = [" ".join(name for name in names if ticks[name][row]) for row in range(50)]
    assert [found.values[at] for at in found.index] == rows


def test_the_deepest_condition_is_read_from_far_down_the_stack():
    deepest = parse(" + ".join(["${a}"] * 301))
    columns = {"a": Column(("1", "2"), np.array([0, 1]))}

    def from_below(frames):
        return evaluate_column(deepest, columns, 2) if not frames else from_below(frames - 1)

    assert from_below(300).values == (301.0, 602.0)
