"""Wakes the aggregation after a completion, from a background thread: a dead broker costs the respondent nothing."""

from __future__ import annotations

import logging
import queue
import threading

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

_waiting: queue.Queue[int] = queue.Queue(maxsize=1)  # one slot: a wave already waiting to be woken needs no second call
_starting = threading.Lock()
_threads: list[threading.Thread] = []


def wake(wave_id: int) -> None:
    """Ask for the wave's figures to be computed again; never waits and never fails. The beat catches what is dropped."""
    with _starting:
        if not _threads or not _threads[0].is_alive():
            _threads[:] = [threading.Thread(target=_deliver, name="wake-aggregation", daemon=True)]
            _threads[0].start()
    try:
        _waiting.put_nowait(wave_id)
    except queue.Full:
        return


def _deliver() -> None:
    while True:
        wave_id = _waiting.get()
        try:
            current_app.send_task("reports.aggregate", [wave_id], retry=False)
        except (OperationalError, OSError) as error:
            logger.warning("Figures of wave %s will wait for the beat: %s", wave_id, type(error).__name__)
