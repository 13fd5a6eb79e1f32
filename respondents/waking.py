"""Wakes the aggregation after a completion, and the calls to panels, from a background thread: a dead broker costs the respondent nothing."""

from __future__ import annotations

import logging
import threading

from celery import current_app

logger = logging.getLogger(__name__)

Message = tuple[str, tuple[int, ...]]  # a task's name and what it is given

_waiting: set[Message] = set()  # one slot per wave: a wave already waiting to be woken needs no second call
_changed = threading.Condition()
_threads: list[threading.Thread] = []


def wake(wave_id: int) -> None:
    """Ask for the wave's figures to be computed again; never waits and never fails. The beat catches what is lost.

    Call it after the completion is committed: a wave that waits is taken off the list before its message is sent, so the
    last completion of a burst is always followed by a message.
    """
    _send(("reports.aggregate", (wave_id,)))


def wake_calls() -> None:
    """Ask for the calls to panels that are due to be sent; never waits and never fails. The beat catches what is lost."""
    _send(("respondents.call_panels", ()))


def _send(message: Message) -> None:
    with _changed:
        _waiting.add(message)
        if not _threads or not _threads[0].is_alive():  # not yet started, or this process was forked from the one that did
            _threads[:] = [threading.Thread(target=_deliver, name="wake-aggregation", daemon=True)]
            _threads[0].start()
        _changed.notify()


def _deliver() -> None:
    while True:
        with _changed:
            _changed.wait_for(lambda: _waiting)
            task, given = _waiting.pop()
        try:
            current_app.send_task(task, list(given), retry=False)
        except Exception as error:
            # Whatever the broker's client raises: this thread serves every later completion too.
            logger.warning("%s%s will wait for the beat: %s", task, given, type(error).__name__)
