"""Sixty-four people for fifty places, in two processes: fifty complete, and nobody is turned away late."""

import json

import pytest

from respondents.audit import audit
from respondents.models import QuotaCell
from tests.concurrency.processes import Processes, without_the_cap
from tests.worlds import open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

PROCESSES, EACH, PLACES = 2, 32, 50
AT_MOST = 90  # seconds for the whole crowd
# Rows are then updated in the order in which they were looked at, so that without the lock the crowd oversells; left to
# its own plan, PostgreSQL may update them in another order, and end most of the crowd as deadlocks instead.
IN_ORDER = "-c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off"


def test_64_people_for_50_places_make_50_completions_and_nobody_is_turned_away_late():  # checks 1, 5
    wave = open_wave(places=PLACES)
    stories = crowd()
    outcomes = [story["outcome"] for story in stories]
    assert (outcomes.count("completed"), outcomes.count("quota_full")) == (PLACES, PROCESSES * EACH - PLACES)
    assert all(story["pages"] == ["profil"] for story in stories if story["outcome"] == "quota_full")
    assert filled(wave) == {"F": PLACES, "H": 0, "total": PLACES}
    assert audit(wave) == []


def test_the_same_crowd_without_the_lock_is_oversold():  # check 2: the control; the two guards taken away
    wave = open_wave(places=PLACES)
    with without_the_cap():
        stories = crowd("--without-lock")
        assert [story["outcome"] for story in stories].count("completed") > PLACES
        assert filled(wave)["total"] > PLACES
        assert "counters" in {difference.check for difference in audit(wave)}


def filled(wave):
    """Return the completed places of each cell."""
    return {"".join(cell.categories) or "total": cell.filled for cell in QuotaCell.objects.filter(wave=wave)}


def crowd(*options: str) -> list[dict]:
    """Let the crowd in, in processes of their own on the test database, and return everybody's story."""
    with Processes("tests.concurrency.crowd", str(EACH), *options, count=PROCESSES, options=IN_ORDER) as processes:
        processes.start()
        return [story for output in processes.outputs(AT_MOST) for story in json.loads(output)]
