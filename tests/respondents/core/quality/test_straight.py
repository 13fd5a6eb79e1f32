"""Grids answered in a straight line."""

import pytest

from respondents.core.quality.rules import StraightLine
from respondents.core.quality.straight import grids_of, straight_lines
from tests.respondents.core.quality.forms import form, grid

GRIDS = grids_of(form())


def found(answers, **parameters):
    return [
        (each.subject, each.detail["rows"], each.detail["contradicts"])
        for each in straight_lines(answers, GRIDS, StraightLine(**parameters))
    ]


def test_grids_are_the_rows_of_a_page_on_one_scale():
    assert [(each.name, len(each.rows), len(each.steps)) for each in GRIDS] == [("views", 5, 5), ("marks", 5, 11)]


def test_five_rows_with_one_answer_are_a_straight_line():
    assert found(grid("v", "2 2 2 2 2")) == [("views", 5, False)]


@pytest.mark.parametrize("answers", ["2 2 2 2 3", "1 5 1 5 1", "2 2 2 2", "8 8 8 8 8", "2 2 2 2 8", ""])
def test_anything_else_is_not(answers):
    assert found(grid("v", answers)) == []


def test_fewer_rows_may_be_enough():
    assert found(grid("v", "2 2 2 2 8"), rows=4) == [("views", 4, False)]


def test_a_little_variance_may_be_allowed():
    nearly = grid("m", "7 7 7 7 8")  # variance 0.16
    assert found(nearly) == []
    assert found(nearly, spread=0.16) == [("marks", 5, False)]
    assert found(nearly, spread=0.15) == []


def test_one_grid_may_not_be_enough():
    one, both = grid("v", "2 2 2 2 2"), {**grid("v", "2 2 2 2 2"), **grid("m", "7 7 7 7 7")}
    assert found(one, grids=2) == []
    assert found(both, grids=2) == [("views", 5, False), ("marks", 5, False)]


def test_a_line_through_rows_that_ask_the_opposite_contradicts_itself_and_is_enough_alone():
    assert found(grid("v", "2 2 2 2 2"), grids=2, reversed=("v4", "v5")) == [("views", 5, True)]


def test_the_middle_of_the_scale_contradicts_nothing():
    assert found(grid("v", "3 3 3 3 3"), reversed=("v4", "v5")) == [("views", 5, False)]
    assert found(grid("v", "3 3 3 3 3"), grids=2, reversed=("v4", "v5")) == []


def test_an_opinion_held_through_reversed_rows_is_no_straight_line():
    assert found(grid("v", "1 1 1 5 5"), reversed=("v4", "v5")) == []
