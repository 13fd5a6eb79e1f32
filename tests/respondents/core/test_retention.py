"""What a field keeps, and when it is due to go."""

import datetime

from respondents.core.retention import Holding, holdings

CLOSED = datetime.datetime(2026, 1, 31, 20, tzinfo=datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
NOTHING = dict.fromkeys(("links", "invitations", "devices", "answers", "records", "consents", "reviews"), 0)


def test_what_tells_who_somebody_is_has_a_clock_and_the_rest_stays_with_the_study():
    assert {one.code: (one.identifies, one.days) for one in holdings(NOTHING, 60, 30)} == {
        "links": ("yes", 60), "invitations": ("yes", 60), "devices": ("yes", 30),
        "answers": ("no", None), "records": ("no", None), "consents": ("no", None), "reviews": ("no", None),
    }  # fmt: skip


def test_a_clock_runs_from_the_close():
    links = Holding("links", "", "", 3, "yes", 60)
    assert links.ends_at(None) is None
    assert links.ends_at(CLOSED) == datetime.datetime(2026, 4, 1, 20, tzinfo=datetime.timezone.utc)
    assert not links.is_due(CLOSED, CLOSED + 59 * DAY)
    assert links.is_due(CLOSED, CLOSED + 60 * DAY)


def test_nothing_left_is_never_overdue():
    assert not Holding("links", "", "", 0, "yes", 60).is_due(CLOSED, CLOSED + 90 * DAY)
