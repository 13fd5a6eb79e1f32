"""Every state of an interview under every verb, and the named checks that the statements in places.py must pass."""

import pytest
from django.db import transaction

from respondents import places
from respondents.audit import audit
from respondents.models import Interview, Record, Submission
from tests.respondents import checks, checks_of_blocks
from tests.respondents.checks_of_time import OF_TIME
from tests.respondents.stage import MINUTES, Stage
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db

VERBS = {
    "save": lambda stage, person: stage.save(person),
    "claim": lambda stage, person: stage.claim(person),
    "end": lambda stage, person: stage.end(person),
    "complete": lambda stage, person: stage.complete(person),
    "retake": lambda stage, person: places.retake(person, MINUTES),
    "reopen": lambda stage, person: places.reopen(person),
    "expire": lambda stage, person: stage.expire(person),
    "abandon": lambda stage, person: places.abandon(),
}

# What each verb makes of each state while there is room, in the order of VERBS.
WITH_ROOM = {
    "screening":    "screening    reserved     screened_out completed    screening    screening    screening    screening",
    "reserved":     "reserved     reserved     screened_out completed    reserved     reserved     expired      reserved",
    "expired":      "reserved     expired      screened_out completed    reserved     expired      expired      expired",
    "quota_full":   "quota_full   quota_full   quota_full   quota_full   reserved     screening    quota_full   quota_full",
    "screened_out": "screened_out screened_out screened_out screened_out screened_out screened_out screened_out screened_out",
    "refused":      "refused      refused      refused      refused      refused      refused      refused      refused",
    "completed":    "completed    completed    completed    completed    completed    completed    completed    completed",
    "over":         "over         over         over         over         over         over         over         over",
    "abandoned":    "abandoned    abandoned    abandoned    abandoned    abandoned    screening    abandoned    abandoned",
}  # fmt: skip

# The same without room; a place that is held stays held, and is completed.
WITHOUT_ROOM = {
    "screening":    "screening    quota_full   screened_out quota_full   screening    screening    screening    screening",
    "reserved":     "reserved     reserved     screened_out completed    reserved     reserved     expired      reserved",
    "expired":      "expired      expired      screened_out over         expired      expired      expired      expired",
    "quota_full":   "quota_full   quota_full   quota_full   quota_full   quota_full   screening    quota_full   quota_full",
}  # fmt: skip

HOLDS = {"reserved": (1, 0), "completed": (0, 1)}


@pytest.fixture
def stage():
    return Stage(open_wave(places=10))


def after_each_verb(stage, person):
    """Try every verb on the same person, each undone before the next; yield what the database then says."""
    for verb, act in VERBS.items():
        with transaction.atomic():
            act(stage, person)
            yield verb, stage.state(person), stage.held(), audit(stage.wave)
            transaction.set_rollback(True)


@pytest.mark.parametrize("state", WITH_ROOM)
def test_each_verb_on_each_state_with_room(stage, state):
    person = stage.somebody(state)
    found = {verb: (after, held["F"], held["H"], held["total"], wrong) for verb, after, held, wrong in after_each_verb(stage, person)}
    for verb, after in zip(VERBS, WITH_ROOM[state].split(), strict=True):
        holds = HOLDS.get(after, (0, 0))
        assert found[verb] == (after, holds, (0, 0), holds, []), verb


@pytest.mark.parametrize("state", WITHOUT_ROOM)
def test_each_verb_on_each_state_without_room(stage, state):
    person = stage.somebody(state)
    reserved, filled = stage.held()["F"]
    stage.allow(F=reserved + filled)
    found = {verb: (after, held["F"], held["total"], wrong) for verb, after, held, wrong in after_each_verb(stage, person)}
    for verb, after in zip(VERBS, WITHOUT_ROOM[state].split(), strict=True):
        holds = HOLDS.get(after, (0, 0))
        assert found[verb] == (after, holds, holds, []), verb


@pytest.mark.parametrize("state", WITH_ROOM)
def test_only_a_completed_interview_can_be_removed_and_its_place_opens_again(stage, state):
    person = stage.somebody(state)
    before = stage.held()
    assert places.remove(person) is (state == "completed")
    assert stage.state(person) == ("removed" if state == "completed" else state)
    assert stage.held() == (dict.fromkeys(before, (0, 0)) if state == "completed" else before)
    assert audit(stage.wave) == []
    assert not places.remove(person)


