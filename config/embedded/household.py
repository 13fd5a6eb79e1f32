"""The embedded services one state folder needs, together."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path

from config import state
from config.embedded import postgresql, servant, valkey


class Services:
    """PostgreSQL and Valkey of one state folder, less those the environment gives an address of."""

    def __init__(self, folder: Path, environment: Mapping[str, str] = os.environ) -> None:
        self.folder = folder
        self.wants_database = not environment.get("DATABASE_URL")
        self.wants_valkey = not environment.get("REDIS_URL")
        self.running: list[postgresql.PostgreSQL | valkey.Valkey] = []

    def start(self) -> dict[str, str]:
        """Start them and return the addresses to put in the environment. Raises CannotStart, with nothing left running."""
        addresses = {}
        if self.wants_database or self.wants_valkey:
            who = servant.choose(self.folder, [postgresql.program(), postgresql.program("initdb"), valkey.program()])
        try:
            if self.wants_database:
                self._start(postgresql.PostgreSQL(who))
                addresses["DATABASE_URL"] = state.database_url(self.folder)
            if self.wants_valkey:
                self._start(valkey.Valkey(who))
                addresses["REDIS_URL"] = state.redis_url(self.folder)
        except BaseException:
            self.stop()
            raise
        return addresses

    def stop(self) -> None:
        """Stop what was started, in reverse order."""
        while self.running:  # one that is still stopping stays on the list, for ``kill``
            self.running[-1].stop()
            self.running.pop()

    def kill(self) -> None:
        """Stop what was started at once; PostgreSQL recovers from its log at the next start."""
        for service in self.running:
            if service.process is not None:
                service.process.send_signal(signal.SIGQUIT if service.name == "PostgreSQL" else signal.SIGKILL)
                service.process.wait()

    def ended(self) -> list[postgresql.PostgreSQL | valkey.Valkey]:
        """The services that have ended by themselves."""
        return [service for service in self.running if service.process is not None and service.process.poll() is not None]

    def _start(self, service: postgresql.PostgreSQL | valkey.Valkey) -> None:
        self.running.append(service)
        service.start()
