"""A field is played through the real statements of places on a clock of its own, and nothing real is touched."""

import io
import json
import re
from datetime import datetime, timezone

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, connection
from django.utils.translation import override

from config.sample import prepare_sample
from reports.study import store_study
from respondents.audit import audit
from respondents.core.arrivals import Margins, Profile, Supposed, Table, Visitor, Way, visitors
from respondents.models import Consent, Interview, QuotaCell, Record, Source, Submission
from respondents.simulated.crowd import tables_of
from respondents.simulated.field import Setting, play
from respondents.simulated.scratch import scratch, tell_time
from surveys.models import Wave
from tests.arrivals import second_arrival_file, write_arrivals
from tests.respondents.stage import Stage
from tests.respondents.test_blocks import with_blocks
from tests.worlds import open_wave, study

pytestmark = pytest.mark.django_db(transaction=True)

OPENS = datetime(2026, 1, 5, 8, tzinfo=timezone.utc)
WAY = Way(("accueil", "profil", "usages", "avis", "fin"), 1)
SEX = Table(("sex",), {("H",): 50.0, ("F",): 50.0})
REAL = (Interview, Submission, Consent, Record, QuotaCell, Source)


@pytest.fixture
def wave():
    return open_wave(places=40)


def rows():
    """Everything real that a statement of the respondents' path could change."""
    return {model: list(model.objects.order_by("pk").values()) for model in REAL}


def somebody(arrives, *, sex="F", minutes=(0, 1, 2, 3, 4), leaves_after=0, ends=""):
    return Visitor(60.0 * arrives, Profile({"sex": sex}, ends), WAY, tuple(60.0 * each for each in minutes), leaves_after)


def played(wave, *people, place_minutes=10, target=None):
    Wave.objects.filter(pk=wave.pk).update(target=target or 100)
    return play(Wave.objects.get(pk=wave.pk), Setting(OPENS, place_minutes, 72, 5000), people)


def command(*options, survey="petite-etude"):
    out = io.StringIO()
    with override("en"):
        call_command("simulate_field", survey, "v1", *options, stdout=out)
    return out.getvalue()


def test_a_whole_field_leaves_every_real_row_as_it_was(wave):
    Stage(wave).somebody("reserved", "F")
    before = rows()
    Wave.objects.filter(pk=wave.pk).update(target=40)
    wave.refresh_from_db()
    course = play(wave, Setting(OPENS, 10, 72, 5000), visitors(Supposed(), Margins([SEX]), [WAY], 8.0, 1))
    assert (course.completed, course.reached, course.differences) == (40, course.hours, [])
    assert rows() == before
    assert audit(wave) == []


def test_postgresql_itself_refuses_to_write_a_real_row(wave):
    with scratch(wave), connection.cursor() as cursor, pytest.raises(InternalError, match="read-only"):
        cursor.execute("UPDATE public.respondents_quotacell SET filled = 1")
    assert set(QuotaCell.objects.values_list("filled", flat=True)) == {0}


def test_the_clock_is_the_one_that_is_told_and_only_there(wave):
    with scratch(wave), connection.cursor() as cursor:
        tell_time(OPENS)
        cursor.execute("SELECT now()")
        assert cursor.fetchone() == (OPENS,)
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() > '2026-01-06'")
        assert cursor.fetchone() == (True,)


def test_every_end_is_counted_and_every_hour_audited(wave):
    course = played(
        wave,
        somebody(0),
        somebody(1, ends="refused"),
        somebody(2, ends="screened_out"),
        somebody(3, leaves_after=1),
        somebody(4, leaves_after=3),
        somebody(150),
    )
    assert course.outcomes == {"completed": 2, "refused": 1, "screened_out": 1, "left_before": 1, "left": 1}
    assert (course.starts, course.audits, course.differences) == (6, 3, [])


def test_the_field_ends_with_its_target(wave):
    course = played(wave, *(somebody(each) for each in range(60)), target=20)
    assert (course.completed, course.reached) == (20, (19 + 4) / 60)


def test_who_is_turned_away_for_places_in_flight_alone_is_told_apart(wave):
    QuotaCell.objects.filter(categories=["F"]).update(target=1, ceiling=1)
    course = played(wave, somebody(0, leaves_after=2), somebody(5), somebody(20), somebody(30))
    woman = QuotaCell.objects.get(categories=["F"]).pk
    assert (course.outcomes["quota_full"], course.in_flight) == (2, 1)
    assert (course.cells[woman].refused, course.cells[woman].came, course.cells[woman].reached) == (2, 4, 24 / 60)


