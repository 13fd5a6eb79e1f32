"""What the statements of places.py must do, one named check each; every mutant of them is noticed by the check it names.

ALONE are checks in one connection; TOGETHER hold a lock in a second one, and look at what the verb does meanwhile.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from respondents import places
from respondents.audit import audit
from respondents.models import Interview, QuotaCell, Record, Submission
from tests.respondents.calls import DEADLINE as DEADLINE
from tests.respondents.calls import Call as Call
from tests.respondents.calls import other as other
from tests.respondents.stage import MINUTES, Stage

NOTICED = (AssertionError, DatabaseError, places.Busy, places.Stale, pytest.fail.Exception)  # how a check says no


# One connection --------------------------------------------------------------------------------------------------------
def the_last_place_is_given_and_the_next_refused(stage: Stage) -> None:
    stage.allow(F=1)
    assert [stage.claim(stage.enter()), stage.claim(stage.enter())] == ["reserved", "quota_full"]
    assert stage.held() == {"F": (1, 0), "H": (0, 0), "total": (1, 0)}


def a_full_cell_takes_nothing_in_the_others(stage: Stage) -> None:  # check 5
    stage.allow(F=0)
    assert stage.claim(stage.enter()) == "quota_full"
    assert stage.held()["total"] == (0, 0)


def refusals_however_many_touch_no_cell(stage: Stage) -> None:  # check 24
    stage.allow(total=0)
    before = _versions()
    assert {stage.claim(stage.enter(), "FH"[n % 2]) for n in range(50)} == {"quota_full"}
    bot = stage.enter()
    assert {stage.claim(bot) for _ in range(50)} == {"quota_full"}
    assert _versions() == before


def an_unknown_cell_gives_no_place_at_all(stage: Stage) -> None:
    person = stage.enter()
    assert places.save(stage.post(person, "profil"), takes=True, cells=[*stage.cells(), 999_999]).state == "quota_full"
    assert stage.held() == {"F": (0, 0), "H": (0, 0), "total": (0, 0)}


def a_full_total_closes_every_cell(stage: Stage) -> None:
    stage.allow(total=1)
    assert [stage.claim(stage.enter(), "F"), stage.claim(stage.enter(), "H")] == ["reserved", "quota_full"]
    assert stage.held() == {"F": (1, 0), "H": (0, 0), "total": (1, 0)}


def a_double_click_takes_one_place(stage: Stage) -> None:
    person = stage.enter()
    click = stage.post(person, "profil")
    assert places.save(click, takes=True, cells=stage.cells()) == ("reserved", False)
    again = stage.post(person, "profil", request=click.request_id)
    assert places.save(again, takes=True, cells=stage.cells()) == ("reserved", False)
    assert Submission.objects.filter(interview=person).count() == 1
    assert stage.held()["total"] == (1, 0)


def a_place_that_is_held_is_not_taken_twice(stage: Stage) -> None:
    person = stage.somebody("reserved")
    assert places.save(stage.post(person), takes=True, cells=stage.cells()).state == "reserved"
    assert stage.held()["total"] == (1, 0)


def an_end_gives_the_place_back_once(stage: Stage) -> None:  # check 10
    stage.somebody("reserved")
    person = stage.somebody("reserved")
    assert stage.end(person) == "screened_out"
    assert stage.end(person) == "screened_out"
    assert stage.held()["total"] == (1, 0)


def an_end_after_an_expiry_gives_nothing_back(stage: Stage) -> None:
    stage.somebody("reserved")
    assert stage.end(stage.somebody("expired")) == "screened_out"
    assert stage.held()["total"] == (1, 0)


def an_end_of_a_completed_interview_changes_nothing(stage: Stage) -> None:
    assert stage.end(stage.somebody("completed")) == "completed"
    assert stage.held()["total"] == (0, 1)


def an_expiry_gives_the_places_back_and_only_when_due(stage: Stage) -> None:  # check 6
    stage.somebody("reserved")
    late = stage.somebody("reserved")
    assert stage.expire(late) == 1
    assert places.expire() == 0
    assert (stage.state(late), stage.held()["total"]) == ("expired", (1, 0))


def a_completed_interview_never_expires(stage: Stage) -> None:
    person = stage.somebody("completed")
    assert stage.expire(person) == 0
    assert (stage.state(person), stage.held()["total"]) == ("completed", (0, 1))


def a_held_place_is_completed_although_nothing_is_left(stage: Stage) -> None:
    person = stage.somebody("reserved")
    stage.allow(F=1, total=1)
    assert stage.complete(person) == "completed"
    assert stage.held() == {"F": (0, 1), "H": (0, 0), "total": (0, 1)}


def a_double_completion_counts_once(stage: Stage) -> None:
    person = stage.somebody("completed")
    assert stage.complete(person) == "completed"
    assert (Record.objects.count(), stage.held()["total"]) == (1, (0, 1))


def a_late_completion_counts_only_if_there_is_room(stage: Stage) -> None:  # check 8
    late, lucky = stage.somebody("expired"), stage.somebody("expired")
    stage.allow(F=1)
    assert stage.complete(lucky) == "completed"
    assert stage.complete(late) == "over"
    assert stage.held()["total"] == (0, 1)
    assert sorted(Record.objects.values_list("counted", flat=True)) == [False, True]


def a_return_takes_the_same_places_if_all_have_room(stage: Stage) -> None:
    person = stage.somebody("expired")
    stage.allow(F=0)
    assert places.retake(person, MINUTES) == "expired"
    assert stage.held()["total"] == (0, 0)
    stage.allow(F=1)
    assert places.retake(person, MINUTES) == "reserved"
    assert stage.held() == {"F": (1, 0), "H": (0, 0), "total": (1, 0)}


def a_late_edit_is_logged_and_changes_nothing(stage: Stage) -> None:
    person = stage.somebody("reserved")
    saved_at = Interview.objects.get(pk=person).saved_at
    assert places.save(stage.post(person, "profil")) == ("reserved", True)
    assert Submission.objects.filter(interview=person, late=True).count() == 1
    assert Interview.objects.get(pk=person).saved_at == saved_at


def the_numbers_of_the_log_never_repeat(stage: Stage) -> None:
    person = stage.somebody("completed")
    places.save(stage.post(person))
    places.save(stage.post(person))
    assert list(Submission.objects.filter(interview=person).values_list("seq", flat=True)) == [2, 3, 4, 5]


def the_database_itself_refuses_one_place_too_many(stage: Stage) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotaCell.objects.filter(pk=stage.ids["F"]).update(target=0, ceiling=1, reserved=2)


def a_removal_gives_the_completed_place_back_once(stage: Stage) -> None:
    stage.somebody("completed")
    person = stage.somebody("completed")
    assert (places.remove(person), places.remove(person)) == (True, False)
    assert stage.held()["total"] == (0, 1)
    assert audit(stage.wave) == []


def every_completed_interview_has_its_record(stage: Stage) -> None:
    person = stage.somebody("completed")
    assert Record.objects.filter(interview=person, counted=True).count() == 1
    assert audit(stage.wave) == []


ALONE = (
    the_last_place_is_given_and_the_next_refused,
    a_full_cell_takes_nothing_in_the_others,
    refusals_however_many_touch_no_cell,
    an_unknown_cell_gives_no_place_at_all,
    a_full_total_closes_every_cell,
    a_double_click_takes_one_place,
    a_place_that_is_held_is_not_taken_twice,
    an_end_gives_the_place_back_once,
    an_end_after_an_expiry_gives_nothing_back,
    an_end_of_a_completed_interview_changes_nothing,
    an_expiry_gives_the_places_back_and_only_when_due,
    a_completed_interview_never_expires,
    a_held_place_is_completed_although_nothing_is_left,
    a_double_completion_counts_once,
    a_late_completion_counts_only_if_there_is_room,
    a_return_takes_the_same_places_if_all_have_room,
    a_late_edit_is_logged_and_changes_nothing,
    the_numbers_of_the_log_never_repeat,
    the_database_itself_refuses_one_place_too_many,
    a_removal_gives_the_completed_place_back_once,
    every_completed_interview_has_its_record,
)


def _versions() -> list[tuple]:
    """Every cell with the transactions that last wrote and last locked it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin, xmax, ctid::text FROM respondents_quotacell ORDER BY id")
        return cursor.fetchall()


