"""What a time on the wall means, on ordinary days and on the two nights when clocks change."""

from datetime import datetime, timezone

import pytest

from surveys.core.clocks import NoSuchTime, moment, wall_of

PARIS = "Europe/Paris"


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("wall", "zone", "at"),
    [
        (datetime(2026, 1, 5, 8, 0), PARIS, utc(2026, 1, 5, 7, 0)),
        (datetime(2026, 7, 5, 8, 0), PARIS, utc(2026, 7, 5, 6, 0)),
        (datetime(2026, 7, 5, 8, 0), "Indian/Reunion", utc(2026, 7, 5, 4, 0)),
        (datetime(2026, 3, 29, 1, 59), PARIS, utc(2026, 3, 29, 0, 59)),
        (datetime(2026, 3, 29, 3, 0), PARIS, utc(2026, 3, 29, 1, 0)),
    ],
)
def test_a_time_is_an_instant_and_is_read_back_the_same(wall, zone, at):
    found = moment(wall, zone)
    assert (found.at, found.remark) == (at, None)
    assert wall_of(found.at, zone) == wall


def test_a_time_that_the_clocks_jump_over_is_refused_with_what_to_write():
    with pytest.raises(NoSuchTime) as refused:
        moment(datetime(2026, 3, 29, 2, 30), PARIS)
    assert str(refused.value) == "02:30 does not exist that night in Europe/Paris: clocks go forward. Write 01:30 or 03:30."


def test_of_a_time_that_comes_twice_the_first_is_meant_and_that_is_said():
    found = moment(datetime(2026, 10, 25, 2, 30), PARIS)
    assert found.at == utc(2026, 10, 25, 0, 30)
    assert str(found.remark) == "02:30 comes twice that night in Europe/Paris: the first one is meant."
