"""A completion wakes the figures: at no cost to the respondent, dead broker or not, and never one wave at another's expense."""

import base64
import json
import os
import subprocess
import sys
import time

import pytest
import redis
from django.conf import settings

from respondents.waking import wake

SLOWEST = """
import time, django
django.setup()
from respondents.waking import wake
import config.celery
times = []
for number in range(200):
    began = time.perf_counter()
    wake(number % 3)
    times.append(time.perf_counter() - began)
print(max(times))
"""


@pytest.fixture
def valkey():
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.delete("celery")
    yield client
    client.delete("celery")
    client.close()


def waves_woken(client) -> list[int]:
    """Return the waves whose messages wait at the broker, the last one first."""
    messages = [json.loads(message) for message in client.lrange("celery", 0, -1)]
    return [json.loads(base64.b64decode(message["body"]))[0][0] for message in messages]


def wait_until(holds) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_every_wave_of_a_burst_is_woken_and_few_messages_do_it(valkey):
    for number in range(300):
        wake(1 + number % 3)
    wait_until(lambda: set(waves_woken(valkey)) == {1, 2, 3})
    assert len(waves_woken(valkey)) < 300


def test_the_last_completion_of_a_burst_is_followed_by_a_message(valkey):
    for _ in range(50):
        wake(7)
    wait_until(lambda: 7 in waves_woken(valkey))
    valkey.delete("celery")
    wake(7)
    wait_until(lambda: waves_woken(valkey)[:1] == [7])


@pytest.mark.faults
def test_a_dead_broker_costs_a_completion_less_than_fifty_milliseconds():  # check 39
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SLOWEST], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert float(done.stdout) < 0.05
