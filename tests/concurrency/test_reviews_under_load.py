"""Removals and returns while people take the places that they free: real processes, audited as they go."""

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from respondents.audit import audit
from respondents.models import Interview, Review
from respondents.quality import reviewing
from tests.concurrency.processes import Processes, without_the_cap
from tests.respondents.stage import Stage
from tests.worlds import open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

MODULE, PLACES, REVIEWERS = "tests.concurrency.reviewers", 20, 4
DONE_BY = 120  # seconds


def field(places: int):
    """A wave with so many places, all filled, and a reviewer."""
    wave = open_wave(places=places)
    stage = Stage(wave)
    for _ in range(places):
        stage.somebody("completed")
    request = HttpRequest()
    request.user = get_user_model().objects.create_user("reviewer", is_staff=True)
    return stage, request


def reviewers(stage, *options: str):
    return [Processes(MODULE, str(stage.wave.pk), str(seed), *options) for seed in range(REVIEWERS)]


def together(crews) -> list[str]:
    """Start all the processes at once; audit until they have ended; return what each printed."""
    for crew in crews:
        crew.__enter__()
    try:
        for crew in crews:
            crew.start()
        looks = 0
        while any(crew.running[0].poll() is None for crew in crews):
            assert [difference for difference in audit() if difference.check != "leaked"] == [] or "--without-lock" in crews[0].command
            looks += 1
        assert looks > 0
        return [crew.outputs(DONE_BY)[0].strip() for crew in crews]
    finally:
        for crew in crews:
            crew.__exit__(None, None, None)


def test_places_are_never_oversold_nor_lost_while_reviewers_remove_and_bring_back():
    stage, _ = field(PLACES)
    done = [tuple(map(int, output.split())) for output in together(reviewers(stage))]
    removed, restored, entered = map(sum, zip(*done, strict=True))
    assert removed > 20
    assert restored > 0
    assert entered > 0
    completed = Interview.objects.filter(state="completed").count()
    assert completed == PLACES - removed + restored + entered
    assert stage.held()["total"] == (0, completed)
    assert Review.objects.count() == removed + restored  # what was refused left no review
    assert audit() == []


@pytest.mark.parametrize("options", [(), ("--without-lock",)])
def test_one_free_place_brings_one_back(options):  # and the control: without the lock, all of them
    stage, request = field(REVIEWERS)
    for interview in Interview.objects.all():
        reviewing.remove(request, interview, reason="load")
    for _ in range(REVIEWERS - 1):
        stage.somebody("completed")
    with without_the_cap():
        outputs = together(reviewers(stage, "--one", *options))
        filled = stage.held()["total"][1]
    if options:
        assert filled > REVIEWERS
    else:
        assert sorted(outputs) == ["False", "False", "False", "True"]
        assert (filled, audit()) == (REVIEWERS, [])
