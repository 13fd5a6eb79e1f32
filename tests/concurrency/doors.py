"""The house's own web server on the database of a test, and people who answer the small study through it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

from config.supervisor import web_command
from respondents.simulation import Browser, Start, fill
from tests.concurrency.processes import database_url, end_connections
from tests.config.houses import ROOT, wait_for
from tests.faults.town import free_port
from tests.worlds import ANSWERS


class Somebody:
    """Answers the small study as most people do; ``at_the_quota_page`` is called before that page is filled."""

    said = {name: value if isinstance(value, list) else [value] for page in ANSWERS.values() for name, value in page.items()}

    def __init__(self, at_the_quota_page=lambda: None) -> None:
        self.at_the_quota_page = at_the_quota_page

    def looks_at(self, form) -> None:
        if "sex" in form.fields:
            self.at_the_quota_page()

    def answers(self, name, field) -> list[str]:
        return self.said.get(name, [])


@contextlib.contextmanager
def open_door(*changes: str) -> Iterator[str]:
    """Serve the test's database with the real web server, and give its address; everything has ended when the block ends."""
    port = free_port()
    *server, _application = web_command(port)
    environment = {**os.environ, "DATABASE_URL": database_url(), "BAROMETRE_TEST_CHANGES": " ".join(changes)}
    command = [sys.executable, "-m", *server, "tests.concurrency.broken_web:application"]
    web = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(url))
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(web.pid, signal.SIGKILL)
        web.wait()
        end_connections()


def answers(url: str) -> bool:
    """Say whether the server answers."""
    try:
        with urllib.request.urlopen(f"{url}/s/petite-etude/", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def all_at_once(url: str, people: int) -> list[str]:
    """Let so many people in who press Continue on the quota page at the same instant; return how it ended for each."""
    barrier, outcomes = threading.Barrier(people), []

    def one() -> None:
        browser = Browser(url, threading.Event())
        outcomes.append(fill(browser, Start("", "/s/petite-etude/", Somebody(lambda: barrier.wait(60)))))
        browser.close()

    threads = [threading.Thread(target=one, daemon=True) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    return outcomes