@pytest.mark.parametrize("state", ["screened_out", "refused", "quota_full", "completed", "over", "abandoned"])
def test_a_post_after_the_end_is_kept_as_a_late_edit(stage, state):
    person = stage.somebody(state)
    before = Submission.objects.filter(interview=person, late=True).count()
    verdict = places.save(stage.post(person))
    assert verdict == (state, True)
    assert Submission.objects.filter(interview=person, late=True).count() == before + 1


@pytest.mark.parametrize("state", ["reserved", "expired"])
def test_an_edit_of_the_quota_page_comes_too_late_once_a_place_is_or_was_held(stage, state):
    person = stage.somebody(state)
    before = stage.held()
    assert places.save(stage.post(person, "profil"), takes=True, cells=stage.cells("H")) == (state, True)
    assert stage.held() == before


def test_a_wave_without_quotas_gives_the_empty_place_to_everybody(stage):
    person = stage.enter()
    assert places.save(stage.post(person, "profil"), takes=True, cells=[]).state == "reserved"
    assert places.complete(stage.post(person), codes=b"", extra={}).state == "completed"
    assert stage.held() == {"F": (0, 0), "H": (0, 0), "total": (0, 0)}


def test_a_test_interview_completes_without_a_place_and_is_not_counted(stage):
    person = stage.enter(is_test=True)
    assert places.complete(stage.post(person), codes=b"", extra={}).state == "completed"
    assert Record.objects.get().counted is False
    assert audit(stage.wave) == []


def test_a_claim_on_a_cell_that_does_not_exist_is_refused_and_takes_nothing(stage):
    person = stage.enter()
    assert places.save(stage.post(person, "profil"), takes=True, cells=[0]).state == "quota_full"
    assert places.save(stage.post(stage.enter(), "profil"), takes=True, cells=[*stage.cells(), 999_999]).state == "quota_full"
    assert stage.held() == {"F": (0, 0), "H": (0, 0), "total": (0, 0)}
    assert places.retake(person, MINUTES) == "quota_full"


def test_a_post_judged_on_an_older_revision_is_refused_whole(stage):
    person = stage.somebody("reserved")
    read = stage.revision(person)
    stage.save(person)
    stale = stage.post(person, revision=read)
    for write in (places.save, lambda post: places.end(post, "refused"), lambda post: places.complete(post, codes=b"", extra={})):
        with pytest.raises(places.Stale):
            write(stale)
    assert Submission.objects.filter(request_id=stale.request_id).count() == 0
    assert stage.held()["F"] == (1, 0)


def test_a_saved_page_renews_the_place_by_the_database_clock(stage):
    person = stage.somebody("reserved")
    Interview.objects.filter(pk=person).update(expires_at="2020-01-01T00:00Z")
    assert stage.save(person) == "reserved"
    interview = Interview.objects.get(pk=person)
    assert (interview.expires_at - interview.saved_at).total_seconds() == MINUTES * 60
    assert places.expire(stage.wave.pk) == 0


def test_expiry_leaves_other_waves_alone_unless_asked_for_all(stage):
    person = stage.somebody("reserved")
    Interview.objects.filter(pk=person).update(expires_at="2020-01-01T00:00Z")
    assert places.expire(stage.wave.pk + 1) == 0
    assert places.expire() == 1


def test_expiry_goes_on_until_nothing_is_due(stage, monkeypatch):
    monkeypatch.setattr(places, "EXPIRY_BATCH", 2)
    people = [stage.somebody("reserved") for _ in range(5)]
    Interview.objects.filter(pk__in=people).update(expires_at="2020-01-01T00:00Z")
    assert places.expire() == 5
    assert stage.held() == {"F": (0, 0), "H": (0, 0), "total": (0, 0)}


@pytest.mark.parametrize("check", checks.ALONE + OF_TIME + checks_of_blocks.ALONE, ids=lambda check: check.__name__)
def test_the_statements_pass(check, stage):
    check(stage)
