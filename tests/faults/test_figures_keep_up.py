"""Figures follow completions, whatever happens to the worker or to Valkey, and respondents notice nothing.

The tests run in order on one town: services, web, worker and beat are real processes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.config.houses import wait_for

pytestmark = pytest.mark.faults

AT_ONCE, SOON = 3.0, 60.0  # seconds: with everything running, and after something has come back


def seconds_until(condition, patience):
    began = time.monotonic()
    wait_for(condition, patience)
    return time.monotonic() - began


def test_a_completion_moves_the_stored_figures_within_three_seconds(town):
    for _ in range(3):
        town.send_in(1)
        wait_for(lambda: town.counted() == town.people, AT_ONCE)


def test_the_second_of_two_close_completions_is_not_forgotten(town):
    town.send_in(2)

    wait_for(lambda: town.counted() == town.people, AT_ONCE)


def test_while_worker_and_beat_stand_still_answers_are_kept_and_figures_wait(town):
    before = town.figures()
    with town.frozen("worker", "beat"):
        seconds = town.send_in(3)
        assert town.ask("SELECT count(*) FROM respondents_record") == [(town.people,)]
        assert town.figures() == before

    assert max(seconds) < 1
    wait_for(lambda: town.counted() == town.people, SOON)


def test_the_place_of_somebody_who_left_is_given_back_although_nobody_comes(town):  # check 6
    town.leave_with_a_place("gone")
    wait_for(lambda: town.held() == 0, SOON)


def test_while_worker_and_beat_stand_still_the_next_to_come_gives_it_back(town):  # check 6, and the control of the one before
    with town.frozen("worker", "beat"):
        town.leave_with_a_place("left")
        assert town.held() == 1
        town.send_in(1)
        assert town.held() == 0


def test_a_frozen_valkey_costs_respondents_nothing(town):  # check 39
    with town.frozen("Valkey"):
        seconds = town.send_in(3)
        assert town.status() == "degraded"

    assert max(seconds) < 1
    wait_for(lambda: town.status() == "ok")
    wait_for(lambda: town.counted() == town.people, SOON)


def test_a_killed_valkey_costs_respondents_nothing_and_comes_back(town):  # checks 39, 40
    town.kill("Valkey")
    seconds = town.send_in(3)

    assert max(seconds) < 1
    wait_for(lambda: town.status() == "ok")
    wait_for(lambda: town.counted() == town.people, SOON)
    town.send_in(1)
    wait_for(lambda: town.counted() == town.people, SOON)  # the worker may still be on its way back
    town.send_in(1)
    wait_for(lambda: town.counted() == town.people, AT_ONCE)


def test_a_worker_killed_in_the_middle_of_a_computation_leaves_whole_figures(town):  # check 41
    before = town.figures()
    with town.connect() as holder:
        holder.autocommit = False
        holder.execute("LOCK TABLE reports_estimate IN SHARE MODE")  # figures can be read and not yet be replaced
        town.send_in(1)
        wait_for(lambda: town.ask("SELECT count(*) FROM pg_locks WHERE NOT granted")[0][0] > 0, SOON)
        town.kill("worker")
        assert town.figures() == before
        holder.rollback()

    wait_for(lambda: town.counted() == town.people, SOON)
    caught_up = town.figures()
    town.ask("DELETE FROM reports_estimate RETURNING id")
    town.ask("DELETE FROM reports_aggregation RETURNING id")
    wait_for(lambda: town.counted() == town.people, SOON)
    assert caught_up == town.figures()
    assert max(n for _code, n, _selected, _percent in caught_up) == town.people


def test_a_killed_postgresql_is_back_within_thirty_seconds_with_all_it_acknowledged(town):  # check 16
    town.kill("PostgreSQL")
    town.send_in(2)  # pages say 503 until it is back; a respondent's browser sends them again

    assert seconds_until(lambda: town.status() == "ok", 30) < 30
    assert town.ask("SELECT count(*) FROM respondents_interview WHERE state = 'completed'") == [(town.people,)]
    assert town.ask("SELECT count(*) FROM respondents_record") == [(town.people,)]
    wait_for(lambda: town.counted() == town.people, SOON)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is counted from /proc")
def test_everything_together_stays_under_700_megabytes(town):
    memory = town.megabytes()
    print({name: round(megabytes) for name, megabytes in memory.items()}, file=sys.stderr)

    assert memory["worker"] <= 200
    assert memory["web"] <= 3 * 120
    assert sum(memory.values()) <= 700
