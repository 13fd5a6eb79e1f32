"""The columns of the waves sheet that say how a field is run: loaded, written back, and left to people once it has begun."""

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from reports.study import store_study, study_sheets
from surveys.core.workbook import StudyRefused
from surveys.models import Wave
from tests.worlds import study

pytestmark = pytest.mark.django_db

HEADER = "code,label::Français (fr),label::English (en),kind,starts,ends,time_zone,target,ceiling,questionnaire_version,weighting"
RUN = (
    ",soft_limit,opens_at,closes_at,expected_minutes,silence_minutes,alert_emails,pause_message::Français (fr),pause_message::English (en)"
)
ROW = "v1,Vague 1,Wave 1,own,2026-01-05,2026-01-09,Indian/Reunion,100,100,1,sex"
FULL = ",10,2026-01-05 08:00,2026-01-09T20:00,7.5,45,ada@example.org bob@example.org,Revenez lundi.,Come back on Monday."


def sheet(run=FULL, row=ROW):
    return f"{HEADER}{RUN}\n{row}{run}\n"


def refused(run, row=ROW):
    with pytest.raises(StudyRefused) as raised:
        store_study(study(waves=sheet(run, row)))
    return [f"{mistake.column}: {mistake.message}" for mistake in raised.value.mistakes]


def test_they_are_loaded_on_the_clock_of_the_waves_place():
    wave = store_study(study(waves=sheet())).waves.get()
    assert (wave.soft_limit, wave.expected_minutes, wave.silence_minutes) == (10, Decimal("7.5"), 45)
    assert wave.opens_at == datetime(2026, 1, 5, 4, 0, tzinfo=timezone.utc)
    assert wave.closes_at == datetime(2026, 1, 9, 16, 0, tzinfo=timezone.utc)
    assert wave.alert_emails == ["ada@example.org", "bob@example.org"]
    assert wave.pause_message == {"fr": "Revenez lundi.", "en": "Come back on Monday."}


def test_they_are_written_back_cell_by_cell():
    survey = store_study(study(waves=sheet()))
    assert study_sheets(survey)["waves"].rows == study(waves=sheet())["waves"].rows


def test_a_sheet_without_them_leaves_what_was_set_on_screen():
    wave = store_study(study()).waves.get()
    Wave.objects.update(soft_limit=7)
    store_study(study())
    wave.refresh_from_db()
    assert (wave.soft_limit, wave.silence_minutes) == (7, 30)


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (",0,,,,,,,", "soft_limit: Write a number from 1."),
        (",,soon,,,,,,", "opens_at: Write a date and a time such as 2026-01-05 08:00."),
        (",,2026-02-30 08:00,,,,,,", "opens_at: Write a date and a time such as 2026-01-05 08:00."),
        (",,2026-01-05 08:00,2026-01-05 08:00,,,,,", "closes_at: The field closes before it opens."),
        (",,,,ten,,,,", "expected_minutes: Write minutes such as 10 or 7.5."),
        (",,,,0,,,,", "expected_minutes: Write minutes such as 10 or 7.5."),
        (",,,,,,ada,,", "alert_emails: “ada” is not an e-mail address."),
        (",,,,,,,Revenez.,", "pause_message::English (en): The text is missing in this language."),
    ],
)
def test_a_cell_that_cannot_be_understood_is_named(run, said):
    assert refused(run) == [said]


def test_a_time_that_the_clocks_jump_over_is_refused():
    paris = ROW.replace("Indian/Reunion", "Europe/Paris")
    assert refused(",,2026-03-29 02:30,,,,,,", paris) == [
        "opens_at: 02:30 does not exist that night in Europe/Paris: clocks go forward. Write 01:30 or 03:30."
    ]


def test_of_a_time_that_comes_twice_the_first_is_meant():
    paris = ROW.replace("Indian/Reunion", "Europe/Paris")
    wave = store_study(study(waves=sheet(",,2026-10-25 02:30,,,,,,", paris))).waves.get()
    assert wave.opens_at == datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc)


def test_once_the_wave_has_begun_they_are_changed_on_its_page_only():
    wave = store_study(study(waves=sheet())).waves.get()
    wave.move_to("test")
    assert refused(FULL.replace(",10,", ",12,")) == ["soft_limit: Wave v1 has begun: change this on the page that runs its field."]
    Wave.objects.update(soft_limit=15)
    store_study(study(waves=sheet()))
    wave.refresh_from_db()
    assert wave.soft_limit == 15
