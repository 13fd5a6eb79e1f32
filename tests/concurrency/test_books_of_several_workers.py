"""One book is made by one worker, and by another when that one is killed; and what happens without the guard."""

import time
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F

from reports.models import Job
from reports.tables import book
from reports.tables.wanted import Wanted
from tests.concurrency.processes import Processes
from tests.worlds import open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

SECONDS = 60
MODULE = "tests.concurrency.bookmaker"


@pytest.fixture
def job():
    by = get_user_model().objects.create(username="qui demande")
    with transaction.atomic():
        return book.ask(open_wave(), Wanted(), language="fr", by=by)


def made_by_three(how):
    """Return how many tables each of three workers made of one book of seven, from the fewest."""
    with Processes(MODULE, how, count=3) as workers:
        workers.start()
        return sorted(int(output) for output in workers.outputs(SECONDS))


def test_three_workers_make_one_book_once(job):
    assert made_by_three("with") == [0, 0, 7]
    assert Job.objects.get(pk=job.pk).content


def test_without_the_guard_it_is_made_more_than_once(job):
    assert sum(made_by_three("without")) > 7


def test_a_killed_worker_s_book_is_made_by_the_next(job):
    with Processes(MODULE, "killed") as worker:
        worker.start()
        until = time.monotonic() + SECONDS
        while not Job.objects.get(pk=job.pk).done:
            assert time.monotonic() < until, "no table was ever made"
            time.sleep(0.05)
        assert book.make_waiting_books() == 0, "it is still being made"
    Job.objects.filter(pk=job.pk).update(heard_at=F("heard_at") - book.SILENCE - timedelta(seconds=1))
    assert book.make_waiting_books() == 1
    ended = Job.objects.get(pk=job.pk)
    assert (ended.done, ended.total, bool(ended.content)) == (7, 7, True)