# Two connections -------------------------------------------------------------------------------------------------------
def the_room_is_tested_on_the_row_as_locked(stage: Stage) -> None:
    stage.allow(F=1)
    person = stage.enter()
    with other() as somebody_else, Call(stage.claim, person) as call:
        somebody_else.execute("UPDATE respondents_quotacell SET reserved = reserved + 1 WHERE id = %s", [stage.ids["F"]])
        call.start_and_wait_for_a_lock()
        somebody_else.commit()
        assert call.result() == "quota_full"
    assert stage.held() == {"F": (1, 0), "H": (0, 0), "total": (0, 0)}


def a_late_completion_tests_the_room_on_the_row_as_locked(stage: Stage) -> None:
    person = stage.somebody("expired")
    stage.allow(F=1)
    with other() as somebody_else, Call(stage.complete, person) as call:
        somebody_else.execute("UPDATE respondents_quotacell SET reserved = reserved + 1 WHERE id = %s", [stage.ids["F"]])
        call.start_and_wait_for_a_lock()
        somebody_else.commit()
        assert call.result() == "over"
    assert stage.held() == {"F": (1, 0), "H": (0, 0), "total": (0, 0)}


def a_return_tests_the_room_on_the_row_as_locked(stage: Stage) -> None:
    person = stage.somebody("expired")
    stage.allow(F=1)
    with other() as somebody_else, Call(places.retake, person, MINUTES) as call:
        somebody_else.execute("UPDATE respondents_quotacell SET reserved = reserved + 1 WHERE id = %s", [stage.ids["F"]])
        call.start_and_wait_for_a_lock()
        somebody_else.commit()
        assert call.result() == "expired"
    assert stage.held() == {"F": (1, 0), "H": (0, 0), "total": (0, 0)}


