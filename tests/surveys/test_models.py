"""Surveys and waves: what is open, and what may be opened."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from reports.study import store_study
from surveys.asking import find_survey, find_wave
from surveys.models import Survey, Wave
from tests.worlds import SMALL, study

HEADER = SMALL["waves"].strip().splitlines()[0]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def two_waves():
    """The small study with two waves of its own and one of another institute."""
    rows = [f"{code},,,own,2026-01-05,2026-01-09,,100,100,1," for code in ("v1", "v2")]
    text = "\n".join(
        [f"{HEADER},institute,interviewed", *(f"{row},," for row in rows), "avant,,,external,2020-01-05,2020-01-09,,,,,,Un institut,2100"]
    )
    return store_study(study(waves=text, margins="", quotas=""))


@pytest.mark.django_db
def test_a_new_study_has_no_open_wave():
    survey = two_waves()
    assert survey.open_wave is None
    assert [found.has_open_wave for found in Survey.objects.with_open_wave()] == [False]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "is_open"), [("test", True), ("soft", True), ("live", True), ("paused", False), ("closed", False), ("draft", False)]
)
def test_its_state_opens_a_wave(state, is_open):
    wave = two_waves().waves.get(code="v1")
    wave.move_to(state)
    assert Wave.objects.get(code="v1").is_open is is_open
    assert Survey.objects.with_open_wave().get().has_open_wave is is_open
    assert (wave.survey.open_wave == wave) is is_open


@pytest.mark.django_db
def test_one_wave_is_open_at_a_time():
    first, second, external = two_waves().waves.order_by("row")
    first.move_to("live")
    with pytest.raises(ValidationError, match="Wave v1 of this survey is open: close it first"):
        second.move_to("test")
    with pytest.raises(ValidationError, match="Only a wave asked here can be opened"):
        external.move_to("live")
    with pytest.raises(IntegrityError, match="one_open_wave"), transaction.atomic():
        Wave.objects.filter(code="v2").update(state="soft")
    first.move_to("closed")
    second.move_to("test")
    assert Survey.objects.get().open_wave == second


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_waves_opened_at_the_same_time_the_second_is_refused():
    first, second, _external = two_waves().waves.order_by("row")
    outcome = []

    def open_second():
        try:
            with translation.override("en"):
                second.move_to("live")
        except ValidationError as error:
            outcome.append(error.message)
        finally:
            connection.close()

    other = threading.Thread(target=open_second)
    with transaction.atomic():
        first.move_to("live")
        other.start()
        other.join(0.3)
        assert other.is_alive(), "it waits"
    other.join(10)
    assert outcome == ["Wave v1 of this survey is open: close it first."]


@pytest.mark.django_db
def test_texts_fall_back_on_the_studys_own_language():
    survey = two_waves()
    assert survey.text({"fr": "Oui", "en": "Yes"}, "en") == "Yes"
    assert survey.text({"fr": "Oui"}, "en") == "Oui"
    assert survey.text({"en": "Yes"}, "fr") == ""


@pytest.mark.django_db
def test_commands_find_what_they_name_or_say_what_there_is():
    survey = two_waves()
    assert find_survey("petite-etude") == survey
    assert find_wave("petite-etude", "v2").code == "v2"
    with pytest.raises(CommandError, match="no survey “autre”; known: petite-etude"):
        find_wave("autre", "v2")
    with pytest.raises(CommandError, match="no wave “v3”; known: v1, v2, avant"):
        find_wave("petite-etude", "v3")
