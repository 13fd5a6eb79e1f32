"""Two hundred people press Continue at the same instant, through the real web server, and one place is left."""

from collections import Counter

import pytest

from respondents.audit import audit
from respondents.models import Interview, Submission
from tests.concurrency.doors import all_at_once, open_door
from tests.concurrency.processes import without_the_cap
from tests.respondents.stage import Stage
from tests.worlds import open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

PEOPLE = 200


def test_one_of_200_gets_the_last_place_and_199_are_told_at_once():  # checks 1, 5
    wave = open_wave(places=1)
    with open_door("--paused") as url:
        outcomes = Counter(all_at_once(url, PEOPLE))
    assert outcomes == {"completed": 1, "quota_full": PEOPLE - 1}
    assert Stage(wave).held() == {"F": (0, 1), "H": (0, 0), "total": (0, 1)}
    assert {interview.submissions.last().page for interview in Interview.objects.filter(state="quota_full")} == {"profil"}
    assert Submission.objects.filter(page="profil", late=False).count() == PEOPLE  # what they said is kept all the same
    assert audit(wave) == []


def test_the_same_200_without_the_lock_get_more_than_one():  # check 2: the control; the database's own guard taken away too
    wave = open_wave(places=1)
    with without_the_cap(), open_door("--paused", "--without-lock") as url:
        outcomes = Counter(all_at_once(url, PEOPLE))
        assert outcomes["completed"] > 1
        assert "counters" in {difference.check for difference in audit(wave)}
