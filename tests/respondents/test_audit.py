"""The audit of places: each invariant, broken directly in the database, is noticed and names the cell or the interview."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from respondents.audit import audit
from respondents.models import Interview, QuotaCell, Record
from tests.respondents.stage import Stage
from tests.worlds import changed, open_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    """Two women in progress, one completed, one over quota, and one man whose place expired."""
    stage = Stage(open_wave(places=10, **changed("choices", "        sexe,X,Autre,Other,3,outside_quota\n", "")))
    for state, sex in [("reserved", "F"), ("reserved", "F"), ("completed", "F"), ("over", "F"), ("expired", "H")]:
        stage.somebody(state, sex)
    assert audit() == []
    return stage


def run(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def found(wave=None):
    return [(difference.check, difference.row, difference.found) for difference in audit(wave)]


def test_a_place_too_many_in_a_counter_names_the_cell_and_the_plan(stage):
    run("UPDATE respondents_quotacell SET reserved = reserved + 1 WHERE id = %s", stage.ids["H"])
    assert found() == [
        ("counters", "sex = H", "reserved 1 for 0, filled 0 for 0, ceiling 10"),
        ("total", "sex", "reserved 3 for 2, filled 1 for 1"),
    ]


def test_a_completed_place_that_was_lost_is_noticed(stage):
    run("UPDATE respondents_quotacell SET filled = 0 WHERE id = %s", stage.ids["total"])
    assert found() == [
        ("counters", "total", "reserved 2 for 2, filled 0 for 1, ceiling 10"),
        ("total", "total", "reserved 2 for 2, filled 0 for 1"),
    ]


def test_a_cell_above_its_ceiling_is_noticed_even_when_its_guard_was_taken_away(stage):
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE respondents_quotacell DROP CONSTRAINT quota_cap")
    run("UPDATE respondents_quotacell SET target = 0, ceiling = 2 WHERE id = %s", stage.ids["F"])
    assert found() == [("counters", "sex = F", "reserved 2 for 2, filled 1 for 1, ceiling 2")]


def test_somebody_without_the_total_is_noticed_although_the_counters_agree(stage):
    person = Interview.objects.filter(state="reserved").first()
    run("UPDATE respondents_interview SET cell_ids = %s WHERE id = %s", [stage.ids["F"]], person.pk)
    run("UPDATE respondents_quotacell SET reserved = reserved - 1 WHERE id = %s", stage.ids["total"])
    assert found() == [("total", "total", "reserved 1 for 2, filled 1 for 1")]


def test_somebody_in_no_cell_of_a_plan_that_covers_everybody_is_noticed(stage):
    person = Interview.objects.filter(state="reserved").first()
    run("UPDATE respondents_interview SET cell_ids = %s WHERE id = %s", [stage.ids["total"]], person.pk)
    run("UPDATE respondents_quotacell SET reserved = reserved - 1 WHERE id = %s", stage.ids["F"])
    assert found() == [("total", "sex", "reserved 1 for 2, filled 1 for 1")]


def test_a_plan_with_a_choice_outside_it_may_hold_fewer_people_than_the_wave():
    stage = Stage(open_wave(places=10))
    stage.somebody("completed", sex="X")
    assert stage.held() == {"F": (0, 0), "H": (0, 0), "total": (0, 1)}
    assert audit() == []


def test_two_cells_of_one_plan_are_noticed_although_every_sum_is_right(stage):
    one, two = Interview.objects.filter(state="reserved")
    run(
        "UPDATE respondents_interview SET cell_ids = %s WHERE id = %s", sorted([stage.ids["F"], stage.ids["H"], stage.ids["total"]]), one.pk
    )
    run("UPDATE respondents_interview SET cell_ids = %s WHERE id = %s", [stage.ids["total"]], two.pk)
    run("UPDATE respondents_quotacell SET reserved = 1 WHERE id = ANY (%s)", [stage.ids["F"], stage.ids["H"]])
    assert found() == [("misplaced", f"interview {one.pk}", "holds 2 cells of sex")]


def test_a_cell_of_another_wave_is_noticed(stage):
    person = Interview.objects.get(state="completed")
    run("UPDATE respondents_interview SET cell_ids = cell_ids || 999999::bigint WHERE id = %s", person.pk)
    assert found() == [("misplaced", f"interview {person.pk}", "holds a cell that is not of its wave")]


def test_a_place_held_long_after_its_time_is_noticed(stage):
    person = Interview.objects.filter(state="reserved").first()
    run("UPDATE respondents_interview SET expires_at = now() - interval '3 minutes' WHERE id = %s", person.pk)
    [(check, row, _)] = found()
    assert (check, row) == ("leaked", f"interview {person.pk}")


def test_a_completed_interview_without_its_record_is_noticed(stage):
    person = Interview.objects.get(state="completed")
    Record.objects.filter(interview=person).delete()
    assert found() == [("unfounded", f"interview {person.pk}", "completed without its log or its record")]


def test_a_completed_interview_without_its_log_is_noticed(stage):
    person = Interview.objects.get(state="completed")
    run("DELETE FROM respondents_submission WHERE interview_id = %s", person.pk)
    assert found() == [("unfounded", f"interview {person.pk}", "completed without its log or its record")]


def test_an_interview_over_quota_that_counts_is_noticed(stage):
    person = Interview.objects.get(state="over")
    Record.objects.filter(interview=person).update(counted=True)
    assert found() == [("unfounded", f"interview {person.pk}", "counted although it is not completed")]


def test_a_completed_interview_that_does_not_count_is_noticed(stage):
    Record.objects.filter(interview__state="completed").update(counted=False)
    assert [check for check, _, _ in found()] == ["unfounded"]


def test_another_wave_is_left_alone(stage):
    other = stage.wave.survey.waves.create(code="v0", kind="own", row=9)
    run("UPDATE respondents_quotacell SET reserved = reserved + 1 WHERE id = %s", stage.ids["H"])
    assert found(other) == []


def test_imported_and_test_interviews_hold_nothing_and_disturb_nothing(stage):
    person = stage.enter(is_test=True)
    stage.claim(person, "nobody")  # a test interview asks for the empty place
    Interview.objects.filter(pk=person).update(cell_ids=[])
    QuotaCell.objects.filter(pk=stage.ids["total"]).update(reserved=2)
    assert found() == []


def test_the_command_says_that_nothing_differs(stage, capsys):
    call_command("audit_quotas", "petite-etude", "v1")
    assert capsys.readouterr().out.strip()


def test_the_command_fails_and_names_the_cells(stage):
    run("UPDATE respondents_quotacell SET reserved = reserved + 1 WHERE id = %s", stage.ids["H"])
    with pytest.raises(CommandError) as refused:
        call_command("audit_quotas")
    assert "counters: petite-etude v1, sex = H: reserved 1 for 0" in str(refused.value)
    assert refused.value.returncode == 1


def test_the_command_wants_both_names_or_neither(stage):
    with pytest.raises(CommandError):
        call_command("audit_quotas", "petite-etude")
