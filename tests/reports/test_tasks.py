"""Figures follow completions: at once, at most once a second, and never one wave at the cost of another."""

from __future__ import annotations

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.utils import timezone

from reports import tasks
from reports.aggregation import is_stale
from reports.models import Aggregation
from respondents.core.record import pack
from respondents.models import Interview, Record
from tests.reports.panel import interview, people
from tests.worlds import open_wave

NOBODY_LISTENS = "redis://127.0.0.1:1/0"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def valkey():
    """This worker's Valkey database, empty before and after."""
    tasks._valkey.cache_clear()
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()
    tasks._valkey().close()
    tasks._valkey.cache_clear()


def _n(wave) -> int:
    return Aggregation.objects.values_list("n", flat=True).get(wave=wave)


def _sent(valkey) -> int:
    return valkey.llen("celery") + valkey.zcard("unacked_index")


def _complete(wave) -> None:
    codes, extra = pack(wave.questionnaire.codebook(), {"sex": "F"}, {"sex"})
    now = timezone.now()
    done = Interview.objects.create(wave=wave, questionnaire=wave.questionnaire, state="completed", language="fr", revision=1,
                                    started_at=now, saved_at=now, ended_at=now)  # fmt: skip
    Record.objects.create(wave=wave, interview=done, codes=codes, extra=extra)


def _lose_the_broker(monkeypatch) -> None:
    """Let messages go to an address where nobody listens, while the keys are still there."""
    app = current_app._get_current_object()
    monkeypatch.setitem(app.conf, "broker_url", NOBODY_LISTENS)
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


def test_the_first_completion_is_computed_at_once(wave, valkey):
    interview(wave, people()[:3])
    tasks.aggregate_wave(wave.pk)
    assert _n(wave) == 3
    assert _sent(valkey) == 0


def test_completions_of_the_next_second_share_one_trailing_computation(wave, valkey):
    interview(wave, people()[:1])
    tasks.aggregate_wave(wave.pk)
    for person in people()[1:4]:
        interview(wave, [person])
        tasks.aggregate_wave(wave.pk)
    assert _n(wave) == 1
    assert _sent(valkey) == 1
    tasks.aggregate_wave(wave.pk, trailing=True)
    assert _n(wave) == 4


def test_a_completion_after_the_trailing_one_began_asks_for_another(wave, valkey):
    interview(wave, people()[:1])
    tasks.aggregate_wave(wave.pk)
    tasks.aggregate_wave(wave.pk)
    tasks.aggregate_wave(wave.pk, trailing=True)
    interview(wave, people()[1:2])
    tasks.aggregate_wave(wave.pk)
    assert _sent(valkey) == 2


def test_a_task_delivered_twice_changes_nothing(wave):
    interview(wave, people()[:3])
    tasks.aggregate_wave(wave.pk)
    before = Aggregation.objects.get(wave=wave).computed_at
    tasks.aggregate_wave(wave.pk, trailing=True)
    assert Aggregation.objects.get(wave=wave).computed_at == before


def test_keys_that_valkey_lost_cost_a_computation_and_no_figure(wave, valkey):
    interview(wave, people()[:1])
    tasks.aggregate_wave(wave.pk)
    interview(wave, people()[1:2])
    valkey.flushdb()
    tasks.aggregate_wave(wave.pk)
    assert _n(wave) == 2


def test_the_beat_computes_what_no_message_asked_for(wave):
    interview(wave, people()[:2])
    tasks.catch_up()
    assert _n(wave) == 2
    assert not is_stale(wave)


def test_a_wave_whose_records_disagree_does_not_stop_the_others(wave, caplog):
    interview(wave, people()[:2])
    Record.objects.filter(wave=wave).first().delete()
    other = open_wave()
    _complete(other)
    tasks.catch_up()
    assert _n(other) == 1
    assert not Aggregation.objects.filter(wave=wave).exists()
    assert f"Figures of wave {wave.pk} stay as they were" in caplog.text


def test_without_valkey_the_figures_are_computed_all_the_same(wave, monkeypatch):
    monkeypatch.setattr(settings, "REDIS_URL", NOBODY_LISTENS)
    tasks._valkey.cache_clear()
    interview(wave, people()[:2])
    tasks.aggregate_wave(wave.pk)
    assert _n(wave) == 2


def test_a_broker_that_dies_between_two_commands_leaves_the_figures_to_the_beat(wave, valkey, monkeypatch):
    interview(wave, people()[:1])
    tasks.aggregate_wave(wave.pk)
    interview(wave, people()[1:2])
    _lose_the_broker(monkeypatch)
    tasks.aggregate_wave(wave.pk)
    assert not valkey.exists(f"reports:trailing:{wave.pk}")
    tasks.catch_up()
    assert _n(wave) == 2
