"""``manage.py up``: run everything on this machine until Ctrl-C."""

from __future__ import annotations

import signal
from argparse import ArgumentTypeError
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from config import preparation
from config.embedded.lock import one_at_a_time
from config.embedded.problems import CannotStart
from config.supervisor import Supervisor
from surveys.translation import say

HEARD_WITHIN = 2.0  # seconds


class Command(BaseCommand):
    """Starts the services, the web, the worker and the clock; one Ctrl-C stops them all."""

    help = "Runs everything on this machine: embedded PostgreSQL and Valkey, web, worker, beat. Ctrl-C stops all."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a port, whether the sample study is wanted, and how many of its people."""
        parser.add_argument("--port", type=_port, default=8000, help="port on 127.0.0.1 (default 8000)")
        parser.add_argument("--no-sample", action="store_true", help="start without the bundled study and its panel")

        parser.add_argument("--people", type=int, default=0, help="let only the first so many of the bundled panel answer")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until Ctrl-C, or until a part ends: then stop all, say which, and exit with 1."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, _interrupt)
        try:
            with one_at_a_time(settings.STATE):
                self._run(options["port"], sample=not options["no_sample"] and not settings.PRODUCTION, people=options["people"])
        except CannotStart as problem:
            raise CommandError(say(problem.message)) from problem

    def _run(self, port: int, *, sample: bool, people: int) -> None:
        supervisor = Supervisor(port=port, say=self._say)
        try:
            supervisor.check()
            supervisor.start(sample=sample)
            self._show_addresses(supervisor.url, sample=sample)
            if sample:
                supervisor.fill_sample(people=people)
            supervisor.watch()
        except KeyboardInterrupt:
            signal.signal(signal.SIGALRM, signal.SIG_IGN)  # it was heard
            self._say(_("Stopping…"))
        finally:
            supervisor.stop()
        self._say(_("Everything is stopped."))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _show_addresses(self, url: str, *, sample: bool) -> None:
        self._say("")
        self._say(_("Baromètre is at %(url)s/") % {"url": url})
        if sample:
            self._say(_("  questionnaire  %(url)s/s/numerique-en-sante/") % {"url": url})
            self._say(_("  results        %(url)s/results/numerique-en-sante/") % {"url": url})
        self._say(_("  staff          %(url)s/admin/") % {"url": url})
        if not settings.PRODUCTION:
            login = {"name": preparation.ADMIN, "password": preparation.admin_password()}
            self._say(_("  first login    %(name)s, password %(password)s") % login)
        self._say(_("Ctrl-C stops everything."))
        self._say("")


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Interrupt, and again until it is heard: Python only prints what is raised while it throws an object away."""
    signal.setitimer(signal.ITIMER_REAL, HEARD_WITHIN)
    raise KeyboardInterrupt


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65_535:
        return int(text)
    raise ArgumentTypeError(_("a port is a number from 1 to 65535, not %(text)s") % {"text": text})
