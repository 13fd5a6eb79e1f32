"""Processes of their own on the database of the test; whatever happens, they have ended when the block ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote, urlencode

from django.db import connection

from tests.respondents.calls import DEADLINE

# What PostgreSQL calls their connections: another name for each runner of tests, so that none ends those of the other.
NAME = f"barometre-crowd-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


class Processes:
    """Python processes that run one module of the tests, each started by a line on its input."""

    def __init__(self, module: str, *arguments: str, count: int = 1, options: str = "") -> None:
        self.command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
        # The web process's limits: nobody waits for ever, neither for a lock nor for a statement.
        self.environment = {**os.environ, "DATABASE_URL": database_url(options), "BAROMETRE_PROCESS": "web"}
        self.count = count
        self.running: list[subprocess.Popen] = []

    def __enter__(self):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        self.running = [subprocess.Popen(self.command, env=self.environment, start_new_session=True, **pipes) for _ in range(self.count)]
        return self

    def __exit__(self, *raised) -> None:
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):  # all of its forks have ended too
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        end_connections()

    def start(self) -> None:
        """Let them all begin: each has said that it is ready."""
        for process in self.running:
            assert process.stdout.readline() == "ready\n"
        for process in self.running:
            process.stdin.write("start\n")
            process.stdin.flush()

    def outputs(self, seconds: float) -> list[str]:
        """Return what each of them wrote; fail when one is not done in time, or failed."""
        until = time.monotonic() + seconds
        ended = [process.communicate(timeout=max(0, until - time.monotonic())) for process in self.running]
        for process, (_, complaint) in zip(self.running, ended, strict=True):
            assert process.returncode == 0, complaint
        return [output for output, _ in ended]


def end_connections() -> None:
    """End the connections that ended processes left behind, and wait until they are gone: what they did is then known."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity WHERE application_name = %s", [int(DEADLINE * 1000), NAME]
        )


def database_url(options: str = "") -> str:
    """Return the address of the database of this test, for another process."""
    settings = connection.settings_dict
    given = {"host": settings["HOST"], "user": settings["USER"], "port": settings["PORT"], "password": settings["PASSWORD"],
             "application_name": NAME, "options": options}  # fmt: skip
    return f"postgresql:///{settings['NAME']}?{urlencode({name: value for name, value in given.items() if value}, quote_via=quote)}"


@contextlib.contextmanager
def without_the_cap():
    """Take away the database's own guard, CHECK (reserved + filled <= ceiling); it is back when the block ends."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE respondents_quotacell DROP CONSTRAINT quota_cap")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE respondents_quotacell SET ceiling = greatest(ceiling, reserved + filled)")
            cursor.execute("ALTER TABLE respondents_quotacell ADD CONSTRAINT quota_cap CHECK (ceiling >= reserved + filled)")
