"""Celery tasks: figures follow completions at once and at most once a second; a beat catches up with whatever was missed.

PostgreSQL alone says whether figures are out of date. Valkey only spaces the computations: a lost key or message costs
time, never a figure.
"""

from __future__ import annotations

import logging
from functools import lru_cache

import redis
from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from reports.aggregation import AlreadyRunning, aggregate, is_stale, stale_waves
from reports.dataset import RecordsDisagree
from reports.releases.checking import remember_what_is_gone
from reports.tables.book import make_waiting_books
from surveys.models import Wave

logger = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between two computations of a wave
FORGOTTEN_AFTER = 30_000  # milliseconds after which an awaited computation whose message was lost may be asked for again


@shared_task(name="reports.aggregate", ignore_result=True)
def aggregate_wave(wave_id: int, trailing: bool = False) -> None:
    """Bring a wave's figures up to date, now or within a second of the last computation.

    The first completion computes at once; those of the next second share one trailing task, which starts after all of
    them are committed. Harmless when delivered twice.
    """
    if trailing:
        # Before the data are read: a completion that comes after them must find no trailing task to rely on.
        _forget_trailing(wave_id)
    elif not _is_first(wave_id):
        return _follow(wave_id)
    wave = Wave.objects.select_related("survey", "questionnaire").filter(pk=wave_id).first()
    if wave is None or not is_stale(wave):
        return None
    try:
        aggregate(wave)
        remember_what_is_gone(wave)
    except AlreadyRunning:
        _follow(wave_id)
    return None


@shared_task(name="reports.catch_up", ignore_result=True)
def catch_up() -> None:
    """Compute again every wave whose figures no longer match its interviews."""
    for wave in stale_waves():
        try:
            aggregate(wave)
            remember_what_is_gone(wave)
        except AlreadyRunning:
            continue  # The next beat looks again.
        except RecordsDisagree:
            logger.exception("Figures of wave %s stay as they were; the other waves go on.", wave.pk)


@shared_task(name="reports.make_books", ignore_result=True)
def make_books() -> None:
    """Make the books of tables that wait, those of a worker that died among them. Harmless when it runs twice at once."""
    make_waiting_books()


def _is_first(wave_id: int) -> bool:
    try:
        return bool(_valkey().set(f"reports:computed:{wave_id}", 1, nx=True, px=int(PAUSE * 1000)))
    except redis.RedisError:
        return True


def _follow(wave_id: int) -> None:
    """Ask for one trailing computation, unless one is already on its way."""
    try:
        if _valkey().set(_trailing(wave_id), 1, nx=True, px=FORGOTTEN_AFTER):
            _send_trailing(wave_id)
    except redis.RedisError:
        return  # The beat catches up.


def _send_trailing(wave_id: int) -> None:
    try:
        aggregate_wave.apply_async([wave_id], {"trailing": True}, countdown=PAUSE, retry=False)
    except (OperationalError, OSError):
        # Nothing is on its way after all: the next completion must be free to ask again.
        _valkey().delete(_trailing(wave_id))


def _forget_trailing(wave_id: int) -> None:
    try:
        _valkey().delete(_trailing(wave_id))
        _valkey().set(f"reports:computed:{wave_id}", 1, px=int(PAUSE * 1000))
    except redis.RedisError:
        return


def _trailing(wave_id: int) -> str:
    return f"reports:trailing:{wave_id}"


@lru_cache(maxsize=1)
def _valkey() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1)
