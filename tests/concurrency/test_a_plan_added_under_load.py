"""A plan added while two processes of people take places: everybody is counted in it, and nobody is turned away for it."""

import json
import time

import pytest
from django.db import connection, transaction

from respondents.audit import audit
from respondents.models import Interview, QuotaCell
from respondents.quotas import remaking
from respondents.quotas.designing import keep, propose, row_of_margin
from tests.concurrency.processes import NAME, Processes
from tests.respondents.calls import DEADLINE
from tests.worlds import SMALL, open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

PROCESSES, EACH = 2, 24
AGES = SMALL["margins"].rstrip() + "\n        v1,age,jeune,40,Insee\n        v1,age,ancien,60,Insee\n"


def test_a_plan_added_while_48_people_take_places_counts_them_all():  # check 12
    wave, stories = crowd_with_a_new_plan()
    assert [story["outcome"] for story in stories] == ["completed"] * PROCESSES * EACH
    assert QuotaCell.objects.get(wave=wave, categories=["ancien"]).filled == PROCESSES * EACH
    assert audit(wave) == []


def test_without_new_revisions_people_judged_on_the_old_plan_are_turned_away(monkeypatch):  # the control
    monkeypatch.setattr(remaking, "RENEW", "SELECT %(wave)s, %(states)s")
    _, stories = crowd_with_a_new_plan()
    assert "quota_full" in [story["outcome"] for story in stories]


def crowd_with_a_new_plan():
    """Let the crowd in, add the plan while some of them wait with a post judged on the old plans; return the wave and everybody's story."""
    wave = open_wave(places=100, margins=AGES)
    plan = propose(wave, row_of_margin(wave.code, "age"))
    with Processes("tests.concurrency.crowd", str(EACH), count=PROCESSES) as processes:
        processes.start()
        wait_for(lambda: Interview.objects.filter(wave=wave).count() == PROCESSES * EACH, "the crowd did not come in")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(remaking.LOCK)
            wait_for(lambda: waiting(cursor), "nobody wanted a place meanwhile")
            keep(wave, plan)
        return wave, [story for output in processes.outputs(90) for story in json.loads(output)]


def waiting(cursor):
    """Return how many of the crowd's posts wait for a lock."""
    cursor.execute("SELECT pg_stat_clear_snapshot()")  # otherwise a transaction sees the same activity throughout
    cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND wait_event_type = 'Lock'", [NAME])
    return cursor.fetchone()[0]


def wait_for(condition, complaint):
    until = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < until, complaint