def test_a_place_that_lapsed_is_taken_again_when_there_is_room(wave):
    course = played(wave, somebody(0, minutes=(0, 1, 20, 21, 22)))
    assert (course.completed, course.lost, course.finished_after) == (1, 1, 1)


def test_who_comes_back_too_late_is_turned_away_or_kept_over_quota(wave):
    QuotaCell.objects.filter(categories=["F"]).update(target=1, ceiling=1)
    course = played(wave, somebody(0, minutes=(0, 1, 20, 21, 22)), somebody(1, minutes=(0, 1, 2, 3, 20)), somebody(12))
    assert course.outcomes == {"completed": 1, "expired": 1, "quota_full": 1}
    assert course.turned_away_late == 1
    course = played(wave, somebody(0, minutes=(0, 1, 2, 3, 20)), somebody(14.5))
    assert course.outcomes == {"completed": 1, "over": 1}
    assert course.finished_after == 1


def test_a_longer_lifetime_keeps_the_slow_and_costs_others_their_places(wave):
    QuotaCell.objects.filter(categories=["F"]).update(target=1, ceiling=1)
    people = [somebody(0, leaves_after=2), somebody(15, minutes=(0, 1, 20, 21, 22))]
    assert played(wave, *people, place_minutes=10).outcomes == {"left": 1, "completed": 1}
    assert played(wave, *people, place_minutes=60).outcomes == {"left": 1, "quota_full": 1}


def test_leaving_out_the_pages_that_no_place_depends_on_changes_nothing(wave):
    QuotaCell.objects.filter(wave=wave, quota__name="sex").update(target=15, ceiling=16)
    Wave.objects.filter(pk=wave.pk).update(target=30)
    wave.refresh_from_db()
    slow = Supposed(per_hour=60, break_off=0.3, minutes=12, slow_minutes=40)

    def course(*, every_page):
        people = visitors(slow, Margins([SEX], {("sex", "H"): 0.5}), [WAY], 8.0, 3)
        return play(wave, Setting(OPENS, 5, 72, 5000, every_page=every_page), people)

    few, all_ = course(every_page=False), course(every_page=True)
    assert few == all_
    assert few.lost > 0
    assert few.in_flight > 0


def test_a_wave_that_is_only_a_draft_can_be_simulated(wave):
    Wave.objects.filter(pk=wave.pk).update(state="draft")
    assert played(wave, somebody(0)).completed == 1


def test_the_command_tells_hours_starts_cells_and_the_price_of_lifetimes(wave):
    Wave.objects.filter(pk=wave.pk).update(target=40)
    found = command("--seeds", "3", "--skew", "sex=H:0.1", "--lifetimes", "2,10")
    assert "Hours until 40 are completed" in found
    assert "How long a place is held" in found
    assert "▲ At risk: Sex: A man" in found


def test_the_command_as_values_and_the_same_for_the_same_seed(wave):
    Wave.objects.filter(pk=wave.pk).update(target=30)
    told = json.loads(command("--seeds", "2", "--lifetimes", "10,20", "--format", "json"))
    again = json.loads(command("--seeds", "2", "--lifetimes", "10,20", "--format", "json"))
    assert told == again
    assert (told["forecast"]["courses"], told["forecast"]["reached_in"], told["forecast"]["differences"]) == (2, 2, [])
    assert [each["place_minutes"] for each in told["lifetimes"]] == [10, 20]
    assert [cell["name"] for cell in told["forecast"]["cells"]] == ["All respondents", "Sex: A man", "Sex: A woman"]


def test_a_total_that_is_not_reached_is_told_and_exits_3(wave):
    with pytest.raises(CommandError) as refused:
        command("--seeds", "1", "--starts", "20", "--lifetimes", "none")
    assert refused.value.returncode == 3


JOINT = """
        wave,variable,category,percent,source
        v1,sex,H,50,Insee
        v1,sex,F,50,Insee
        v1,sex age,H jeune,20,Insee
        v1,sex age,H ancien,30,Insee
        v1,sex age,F jeune,10,Insee
        v1,sex age,F ancien,40,Insee
"""
CROSSED = "wave,name,variables,kind,tolerance_percent,tolerance_min\nv1,croise,sex age,hard,0,0"