def whoever_waited_for_a_lock_need_not_ask_again(stage: Stage) -> None:
    errors = []

    def claim(person):
        with connection.execute_wrapper(noting(errors)):
            return stage.claim(person)

    with other() as somebody_else, Call(claim, stage.enter()) as call:
        somebody_else.execute("UPDATE respondents_quotacell SET reserved = reserved + 1 WHERE id = %s", [stage.ids["F"]])
        call.start_and_wait_for_a_lock()
        somebody_else.commit()
        assert (call.result(), errors) == ("reserved", [])


def a_claim_locks_the_cells_in_ascending_order(stage: Stage) -> None:
    _locks_in_ascending_order(stage, stage.claim, stage.enter())


def a_completion_locks_the_cells_in_ascending_order(stage: Stage) -> None:
    _locks_in_ascending_order(stage, stage.complete, stage.somebody("reserved"))


def an_end_locks_the_cells_in_ascending_order(stage: Stage) -> None:
    _locks_in_ascending_order(stage, stage.end, stage.somebody("reserved"))


def a_return_locks_the_cells_in_ascending_order(stage: Stage) -> None:
    _locks_in_ascending_order(stage, lambda person: places.retake(person, MINUTES), stage.somebody("expired"))


def an_expiry_locks_the_cells_in_ascending_order(stage: Stage) -> None:
    _locks_in_ascending_order(stage, stage.expire, stage.somebody("reserved"))


def a_removal_locks_the_cells_in_ascending_order(stage: Stage) -> None:
    _locks_in_ascending_order(stage, places.remove, stage.somebody("completed"))


