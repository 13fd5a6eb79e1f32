"""Panels' servers are told how interviews ended: each once, whatever fails on the way, and never a server that was not allowed."""

import datetime
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from django.db import connection, connections
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext

from respondents import places
from respondents.core.providers import OUTCOMES, CallRequest
from respondents.models import Interview, PanelCall
from respondents.providers import calling, returning
from respondents.providers.secrecy import encrypted
from respondents.providers.wire import NotAllowed, NotAnswered, send
from tests.respondents.panels import PanelServer
from tests.worlds import Respondent, open_wave

pytestmark = pytest.mark.django_db

CODES = dict(zip(OUTCOMES, (5, 2, 3, 4, 4), strict=True))
MINOR = {"profil": {"sex": "F", "years": "16"}}


@pytest.fixture
def panel(settings):
    settings.CALLS_ON_THIS_MACHINE = True
    server = PanelServer()
    yield server
    server.close()


@pytest.fixture
def wave():
    return open_wave(places=10)


@pytest.fixture
def source(wave, panel):
    return wave.sources.create(
        code="cint", kind="panel", label="Cint", id_parameter="RID", allowed_hosts=[panel.host], secret=encrypted("api key"),
        call={"address": f"http://{panel.host}/transition", "headers": {"Authorization": "Bearer {secret}"},
              "body": {"id": "{id}", "status": "{status}"}, "codes": CODES},
    )  # fmt: skip


def finish(client, identifier, **changes):
    return Respondent(client, query=f"?source=cint&RID={identifier}").finish(**changes)


def make_due():
    PanelCall.objects.update(due_at="2020-01-01T00:00Z")


def test_each_end_is_told_once_with_its_code_and_the_key(client, source, panel):
    finish(client, "A")
    finish(client, "B", **MINOR)
    assert PanelCall.objects.count() == 2  # noted with the outcome, in the same statement
    assert calling.call_panels() == 2
    assert sorted((body["id"], body["status"]) for _, _, _, body in panel.calls) == [("A", 5), ("B", 2)]
    method, path, headers, _ = panel.calls[0]
    assert (method, path, headers["Authorization"], headers["Content-Type"]) == (
        "POST", "/transition", "Bearer api key", "application/json",
    )  # fmt: skip
    assert calling.call_panels() == 0
    assert len(panel.calls) == 2
    assert calling.counted(source.pk) == {"waiting": 0, "answered": 2, "given_up": 0}


def test_an_end_whose_last_page_never_came_is_told_all_the_same(client, source, panel):
    finish(client, "A")
    PanelCall.objects.all().delete()
    Interview.objects.update(returned_as="", returned_at=None)
    assert calling.call_panels() == 1
    assert Interview.objects.get().returned_as == "complete"
    assert [body["status"] for _, _, _, body in panel.calls] == [5]


def leads_on(person) -> str:
    """Return what the last page tells the browser to do: come again after some seconds, or go where."""
    return unescape(re.findall(r'http-equiv="refresh" content="([^"]+)"', person.response.content.decode())[0])


def test_the_person_follows_the_call_and_is_not_kept_waiting_by_a_server_that_fails(client, source, panel):
    """Where a server is told, it should know how the visit ended when the person comes back: Cint's own order."""
    type(source).objects.update(returns=dict.fromkeys(OUTCOMES, f"https://{panel.host}/?RID={{id}}"))
    person = finish(client, "A")
    assert (leads_on(person), leads_on(person.open())) == ("1", "1")  # the page comes again in a second
    calling.call_panels()
    assert leads_on(person.open()) == f"0;url=https://{panel.host}/?RID=A"
    panel.answers = [500]
    other = finish(client, "B")
    calling.call_panels()
    make_due()
    calling.take()  # tried a second time
    assert leads_on(other.open()) == f"0;url=https://{panel.host}/?RID=B"
    third = finish(client, "C")
    Interview.objects.filter(external_id="C").update(returned_at="2026-01-05T00:00Z")  # nobody takes the calls
    assert leads_on(third.open()) == f"0;url=https://{panel.host}/?RID=C"


def test_people_still_answering_are_not_told_about(client, source, panel):
    Respondent(client, query="?source=cint&RID=A").go_to("usages")
    assert calling.call_panels() == 0
    assert PanelCall.objects.count() == 0


def test_an_interview_removed_later_is_not_told_again(client, source, panel):
    assert places.remove(finish(client, "A").interview.pk)
    assert calling.call_panels() == 1
    assert calling.call_panels() == 0
    assert [body["status"] for _, _, _, body in panel.calls] == [5]


def test_a_second_entry_calls_nobody(client, source, panel):
    finish(client, "A")
    assert Respondent(client, query="?source=cint&RID=A").open().outcome == "already"
    calling.call_panels()
    assert len(panel.calls) == 1


@pytest.mark.parametrize("fault", [500, 503, 429, "drop"])
def test_a_server_that_fails_is_tried_again_later_with_the_same_key(client, source, panel, fault):
    finish(client, "A")
    panel.answers = [fault]
    assert calling.call_panels() == 0
    call = PanelCall.objects.get()
    assert (call.tries, call.answered_at, call.given_up_at) == (1, None, None)
    assert call.error
    assert 20 < (call.due_at - call.interview.ended_at).total_seconds() < 60
    assert calling.call_panels() == 0  # not before its time
    make_due()
    assert calling.call_panels() == 1
    assert len({headers["Idempotency-Key"] for _, _, headers, _ in panel.calls}) == 1
    assert len(panel.calls) == 2


