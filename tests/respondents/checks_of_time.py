"""What the statements of places.py must do with time, one named check each: the clock is the database's, and counts minutes."""

from __future__ import annotations

import datetime

from django.db import connection

from respondents import places
from tests.respondents.clock import DatabaseClock
from tests.respondents.stage import Stage

PAGES = 20  # one every nine minutes: three hours
DAY = datetime.timedelta(days=1)


def a_page_every_nine_minutes_keeps_the_place_for_three_hours(stage: Stage) -> None:  # check 7
    clock = DatabaseClock("2026-01-05 09:00+01")
    person = stage.somebody("reserved")
    for _ in range(PAGES):
        clock.wait("9 minutes")
        assert places.expire() == 0
        assert stage.save(person) == "reserved"
    clock.wait("11 minutes")
    assert (places.expire(), stage.state(person)) == (1, "expired")


def a_machine_whose_clock_is_a_day_slow_gives_nothing_back_too_late(stage: Stage) -> None:  # check 20
    _gives_back_after_ten_minutes(stage, _now() + DAY)


def a_machine_whose_clock_is_a_day_fast_gives_nothing_back_too_early(stage: Stage) -> None:  # check 20
    _gives_back_after_ten_minutes(stage, _now() - DAY)


def the_night_when_clocks_go_back_keeps_no_place_an_hour_longer(stage: Stage) -> None:  # check 21
    _gives_back_after_ten_minutes(stage, datetime.datetime.fromisoformat("2026-10-25 02:55:00+02:00"))


def the_night_when_clocks_go_forward_takes_no_place_an_hour_early(stage: Stage) -> None:  # check 21
    _gives_back_after_ten_minutes(stage, datetime.datetime.fromisoformat("2026-03-29 01:55:00+01:00"))


OF_TIME = (
    a_page_every_nine_minutes_keeps_the_place_for_three_hours,
    a_machine_whose_clock_is_a_day_slow_gives_nothing_back_too_late,
    a_machine_whose_clock_is_a_day_fast_gives_nothing_back_too_early,
    the_night_when_clocks_go_back_keeps_no_place_an_hour_longer,
    the_night_when_clocks_go_forward_takes_no_place_an_hour_early,
)


def _gives_back_after_ten_minutes(stage: Stage, moment: datetime.datetime) -> None:
    """A place taken at a moment of the database's clock, in a session that keeps Paris time, is given back ten minutes later."""
    clock = DatabaseClock(moment.isoformat())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Europe/Paris'")
    person = stage.somebody("reserved")
    clock.wait("9 minutes 50 seconds")
    assert (places.expire(), stage.state(person)) == (0, "reserved")
    clock.wait("20 seconds")
    assert (places.expire(), stage.state(person)) == (1, "expired")


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)
