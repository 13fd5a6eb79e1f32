"""Sixty-four processes for the last two hundred places in five plans: people complete, stop, fall silent and come back late."""

import json
import threading
from collections import Counter

import pytest
from django.db import connection

from respondents.audit import audit
from respondents.models import QuotaCell
from tests.concurrency.processes import Processes, without_the_cap
from tests.concurrency.test_places_for_a_crowd import IN_ORDER
from tests.respondents.calls import Call
from tests.wide import open_wide_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

PLANS, PLACES = (2, 5, 8, 10, 8), 200
PROCESSES, PEOPLE = 64, 6
AT_MOST = 90  # seconds for everybody
REPEATABLE_READ = r"-c default_transaction_isolation=repeatable\ read"


def test_no_cell_is_ever_above_its_ceiling_and_nobody_has_to_ask_again():  # check 1
    wave = open_wide_wave(PLANS, PLACES)
    done, found, looks = threading.Event(), [], []

    def watch() -> None:
        while not done.is_set():
            found.extend(audit(wave))
            looks.append(1)
        connection.close()

    with Call(watch) as auditor:
        auditor.start()
        try:
            answers, errors = passing_by(wave, "--together", "--paused")
        finally:
            done.set()
        auditor.result()
    assert (found, audit(wave), errors) == ([], [], {})
    assert len(looks) > 5
    assert set(answers) == {"reserved", "quota_full"}
    assert fullest(wave) == 0


def test_the_same_people_without_the_lock_are_oversold():  # check 2: the control; the database's own guard taken away too
    wave = open_wide_wave(PLANS, PLACES)
    with without_the_cap():
        passing_by(wave, "--together", "--paused", "--without-lock", options=IN_ORDER)
        assert fullest(wave) > 0
        assert "counters" in {difference.check for difference in audit(wave)}


def test_locks_in_any_order_end_in_deadlocks():  # check 3: the control
    wave = open_wide_wave(PLANS, PLACES)
    _, errors = passing_by(wave, "--in-any-order", options="-c deadlock_timeout=50ms", processes=8)
    assert errors["40P01"] > 0
    assert audit(wave) == []


def test_repeatable_read_makes_people_ask_again():  # check 3: the control
    wave = open_wide_wave(PLANS, PLACES)
    _, errors = passing_by(wave, options=REPEATABLE_READ, processes=16)
    assert errors["40001"] > 0
    assert audit(wave) == []


def passing_by(wave, *broken: str, options: str = "", processes: int = PROCESSES) -> tuple[Counter, Counter]:
    """Let everybody pass; return how many claims were answered how, and how many statements failed with which SQLSTATE."""
    with Processes("tests.concurrency.passers_by", str(wave.pk), str(processes), str(PEOPLE), *broken, options=options) as passers:
        passers.start()
        (output,) = passers.outputs(AT_MOST)
    stories = [json.loads(line) for line in output.splitlines()[1:]]
    answers = Counter(answer for story in stories for _, answer in story["claims"])
    return answers, sum((Counter(story["errors"]) for story in stories), Counter())


def fullest(wave) -> int:
    """Return by how many places the fullest cell is above its ceiling; none is full when it is negative."""
    return max(cell.reserved + cell.filled - cell.ceiling for cell in QuotaCell.objects.filter(wave=wave))
