"""Two people press the button at the same moment: one publication is made, and the other person is told."""

import pytest
from django.db import connection

from reports.aggregation import aggregate
from reports.models import Release
from reports.study import load_study
from tests.concurrency.processes import Processes
from tests.reports.panel import SAMPLE, interview, people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def publish_at_once(*options):
    """Let three processes ask for the first publication at once; return how each ended."""
    wave = load_study(SAMPLE).waves.select_related("survey", "questionnaire").get(code="2023")
    wave.move_to("live")
    interview(wave, people()[::6])
    wave.move_to("closed")
    aggregate(wave)
    with Processes("tests.concurrency.publishers", *options, count=3, options="-c statement_timeout=60000") as processes:
        processes.start()
        return sorted(output.split()[-1] for output in processes.outputs(120))


def test_three_at_once_make_one_publication():
    assert publish_at_once() == ["published", "refused", "refused"]
    assert list(Release.objects.values_list("number", flat=True)) == [1]


def test_without_the_lock_and_the_constraint_they_would_make_three():  # the control
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_release DROP CONSTRAINT release_number_once")
    try:
        assert publish_at_once("--without-guards") == ["published"] * 3
        assert list(Release.objects.values_list("number", flat=True)) == [1, 1, 1]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE reports_release CASCADE")
            cursor.execute("ALTER TABLE reports_release ADD CONSTRAINT release_number_once UNIQUE (wave_id, number)")
