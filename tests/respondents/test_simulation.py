"""Simulated people go through the real form of a real server: everybody is in, or named."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.translation import override

from respondents.audit import audit
from respondents.models import Interview, QuotaCell
from respondents.rebuilding import differing_records
from respondents.simulation import Browser, Start, Stopped, fill
from tests.concurrency.processes import database_url
from tests.respondents.stage import Stage
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db(transaction=True)

PANEL = """resp_id,sex,years,q1_site,q1_appli,q1_autre,q1_aucun,q2,q3
p1,F,44,1,0,0,0,1,1
p2,H,30,0,1,0,0,2,NSP
p3,F,61,0,0,0,1,,0
p4,X,52,1,1,0,0,8,12
"""


@pytest.fixture
def wave():
    wave = open_wave(places=10)
    wave.sources.create(code="panel", kind="panel", label="Panel")
    return wave


@pytest.fixture
def panel(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text(PANEL, encoding="utf-8")
    return path


def simulate(live_server, *options):
    with override("en"):
        call_command("simulate", "petite-etude", "v1", *options, "--url", live_server.url)


def test_a_panel_fills_the_real_form_and_its_answers_are_the_files(live_server, wave, panel, capsys):
    simulate(live_server, "--panel", str(panel))
    assert "completed 4" in capsys.readouterr().out
    answers = {interview.external_id: interview.submissions.get(page="fin").answers for interview in Interview.objects.all()}
    assert answers == {"p1": {"q3": "1"}, "p2": {"q3": "NSP"}, "p3": {"q3": "0"}, "p4": {"q3": "12"}}
    assert (audit(wave), list(differing_records(wave))) == ([], [])


def test_a_second_run_sends_nobody_in_again_and_goes_on_with_who_stopped_half_way(live_server, wave, panel):
    stop = threading.Event()
    browser = Browser(live_server.url, stop)
    _, form = browser.get("/s/petite-etude/?source=panel&id=p1")
    browser.post("/s/petite-etude/?source=panel&id=p1", [("request_id", form.fields["request_id"].values[0]), ("consentement", "oui")])
    browser.close()
    simulate(live_server, "--panel", str(panel), "--respondents", "2")
    simulate(live_server, "--panel", str(panel))
    simulate(live_server, "--panel", str(panel))
    assert Interview.objects.count() == 4
    assert set(Interview.objects.values_list("state", flat=True)) == {"completed"}


def test_somebody_who_finds_no_place_is_named_and_the_command_fails(live_server, wave, panel):
    QuotaCell.objects.filter(wave=wave, categories=["H"]).update(target=0, ceiling=0)
    with pytest.raises(CommandError, match="p2: ") as refused:
        simulate(live_server, "--panel", str(panel))
    assert "p1" not in str(refused.value)
    assert Interview.objects.filter(state="completed").count() == 3


def test_places_held_by_others_are_waited_for(live_server, wave, panel):
    stage = Stage(wave)
    somebody_else = stage.somebody("reserved", "H")
    stage.allow(H=1)
    with connection.cursor() as cursor:  # due a moment after the first round has found it held
        cursor.execute("UPDATE respondents_interview SET expires_at = now() + interval '4 seconds' WHERE id = %s", [somebody_else])
    simulate(live_server, "--panel", str(panel))
    assert Interview.objects.filter(state="completed").count() == 4
    assert audit(wave) == []


def test_random_people_never_count_and_say_what_nobody_reached(live_server, wave, capsys):
    simulate(live_server, "--respondents", "12")
    said = capsys.readouterr().out
    assert "12 / 12" in said
    assert "Pages never reached: none" in said
    assert set(Interview.objects.values_list("is_test", flat=True)) == {True}
    assert set(QuotaCell.objects.values_list("filled", "reserved")) == {(0, 0)}
    assert audit(wave) == []


def test_random_people_enter_through_the_source_they_are_told(live_server, wave, capsys):
    simulate(live_server, "--respondents", "3", "--source", "open", "--format", "json")
    assert set(Interview.objects.values_list("is_test", flat=True)) == {False}
    found = json.loads(capsys.readouterr().out)
    assert (found["people"], sum(found["outcomes"].values())) == (3, 3)


def test_people_who_break_off_leave_an_open_interview(live_server, wave, capsys):
    simulate(live_server, "--respondents", "8", "--break-off", "1", "--seed", "3")
    assert "left on the way" in capsys.readouterr().out
    assert Interview.objects.filter(state__in=("screening", "reserved")).exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--panel", "/nowhere/panel.csv"], "/nowhere/panel.csv"),
        (["--panel", "{panel}", "--source", "autre"], "autre"),
        (["--panel", "{empty}"], "resp_id"),
        (["--respondents", "3", "--concurrency", "0"], "--concurrency"),
        ([], "--panel"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(live_server, wave, panel, tmp_path, options, sentence):
    (tmp_path / "empty.csv").write_text("sex\nF\n")
    with pytest.raises(CommandError, match=sentence) as refused:
        simulate(live_server, *[option.format(panel=panel, empty=tmp_path / "empty.csv") for option in options])
    assert "\n" not in str(refused.value)


def test_an_interrupt_stops_everybody_between_two_requests():
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        fill(Browser("http://127.0.0.1:1", stop), Start("p1", "/s/petite-etude/", None))


def test_ctrl_c_ends_a_run_promptly_and_quietly(live_server, wave):
    command = [
        sys.executable,
        "-W",
        "ignore",
        "manage.py",
        "simulate",
        "petite-etude",
        "v1",
        "--respondents",
        "5000",
        "--url",
        live_server.url,
    ]
    environment = {**os.environ, "DATABASE_URL": database_url()}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            until = time.monotonic() + 30
            while Interview.objects.count() < 3:
                assert time.monotonic() < until
                time.sleep(0.05)
            running.send_signal(signal.SIGINT)
            _, complaint = running.communicate(timeout=10)
        finally:
            running.kill()
    assert running.returncode == 130
    assert "Traceback" not in complaint
    assert len(complaint.strip().splitlines()) == 1


LIST = """resp_id,arrives_at,leaves_after,sex,years,q1_site,q1_appli,q1_autre,q1_aucun,q2,q3
a4,2026-01-06T10:00:00+01:00,,F,25,1,0,0,0,1,1
a1,2026-01-05T10:00:00+01:00,,F,44,1,0,0,0,1,1
a2,2026-01-05T11:00:00+01:00,1,F,44,1,0,0,0,1,1
a3,2026-01-05T12:00:00+01:00,3,H,30,0,1,0,0,2,NSP
a5,2026-01-06T11:00:00+01:00,,H,17,0,1,0,0,2,3
"""


def test_arrivals_come_in_order_leave_where_the_file_says_and_are_turned_away(live_server, wave, tmp_path, capsys):
    Stage(wave).allow(F=1)
    path = tmp_path / "arrivals.csv"
    path.write_text(LIST)
    simulate(live_server, "--panel", str(path), "--source", "open", "--concurrency", "1")
    found = list(Interview.objects.order_by("started_at"))
    assert [one.state for one in found] == ["completed", "screening", "reserved", "quota_full", "screened_out"]
    assert [one.submissions.count() for one in found] == [5, 1, 3, 2, 2]
    assert {(one.source.code, one.external_id) for one in found} == {("open", None)}
    assert audit(wave) == []
    assert "left on the way 2" in capsys.readouterr().out


def test_arrivals_of_a_panel_keep_their_identifier_and_those_who_left_are_no_failure(live_server, wave, tmp_path):
    path = tmp_path / "arrivals.csv"
    path.write_text(LIST)
    simulate(live_server, "--panel", str(path))
    states = dict(Interview.objects.values_list("external_id", "state"))
    assert states == {"a1": "completed", "a2": "screening", "a3": "reserved", "a4": "completed", "a5": "screened_out"}


@pytest.mark.parametrize(("old", "new", "column"), [("T10:00:00+01:00", "", "arrives_at"), (",3,H", ",bientôt,H", "leaves_after")])
def test_a_time_without_zone_or_a_number_that_is_none_is_named_with_its_row(live_server, wave, tmp_path, old, new, column):
    path = tmp_path / "arrivals.csv"
    path.write_text(LIST.replace(old, new))
    with pytest.raises(CommandError, match=rf"Row \d of the panel file: .*{column}"):
        simulate(live_server, "--panel", str(path))
