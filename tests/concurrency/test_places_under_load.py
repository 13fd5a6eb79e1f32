"""Places while many things happen at once: the same post eight times, ceilings that move, two waves side by side."""

import itertools
import random
import threading
import uuid

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client

from respondents import places
from respondents.audit import audit
from respondents.models import Interview, QuotaCell, Submission
from tests.respondents.calls import DEADLINE, Call, other
from tests.respondents.stage import Stage
from tests.worlds import ANSWERS, Respondent, changed, open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

CLICKS, WORKERS, PEOPLE_EACH = 8, 8, 25


def test_eight_simultaneous_clicks_take_one_place_and_get_the_same_answer(client):  # check 4
    wave = open_wave(places=10)
    person = Respondent(client).go_to("profil")
    action, fields = person.form(**ANSWERS["profil"])
    answers = at_once([lambda: Client().post(action, fields)] * CLICKS)
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(303, f"/i/{person.at.split('/')[2]}/usages/")}
    assert Stage(wave).held() == {"F": (1, 0), "H": (0, 0), "total": (1, 0)}
    assert Submission.objects.filter(page="profil").count() == 1
    assert audit(wave) == []


def test_eight_different_posts_of_the_quota_page_take_one_place_and_are_all_kept(client):
    wave = open_wave(places=10)
    person = Respondent(client).go_to("profil")
    forms = [person.form(sex="FH"[n % 2], years=str(40 + n)) for n in range(CLICKS)]
    answers = at_once([lambda action=action, fields=fields: Client().post(action, {**fields, "request_id": str(uuid.uuid4())})
                       for action, fields in forms])  # fmt: skip
    assert {answer.status_code for answer in answers} == {303}
    applied = Submission.objects.get(page="profil", late=False)
    assert Submission.objects.filter(page="profil", late=True).count() == CLICKS - 1
    assert Stage(wave).held()[applied.answers["sex"]] == (1, 0)
    assert audit(wave) == []


def test_without_the_interviews_guards_eight_clicks_take_several_places(client, monkeypatch):  # the control
    wave = open_wave(places=10)
    person = Respondent(client).go_to("profil")
    for guard, without in [("(state = 'screening' AND %(takes)s)", "%(takes)s"), ("AND revision = %(revision)s", ""),
                           ("%(request)s, %(body)s", "gen_random_uuid(), %(body)s"), ("OR (%(closes)s AND state <> 'screening')", "")]:  # fmt: skip
        assert guard in places.SAVE
        monkeypatch.setattr(places, "SAVE", places.SAVE.replace(guard, without))
    stage, interview = Stage(wave), person.interview.pk
    clicks = [stage.post(interview, "profil") for _ in range(CLICKS)]
    at_once([lambda click=click: places.save(click, takes=True, cells=stage.cells()) for click in clicks])
    assert stage.held()["total"][0] > 1
    assert "counters" in {difference.check for difference in audit(wave)}


def test_ceilings_raised_and_lowered_while_people_come_and_go_are_never_passed():  # check 11
    wave = open_wave(places=20)
    stage = Stage(wave)
    refused = itertools.count()
    done = threading.Event()

    def come_and_go(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(PEOPLE_EACH):
            person, sex = stage.enter(), dice.choice("FHX")
            if stage.claim(person, sex) == "reserved":
                dice.choice([stage.complete, stage.end, stage.save])(person)

    def move_ceilings() -> None:
        dice = random.Random(0)
        QuotaCell.objects.filter(wave=wave).update(target=0)
        while not done.is_set():
            ceiling = dice.randint(0, 60)
            cell = QuotaCell.objects.annotate(taken=F("reserved") + F("filled")).filter(pk=dice.choice(list(stage.ids.values())))
            if not cell.filter(taken__lte=ceiling).update(ceiling=ceiling):
                next(refused)
        connection.close()

    def watch() -> None:
        while not done.is_set():
            assert audit(wave) == []
        connection.close()

    with Call(move_ceilings) as pollster, Call(watch) as auditor:
        pollster.start()
        auditor.start()
        try:
            at_once([lambda seed=seed: come_and_go(seed) for seed in range(WORKERS)])
        finally:
            done.set()
        pollster.result()
        auditor.result()
    assert next(refused) > 0
    assert Interview.objects.count() == WORKERS * PEOPLE_EACH
    assert audit(wave) == []


def test_one_wave_never_waits_for_another(client):  # check 23
    slow = Stage(open_wave(places=10))
    quick = Stage(open_wave(places=10, **changed("settings", "petite-etude", "autre-etude")))
    waiting, walking = slow.enter(), Respondent(client, survey="autre-etude")
    with other() as somebody_else, Call(slow.claim, waiting) as call:
        somebody_else.execute("SELECT FROM respondents_quotacell WHERE wave_id = %s FOR UPDATE", [slow.wave.pk])
        call.start_and_wait_for_a_lock()  # the control: in its own wave the lock does hold people up
        assert walking.finish().outcome == "completed"
        assert call.thread.is_alive()
    assert quick.held()["total"] == (0, 1)


def at_once(actions) -> list:
    """Do everything at the same time, each in a connection of its own; return what each returned."""
    barrier = threading.Barrier(len(actions))

    def act(action):
        barrier.wait(DEADLINE)
        return action()

    calls = [Call(act, action) for action in actions]
    for call in calls:
        call.start()
    return [call.result() for call in calls]
