"""A second connection, and verbs in threads of their own: what somebody does while somebody else holds a lock."""

from __future__ import annotations

import contextlib
import threading
import time

import psycopg
import pytest
from django.db import connection

DEADLINE = 20.0  # seconds that a verb may take when nothing holds it up; a wait that lasts longer is a failure


@contextlib.contextmanager
def other():
    """Give a second connection, in a transaction that is undone in the end."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as second:
        yield second
        second.rollback()


class Call:
    """A verb in a thread, and so in a connection, of its own; it has ended when the block ends.

    Use it inside ``other()``: that one's locks are gone before the thread is waited for.
    """

    def __init__(self, verb, *arguments, **options) -> None:
        self.verb, self.arguments, self.options = verb, arguments, options
        self.returned, self.error, self.backend = None, None, 0
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        return self

    def __exit__(self, *raised) -> None:
        if self.thread.is_alive():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [self.backend])
        if self.thread.ident:
            self.thread.join(DEADLINE)
            assert not self.thread.is_alive()

    def _run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = cursor.fetchone()[0]
            self.returned = self.verb(*self.arguments, **self.options)
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def start(self) -> None:
        self.thread.start()

    def start_and_wait_for_a_lock(self) -> None:
        """Start, and return once the verb waits for a lock."""
        self.start()
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until and self.thread.is_alive():
            if self.backend and self._waits():
                return
            time.sleep(0.005)
        pytest.fail("the verb waits for no lock")

    def result(self):
        """Return what the verb returned, or raise what it raised."""
        self.thread.join(DEADLINE)
        assert not self.thread.is_alive(), "the verb is still waiting"
        if self.error:
            raise self.error
        return self.returned

    def result_without_waiting(self):
        """Return what the verb returned; fail as soon as it waits for a lock."""
        while self.thread.is_alive():
            assert not (self.backend and self._waits()), "the verb waits for a lock"
            time.sleep(0.005)
        return self.result()

    def _waits(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'", [self.backend])
            return bool(cursor.fetchone()[0])
