"""The statements of places.py with one guard removed or turned, and the check that notices it."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from respondents import places
from tests.respondents import checks, checks_of_blocks, checks_of_time


@dataclass(frozen=True)
class Mutant:
    """``old`` is replaced by ``new`` in one statement; ``check`` is the one that must notice.

    Two break no statement: the database's own guard is taken away, or every transaction is under another isolation.
    """

    name: str
    statement: str
    old: str
    new: str
    check: Callable[..., None]


ORDERED_LOCK = "ORDER BY id FOR NO KEY UPDATE"
ROOM = "OR reserved + filled < ceiling)"
NOT_FULL = "AND NOT EXISTS (SELECT FROM full_cell)"
GRANTED = "(SELECT count(*) FROM want WHERE id = ANY (cells)) = cardinality(cells)"
TAKEN = "AND want.id = ANY (verdict.cells) AND verdict.granted"
ONCE = "ON CONFLICT (interview_id, request_id, body_sha256) DO NOTHING"
LATE = "state NOT IN ('screening', 'reserved', 'expired')"
RENEWED = "now() + make_interval(mins => %(minutes)s)"
HERE = f"'{datetime.datetime.now(datetime.timezone.utc).isoformat()}'::timestamptz"  # this machine's clock
REPEATABLE_READ = r"-c default_transaction_isolation=repeatable\ read"
NO_CHECK = "ALTER TABLE respondents_quotacell DROP CONSTRAINT quota_cap"

ALONE = (
    Mutant("a claim takes what it is granted of", "SAVE", GRANTED, "(SELECT count(*) FROM want WHERE id = ANY (cells)) > 0",
           checks.an_unknown_cell_gives_no_place_at_all),
    Mutant("a claim takes without being granted", "SAVE", TAKEN, "",
           checks.an_unknown_cell_gives_no_place_at_all),
    Mutant("a claim takes in cells that are full", "SAVE", f"{NOT_FULL}\n    AND ((SELECT state FROM claim) = 'reserved' {ROOM}", "",
           checks.the_last_place_is_given_and_the_next_refused),
    Mutant("a claim leaves the last place empty", "SAVE", "q.reserved + q.filled >= q.ceiling", "q.reserved + q.filled + 1 >= q.ceiling",
           checks.the_last_place_is_given_and_the_next_refused),
    Mutant("a claim omits the total", "SAVE", TAKEN, f"{TAKEN} AND q.categories <> '{{}}'", checks.a_full_total_closes_every_cell),
    Mutant("a claim is made from any state", "SAVE", "(state = 'screening' AND %(takes)s)", "%(takes)s",
           checks.a_place_that_is_held_is_not_taken_twice),
    Mutant("a repeated post is logged again", "SAVE", "%(request)s, %(body)s", "gen_random_uuid(), %(body)s",
           checks.a_double_click_takes_one_place),
    Mutant("a repeated post is an error", "SAVE", ONCE, "", checks.a_double_click_takes_one_place),
    Mutant("a late edit is applied", "SAVE", "OR (%(closes)s AND state <> 'screening')", "", checks.a_late_edit_is_logged_and_changes_nothing),
    Mutant("a late edit leaves the revision", "SAVE", "SET revision = i.revision + 1 FROM log", "SET revision = i.revision FROM log",
           checks.the_numbers_of_the_log_never_repeat),
    Mutant("an end gives back whatever the state", "END", " WHERE before = 'reserved'", "", checks.an_end_after_an_expiry_gives_nothing_back),
    Mutant("an end is made from any state", "END", LATE, "false", checks.an_end_of_a_completed_interview_changes_nothing),
    Mutant("an end keeps the place", "END", "q.reserved - 1", "q.reserved", checks.an_end_gives_the_place_back_once),
    Mutant("an expiry takes the completed too", "EXPIRE", "state = 'reserved' AND expires_at", "expires_at",
           checks.a_completed_interview_never_expires),
    Mutant("an expiry does not look at the clock", "EXPIRE", "AND expires_at < now()", "", checks.an_expiry_gives_the_places_back_and_only_when_due),
    Mutant("an expiry keeps the places", "EXPIRE", "q.reserved - held.given", "q.reserved",
           checks.an_expiry_gives_the_places_back_and_only_when_due),
    Mutant("a late completion looks for no room", "COMPLETE", f"{NOT_FULL}\n    AND ((SELECT state FROM claim) = 'reserved' {ROOM}", "",
           checks.a_late_completion_counts_only_if_there_is_room),
    Mutant("a held place needs room to be completed", "COMPLETE", "AND claim.state <> 'reserved'", "",
           checks.a_held_place_is_completed_although_nothing_is_left),
    Mutant("a completion keeps its reservation", "COMPLETE", "CASE WHEN verdict.state = 'reserved' THEN 1 ELSE 0 END", "0",
           checks.every_completed_interview_has_its_record),
    Mutant("a completion is made from any state", "COMPLETE", LATE, "false", checks.a_double_completion_counts_once),
    Mutant("a completion over quota is counted", "COMPLETE", "state = 'completed' AND NOT is_test", "NOT is_test",
           checks.a_late_completion_counts_only_if_there_is_room),
    Mutant("a completion leaves no record", "COMPLETE", "WHERE state IN ('completed', 'over')", "WHERE state = 'over'",
           checks.every_completed_interview_has_its_record),
    Mutant("a return looks for no room", "RETAKE", f"{NOT_FULL}\n    AND ((SELECT state FROM claim) = 'reserved' {ROOM}", "",
           checks.a_return_takes_the_same_places_if_all_have_room),
    Mutant("a removal is made from any state", "REMOVE", " AND i.state = 'completed'", "", checks.a_removal_gives_the_completed_place_back_once),
    Mutant("a removed interview still counts", "REMOVE", "SET counted = false", "SET counted = counted",
           checks.a_removal_gives_the_completed_place_back_once),
    Mutant("a refusal locks what has room", "SAVE", NOT_FULL, "", checks.refusals_however_many_touch_no_cell),
    Mutant("the database lets one more in", "SAVE", "", "", checks.the_database_itself_refuses_one_place_too_many),
)  # fmt: skip

OF_TIME = (
    Mutant("a saved page does not renew the place", "SAVE", "WHEN a.state = 'reserved' OR v.granted", "WHEN v.granted",
           checks_of_time.a_page_every_nine_minutes_keeps_the_place_for_three_hours),
    Mutant("an expiry reads a slow clock of this machine", "EXPIRE", "expires_at < now()", f"expires_at < {HERE}",
           checks_of_time.a_machine_whose_clock_is_a_day_slow_gives_nothing_back_too_late),
    Mutant("an expiry reads a fast clock of this machine", "EXPIRE", "expires_at < now()", f"expires_at < {HERE}",
           checks_of_time.a_machine_whose_clock_is_a_day_fast_gives_nothing_back_too_early),
    Mutant("a claim reads this machine's clock", "SAVE", RENEWED, RENEWED.replace("now()", HERE),
           checks_of_time.a_machine_whose_clock_is_a_day_slow_gives_nothing_back_too_late),
    Mutant("a place is held until an hour on the wall", "SAVE", RENEWED, RENEWED.replace("now()", "now()::timestamp"),
           checks_of_time.the_night_when_clocks_go_back_keeps_no_place_an_hour_longer),
)  # fmt: skip

OF_BLOCKS = (
    Mutant("a block gives the fullest", "SAVE", "ORDER BY number, share,", "ORDER BY number, share DESC,",
           checks_of_blocks.a_block_gives_the_least_filled_of_its_cells),
    Mutant("a block is granted without room", "SAVE", "AND (SELECT count(*) FROM chosen) = (SELECT count(DISTINCT number) FROM block)", "",
           checks_of_blocks.a_block_without_room_gives_no_place_at_all),
    Mutant("a block gives a place in none of its cells", "SAVE", "cells || ARRAY(SELECT cell FROM chosen) AS cells", "cells",
           checks_of_blocks.a_block_passes_over_a_full_cell),
    Mutant("a block gives a place in all of its cells", "SAVE", TAKEN, "AND verdict.granted",
           checks_of_blocks.a_block_gives_the_least_filled_of_its_cells),
    Mutant("a block is given beside a cell that does not exist", "SAVE", GRANTED, "true",
           checks_of_blocks.an_unknown_cell_beside_a_block_gives_no_place_at_all),
)  # fmt: skip

TOGETHER = (
    Mutant("a block locks nothing", "SAVE", ORDERED_LOCK, "ORDER BY id", checks_of_blocks.a_block_is_judged_on_its_cells_as_locked),
    Mutant("a claim locks nothing", "SAVE", ORDERED_LOCK, "ORDER BY id", checks.the_room_is_tested_on_the_row_as_locked),
    Mutant("a claim asks for one place less room", "SAVE", ROOM, "OR reserved + filled <= ceiling)", checks.the_room_is_tested_on_the_row_as_locked),
    Mutant("a claim tests the room as a selected column", "SAVE", f"    AND ((SELECT state FROM claim) = 'reserved' {ROOM}\n", "",
           checks.the_room_is_tested_on_the_row_as_locked),
    Mutant("a claim locks in no order", "SAVE", ORDERED_LOCK, "FOR NO KEY UPDATE", checks.a_claim_locks_the_cells_in_ascending_order),
    Mutant("a claim locks the total first", "SAVE", ORDERED_LOCK, "ORDER BY id DESC FOR NO KEY UPDATE",
           checks.a_claim_locks_the_cells_in_ascending_order),
    Mutant("a claim leaves the interview unlocked", "SAVE", "AND revision = %(revision)s FOR UPDATE", "AND revision = %(revision)s",
           checks.the_interview_is_locked_before_any_cell),
    Mutant("a post is written whatever was read", "SAVE", "AND revision = %(revision)s FOR UPDATE", "FOR UPDATE",
           checks.two_posts_that_cross_are_judged_one_after_the_other),
    Mutant("a refusal locks the cells that have room", "SAVE", NOT_FULL, "", checks.a_refusal_waits_for_no_lock),
    Mutant("a late completion locks nothing", "COMPLETE", ORDERED_LOCK, "ORDER BY id",
           checks.a_late_completion_tests_the_room_on_the_row_as_locked),
    Mutant("a return locks nothing", "RETAKE", ORDERED_LOCK, "ORDER BY id", checks.a_return_tests_the_room_on_the_row_as_locked),
    Mutant("every statement sees the past", "REPEATABLE READ", "", "", checks.whoever_waited_for_a_lock_need_not_ask_again),
    Mutant("a completion locks in no order", "COMPLETE", ORDERED_LOCK, "FOR NO KEY UPDATE",
           checks.a_completion_locks_the_cells_in_ascending_order),
    Mutant("an end locks in no order", "END", ORDERED_LOCK, "FOR NO KEY UPDATE", checks.an_end_locks_the_cells_in_ascending_order),
    Mutant("a return locks in no order", "RETAKE", ORDERED_LOCK, "FOR NO KEY UPDATE", checks.a_return_locks_the_cells_in_ascending_order),
    Mutant("an expiry locks the total first", "EXPIRE", "ORDER BY q.id FOR", "ORDER BY q.id DESC FOR",
           checks.an_expiry_locks_the_cells_in_ascending_order),
    Mutant("a removal locks in no order", "REMOVE", ORDERED_LOCK, "FOR NO KEY UPDATE", checks.a_removal_locks_the_cells_in_ascending_order),
    Mutant("an expiry waits for whoever is saving", "EXPIRE", "FOR UPDATE SKIP LOCKED", "FOR UPDATE",
           checks.a_sweep_waits_for_nobody_who_is_saving),
)  # fmt: skip


@contextlib.contextmanager
def mutated(mutant: Mutant, monkeypatch):
    """Break the statement inside the block."""
    if mutant.statement == "REPEATABLE READ":
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "options", REPEATABLE_READ)
    elif not mutant.old:
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {NO_CHECK}")
    else:
        statement = getattr(places, mutant.statement)
        assert mutant.old in statement, f"{mutant.name}: the statement no longer holds what this mutant replaces"
        monkeypatch.setattr(places, mutant.statement, statement.replace(mutant.old, mutant.new))
    yield
    monkeypatch.undo()
