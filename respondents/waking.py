"""Wakes the aggregation after a completion, from a background thread: a dead broker costs the respondent nothing."""

from __future__ import annotations

import logging
import threading

from celery import current_app

logger = logging.getLogger(__name__)

_waiting: set[int] = set()  # one slot per wave: a wave already waiting to be woken needs no second call
_changed = threading.Condition()
_threads: list[threading.Thread] = []


def wake(wave_id: int) -> None:
    """Ask for the wave's figures to be computed again; never waits and never fails. The beat catches what is lost.

    Call it after the completion is committed: a wave that waits is taken off the list before its message is sent, so the
    last completion of a burst is always followed by a message.
    """
    with _changed:
        _waiting.add(wave_id)
        if not _threads or not _threads[0].is_alive():  # not yet started, or this process was forked from the one that did
            _threads[:] = [threading.Thread(target=_deliver, name="wake-aggregation", daemon=True)]
            _threads[0].start()
        _changed.notify()


def _deliver() -> None:
    while True:
        with _changed:
            _changed.wait_for(lambda: _waiting)
            wave_id = _waiting.pop()
        try:
            current_app.send_task("reports.aggregate", [wave_id], retry=False)
        except Exception as error:
            # Whatever the broker's client raises: this thread serves every later completion too.
            logger.warning("Figures of wave %s will wait for the beat: %s", wave_id, type(error).__name__)