def the_interview_is_locked_before_any_cell(stage: Stage) -> None:
    person = stage.enter()
    with other() as somebody_else, Call(stage.claim, person) as call:
        somebody_else.execute("SELECT FROM respondents_interview WHERE id = %s FOR UPDATE", [person])
        call.start_and_wait_for_a_lock()
        assert free_cells(stage) == {"F", "H", "total"}


def two_posts_that_cross_are_judged_one_after_the_other(stage: Stage) -> None:
    person = stage.somebody("reserved")
    first, second = stage.post(person, "fin"), stage.post(person, "usages")
    with other() as somebody_else, Call(places.complete, first, codes=b"", extra={}) as one, Call(places.save, second) as two:
        somebody_else.execute("SELECT FROM respondents_quotacell WHERE id = %s FOR UPDATE", [stage.ids["F"]])
        one.start_and_wait_for_a_lock()
        two.start_and_wait_for_a_lock()
        somebody_else.rollback()
        assert one.result().state == "completed"
        with pytest.raises(places.Stale):
            two.result()
    assert Submission.objects.filter(request_id=second.request_id).count() == 0


def a_sweep_waits_for_nobody_who_is_saving(stage: Stage) -> None:
    person = stage.somebody("reserved")
    Interview.objects.filter(pk=person).update(expires_at="2020-01-01T00:00Z")
    with other() as somebody_else, Call(places.expire) as call:
        somebody_else.execute("SELECT FROM respondents_interview WHERE id = %s FOR UPDATE", [person])
        call.start()
        assert call.result_without_waiting() == 0


def a_refusal_waits_for_no_lock(stage: Stage) -> None:
    stage.allow(total=0)
    person = stage.enter()
    with other() as somebody_else, Call(stage.claim, person) as call:
        somebody_else.execute("SELECT FROM respondents_quotacell WHERE id = %s FOR UPDATE", [stage.ids["F"]])
        call.start()
        assert call.result_without_waiting() == "quota_full"


TOGETHER = (
    the_room_is_tested_on_the_row_as_locked,
    a_late_completion_tests_the_room_on_the_row_as_locked,
    a_return_tests_the_room_on_the_row_as_locked,
    whoever_waited_for_a_lock_need_not_ask_again,
    a_claim_locks_the_cells_in_ascending_order,
    a_completion_locks_the_cells_in_ascending_order,
    an_end_locks_the_cells_in_ascending_order,
    a_return_locks_the_cells_in_ascending_order,
    an_expiry_locks_the_cells_in_ascending_order,
    a_removal_locks_the_cells_in_ascending_order,
    the_interview_is_locked_before_any_cell,
    two_posts_that_cross_are_judged_one_after_the_other,
    a_sweep_waits_for_nobody_who_is_saving,
    a_refusal_waits_for_no_lock,
)


def _locks_in_ascending_order(stage: Stage, verb, person) -> None:
    """Whoever waits for the lowest cell holds no other; two people can then never wait for each other."""
    # The lowest cell is written last, so that a scan in the table's own order would meet it after the total.
    QuotaCell.objects.filter(pk=stage.ids["F"]).update(position=0)
    with other() as somebody_else, Call(verb, person) as call:
        somebody_else.execute("SELECT FROM respondents_quotacell WHERE id = %s FOR UPDATE", [stage.ids["F"]])
        call.start_and_wait_for_a_lock()
        assert free_cells(stage) == {"H", "total"}


def free_cells(stage: Stage) -> set[str]:
    """Return the cells that nobody has locked."""
    with transaction.atomic():
        free = QuotaCell.objects.filter(wave=stage.wave).select_for_update(skip_locked=True, of=("self",))
        return {stage.names[cell.pk] for cell in free}


def noting(errors: list[Exception]):
    """Note what the database could not do, and raise it all the same."""

    def execute(run, *statement):
        try:
            return run(*statement)
        except DatabaseError as error:
            errors.append(error)
            raise

    return execute
