"""A process killed 25 times while people answer: every place is accounted for, every page acknowledged is stored."""

import pytest
from django.test import Client

from respondents import places
from respondents.audit import audit
from respondents.models import Interview, QuotaCell, Submission
from respondents.tokens import sha256_of
from tests.concurrency.processes import Processes
from tests.respondents.calls import Call, other
from tests.respondents.stage import Stage
from tests.worlds import ANSWERS, Respondent, open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

LIVES = 25


@pytest.mark.parametrize("lives", [LIVES, pytest.param(4 * LIVES, marks=pytest.mark.chaos)])
def test_what_was_acknowledged_is_stored_and_no_place_is_lost(lives):  # checks 15, 37
    wave = open_wave(places=10_000)
    acknowledged = killed_again_and_again(lives=lives)
    assert len(acknowledged) > lives // 5
    assert acknowledged <= stored()
    assert audit(wave) == []
    Interview.objects.filter(state="reserved").update(expires_at="2020-01-01T00:00Z")
    places.expire(wave.pk)
    assert not QuotaCell.objects.filter(wave=wave, reserved__gt=0).exists()


def test_a_page_acknowledged_before_it_is_written_is_noticed():  # the control of the first half
    open_wave(places=10_000)
    assert not killed_again_and_again("--acknowledge-first") <= stored()


def test_places_taken_in_a_statement_of_their_own_are_noticed():  # the control of the second half
    wave = open_wave(places=10_000)
    killed_again_and_again("--in-two-statements")
    assert "counters" in {difference.check for difference in audit(wave)}


def test_a_connection_cut_in_the_middle_costs_a_second_press_and_nothing_else(client):
    wave = open_wave(places=10)
    stage = Stage(wave)
    person = Respondent(client).go_to("profil")
    action, fields = person.form(**ANSWERS["profil"])
    with other() as somebody_else, Call(Client().post, action, fields) as call:
        somebody_else.execute("SELECT FROM respondents_quotacell WHERE id = %s FOR UPDATE", [stage.ids["F"]])
        call.start_and_wait_for_a_lock()
        somebody_else.execute("SELECT pg_terminate_backend(%s)", [call.backend])
        response = call.result()
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert fields["request_id"] in response.content.decode()  # the same page, with which the same post can be sent again
    assert stage.held()["F"] == (0, 0)
    assert person.send((action, fields)).page == "usages"
    assert stage.held()["F"] == (1, 0)
    assert Submission.objects.filter(page="profil").count() == 1
    assert audit(wave) == []


def killed_again_and_again(*options: str, lives: int = LIVES) -> set[tuple[bytes, str, str]]:
    """Let people answer in processes that are killed; return what was acknowledged: hash of the token, page and request."""
    with Processes("tests.faults.victims", str(lives), *options) as processes:
        processes.start()
        (output,) = processes.outputs(90)
    lines = (line.split() for line in output.splitlines())
    return {(sha256_of(token), page, request) for token, page, request in lines}


def stored() -> set[tuple[bytes, str, str]]:
    """Return every page stored: hash of the token, page and request."""
    rows = Submission.objects.values_list("interview__token_sha256", "page", "request_id")
    return {(bytes(token), page, str(request)) for token, page, request in rows}
