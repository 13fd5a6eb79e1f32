"""One run at a time in a state folder: a lock that the system frees however its holder ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from config.embedded.problems import CannotStart
from config.embedded.servant import NOT_WRITABLE
from surveys.core.messages import N_

ALREADY_RUNNING = N_("Baromètre already runs in %(folder)s (process %(pid)s).")


@contextlib.contextmanager
def one_at_a_time(state: Path) -> Iterator[None]:
    """Hold the state folder's lock. Raises CannotStart when another process holds it."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = os.open(state / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise CannotStart(NOT_WRITABLE, folder=str(state), reason=error.strerror) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        yield
    except BlockingIOError as error:
        holder = os.read(file, 20).decode() or "?"
        raise CannotStart(ALREADY_RUNNING, folder=str(state), pid=holder) from error
    finally:
        os.close(file)
