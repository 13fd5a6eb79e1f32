"""Small counts are hidden, and nobody works them out from the totals."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.core.suppression import exposed, guard


def test_a_small_count_takes_a_second_one_with_it():
    table = guard([[4, 30], [25, 40]])
    assert table.cells == ((None, None, 34), (None, None, 65), (29, 70, 99))


def test_a_question_by_itself_loses_two_answers_not_one():
    assert guard([[400, 5, 60, 15]]).counts == ((400, None, 60, None),)


def test_large_counts_are_all_shown():
    assert guard([[11, 30], [25, 40]]).hidden == frozenset()


def test_an_empty_table_hides_nobody():
    assert guard([[0, 0]]).cells == ((0, 0, 0), (0, 0, 0))


def test_a_small_total_is_hidden_with_another():
    table = guard([[3, 4], [50, 60]])
    assert table.cells[0] == (None, None, None)
    assert list(exposed([[3, 4, 7], [50, 60, 110], [53, 64, 117]], table.hidden)) == []


def test_hiding_only_the_small_ones_would_give_them_away():  # the control
    assert list(exposed([[4, 30, 34], [25, 40, 65], [29, 70, 99]], {(0, 0)})) == [(0, 0)]


@pytest.mark.parametrize("counts", [[[1, 2], [3]], [[-1, 2]]])
def test_what_is_no_table_is_refused(counts):
    with pytest.raises(ValueError, match="one length"):
        guard(counts)


tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 6), min_size=width, max_size=width), min_size=1, max_size=3)
)


@given(tables)
@settings(max_examples=60, deadline=None)
def test_every_hidden_count_could_be_another_one(counts):
    table = guard(counts, least=3)
    assert all(count is None or count >= 3 or sum(map(sum, counts)) == 0 for row in table.cells for count in row)
    values = possible(table, counts)
    assert all(len(each) > 1 for each in values.values())


def possible(table, counts):
    """Return every value of each hidden count found by trying all tables near the true one that show the same."""
    rows, width = len(counts), len(counts[0])
    inner = [(i, j) for i, j in product(range(rows), range(width)) if (i, j) in table.hidden]
    found = {place: set() for place in table.hidden}

    def place_values(at, filled):
        if at == len(inner):
            whole = [[*row, sum(row)] for row in filled]
            whole.append([sum(column) for column in zip(*whole, strict=True)])
            if all(shown is None or shown == whole[i][j] for i, row in enumerate(table.cells) for j, shown in enumerate(row)):
                for i, j in found:
                    found[i, j].add(whole[i][j])
            return
        i, j = inner[at]
        for value in {max(0, counts[i][j] - 1), counts[i][j], counts[i][j] + 1}:
            place_values(at + 1, [[*row[:j], value, *row[j + 1 :]] if r == i else row for r, row in enumerate(filled)])

    place_values(0, [list(row) for row in counts])
    return found
