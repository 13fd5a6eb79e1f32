"""The counted interviews of a wave, read from PostgreSQL into a matrix."""

from __future__ import annotations

import numpy as np
import pytest

from reports.dataset import Counted, RecordsDisagree, count, read, snapshot
from respondents.core.record import unpack
from respondents.models import Interview, Record
from tests.reports.panel import interview, people

pytestmark = pytest.mark.django_db


def _read(wave, names=()):
    with snapshot():
        return read(wave, wave.questionnaire.codebook(), names)


def test_every_completed_person_is_one_row_of_the_matrix(wave):
    interview(wave, people()[:20])
    dataset = _read(wave)
    stored = [bytes(codes) for codes in Record.objects.values_list("codes", flat=True)]
    assert sorted(row.tobytes() for row in dataset.matrix) == sorted(stored)
    assert dataset.counted == count(wave) == Counted(n=20, revisions=180)


def test_a_row_reads_back_as_the_answers_that_were_given(wave):
    interview(wave, people()[:1])
    answers = unpack(wave.questionnaire.codebook(), _read(wave).matrix[0].tobytes(), {})
    assert answers["q1"] == ("rdv", "services", "documents", "objets")
    assert answers["age"] == "65+"
    assert answers["q7_mes_connait"] == "1"


def test_nobody_interviewed_gives_an_empty_matrix(wave):
    dataset = _read(wave)
    assert dataset.matrix.shape == (0, len(wave.questionnaire.codebook()))
    assert dataset.counted == Counted(n=0, revisions=0)


def test_test_interviews_removed_ones_and_those_over_quota_are_left_out(wave):
    interview(wave, people()[:5])
    first, second, third, *_ = Interview.objects.all()
    Interview.objects.filter(pk=first.pk).update(is_test=True)
    Interview.objects.filter(pk=second.pk).update(state="removed")
    Interview.objects.filter(pk=third.pk).update(state="over")
    Record.objects.filter(interview__in=[first, third]).update(counted=False)
    assert len(_read(wave).matrix) == 2


def test_a_completed_interview_without_its_record_stops_everything(wave):
    interview(wave, people()[:3])
    Record.objects.first().delete()
    with pytest.raises(RecordsDisagree, match="3 completed interviews, 2 records"):
        _read(wave)


@pytest.mark.parametrize("codes", [b"\x01\x00", b""])
def test_a_record_of_another_width_stops_everything(wave, codes):
    interview(wave, people()[:3])
    Record.objects.filter(pk=Record.objects.first().pk).update(codes=codes)
    with pytest.raises(RecordsDisagree):
        _read(wave)


def test_a_number_too_large_for_its_position_is_read_from_the_json(wave):
    interview(wave, people()[:3])
    codebook = wave.questionnaire.codebook()
    record = Record.objects.first()
    codes = np.frombuffer(bytes(record.codes), dtype="<i2").copy()
    codes[codebook.position["q16_consultations_12m"]] = -5
    Record.objects.filter(pk=record.pk).update(codes=codes.tobytes(), extra={"q16_consultations_12m": "40000"})
    column = _read(wave, ["q16_consultations_12m"]).columns(["q16_consultations_12m"])["q16_consultations_12m"]
    assert "40000" in [column.values[index] for index in column.index]
