"""The fieldwork screen, the audit of places and the export tell the same number of people, whoever completes meanwhile."""

import csv
import io

import pytest
from django.test import Client

from reports.dataset import count, snapshot
from reports.exports import CsvOptions, write_csv
from respondents.audit import audit
from respondents.field.fieldwork import fieldwork
from respondents.models import QuotaCell
from tests.respondents.calls import Call
from tests.worlds import Respondent, open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


@pytest.fixture
def wave(client):
    """Two people completed, one is answering, one was turned away."""
    wave = open_wave(places=10)
    QuotaCell.objects.filter(wave=wave, categories=["H"]).update(target=0, ceiling=0)
    for _ in range(2):
        Respondent(client).finish()
    Respondent(client).go_to("avis")
    assert Respondent(client).finish(profil={"sex": "H", "years": "44"}).outcome == "quota_full"
    return wave


def somebody_completes() -> None:
    """Let somebody through to the end, in a connection of their own."""

    def finish() -> None:
        assert Respondent(Client()).finish().outcome == "completed"

    with Call(finish) as call:
        call.start()
        call.result()


def told_one_after_the_other(wave) -> list[int]:
    """Return the people completed as the screen, the cells, the figures and the export tell them; somebody completes in between."""
    field = fieldwork(wave.pk)
    screen = [field.counts["completed"], field.whole.progress.filled]
    somebody_completes()
    assert audit(wave) == []
    cells = QuotaCell.objects.filter(wave=wave, quota__name="total").values_list("filled", flat=True).get()
    file = io.BytesIO()
    write_csv(wave, file, CsvOptions())
    rows = list(csv.reader(io.StringIO(file.getvalue().decode(), newline="")))
    return [*screen, cells, count(wave).n, len(rows) - 1]


def test_everything_read_in_one_snapshot_tells_the_same(wave):  # check 25
    with snapshot():
        assert told_one_after_the_other(wave) == [2, 2, 2, 2, 2]
    with snapshot():
        assert fieldwork(wave.pk).whole.progress.filled == 3


def test_read_one_after_the_other_they_differ(wave):  # check 25: the control
    assert told_one_after_the_other(wave) == [2, 2, 3, 3, 3]
