"""In doubt nobody gets a place: a lock that does not come in time is told as such, and the same press works afterwards."""

import pytest
from django.db import connection

from respondents import places
from respondents.audit import audit
from respondents.models import Submission
from tests.respondents.calls import other
from tests.respondents.stage import Stage
from tests.worlds import ANSWERS, Respondent, open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


@pytest.fixture
def impatient():
    """A connection that waits for a lock a fiftieth of a second."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '20ms'")
    yield
    connection.close()


def test_a_lock_that_does_not_come_is_a_503_and_no_place(client, impatient):  # check 18
    stage = Stage(open_wave(places=10))
    person = Respondent(client).go_to("profil")
    action, fields = person.form(**ANSWERS["profil"])
    with other() as somebody_else:
        somebody_else.execute("SELECT FROM respondents_quotacell WHERE id = %s FOR UPDATE", [stage.ids["F"]])
        response = client.post(action, fields)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert fields["request_id"] in response.content.decode()
    assert (person.interview.state, Submission.objects.filter(page="profil").count()) == ("screening", 0)
    assert person.send((action, fields)).page == "usages"
    assert stage.held() == {"F": (1, 0), "H": (0, 0), "total": (1, 0)}
    assert audit() == []


def test_going_on_without_a_place_is_noticed(client, impatient, monkeypatch):  # check 18: the control
    stage = Stage(open_wave(places=10))
    save = places.save

    def go_on_anyway(post, **claim):
        try:
            return save(post, **claim)
        except places.Busy:
            return save(post)

    monkeypatch.setattr(places, "save", go_on_anyway)
    person = Respondent(client).go_to("profil")
    with other() as somebody_else:
        somebody_else.execute("SELECT FROM respondents_quotacell WHERE id = %s FOR UPDATE", [stage.ids["F"]])
        person.post(**ANSWERS["profil"])
    assert (person.page, person.interview.state, stage.held()["total"]) == ("usages", "screening", (0, 0))
