"""The second arrival file is what it says: as many who leave, who are too young and who live overseas, over several days."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from tests.arrivals import second_arrival_file


@pytest.fixture(scope="module")
def rows():
    return second_arrival_file()


def test_exactly_so_many_leave_are_minors_or_live_overseas(rows):
    leaving = Counter(row["leaves_after"] != "" for row in rows)
    assert leaving == {False: 3080, True: 420}  # 12 % of 3,500
    assert sum(int(row["age_years"]) < 18 for row in rows) == 52
    assert sum(row["region"] == "hors" for row in rows) == 71


def test_they_come_in_order_over_six_days(rows):
    times = [datetime.fromisoformat(row["arrives_at"]) for row in rows]
    assert times == sorted(times)
    assert timedelta(days=5) < times[-1] - times[0] < timedelta(days=7)


def test_at_first_too_many_women_and_too_few_from_grand_est_come(rows):
    first = rows[:2100]
    assert sum(row["sex"] == "F" for row in first) / 2100 > 0.56
    assert sum(row["region"] == "44" for row in first) / 2100 < 0.06


def test_the_file_is_the_same_each_time(rows):
    assert second_arrival_file() == rows
    assert len({row["resp_id"] for row in rows}) == 3500
