"""Passers-by who keep coming until they are told to stop, and what they then tell of the time between."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from respondents.models import Interview
from tests.concurrency.processes import Processes
from tests.config.houses import wait_for

AT_MOST = 60  # seconds to finish the person they are at
ENOUGH = 1_000_000  # people


@dataclass
class Window:
    """A span of time, on this machine's monotonic clock."""

    began: float = 0.0
    ended: float = 0.0

    def __enter__(self) -> Window:
        self.began = time.monotonic()
        return self

    def __exit__(self, *raised) -> None:
        self.ended = time.monotonic()


@dataclass
class Bustle:
    """The processes' numbers while they run; their stories once they have stopped."""

    processes: list[int]
    stories: list[dict] = field(default_factory=list)

    def come(self, people: int) -> None:
        """Wait until so many more people have come in."""
        before = Interview.objects.count()
        wait_for(lambda: Interview.objects.count() >= before + people)

    def answers(self, *windows: Window, without: tuple[int, ...] = ()) -> Counter[str]:
        """Return how many claims were answered how in these windows, by all processes or all but some."""
        claims = [claim for story in self.stories if story["process"] not in without for claim in story["claims"]]
        return Counter(answer for at, answer in claims if any(window.began <= at <= window.ended for window in windows))

    @property
    def errors(self) -> Counter[str]:
        """Return how many statements failed, by SQLSTATE."""
        return sum((Counter(story["errors"]) for story in self.stories), Counter())

    @contextlib.contextmanager
    def frozen(self, process: int) -> Iterator[Window]:
        """Let one process stand still, wherever it is."""
        os.kill(process, signal.SIGSTOP)
        try:
            with Window() as window:
                yield window
        finally:
            os.kill(process, signal.SIGCONT)


@contextlib.contextmanager
def bustle(wave, processes: int, *changes: str, options: str = "") -> Iterator[Bustle]:
    """Let people pass by while the block runs; their stories are there after it."""
    arguments = [str(wave.pk), str(processes), str(ENOUGH), "--until-told", *changes]
    with Processes("tests.concurrency.passers_by", *arguments, options=options) as passers:
        passers.start()
        found = Bustle(json.loads(passers.running[0].stdout.readline()))
        found.come(20)
        yield found
        (output,) = passers.outputs(AT_MOST)
        found.stories = [json.loads(line) for line in output.splitlines()]
