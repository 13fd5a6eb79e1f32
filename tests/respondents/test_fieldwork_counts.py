"""Every number of the fieldwork screen is what a plain recount of the interviews finds, at any time and at one instant."""

import datetime
import random
import threading
import time
from collections import Counter

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from reports.exports import CsvOptions, export_csv
from respondents import places
from respondents.audit import audit
from respondents.field.fieldwork import fieldwork
from respondents.models import Interview, QuotaCell, Source
from surveys.core.identifiers import uuid7
from tests.worlds import Respondent, open_wave

STATES = [state.value for state in Interview.State]
PAGES = ["", "profil", "usages", "avis", "fin"]


def crowd(wave, people, seed):
    """Put so many people in a wave, of every state, source, device and page, at random; some are tests, some imported."""
    chance = random.Random(seed)
    sources = [
        Source.objects.get_or_create(wave=wave, code=code, defaults={"kind": "panel", "label": code.title()})[0] for code in ("a", "b")
    ]
    cells = list(QuotaCell.objects.filter(wave=wave).values_list("pk", flat=True))
    now = timezone.now()
    made = []
    for _ in range(people):
        state, began = chance.choice([*STATES, *["completed"] * 8]), now - datetime.timedelta(minutes=chance.randint(3, 60 * 50))
        ends = state not in ("screening", "reserved", "expired")
        made.append(Interview(
            id=uuid7(), wave=wave, questionnaire=wave.questionnaire, source=chance.choice(sources), state=state, language="fr",
            cell_ids=sorted(chance.sample(cells, 2)) if state in ("completed", "reserved") else [],
            refused_by=chance.sample(cells, chance.randint(1, 2)) if state == "quota_full" else [],
            is_test=chance.random() < 0.1, imported=chance.random() < 0.05, page=chance.choice(PAGES),
            device=chance.choice(Interview.Device.values), started_at=began, saved_at=began,
            ended_at=began + datetime.timedelta(seconds=chance.randint(20, 170)) if ends else None, expires_at=now,
        ))  # fmt: skip
    Interview.objects.bulk_create(made)


def counted(wave):
    """The people who count on the screen, read one by one."""
    return list(Interview.objects.filter(wave=wave, is_test=False, imported=False).select_related("source"))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_number_is_what_a_recount_finds(seed):
    wave = open_wave(places=1_000)
    crowd(wave, 400, seed)
    field, people = fieldwork(wave.pk), counted(wave)
    completed = [one for one in people if one.state == "completed"]
    day = [one for one in completed if one.ended_at > field.head.now - datetime.timedelta(hours=24)]

    assert field.counts == Counter(one.state for one in people)
    assert field.entries == len(people) == sum(n for _state, n, _said in field.outcomes)
    assert field.head.tests == Interview.objects.filter(wave=wave, is_test=True, imported=False).count()
    for parts, key in ((field.by_source, lambda one: one.source.label), (field.by_device, lambda one: str(one.get_device_display()))):
        assert {part.name: dict(part.counts) for part in parts} == _tally((key(one), one.state) for one in people)
    assert {(state, page): n for state, page, n in field.head.pages} == Counter((one.state, one.page) for one in people)
    assert field.head.last_day == len(day)
    assert field.head.last_hour == sum(one.ended_at > field.head.now - datetime.timedelta(hours=1) for one in completed)
    assert sum(n for _ago, n in field.head.hours) == len(day)
    assert field.head.opened_at == min(completed, key=lambda one: one.ended_at).started_at
    lengths = sorted(one.seconds for one in completed)
    assert field.lengths == tuple(lengths[-(-len(lengths) * tenths // 10) - 1] for tenths in (1, 5, 9))
    recent = Counter(cell for one in day for cell in one.cell_ids)
    turned_away = Counter(cell for one in people if one.state == "quota_full" for cell in one.refused_by)
    for cell in [field.whole, *field.cells]:
        assert (cell.pace.recent, cell.turned_away) == (recent[cell.id], turned_away[cell.id])


def _tally(pairs):
    found = {}
    for name, state in pairs:
        found.setdefault(name, Counter())[state] += 1
    return {name: dict(counts) for name, counts in found.items()}


@pytest.mark.django_db
def test_two_sources_of_one_label_are_told_apart():
    wave = open_wave(places=1_000)
    crowd(wave, 50, 1)
    Source.objects.filter(wave=wave, code__in=["a", "b"]).update(label="Panel")
    assert {part.name for part in fieldwork(wave.pk).by_source} == {"Panel (a)", "Panel (b)"}


@pytest.mark.django_db
def test_where_somebody_is_follows_the_pages_they_save(client):
    open_wave(places=10)
    someone = Respondent(client).go_to("usages")
    assert someone.interview.page == "usages"
    someone.finish()
    assert (someone.interview.state, someone.interview.page) == ("completed", "fin")
    assert Respondent(Client()).open().post(consentement="oui").interview.page == ""  # agreed, and saved nothing more


@pytest.mark.django_db
def test_a_full_cell_is_told_whom_it_turned_away_and_forgets_who_comes_in_after_all():
    wave = open_wave(places=1)
    women, total = QuotaCell.objects.get(wave=wave, categories=["F"]), QuotaCell.objects.get(wave=wave, quota__name="total")
    QuotaCell.objects.filter(pk=total.pk).update(target=5, ceiling=5)
    first = Respondent(Client()).finish().interview
    late = Respondent(Client()).finish()
    assert (late.outcome, late.interview.refused_by) == ("quota_full", [women.pk])
    assert [cell.turned_away for cell in fieldwork(wave.pk).cells] == [0, 1]
    places.remove(first.pk)
    assert places.retake(late.interview.pk, 10) == "reserved"
    assert late.interview.refused_by == []
    assert [cell.turned_away for cell in fieldwork(wave.pk).cells] == [0, 0]


@pytest.mark.django_db(transaction=True)
def test_the_screen_the_audit_and_the_export_agree_at_one_instant_while_people_finish(tmp_path):
    wave = open_wave(places=500)
    stop = threading.Event()
    finished = []

    def people_finish():
        while not stop.is_set():
            finished.append(Respondent(Client()).finish().interview)
        connection.close()

    crowd_at_the_door = threading.Thread(target=people_finish)
    crowd_at_the_door.start()
    try:
        seen = [_at_one_instant(wave, tmp_path / f"{number}.csv") for number in range(5) if _more_than(finished, number)]
    finally:
        stop.set()
        crowd_at_the_door.join()
    assert [differences for _screen, differences, _exported in seen] == [[]] * 5
    assert all(screen == exported for screen, _differences, exported in seen)
    assert seen[0][0] < seen[-1][0] <= fieldwork(wave.pk).whole.progress.filled == len(finished)


def _more_than(finished, number):
    deadline = time.monotonic() + 30
    while len(finished) <= number:
        assert time.monotonic() < deadline, "nobody finishes"
        time.sleep(0.01)
    return True


def _at_one_instant(wave, path):
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        screen = fieldwork(wave.pk)
        time.sleep(0.2)  # somebody finishes meanwhile, and must not be seen
        differences = audit(wave)
        exported = export_csv(wave, path, CsvOptions())
    assert screen.whole.progress.filled == screen.counts.get("completed", 0)
    return screen.whole.progress.filled, differences, exported
