"""A figure through several waves, in its place: dots, whiskers, lines between, and gaps."""

from __future__ import annotations

from reports.core.trends import PLOT, TOP, Dot, draw_trend

WAVES = [Dot("2016", 40.0, "40 %"), Dot("2018", None), Dot("2020", 50.0, "50 %", (48.0, 52.0)), Dot("2023", 60.0, "60 %", (58.0, 61.5))]


def test_the_axis_goes_from_ten_to_ten_around_every_interval_and_dots_stand_on_it():
    chart = draw_trend(WAVES, joined_by=[False, False, False, True])
    assert chart is not None
    assert (chart.low, chart.high) == (40, 70)
    assert [drawn.x for drawn in chart.dots] == ["20.00%", "43.67%", "67.33%", "91.00%"]
    assert [drawn.y for drawn in chart.dots] == [TOP + PLOT, None, TOP + PLOT * 2 / 3, TOP + PLOT / 3]
    assert (chart.dots[3].top, chart.dots[3].bottom) == (TOP + 34, TOP + 48)


def test_no_line_leaps_over_a_wave_without_value_and_an_indication_is_dashed():
    chart = draw_trend(WAVES, joined_by=[False, False, False, True])
    assert chart is not None
    assert [(part.x1, part.x2, part.is_indicative) for part in chart.segments] == [("67.33%", "91.00%", True)]
    assert chart.has_indicative


def test_one_value_alone_is_no_trend_and_all_or_nothing_stays_on_the_axis():
    assert draw_trend(WAVES[:2], joined_by=[False, False]) is None
    flat = draw_trend([Dot("a", 0.0, "–"), Dot("b", 0.0, "–"), Dot("c", 100.0, "100 %")], joined_by=[False] * 3)
    assert flat is not None
    assert (flat.low, flat.high, flat.dots[2].y) == (0, 100, TOP)


def test_of_waves_with_long_names_the_first_and_the_last_are_named_within_the_width():
    chart = draw_trend([Dot(f"Vague du printemps {year}", 50.0, "50 %") for year in range(2020, 2024)], joined_by=[False] * 4)
    assert chart is not None
    assert [(drawn.is_named, drawn.anchor) for drawn in chart.dots] == [
        (True, "start"),
        (False, "middle"),
        (False, "middle"),
        (True, "end"),
    ]
