"""`manage.py up` at a terminal: Ctrl-C at any moment stops everything, and the next run goes on where this one stopped."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time

import psycopg
import pytest

from config import state
from tests.config.houses import ROOT, environment, processes_of, start
from tests.faults.town import free_port

pytestmark = pytest.mark.faults

COMPLETED = "SELECT count(*), count(DISTINCT external_id) FROM respondents_interview WHERE state = 'completed'"


class Terminal:
    """A terminal in which `up` runs; what it shows is read as it comes."""

    def __init__(self, folder, *arguments):
        ours, theirs = pty.openpty()
        command = [sys.executable, "manage.py", "up", "--port", str(free_port()), *arguments]
        # A session of its own whose terminal this is, as in a window: Ctrl-C reaches every process of the foreground.
        attach = f"import os, pty, fcntl, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv({command[0]!r}, {command!r})"
        self.process = subprocess.Popen(
            [sys.executable, "-c", attach], cwd=ROOT, env=environment(folder), stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        os.set_blocking(ours, False)
        self.ours, self.shown = ours, ""

    def shows(self, words):
        with contextlib.suppress(OSError):
            self.shown += os.read(self.ours, 100_000).decode(errors="replace")
        return words in self.shown

    def wait_for(self, words, seconds=60):
        deadline = time.monotonic() + seconds
        while not self.shows(words):
            assert self.process.poll() is None, self.shown
            assert time.monotonic() < deadline, self.shown
            time.sleep(0.02)

    def press_ctrl_c(self):
        os.write(self.ours, b"\x03")

    def wait(self, seconds=60):
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            self.shows("")  # a full terminal would hold it up
            assert time.monotonic() < deadline, self.shown
            time.sleep(0.02)
        self.shows("")
        return self.process.returncode


def completed(folder):
    try:
        with psycopg.connect(state.database_url(folder)) as connection:
            return connection.execute(COMPLETED).fetchone()
    except psycopg.Error:
        return (0, 0)


@pytest.mark.parametrize(
    "moment", ["Starting PostgreSQL", "Preparing the database", "Starting the web", "Ctrl-C stops everything"], ids=lambda moment: moment
)
def test_ctrl_c_leaves_nothing_running_whenever_it_is_pressed(house, moment):
    terminal = Terminal(house, "--people", "40")
    terminal.wait_for(moment)

    terminal.press_ctrl_c()

    assert terminal.wait() == 0
    assert terminal.shows("Everything is stopped.")
    assert "Traceback" not in terminal.shown
    assert processes_of(house) == {}


def test_the_next_run_goes_on_with_the_panel_where_ctrl_c_stopped_it(house):
    first = Terminal(house, "--people", "150")
    first.wait_for(" 10 / 150 ")
    first.press_ctrl_c()
    assert first.wait() == 0
    password = re.search(r"password (\S+)", first.shown)[1]

    second = Terminal(house, "--people", "150")
    second.wait_for("people in")

    waiting = int(re.search(r"(\d+) people in", second.shown)[1])
    assert 0 < waiting <= 140
    assert completed(house) == (150, 150)
    assert second.shows(f"admin, password {password}")
    second.press_ctrl_c()
    assert second.wait() == 0
    assert processes_of(house) == {}


def test_the_next_run_takes_over_from_a_supervisor_that_was_killed(house):
    killed = Terminal(house, "--people", "150")
    killed.wait_for(" 10 / 150 ")
    killed.process.kill()
    killed.wait()
    survivors = set(processes_of(house))
    assert survivors

    third = Terminal(house, "--people", "150")
    third.wait_for("people in")

    assert completed(house) == (150, 150)
    assert not survivors & set(processes_of(house))
    third.press_ctrl_c()
    assert third.wait() == 0
    assert processes_of(house) == {}


def test_a_taken_port_is_one_sentence(house):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = start("manage.py", "up", "--port", str(port), folder=house)
        said, _ = ran.communicate(timeout=60)

    assert ran.returncode == 1
    assert said == f"CommandError: Port {port} is taken by another program: stop it, or choose another with make run PORT={port + 1}.\n"
    assert processes_of(house) == {}


def test_a_part_that_ends_again_and_again_ends_the_run_with_its_name(house):
    terminal = Terminal(house, "--no-sample")
    terminal.wait_for("Ctrl-C stops everything.")
    record = house / "run" / "beat.pid"
    deadline = time.monotonic() + 60
    while terminal.process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            os.kill(int(record.read_text().split()[0]), signal.SIGKILL)
        terminal.shows("")
        time.sleep(0.1)

    assert terminal.wait() == 1
    assert terminal.shown.count("The part « beat » has ended by itself: it is started again.") == 4
    assert f"CommandError: The part « beat » keeps ending by itself; the end of {house}/log/beat.log says why." in terminal.shown
    assert processes_of(house) == {}


def test_a_run_told_to_leave_again_and_again_leaves_nothing_running(house):
    terminal = Terminal(house, "--no-sample")
    terminal.wait_for("Ctrl-C stops everything.")

    for _ in range(20):
        terminal.process.send_signal(signal.SIGTERM)
        time.sleep(0.03)

    terminal.wait()
    assert processes_of(house) == {}