def tables(**sheets):
    wave = store_study(study(**sheets)).waves.get(code="v1")
    return [(table.variables, dict(table.weights)) for table in tables_of(wave, wave.questionnaire.definition())]


def test_people_are_drawn_from_joint_margins_first():
    joint, single = tables(margins=JOINT, quotas=CROSSED)
    assert joint == (("sex", "age"), {("H", "jeune"): 20, ("H", "ancien"): 30, ("F", "jeune"): 10, ("F", "ancien"): 40})
    assert single == (("sex",), {("H",): 50, ("F",): 50})


def test_where_no_margin_says_it_people_are_drawn_from_the_targets():
    cells = "wave,quota,categories,target\nv1,croise,H *,60\nv1,croise,F jeune,10\nv1,croise,F ancien,30"
    joint, _single = tables(quotas=CROSSED, quota_cells=cells)
    # Sixty men, of whom nothing says how old they are.
    assert joint == (("sex", "age"), {("H", "jeune"): 30, ("H", "ancien"): 30, ("F", "jeune"): 10, ("F", "ancien"): 30})


def test_groups_that_come_with_a_place_are_given_in_the_simulated_field_too():
    wave = open_wave(**with_blocks(), state="draft")
    cells = QuotaCell.objects.filter(wave=wave, quota__name="bloc")
    cells.update(target=4, ceiling=4)
    people = [
        Visitor(60.0 * at, Profile({"sex": "F"}), Way(WAY.pages, 1, {"q0": ("a", "b", "c")}), (0, 60, 120, 180, 240)) for at in range(14)
    ]
    course = play(wave, Setting(OPENS, 10, 72, 5000), people)
    assert [course.cells[cell.pk].filled for cell in cells] == [4, 4, 4]
    assert (course.completed, course.outcomes["quota_full"], course.differences) == (12, 2, [])


PANEL = """resp_id,arrives_at,leaves_after,sex,years
p2,2026-01-05T08:05:00+01:00,,F,44
p1,2026-01-05T08:00:00+01:00,2,H,30
p3,2026-01-05T09:00:00+01:00,0,F,16
"""


def test_people_of_a_file_come_when_it_says_and_answer_what_it_says(wave, tmp_path):
    Wave.objects.filter(pk=wave.pk).update(target=1)
    path = tmp_path / "arrivals.csv"
    path.write_text(PANEL)
    told = json.loads(command("--panel", str(path), "--seeds", "1", "--lifetimes", "none", "--format", "json"))["forecast"]
    assert (told["starts"][1], told["left"][1], told["completed"][1], told["reached_in"]) == (2, 1, 1, 1)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--skew", "sex=femme:2"], "sex=femme is no category"),
        (["--skew", "sex=F:beaucoup"], "--skew is variable=category:factor"),
        (["--skew", "/nowhere.csv"], "/nowhere.csv"),
        (["--minutes", "long"], "“long” is no number"),
        (["--until", "2020-01-01"], "--until is a time after the opening"),
        (["--by-hour", "1,2"], "24 numbers"),
        (["--seeds", "0"], "--seeds must be at least 1"),
        (["--panel", "/nowhere/panel.csv"], "/nowhere/panel.csv"),
    ],
)
def test_what_cannot_be_supposed_is_one_sentence(wave, options, sentence):
    with pytest.raises(CommandError, match=sentence) as refused:
        command(*options)
    assert "\n" not in str(refused.value)


def test_the_second_arrival_file_fills_the_samples_wave_to_its_total(tmp_path):
    wave = prepare_sample()
    path = write_arrivals(tmp_path / "arrivals.csv", second_arrival_file())
    out = io.StringIO()
    with override("en"):
        call_command(
            "simulate_field", "numerique-en-sante", "2023", "--panel", str(path), "--seeds", "1", "--lifetimes", "none", stdout=out
        )
    said = out.getvalue()
    assert "the 3,500 arrivals of the file" in said
    assert re.search(r"Completed +2,000 ", said)
    assert "▲ At risk: Region: Corse" in said
    assert not Interview.objects.filter(wave=wave).exists()
