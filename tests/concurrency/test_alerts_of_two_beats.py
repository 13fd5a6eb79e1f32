"""Two beats that look at the same field at the same time open one alert and write one letter; and what happens without the guard."""

import pytest
from django.db import connection

from respondents.models import Alert, Letter, QuotaCell
from surveys.models import Wave
from tests.concurrency.processes import Processes
from tests.worlds import open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

SECONDS = 60


@pytest.fixture
def wave():
    wave = open_wave(places=10)
    QuotaCell.objects.filter(categories=["F"]).update(filled=9)
    Wave.objects.update(alert_emails=["ada@example.org"])
    return wave


def run(guards):
    with Processes("tests.concurrency.beat", guards, count=3) as beats:
        beats.start()
        beats.outputs(SECONDS)


def test_one_alert_and_one_letter(wave):
    run("with")
    assert sorted(Alert.objects.values_list("kind", flat=True)) == ["audit", "cell_almost_full"]
    assert Letter.objects.filter(kind="alert").count() == 1


def test_without_the_guards_the_same_alert_is_opened_and_told_again(wave):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX alert_open_once")
    try:
        run("without")
        assert Alert.objects.filter(kind="cell_almost_full").count() > 1
        assert Letter.objects.filter(kind="alert").count() > 1
    finally:
        Alert.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("CREATE UNIQUE INDEX alert_open_once ON respondents_alert (wave_id, kind, subject) WHERE ended_at IS NULL")
