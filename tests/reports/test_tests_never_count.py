"""A test interview, by the wave's state or by its source, counts nowhere: quotas, figures, exports, audit."""

from __future__ import annotations

import io

import pytest
from django.test import Client

from reports.aggregation import aggregate
from reports.exports import CsvOptions, write_csv
from respondents.audit import audit
from respondents.models import Interview, QuotaCell, Source
from tests.worlds import Respondent, open_wave

pytestmark = pytest.mark.django_db


def counted(wave) -> dict[str, int]:
    """Return what each part of the house counts of a wave."""
    cells = QuotaCell.objects.filter(wave=wave)
    exported = io.BytesIO()
    return {
        "interviews": Interview.objects.filter(wave=wave, state="completed").count(),
        "places": sum(cell.reserved + cell.filled for cell in cells.filter(quota__name="total")),
        "women": sum(cell.reserved + cell.filled for cell in cells.filter(categories=["F"])),
        "figures": aggregate(wave).n,
        "exported": write_csv(wave, exported, CsvOptions()),
        "lines": exported.getvalue().count(b"\r\n") - 1 if not exported.closed else 0,
    }


def test_the_interviews_of_a_wave_open_for_tests_count_nowhere(client):
    wave = open_wave(state="test")
    Respondent(client).finish()
    Respondent(Client()).finish()
    assert counted(wave) == {"interviews": 2, "places": 0, "women": 0, "figures": 0, "exported": 0, "lines": 0}
    assert audit(wave) == []


def test_those_of_a_test_source_count_nowhere_beside_real_ones(client):
    wave = open_wave()
    Source.objects.create(wave=wave, code="essai", kind=Source.Kind.OPEN, label="Essai", for_tests=True)
    Respondent(client, query="?source=essai").finish()
    Respondent(Client()).finish()
    assert counted(wave) == {"interviews": 2, "places": 1, "women": 1, "figures": 1, "exported": 1, "lines": 1}
    assert audit(wave) == []


def test_what_was_tried_stays_apart_once_the_wave_goes_live(client):
    wave = open_wave(state="test")
    Respondent(client).finish()
    wave.move_to("live")
    Respondent(Client()).finish()
    assert counted(wave) == {"interviews": 2, "places": 1, "women": 1, "figures": 1, "exported": 1, "lines": 1}
    assert list(Interview.objects.order_by("pk").values_list("is_test", flat=True)) == [True, False]


def test_a_test_interview_says_so_on_every_page(client):
    wave = open_wave(state="test")
    person = Respondent(client).go_to("avis")
    assert 'class="banner test"' in person.response.content.decode()
    assert wave.is_open
