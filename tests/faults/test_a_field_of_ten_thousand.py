"""Ten thousand interviews while web, worker, Valkey and PostgreSQL are killed and frozen: audited at every look.

`make chaos ARGS="-k ten_thousand"` runs this alone; CHAOS_PEOPLE=500 makes it a matter of a minute or two.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections import Counter

import psycopg
import pytest

from tests.config.houses import wait_for
from tests.faults.field import AT_ONCE, PLACE_MINUTES, FieldOfTown, not_stored, told_otherwise
from tests.faults.town import Town

pytestmark = [pytest.mark.chaos, pytest.mark.faults]

PEOPLE = int(os.environ.get("CHAOS_PEOPLE", "10000"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
CALM = (4.0, 12.0)  # seconds between two blows
PER_MINUTE = 3  # blows to one part that its supervisor must mend: it gives up at the fifth
STILL = 10.0  # seconds that a frozen process stands
RECOVERY, LOOK_EVERY = 60.0, 2.0  # seconds


class Blows:
    """What befalls the town, drawn by lot from a seed, until it is told to stop."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.dice = random.Random(seed)
        self.fallen: Counter[str] = Counter()
        self.moments: dict[str, list[float]] = {}
        self.over = threading.Event()
        self.kinds = {
            "a web worker killed": (5, self.kill_a_web_worker),
            "a web worker frozen": (1, self.freeze_a_web_worker),
            "a session of PostgreSQL killed": (2, self.kill_a_session),
            "the web killed": (1, lambda: self.kill("web")),
            "the worker killed": (2, lambda: self.kill("worker")),
            "Valkey killed": (1, lambda: self.kill("Valkey")),
            "PostgreSQL killed": (2, lambda: self.kill("PostgreSQL")),
        }

    def fall(self) -> None:
        """Deal one blow after the other; each waits until the last one is mended."""
        names, weights = list(self.kinds), [weight for weight, _ in self.kinds.values()]
        while not self.over.wait(self.dice.uniform(*CALM)):
            (name,) = self.dice.choices(names, weights)
            try:
                dealt = self.kinds[name][1]()
            except (OSError, psycopg.OperationalError):
                continue  # what was to be hit is not there
            self.fallen[name] += dealt
            wait_for(lambda: self.town.status() == "ok", RECOVERY)

    def kill(self, part: str) -> bool:
        """Kill a part with all it started, unless it was killed so often that its supervisor would give up."""
        now = time.monotonic()
        recent = [moment for moment in self.moments.get(part, []) if now - moment < 70]
        if len(recent) >= PER_MINUTE:
            return False
        self.moments[part] = [*recent, now]
        self.town.kill(part)
        return True

    def a_web_worker(self) -> int:
        """Return one of the processes that answer requests."""
        _leader, *workers = self.town.processes("web")
        return self.dice.choice(workers)

    def kill_a_web_worker(self) -> bool:
        os.kill(self.a_web_worker(), signal.SIGKILL)
        return True

    def freeze_a_web_worker(self) -> bool:
        worker = self.a_web_worker()
        os.kill(worker, signal.SIGSTOP)
        self.over.wait(STILL)
        os.kill(worker, signal.SIGCONT)
        return True

    def kill_a_session(self) -> bool:
        """Kill the process of one session: PostgreSQL ends all of them and recovers."""
        sessions = self.town.ask("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
        os.kill(self.dice.choice(sessions)[0], signal.SIGKILL)
        return True


class Looks:
    """Somebody who audits the field again and again, whatever happens to it."""

    def __init__(self, field: FieldOfTown) -> None:
        self.field = field
        self.differences: list[tuple] = []
        self.times = self.in_vain = self.most_held = 0
        self.highest = -1_000_000  # places taken above the total; never more than none
        self.over = threading.Event()

    def look(self) -> None:
        """Audit at once, then every two seconds; a database that is away is no finding."""
        while not self.over.wait(LOOK_EVERY):
            try:
                self.differences += self.field.differences()
                reserved, filled, ceiling = self.field.held()
            except psycopg.OperationalError:
                self.in_vain += 1
            else:
                self.most_held = max(self.most_held, reserved)
                self.highest = max(self.highest, reserved + filled - ceiling)
                self.times += 1


def test_ten_thousand_interviews_under_blows_oversell_lose_and_leak_nothing(town):  # checks 1, 6, 14, 15, 16, 53
    field = FieldOfTown(town, places=int(PEOPLE * 0.75))
    blows, looks = Blows(town, SEED), Looks(field)
    began = time.monotonic()
    threads = [threading.Thread(target=work, daemon=True) for work in (blows.fall, looks.look)]
    for thread in threads:
        thread.start()
    story = field.send_in(PEOPLE, SEED)
    seconds = time.monotonic() - began
    blows.over.set()
    threads[0].join(RECOVERY)
    wait_for(lambda: town.status() == "ok", RECOVERY)
    given_back = seconds_until_nothing_is_held(field)
    looks.over.set()
    threads[1].join(RECOVERY)

    reserved, filled, ceiling = field.held()
    report = {
        "people": PEOPLE, "seconds": round(seconds), "told": dict(story.counts), "no answer": len(story.stuck), "blows": dict(blows.fallen),
        "pages told saved": len(story.saved), "audits": looks.times, "audits while away": looks.in_vain,
        "filled": f"{filled} of {ceiling}", "held at most": looks.most_held, "all given back after seconds": round(given_back),
    }  # fmt: skip
    print(report, file=sys.stderr)
    assert not any(thread.is_alive() for thread in threads)
    assert (looks.differences, looks.highest <= 0) == ([], True)
    assert looks.times > seconds / 30
    assert field.differences() == []
    assert not_stored(story, field) == set()
    assert told_otherwise(story, field) == {}
    assert field.turned_away_late() == 0
    assert reserved == 0
    assert filled == Counter(field.states().values())["completed"] >= story.counts["completed"]
    assert len(story.stuck) <= PEOPLE / 100 + AT_ONCE
    assert sum(blows.fallen.values()) >= seconds / 20


def seconds_until_nothing_is_held(field: FieldOfTown) -> float:
    """Wait until the places of all who left are given back, by the clock alone: nobody arrives any more to ask for them."""
    began = time.monotonic()
    wait_for(lambda: field.held()[0] == 0, PLACE_MINUTES * 60 + 60)
    return time.monotonic() - began
