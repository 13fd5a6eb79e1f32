"""The processes `make run` keeps: started apart from the terminal, watched, stopped, and found again after a crash."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.embedded.processes import command_line, stop_survivor


class Child:
    """One process of ours with all it starts: a process group of its own, so that the terminal's Ctrl-C is ours alone."""

    def __init__(self, name: str, command: Sequence[str], *, folder: Path, environment: Mapping[str, str], shown: bool = False) -> None:
        """Start it; what it says goes to ``folder/log/name.log``, or to the terminal when ``shown``."""
        self.name = name
        self._asked = False
        self._record = _record(folder, name)
        (folder / "log").mkdir(exist_ok=True)
        with (folder / "log" / f"{name}.log").open("ab") as log:
            output = None if shown else log
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self._record.parent.mkdir(exist_ok=True)
        self._record.write_text(f"{self.process.pid}\n{' '.join(command)}")

    def has_ended(self) -> bool:
        """Whether it has ended, by itself or by someone."""
        return self.process.poll() is not None

    def ask(self) -> None:
        """Ask it to finish what it is doing and leave, without waiting for it. Asking again changes nothing."""
        if not self._asked and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self._asked = True

    def stop(self, patience: float = 15.0) -> None:
        """Ask it to leave and wait; insist after ``patience`` seconds, and again after as many."""
        self.ask()
        for insist in (signal.SIGQUIT, signal.SIGKILL):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
                break
            self.process.send_signal(insist)
        self.kill()

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._record.unlink(missing_ok=True)


def stop_survivors(folder: Path) -> None:
    """Stop the children of an earlier run whose supervisor was killed.

    A process counts as such only if its number still runs the very command that was recorded.
    """
    for record in sorted(_record(folder, "*").parent.glob("*.pid")):
        number, _, command = record.read_text().partition("\n")
        if number.isdigit() and command and command_line(int(number)) == command:
            stop_survivor(int(number), signal.SIGTERM, signal.SIGKILL, patience=10)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(int(number), signal.SIGKILL)
        record.unlink()


def _record(folder: Path, name: str) -> Path:
    return folder / "run" / f"{name}.pid"
