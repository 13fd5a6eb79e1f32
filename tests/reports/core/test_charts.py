"""Where bars stand and how long they are."""

from __future__ import annotations

from reports.core.charts import Bar, Scale, draw, on_scale, round_above
from reports.core.precision import PERCENTAGES, grid, margin_at


def test_a_bar_alone_needs_no_caption():
    chart = draw([Bar("measured", 90.1, "90 %", "2023", 1.3)])
    assert not chart.has_captions
    [drawn] = chart.bars
    assert (drawn.top, drawn.width, drawn.low, drawn.high) == (0, "90.10%", "88.80%", "91.40%")
    assert (drawn.middle, drawn.cap_top, drawn.cap_bottom) == (7, 2, 12)
    assert chart.height == 14


def test_the_interval_as_computed_is_drawn_and_not_the_margin_on_both_sides():
    [drawn] = draw([Bar("measured", 97.0, "97 %", "2023", 1.0, (95.7, 97.9))]).bars
    assert (drawn.low, drawn.high) == ("95.70%", "97.90%")
    assert Bar("compared", 70.0, "70 %", "2020").span is None


def test_bars_one_under_another_are_captioned_and_do_not_touch():
    chart = draw([Bar("measured", 35.0, "35 %", "2023", 2.1), Bar("reference", 15.0, "15 %", "mesure de référence")])
    assert chart.has_captions
    assert chart.has_reference
    assert [drawn.top for drawn in chart.bars] == [20, 64]
    assert chart.bars[1].low == chart.bars[1].high == "15.00%"
    assert chart.height == 78


def test_nothing_is_drawn_outside_the_scale():
    [low, high] = draw([Bar("measured", 0.5, "1 %", "", 2.0), Bar("measured", 99.5, "100 %", "", 2.0)]).bars
    assert (low.low, high.high) == ("0.00%", "100.00%")


def test_a_sentence_of_several_figures_has_captions():
    assert draw([Bar("measured", 74, "74 %", "2023")], captioned=True).has_captions


def test_the_margin_of_2032_people_at_50_percent_is_2_2_points():
    assert round(margin_at(2032, 50), 3) == 2.174
    assert margin_at(2032, 10) == margin_at(2032, 90)


def test_the_grid_goes_from_the_largest_size_down_each_once():
    rows = grid([1016, 2032, 711, 1016, 0])
    assert [n for n, _margins in rows] == [2032, 1016, 711]
    assert [round(margin, 1) for margin in rows[0][1]] == [0.9, 1.3, 1.7, 2.0, 2.1, 2.2]
    assert len(rows[0][1]) == len(PERCENTAGES)


def test_a_mean_is_a_point_with_its_interval_on_the_scale_of_its_question():
    chart = on_scale([Bar("measured", 2.5, "2,5", "2023", 0.3, (2.2, 2.8)), Bar("compared", 4.0, "4", "2020")], Scale(1, 4, ("1", "4")))
    now, then = chart.bars
    assert (now.width, now.low, now.high) == ("50.00%", "40.00%", "60.00%")
    assert (then.width, then.bar.interval, then.bar.is_mark) == ("100.00%", None, True)
    assert (chart.ends, chart.height) == (("1", "4"), 100)


def test_a_median_has_an_interval_though_it_has_no_margin():
    [drawn] = on_scale([Bar("measured", 3.0, "3", "2023", None, (3.0, 4.0))], Scale(0, 5, ("0", "5"))).bars
    assert drawn.bar.span == (60.0, 80.0)


def test_a_scale_without_an_end_of_its_own_ends_at_a_round_number():
    assert [round_above(value) for value in (0.7, 1.0, 3.4, 5.1, 12.0, 99.0)] == [1.0, 1.0, 5.0, 10.0, 20.0, 100.0]
