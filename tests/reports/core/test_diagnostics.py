"""What weights do to a sample: margins, the spread of the weights, and what is warned of."""

from __future__ import annotations

import numpy as np

from reports.core.charts import draw_histogram
from reports.core.diagnostics import MarginRow, Warned, histogram, margin_rows, warnings_of
from surveys.core.columns import Column


def test_margins_tell_before_target_and_after_even_of_a_category_with_nobody():
    column = Column(("", "F", "H"), np.array([1, 1, 1, 2]))
    rows = margin_rows({"sex": column}, {"sex": {"F": 50.0, "H": 50.0, "X": 0.0}}, np.array([2 / 3, 2 / 3, 2 / 3, 2.0]), 4)
    assert rows == [
        MarginRow("sex", "F", 3, 75.0, 50.0, 50.0), MarginRow("sex", "H", 1, 25.0, 50.0, 50.0), MarginRow("sex", "X", 0, 0.0, 0.0, 0.0),
    ]  # fmt: skip


def test_a_histogram_counts_everybody_once_in_classes_of_one_width():
    classes = histogram(np.array([0.5, 0.7, 1.0, 2.4]), np.array([10, 20, 5, 1]))
    assert sum(people for _low, _high, people in classes) == 36
    assert {round(high - low, 6) for low, high, _people in classes} == {0.1}
    assert (classes[0], classes[-1]) == ((0.5, 0.6, 10), (2.4, 2.5, 1))
    drawn = draw_histogram(classes)
    assert drawn is not None
    assert max(column.height for column in drawn.columns) == 140
    assert drawn.columns[-1].height >= 2, "one person is seen beside twenty"
    assert drawn.one == "25.00%"


def test_weights_all_alike_make_one_class_and_nobody_makes_none():
    assert histogram(np.array([1.0]), np.array([7])) == [(1.0, 1.005, 7)]
    assert histogram(np.array([]), np.array([], dtype=np.intp)) == []
    assert draw_histogram([]) is None


def test_what_is_too_large_too_small_too_costly_or_too_few_is_warned_of():
    assert warnings_of(0.3, 3.0, 0.9, [("all", 900.0)]) == []
    assert warnings_of(0.1, 6.0, 0.7, [("all", 900.0), ("few", 29.9), ("none", None)]) == [
        Warned("large", 6.0), Warned("small", 0.1), Warned("efficiency", 70.0), Warned("base", 29.9, "few"),
    ]  # fmt: skip
