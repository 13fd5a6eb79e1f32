"""The price of holding places for people who have gone, and the age of a source."""

import pytest

from respondents.core.lifetime import months_before, pace_of_places, prices


def test_five_people_a_minute_of_whom_15_per_cent_stop_hold_seven_or_eight_places_for_ten_minutes():
    assert {price.minutes: price.held for price in prices(5, 0.15)} == pytest.approx(
        {5: 3.75, 10: 7.5, 15: 11.25, 20: 15, 30: 22.5, 60: 45}
    )


def test_the_pace_is_supposed_until_thirty_people_took_places():
    assert pace_of_places(29, 3, 60) == (5, 0.15, False)
    assert pace_of_places(120, 12, 60) == (2, 0.1, True)


@pytest.mark.parametrize(
    ("source", "field", "months"),
    [
        ("2022", "2023-11-22", 11),
        ("2018-2021", "2023-11-22", 23),
        ("2017", "2023-11-22", 71),
        ("2023-06", "2023-11-22T08:00", 5),
        ("", "2023-11-22", None),
    ],
)
def test_a_source_is_as_old_as_the_last_date_it_names(source, field, months):
    assert months_before(source, field) == months
