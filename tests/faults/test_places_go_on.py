"""While people take places by the hundred: a process stands still, the database is dumped, its table rewritten, a report runs long."""

import contextlib
import os
import random
import subprocess
import sys
import time

import pytest
from django.db import connection

from config.embedded.postgresql import program
from respondents.audit import audit
from tests.concurrency.bustle import Window, bustle
from tests.concurrency.processes import database_url
from tests.config.houses import ROOT
from tests.respondents.calls import other
from tests.wide import open_wide_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

PLANS, PLACES = (2, 5, 8, 10, 8), 100_000
PROCESSES = 6
FREEZES, STILL, MOVING = 4, 0.6, 0.3  # how often, and seconds of each
PAGES_AT_MOST = 100


def test_a_process_that_stands_still_holds_nobody_up():  # check 14
    wave = open_wide_wave(PLANS, PLACES)
    assert pace_beside_a_frozen_process(wave) > 0.5
    assert audit(wave) == []


def test_a_process_that_stands_still_with_locks_in_its_hand_stops_everybody():  # check 14: the control
    wave = open_wide_wave(PLANS, PLACES)
    assert pace_beside_a_frozen_process(wave, "--in-python") < 0.5


def test_a_dump_a_rewritten_table_and_a_long_report_turn_nobody_away():  # check 27
    wave = open_wide_wave(PLANS, PLACES)
    with bustle(wave, PROCESSES) as people:
        with a_report_that_runs_long(), Window() as dumped:
            dump()
            people.come(300)
            during = pages_of_the_cells()
        people.come(300)
        after = pages_of_the_cells()
        with Window() as rewritten, a_connection() as cursor:
            for _ in range(3):
                cursor.execute("VACUUM FULL respondents_quotacell")
                people.come(30)
    for window in (dumped, rewritten):
        assert set(people.answers(window)) == {"reserved"}
    assert people.errors == {}
    assert during < PAGES_AT_MOST
    assert after <= during + 10  # once the report has ended, room is used again
    assert audit(wave) == []


def test_a_table_locked_for_long_is_noticed():  # check 27: the control
    wave = open_wide_wave(PLANS, PLACES)
    with bustle(wave, PROCESSES) as people, other() as somebody_else:
        somebody_else.execute("LOCK TABLE respondents_quotacell IN SHARE MODE")
        with Window() as locked:
            time.sleep(1)  # not a wait: how long the table is locked
    assert people.answers(locked).total() <= PROCESSES  # those whose answer was on its way


def test_a_dump_taken_in_the_middle_is_whole(tmp_path):  # check 26
    wave = open_wide_wave(PLANS, PLACES)
    with bustle(wave, PROCESSES) as people, Window() as dumped:
        dump("--format=custom", "--file", str(tmp_path / "dump"))
    assert people.answers(dumped)["reserved"] > 0
    with another_database() as url:
        restore(url, tmp_path / "dump")
        assert audited(url) == (0, "")


def test_tables_dumped_one_after_the_other_are_noticed(tmp_path):  # check 26: the control
    wave = open_wide_wave(PLANS, PLACES)
    with bustle(wave, PROCESSES) as people:
        dump("--format=custom", "--exclude-table-data=respondents_quotacell", "--file", str(tmp_path / "dump"))
        people.come(10)
        dump("--format=custom", "--data-only", "--table=respondents_quotacell", "--file", str(tmp_path / "cells"))
    with another_database() as url:
        restore(url, tmp_path / "dump")
        restore(url, tmp_path / "cells")
        code, said = audited(url)
    assert (code, "counters" in said) == (1, True)


def pace_beside_a_frozen_process(wave, *changes: str) -> float:
    """Return how fast the others go while one stands still, 1 being as fast as when all move."""
    dice, still, moving = random.Random(1), [], []
    with bustle(wave, PROCESSES, *changes) as people:
        victims = [dice.choice(people.processes) for _ in range(FREEZES)]
        for victim in victims:
            with people.frozen(victim) as window:
                time.sleep(STILL)  # not a wait: how long it stands still
            still.append(window)
            with Window() as window:
                time.sleep(MOVING)  # not a wait: how long all move
            moving.append(window)
    stopped = sum(people.answers(window, without=(victim,)).total() for window, victim in zip(still, victims, strict=True))
    others = sum(people.answers(window, without=(victim,)).total() for window, victim in zip(moving, victims, strict=True))
    return (stopped / STILL) / (others / MOVING)


@contextlib.contextmanager
def a_connection():
    """Give a cursor of another connection, outside any transaction."""
    with other() as second:
        second.autocommit = True
        yield second.cursor()
        second.autocommit = False


@contextlib.contextmanager
def a_report_that_runs_long():
    """Keep one snapshot of the database open, as an export does."""
    with other() as somebody_else:
        somebody_else.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        somebody_else.execute("SELECT count(*) FROM respondents_interview")
        yield


def pages_of_the_cells() -> int:
    """Return the size of the cells' table, in pages of 8 kB."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('respondents_quotacell') / 8192")
        return cursor.fetchone()[0]


def dump(*options: str) -> None:
    """Dump the database of this test while people go on."""
    subprocess.run([str(program("pg_dump")), *options, database_url()], check=True, stdout=subprocess.DEVNULL)


def restore(url: str, path) -> None:
    subprocess.run([str(program("pg_restore")), "--no-owner", "--dbname", url, str(path)], check=True)


@contextlib.contextmanager
def another_database():
    """Give the address of an empty database beside the one of this test."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with a_connection() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            yield database_url().replace(connection.settings_dict["NAME"], name)
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def audited(url: str) -> tuple[int, str]:
    """Return how manage.py audit_quotas ends on a database, and what it complains of."""
    command = [sys.executable, "-W", "ignore", "manage.py", "audit_quotas"]
    ran = subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stderr
