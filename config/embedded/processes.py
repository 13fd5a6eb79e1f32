"""Processes by number: is one alive, what is it, how is it stopped?"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path


def command_line(pid: int) -> str:
    """The command a process runs, as one line; empty when there is no such process."""
    listed = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        with contextlib.suppress(OSError):
            return listed.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        return ""
    found = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip()


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.02) -> bool:
    """Wait for a condition; say whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


@contextlib.contextmanager
def interrupts_held() -> Iterator[None]:
    """Let Ctrl-C and its like wait until the block is done: a process is started and written down, or not at all."""
    waiting: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    former = {number: signal.signal(number, lambda number, frame: waiting.append(number)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        if waiting:
            signal.raise_signal(waiting[0])


def stop_survivor(pid: int, *signals: signal.Signals, patience: float = 20.0) -> bool:
    """Send each signal in turn to a process we did not start, until it is gone; say whether it is."""
    for number in signals:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_until(lambda: not command_line(pid), patience):
            return True
    return False


def stop_child(child: subprocess.Popen[bytes], *signals: signal.Signals, patience: float = 20.0) -> None:
    """Send each signal in turn to a child of ours until it has ended, and collect it."""
    for number in signals:
        if child.poll() is None:
            child.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(patience)
    if child.poll() is None:
        child.kill()
        child.wait()
