"""A whole house for a test: `manage.py up` with all its processes, any of which the test may kill or freeze."""

from __future__ import annotations

import contextlib
import csv
import itertools
import json
import os
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg

from config import state
from config.embedded.processes import command_line
from config.sample import PANEL
from respondents.core.forms import Field
from respondents.simulation import BROKEN_OFF, Browser, Start, fill
from tests.config.houses import start, wait_for

RECORDS = {
    "web": "run/web.pid",
    "worker": "run/worker.pid",
    "beat": "run/beat.pid",
    "PostgreSQL": "postgresql/postmaster.pid",
    "Valkey": "valkey/valkey.pid",
}
DOOR = "/s/numerique-en-sante/?source=panel&id="
PAGES_TO_A_PLACE = 12  # at most, in the sample
FIGURES = """
SELECT f.code, e.n, e.selected, e.raw_percent FROM reports_estimate e JOIN reports_figure f ON f.id = e.figure_id
JOIN reports_aggregation a ON a.id = e.aggregation_id JOIN surveys_wave w ON w.id = a.wave_id WHERE w.code = '2023' ORDER BY f.code
"""
PEOPLE_COUNTED = "SELECT a.n FROM reports_aggregation a JOIN surveys_wave w ON w.id = a.wave_id WHERE w.code = '2023'"


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Panelist:
    """Somebody who answers as a row of the bundled panel says."""

    def __init__(self, row: dict[str, str]) -> None:
        self.row = row

    def looks_at(self, form):
        """Nothing on the page changes what they answer."""

    def answers(self, name: str, field: Field) -> list[str]:
        if name == "consentement":
            return field.values[:1]
        if name.endswith("__dk"):
            return []
        if field.kind == "checkbox":
            return [value for value in field.values if self.row.get(f"{name}_{value}") == "1"]
        said = self.row.get(name, "")
        return [said] if said and (field.kind == "text" or said in field.values) else []


class TimedBrowser(Browser):
    """A browser that keeps the seconds each request took."""

    def __init__(self, url: str) -> None:
        super().__init__(url, threading.Event())
        self.seconds: list[float] = []

    def _send(self, method: str, path: str, body: str) -> tuple[int, str, str]:
        began = time.monotonic()
        try:
            return super()._send(method, path, body)
        finally:
            self.seconds.append(time.monotonic() - began)


class Town:
    """``manage.py up`` in one state folder; ``people`` counts those who answered so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.people = 1
        with PANEL.open(encoding="utf-8", newline="") as file:
            knowing = [row for row in csv.DictReader(file) if row["q16_consultations_12m"].isdigit()]
        self.waiting = itertools.cycle(knowing)

    def open(self) -> None:
        """Start everything, with the first person of the panel in and counted."""
        command = ("manage.py", "up", "--port", str(self.port), "--people", "1")
        self.up = start(*command, folder=self.folder, DJANGO_SETTINGS_MODULE="config.settings")
        wait_for(lambda: self.up.poll() is None and self.status() == "ok")
        wait_for(lambda: self.counted() == 1)

    def close(self) -> str:
        """Stop everything as one Ctrl-C does; return what it had to say."""
        self.up.send_signal(signal.SIGINT)
        said, _ = self.up.communicate(timeout=60)
        assert self.up.returncode == 0, said
        return said

    def processes(self, part: str) -> list[int]:
        """The main process of a part and all it started."""
        leader = int((self.folder / RECORDS[part]).read_text().split()[0])
        return [leader, *(pid for pid in _session(leader) if pid != leader)]

    def signal(self, part: str, number: signal.Signals) -> None:
        """Send a signal to every process of a part."""
        for pid in self.processes(part):
            os.kill(pid, number)

    @contextlib.contextmanager
    def frozen(self, *names: str) -> Iterator[None]:
        """Let these parts stand still: they are there, and answer nobody."""
        for name in names:
            self.signal(name, signal.SIGSTOP)
        try:
            yield
        finally:
            for name in names:
                self.signal(name, signal.SIGCONT)

    def kill(self, name: str) -> None:
        """End the main process of a part at once, the others with it unless it is PostgreSQL's."""
        doomed = self.processes(name)
        for pid in doomed[:1] if name == "PostgreSQL" else doomed:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not command_line(doomed[0]))

    def connect(self) -> psycopg.Connection[tuple]:
        """A connection of our own to the town's database."""
        return psycopg.connect(state.database_url(self.folder), autocommit=True)

    def ask(self, question: str, *values: object) -> list[tuple]:
        """Return what the database answers."""
        with self.connect() as connection:
            return connection.execute(question, values).fetchall()

    def counted(self) -> int:
        """Return how many people the stored figures were computed from."""
        return next((n for (n,) in self.ask(PEOPLE_COUNTED)), 0)

    def figures(self) -> list[tuple]:
        """Return every stored figure: its code, base, selected people and percent."""
        return self.ask(FIGURES)

    def send_in(self, people: int = 1) -> list[float]:
        """Let so many people fill the real form to its end; return the seconds each request took."""
        browser = TimedBrowser(self.url)
        for _ in range(people):
            person = Panelist(next(self.waiting))
            self.people += 1
            assert fill(browser, Start("", f"{DOOR}t{self.people}", person)) == "completed"
        browser.close()
        return browser.seconds

    def leave_with_a_place(self, name: str) -> None:
        """Let somebody answer until they hold a place, and leave; the place's time is over at once."""
        browser = TimedBrowser(self.url)
        for pages in range(2, PAGES_TO_A_PLACE):
            start = Start("", f"{DOOR}{name}{pages}", Panelist(next(self.waiting)), pages)
            assert fill(browser, start) == BROKEN_OFF
            if self.held():
                break
        browser.close()
        assert self.held() == 1
        self.ask("UPDATE respondents_interview SET expires_at = now() WHERE state = 'reserved' RETURNING id")

    def held(self) -> int:
        """Return how many places are held in the whole town."""
        return int(self.ask("SELECT sum(reserved) FROM respondents_quotacell WHERE categories = '{}'")[0][0])

    def status(self) -> str:
        """What /health/ says, empty when nothing answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/health/", timeout=5) as answer:
                return json.load(answer)["status"]
        except urllib.error.HTTPError as error:
            return json.load(error)["status"]
        except OSError:
            return ""

    def megabytes(self) -> dict[str, float]:
        """The memory of each part with all it started, shared pages counted once (Linux)."""
        memory = {name: sum(map(_share, self.processes(name))) for name in RECORDS}
        return memory | {"supervisor": _share(self.up.pid)}


def _session(leader: int) -> list[int]:
    members = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(process.name)) == leader or _parent(process) == leader:
                members.append(int(process.name))
        except OSError:
            continue
    return members


def _parent(process: Path) -> int:
    return int((process / "stat").read_text().rpartition(")")[2].split()[1])


def _share(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0  # it has just left
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
