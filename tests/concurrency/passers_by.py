"""People who pass by, in processes forked from one: `python -m tests.concurrency.passers_by WAVE PROCESSES PEOPLE [OPTION…]`.

Each process brings PEOPLE in, one after the other, on the statements of places.py: they claim places in cells drawn by lot,
then complete (some twice), stop, or fall silent, and some of the silent come back after their places went to others. With
--until-told they come until the input is closed. Prints ready, starts at a line, prints the processes' numbers, and in the
end one line for each: its number, when each claim was answered and how, and the errors met, by their SQLSTATE.

With --together the n-th person of every process claims at the same instant, and with --paused everybody stops for a moment
between the look for room and the taking of it, so that a missing lock shows.
--without-lock and --in-any-order break the claim; --in-python holds the locks across Python code, as no statement here does.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
import time
from collections import Counter

import django

LOOK = "verdict AS MATERIALIZED (\n  SELECT id, state,"
PAUSED_LOOK = "verdict AS MATERIALIZED (\n  SELECT id, state, pg_sleep(0.005)::text AS pause,"
ORDERED_LOCK = "ORDER BY id FOR NO KEY UPDATE"
CHANGES = {
    "--paused": (LOOK, PAUSED_LOOK),
    "--without-lock": (ORDERED_LOCK, "ORDER BY id"),
    "--in-any-order": (ORDERED_LOCK, "ORDER BY random() FOR NO KEY UPDATE"),
}
FATES = ("complete",) * 6 + ("complete twice", "stop", "stop", "fall silent", "come back late")
SWEEPS = 0.1  # the share of claims before which the places due are given back


class PasserBy:
    """One process full of people, one after the other."""

    def __init__(self, wave: int, seed: int, options: list[str], all_are_there) -> None:
        from django.db import connection

        from respondents.models import QuotaCell
        from surveys.models import Wave
        from tests.respondents.stage import Stage

        self.dice = random.Random(seed)
        self.in_python = "--in-python" in options
        self.wait_for_the_others = all_are_there if "--together" in options else lambda: None
        self.stage = Stage(Wave.objects.get(pk=wave))
        plans: dict[int, list[int]] = {}
        for cell, quota in QuotaCell.objects.filter(wave=wave).order_by("pk").values_list("pk", "quota_id"):
            plans.setdefault(quota, []).append(cell)
        self.plans = list(plans.values())
        self.claims: list[tuple[float, str]] = []
        self.errors: Counter[str] = Counter()
        self.late: list = []
        connection.execute_wrappers.append(self.counting_errors)

    def counting_errors(self, execute, sql, params, many, context):
        """Run a statement; what it could not do is counted, and raised."""
        from django.db import DatabaseError

        try:
            return execute(sql, params, many, context)
        except DatabaseError as error:
            self.errors[getattr(error.__cause__, "sqlstate", None) or "?"] += 1
            raise

    def live(self) -> None:
        """Let one person pass; whoever is told to press again leaves."""
        from django.db import DatabaseError

        from respondents import places

        cells = sorted(self.dice.choice(plan) for plan in self.plans)
        person = self.stage.enter()
        self.wait_for_the_others()
        try:
            if self.dice.random() < SWEEPS:
                places.expire(self.stage.wave.pk)
            state = self.claim(person, cells)
            self.claims.append((time.monotonic(), state))
            if state == "reserved" and not self.in_python:
                self.go_on(person, self.dice.choice(FATES))
        except (places.Busy, DatabaseError):
            self.claims.append((time.monotonic(), "busy"))

    def claim(self, person, cells: list[int]) -> str:
        """Post the quota page; in the control, hold the cells' locks while Python works."""
        from django.db import connection, transaction

        from respondents import places
        from tests.respondents.stage import QUOTA_PAGE

        post = self.stage.post(person, QUOTA_PAGE)
        if not self.in_python:
            return places.save(post, takes=True, cells=cells).state
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT FROM respondents_quotacell WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", [cells])
            time.sleep(0.02)  # not a wait: what Python does meanwhile
            return places.save(post, takes=True, cells=cells).state

    def go_on(self, person, fate: str) -> None:
        """Do what the lot says with a place that is held."""
        if fate == "stop":
            self.stage.end(person)
        elif fate.startswith("complete"):
            for _ in range(1 + fate.endswith("twice")):
                self.stage.complete(person)
        else:
            self.fall_silent(person)
            if fate == "come back late":
                self.late.append(person)
        if len(self.late) > 3:
            self.stage.complete(self.late.pop(0))

    def fall_silent(self, person) -> None:
        """Let the person's time run out on the database's own clock; the next sweep gives the places back."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("UPDATE respondents_interview SET expires_at = now() - interval '1 second' WHERE id = %s", [person])


def pass_by(seed: int, barrier, told, stories) -> None:
    wave, _processes, people, *options = sys.argv[1:]
    from django.db import connection

    connection.settings_dict["OPTIONS"]["connect_timeout"] = 60
    passer = PasserBy(int(wave), seed, options, lambda: barrier.wait(60))
    barrier.wait(60)
    for _ in range(int(people)):
        if told.is_set():
            break
        passer.live()
    stories.put({"process": os.getpid(), "claims": passer.claims, "errors": passer.errors})
    connection.close()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from respondents import places

    for option in set(CHANGES) & set(sys.argv):
        old, new = CHANGES[option]
        assert old in places.SAVE
        places.SAVE = places.SAVE.replace(old, new)
    count = int(sys.argv[2])
    fork = multiprocessing.get_context("fork")
    barrier, told, stories = fork.Barrier(count), fork.Event(), fork.SimpleQueue()
    print("ready", flush=True)
    sys.stdin.readline()
    processes = [fork.Process(target=pass_by, args=(seed, barrier, told, stories)) for seed in range(count)]
    for process in processes:
        process.start()
    print(json.dumps([process.pid for process in processes]), flush=True)
    if "--until-told" in sys.argv:
        sys.stdin.read()
        told.set()
    for _ in processes:
        print(json.dumps(stories.get()), flush=True)


if __name__ == "__main__":
    main()
