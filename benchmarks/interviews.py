"""Whole interviews over HTTP: the house's own web server, and eight people at once who answer a study of five short pages.

The Python client, the web server and PostgreSQL share the machine; the budgets are for two cores.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import threading
import time
from pathlib import Path

import psycopg
from django.core.management import call_command

from config.supervisor import parts
from respondents.core.forms import Field, WebForm
from respondents.simulation import Browser, Start, Stuck, fill
from tests.worlds import ANSWERS, open_wave

PEOPLE, AT_ONCE, WARMING_UP = 1_200, 8, 60
INTERVIEWS_PER_SECOND = 150
PAGE_P95 = 15.0  # milliseconds
CPU_PER_INTERVIEW = 6.5  # milliseconds of the web and of PostgreSQL
TICK = os.sysconf("SC_CLK_TCK")


class Somebody:
    """Answers the small study to its end."""

    said = {name: value if isinstance(value, list) else [value] for page in ANSWERS.values() for name, value in page.items()}

    def looks_at(self, form: WebForm) -> None:
        """Nothing on the page changes what they answer."""

    def answers(self, name: str, field: Field) -> list[str]:
        """Return what this person answers to everything."""
        return self.said.get(name, [])


class Watched(Browser):
    """A browser that keeps how long each request took, in milliseconds."""

    def __init__(self, url: str) -> None:
        super().__init__(url, threading.Event())
        self.took: list[float] = []

    def _send(self, method: str, path: str, body: str) -> tuple[int, str, str]:
        began = time.perf_counter()
        try:
            return super()._send(method, path, body)
        finally:
            self.took.append(1_000 * (time.perf_counter() - began))


def run() -> dict[str, float]:
    """Measure completed interviews per second, requests in milliseconds (median, p95), and CPU milliseconds of the server.

    Budgets stand beside them, and are not asserted: the client shares the cores. Raises AssertionError when somebody does not complete.
    """
    open_wave(places=10 * PEOPLE)
    call_command("collectstatic", interactive=False, verbosity=0)
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    web = subprocess.Popen(parts(port)["web"], start_new_session=True)
    try:
        _wait_for(url)
        _send_in(url, WARMING_UP)
        before, began = _cpu(web.pid), time.perf_counter()
        took = _send_in(url, PEOPLE)
        seconds, used = time.perf_counter() - began, _cpu(web.pid) - before
    finally:
        web.terminate()
        web.wait()
    return {
        "interviews_per_second": PEOPLE / seconds,
        "budget_per_second": INTERVIEWS_PER_SECOND,
        "request_median_ms": statistics.median(took),
        "request_p95_ms": statistics.quantiles(took, n=20)[-1],
        "budget_p95_ms": PAGE_P95,
        "server_cpu_ms_per_interview": 1_000 * used / PEOPLE,
        "budget_cpu_ms": CPU_PER_INTERVIEW,
        "server_cpu_ms_per_request": 1_000 * used / len(took),
        "requests_per_interview": len(took) / PEOPLE,
    }


def _send_in(url: str, people: int) -> list[float]:
    browsers = [Watched(url) for _ in range(AT_ONCE)]
    outcomes: list[str] = []

    def several(browser: Watched) -> None:
        outcomes.extend(fill(browser, Start("", "/s/petite-etude/", Somebody())) for _ in range(people // AT_ONCE))

    threads = [threading.Thread(target=several, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["completed"] * (people // AT_ONCE * AT_ONCE), "somebody did not complete"
    return [milliseconds for browser in browsers for milliseconds in browser.took]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            Watched(url).get("/s/petite-etude/")
        except (OSError, Stuck):
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the web server gives no answer")


def _cpu(web: int) -> float:
    """Return the CPU seconds that the web server and PostgreSQL have used so far."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row
        postmaster = _parent(row[0])
        return sum(_used(pid) for pid in _family(web) | _family(postmaster))


def _family(pid: int) -> set[int]:
    numbers = [int(process.name) for process in Path("/proc").glob("[0-9]*")]
    return {pid} | {number for number in numbers if _parent(number) == pid}


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["?", "0", *["0"] * 20]


def _parent(pid: int) -> int:
    return int(_fields(pid)[1])


def _used(pid: int) -> float:
    fields = _fields(pid)
    own, children = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
    return (own + children) / TICK
