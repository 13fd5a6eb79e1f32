"""State folders with services in them, for tests that start, kill and look for what is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config import state

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = ("DATABASE_URL", "REDIS_URL", "BAROMETRE_ENV", "PYTEST_XDIST_WORKER")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a command that knows this state folder, and no service."""
    kept = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
    return {**kept, "BAROMETRE_STATE": str(folder), "LANG": "C.UTF-8", **more}


def run_with_services(folder: Path, code: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run Python ``code`` under the embedded services of this folder; `sql` is at hand in it."""
    return subprocess.run(
        [sys.executable, "-m", "config.embedded", "exec", "--", sys.executable, "-c", SQL + code],
        cwd=ROOT,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def start(*command: str, folder: Path, **more: str) -> subprocess.Popen[str]:
    """Start a command of the house and come back while it runs."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(folder, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def processes_of(folder: Path) -> dict[int, str]:
    """Every process whose command or environment names this state folder or its sockets, by number."""
    marks = [os.fsencode(folder), os.fsencode(state.sockets(folder))]
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            if any(mark in command or mark in (process / "environ").read_bytes() for mark in marks):
                found[int(process.name)] = command.replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            continue
    return found


def one_process(folder: Path, naming: str) -> int:
    """The number of the one process of this folder whose command holds ``naming``."""
    (pid,) = [pid for pid, command in processes_of(folder).items() if naming in command]
    return pid


def kill_all(folder: Path) -> None:
    """Leave nothing of this folder running, whatever the test did."""
    for pid in processes_of(folder):
        if pid != os.getpid():
            os.kill(pid, signal.SIGKILL)


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


SQL = """
import os, psycopg
def sql(statement):
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None
"""
