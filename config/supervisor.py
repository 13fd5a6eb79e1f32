"""`make run`: everything one machine needs, started in order, watched, and stopped in the reverse order."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psycopg
import redis
from django.conf import settings
from django.utils.translation import gettext as _

from config import preparation, state
from config.children import Child, stop_survivors
from config.durability import refusal
from config.embedded.household import Services
from config.embedded.problems import CannotStart
from config.embedded.processes import interrupts_held
from config.embedded.servant import NO_SPACE
from config.sample import PANEL, SURVEY, WAVE
from surveys.core.messages import N_

PORT_TAKEN = N_("Port %(port)s is taken by another program: stop it, or choose another with make run PORT=%(other)s.")
NO_DATABASE = N_("DATABASE_URL leads to no database: %(reason)s")
NO_VALKEY = N_("REDIS_URL leads to no Redis or Valkey: %(reason)s")
DIED = N_("The part « %(name)s » has ended by itself; the end of %(log)s says why.")
DIES_AGAIN = N_("The part « %(name)s » keeps ending by itself; the end of %(log)s says why.")
NOT_HEALTHY = N_("The web part gives no answer; the end of %(log)s says why.")
SIMULATE = "simulate"
ENDS_ALLOWED = 4  # of one part in a minute: the fifth ends the run
ROOM_NEEDED = 200_000_000  # bytes: the database's own files and its first write-ahead log


class Supervisor:
    """One run of the house on a port of this machine; ``say`` shows a person what is going on."""

    def __init__(self, *, port: int, say: Callable[[str], object]) -> None:
        self.folder = state.folder()
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.say = say
        self.services = Services(self.folder)
        self.children: list[Child] = []
        self.ends: dict[str, list[float]] = {}
        self.environment = {**os.environ, "BAROMETRE_URL": os.environ.get("BAROMETRE_URL") or self.url}

    def check(self) -> None:
        """Find what would keep us from starting, before anything is started. Raises CannotStart."""
        stop_survivors(self.folder)
        _check_port(self.port)
        if not self.services.wants_database:
            _check_database(settings.DATABASE_URL)
        if not self.services.wants_valkey:
            _check_valkey(settings.REDIS_URL)
        if self.services.wants_database and shutil.disk_usage(self.folder).free < ROOM_NEEDED:
            raise CannotStart(NO_SPACE, folder=str(self.folder))

    def start(self, *, sample: bool) -> None:
        """Start everything and wait until pages are served. Raises CannotStart."""
        if self.services.wants_database or self.services.wants_valkey:
            self.say(_("Starting PostgreSQL and Valkey…"))
        self.environment |= self.services.start()
        _check_database(settings.DATABASE_URL)
        self.say(_("Preparing the database and the pages…"))
        preparation.prepare(sample=sample)
        self.say(_("Starting the web, the worker and the clock…"))
        for name, command in parts(self.port).items():
            self._launch(name, command)
        self._wait_for_pages()

    def fill_sample(self, *, people: int = 0) -> None:
        """Let the sample's panel, or its first ``people``, fill the real form, while the pages are open to look at."""
        command = [sys.executable, str(state.ROOT / "manage.py"), "simulate", SURVEY, WAVE, "--panel", str(PANEL), "--url", self.url]
        command += ["--respondents", str(people)] if people else []
        self._launch(SIMULATE, command, shown=True)

    def watch(self) -> None:
        """Stay, and start again whatever ends by itself. Raises CannotStart naming a part that keeps ending.

        Respondents come first: a worker or a Valkey that dies must not close the questionnaire.
        """
        while True:
            for service in self.services.ended():
                self._note_end(service.name)
                with contextlib.suppress(CannotStart):  # the processes of the dead one may take a moment to leave
                    service.start()
            for child in [child for child in self.children if child.has_ended()]:
                self.children.remove(child)
                child.kill()  # whatever it had started
                if child.name != SIMULATE:
                    self._note_end(child.name)
                    self._launch(child.name, parts(self.port)[child.name])
                elif child.process.returncode:
                    self.say(_("Not everybody of the sample is in; start again to go on with the others."))
            time.sleep(0.3)

    def stop(self) -> None:
        """Stop everything, the services last; at once when interrupted a second time."""
        try:
            for child in reversed(self.children):
                child.ask()
            while self.children:
                self.children[-1].stop()
                self.children.pop()
            self.services.stop()
        except KeyboardInterrupt:
            with interrupts_held():  # a third time changes nothing
                for child in self.children:
                    child.kill()
                self.services.kill()

    def _launch(self, name: str, command: list[str], *, shown: bool = False) -> None:
        with interrupts_held():
            self.children.append(Child(name, command, folder=self.folder, environment=self.environment, shown=shown))

    def _note_end(self, name: str) -> None:
        now = time.monotonic()
        recent = [moment for moment in self.ends.get(name, []) if now - moment < 60]
        if len(recent) >= ENDS_ALLOWED:
            raise CannotStart(DIES_AGAIN, name=name, log=str(_log(self.folder, name.lower())))
        self.ends[name] = [*recent, now]
        self.say(_("The part « %(name)s » has ended by itself: it is started again.") % {"name": name})
        time.sleep(0.2 * 2 ** len(recent))

    def _check_alive(self) -> None:
        dead = [service.name for service in self.services.ended()] + [child.name for child in self.children if child.has_ended()]
        if dead:
            raise CannotStart(DIED, name=dead[0], log=str(_log(self.folder, dead[0].lower())))

    def _wait_for_pages(self, patience: float = 60.0) -> None:
        deadline = time.monotonic() + patience
        while not _answers(f"{self.url}/health/"):
            self._check_alive()
            if time.monotonic() > deadline:
                raise CannotStart(NOT_HEALTHY, log=str(_log(self.folder, "web")))
            time.sleep(0.1)


def parts(port: int) -> dict[str, list[str]]:
    """The parts of the house beside its services, by name, each as the command that runs it."""
    celery = ["-m", "celery", "-A", "config.celery", "--quiet"]
    commands = {
        "web": ["-m", *web_command(port)],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile="],
    }
    return {name: [sys.executable, *command] for name, command in commands.items()}


def web_command(port: int, *, workers: int = 2) -> list[str]:
    """The web server as a Python module and its arguments; no access log, as addresses hold respondents' tokens."""
    options = {"interface": "wsgi", "host": "127.0.0.1", "port": port, "workers": workers, "blocking-threads": 4}
    given = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    flags = ["--no-ws", "--no-access-log", "--log-level", "warning", "--respawn-failed-workers", "--workers-kill-timeout", "5"]
    return ["granian", *given, *flags, "config.wsgi:application"]


def _log(folder: Path, name: str) -> Path:
    return folder / "log" / f"{name}.log"


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(PORT_TAKEN, port=port, other=port + 1) from error


def _check_database(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection, connection.cursor() as cursor:
            problem = refusal(cursor)
    except psycopg.Error as error:
        raise CannotStart(NO_DATABASE, reason=str(error).strip().splitlines()[0]) from error
    if problem:
        raise CannotStart(problem.template, **problem.values)


def _check_valkey(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise CannotStart(NO_VALKEY, reason=str(error)) from error


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 -- our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