def test_a_server_that_drips_its_answer_is_not_waited_for(source, panel):
    panel.answers = ["slow"]
    began = time.monotonic()
    with pytest.raises(NotAnswered, match="in time"):
        send(CallRequest("POST", f"http://{panel.host}/x", {}, b""), "key", within=0.5)
    assert time.monotonic() - began < 3


def test_a_redirection_is_not_followed_and_stops_the_call(client, source, panel):
    other = PanelServer()
    panel.answers = [f"http://{other.host}/elsewhere"]
    finish(client, "A")
    assert calling.call_panels() == 0
    other.close()
    assert other.calls == []
    call = PanelCall.objects.get()
    assert (call.status, call.given_up_at is not None, gettext(call.error)) == (
        302, True, "Le serveur a répondu par une redirection, qui n’est pas suivie.",
    )  # fmt: skip


def test_a_refused_call_is_given_up_and_may_be_sent_again_by_hand(client, source, panel):
    finish(client, "A")
    panel.answers = [404]
    assert calling.call_panels() == 0
    make_due()
    assert calling.call_panels() == 0
    assert calling.counted(source.pk) == {"waiting": 0, "answered": 0, "given_up": 1}
    assert calling.again([PanelCall.objects.get().pk]) == 1
    assert calling.call_panels() == 1


def test_a_server_that_never_answers_is_given_up_after_some_hours(client, source, panel):
    finish(client, "A")
    panel.answers = [500] * calling.MOST_TRIES
    for _ in range(calling.MOST_TRIES):
        assert PanelCall.objects.get().given_up_at is None
        make_due()
        calling.call_panels()
    assert PanelCall.objects.get().given_up_at is not None
    assert 4 * 3600 < sum(calling.wait_after(tries) for tries in range(1, calling.MOST_TRIES)) < 6 * 3600


def test_a_host_no_longer_allowed_is_not_called(client, source, panel):
    finish(client, "A")
    type(source).objects.update(allowed_hosts=["other.example"])
    assert calling.call_panels() == 0
    assert panel.calls == []
    assert PanelCall.objects.get().given_up_at is not None


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/", "https://localhost/", "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "https://192.168.1.1/",
        "https://0.0.0.0/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[fd00::1]/", "http://93.184.216.34/", "https://2130706433/",
    ],
)  # fmt: skip  # check 91
def test_no_call_ever_goes_inwards_or_in_plain(address):
    with pytest.raises(NotAllowed):
        send(CallRequest("GET", address, {}, b""), "key")


def test_the_secret_and_the_identifier_reach_no_log(client, source, panel, caplog):
    finish(client, "RID-1")
    panel.answers = [404]
    calling.call_panels()
    assert "given up" in caplog.text
    assert "RID-1" not in caplog.text + PanelCall.objects.get().error
    assert "api key" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_with_a_call_in_hand_leaves_it_to_the_next(client, source, panel):
    finish(client, "A")
    # Another process takes the call, and is killed before it has sent it.
    program = f"""
import os, signal, django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = {connection.settings_dict["NAME"]!r}
from respondents.providers import calling, returning
assert len(calling.take()) == 1
os.kill(os.getpid(), signal.SIGKILL)
"""
    died = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert died.returncode == -9, died.stderr
    assert calling.call_panels() == 0  # held for two minutes by the one that died
    assert PanelCall.objects.get().tries == 1
    make_due()
    assert calling.call_panels() == 1
    assert len(panel.calls) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_call_once(client, source, panel):
    for number in range(6):
        finish(client, f"R{number}")
    program = f"""
import django
django.setup()
from django.conf import settings
from django.db import connections
settings.CALLS_ON_THIS_MACHINE = True
connections["default"].settings_dict["NAME"] = {connection.settings_dict["NAME"]!r}
from respondents.providers import calling, returning
print(calling.call_panels())
"""
    workers = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sum(int(worker.communicate(timeout=60)[0]) for worker in workers) == 6
    assert sorted(body["id"] for _, _, _, body in panel.calls) == [f"R{number}" for number in range(6)]


@pytest.mark.django_db(transaction=True)
def test_requests_that_cross_one_another_tell_one_outcome_and_note_one_call(client, source, panel):
    interview = finish(client, "A").interview
    PanelCall.objects.all().delete()
    Interview.objects.update(returned_as="", returned_at=None)
    start = threading.Barrier(8)

    def ask(_number):
        start.wait()
        try:
            return returning.tell(interview.pk, "completed", calls=True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {"complete"}
    assert PanelCall.objects.count() == 1
    assert returning.tell(interview.pk, "removed", calls=True) == "complete"  # the first one stays


def read_and_mark(meanwhile) -> list[int]:
    """The control: what is due is read, then marked, as if nobody else were at it."""
    due = list(PanelCall.objects.filter(answered_at=None, due_at__lte=Now()).values_list("pk", flat=True))
    meanwhile()
    PanelCall.objects.filter(pk__in=due).update(tries=F("tries") + 1, due_at=Now() + datetime.timedelta(minutes=1))
    return due


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("holds", [True, False], ids=["as it is", "control: read, then marked"])
def test_each_call_is_taken_by_one_of_many_workers(client, source, holds):
    for number in range(6):
        finish(client, f"R{number}")
    start = threading.Barrier(4)

    def work(_number) -> list[int]:
        try:
            start.wait()
            return [each.call for each in calling.take()] if holds else read_and_mark(start.wait)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        taken = [call for calls in threads.map(work, range(4)) for call in calls]
    assert len(set(taken)) == 6
    assert (len(taken) == 6) is holds
