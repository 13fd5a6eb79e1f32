"""Places per second from 1, 8, 32 and 64 processes: our statement beside the other ways to give places out.

Five plans of 33 cells and the hard total, of which every claim wants six. Each way is measured for a few seconds without a
limit, and then in an end of field: 64 processes for the last 300 places. Absolute numbers are this machine's; ratios count.
"""

from __future__ import annotations

import itertools
import multiprocessing
import random
import statistics
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from django.db import connection, connections

from benchmarks.mechanisms import BARE, MECHANISMS, TABLES, Mechanism, persistently, slots
from surveys.models import Wave
from tests.wide import open_wide_wave

CLIENTS = (1, 8, 32, 64)
ROUNDS, SECONDS = 2, 1.5  # every way at every number, and once more: what else the machine does is shared out
WARMING_UP = 5  # claims of each process before it is measured
PEOPLE = 8_000  # who wait at the quota page before a run; more than can be served in its seconds
PLANS, PLACES, LAST_PEOPLE, LAST_SECONDS = (2, 5, 8, 10, 8), 300, 640, 12.0  # the end of field, and its time at most
UNLIMITED = "1000000"
PATIENCE = 120  # seconds for the processes of a run to come and to end

ENTER = """
TRUNCATE respondents_interview, bench_taken CASCADE;
INSERT INTO respondents_interview (id, wave_id, questionnaire_id, state, revision, cell_ids, language, is_test, imported, started_at, saved_at)
SELECT gen_random_uuid(), {wave}, {questionnaire}, 'screening', 1, '{{}}', 'fr', false, false, now(), now() FROM generate_series(1, {people});
UPDATE respondents_quotacell SET reserved = 0, filled = 0, ceiling = {ceiling};
VACUUM ANALYZE respondents_interview, respondents_quotacell;
"""
# One row per place, for the one way that wants them: exactly the ceilings, or each cell's share of everybody and a third more.
SLOTS = """
TRUNCATE bench_slot;
INSERT INTO bench_slot (cell) SELECT q.id FROM respondents_quotacell q, generate_series(1, {each});
VACUUM ANALYZE bench_slot;
"""
# People counted, not counters: a way without a lock loses counts as well.
OVERSHOOT = """
SELECT coalesce(sum(greatest(0, n - ceiling)), 0), count(*) FILTER (WHERE n > ceiling) FROM respondents_quotacell q,
  LATERAL (SELECT count(*) AS n FROM respondents_interview WHERE state = 'reserved' AND q.id = ANY (cell_ids)) held
"""


@dataclass
class Run:
    """What the processes of one run did: places given, seconds it took, milliseconds of each claim, and what was tried again."""

    given: int = 0
    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    retries: Counter[str] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        """Return places given per second."""
        return self.given / self.seconds

    @property
    def p99(self) -> float:
        """Return the milliseconds that 99 of 100 claims stayed under."""
        return statistics.quantiles(self.took, n=100)[-1] if len(self.took) > 1 else 0.0

    def add(self, other: Run) -> None:
        """Count another run of the same with this one."""
        self.given += other.given
        self.seconds += other.seconds
        self.took += other.took
        self.retries += other.retries


def run() -> dict[str, float]:
    """Measure and print the table; return our places per second and its share of the bare statement's, and our overshoot.

    Raises AssertionError when our statement goes over, or had to be tried again.
    """
    wave = open_wide_wave(PLANS, PLACES)
    ceilings = dict(wave.quota_cells.values_list("pk", "ceiling"))
    _execute(TABLES)
    cells = _cells_by_plan(wave)
    print(f"  {ROUNDS} runs of {SECONDS} s per number of processes, then {LAST_PEOPLE} people for {PLACES} places; places/s (p99 ms)\n")
    flows = {(mechanism.name, clients): Run() for mechanism in MECHANISMS for clients in CLIENTS}
    for number, clients, mechanism in itertools.product(range(ROUNDS), CLIENTS, MECHANISMS):
        if mechanism is MECHANISMS[0]:
            print(f"  run {number + 1}, {clients} processes…", flush=True)
        flows[mechanism.name, clients].add(_flow(mechanism, wave, cells, clients))
    print(f"\n  {'way':<34}" + "".join(f"{f'{clients} processes':>18}" for clients in CLIENTS) + f"{'over':>12}   tried again")
    ours, *others = (_line(mechanism, flows, _end_of_field(mechanism, wave, cells, ceilings)) for mechanism in MECHANISMS)
    assert not ours.over, f"our statement gave {ours.over} places too many"
    assert not ours.again, f"our statement had to be tried again: {dict(ours.again)}"
    bare = next(line for line in others if line.name == BARE)
    found = {f"places_per_second_{clients}": run.per_second for clients, run in zip(CLIENTS, ours.runs, strict=True)}
    shares = {f"share_of_bare_{clients}": mine.per_second / its.per_second
              for clients, mine, its in zip(CLIENTS, ours.runs, bare.runs, strict=True)}  # fmt: skip
    return {**found, **shares, "places_over": ours.over, "refusals_per_second_8": _refusals(wave, cells)}


def _refusals(wave: Wave, cells: list[list[int]]) -> float:
    """How many claims a second eight processes are refused when everything is full: a bot that presses again and again."""
    _execute("UPDATE respondents_quotacell SET target = 0")
    people = _people_waiting(wave, PEOPLE, "0")
    run = _claim(MECHANISMS[0], cells, people, 8, SECONDS, WARMING_UP)
    assert not run.given, "a place was given in a cell for nobody"
    return len(run.took) / run.seconds


@dataclass
class Line:
    """One way in the table: its runs by number of processes, by how much it went over, and what it tried again."""

    name: str
    runs: list[Run]
    over: int
    again: Counter[str]


def _line(mechanism: Mechanism, flows: dict[tuple[str, int], Run], end: tuple[Run, int, int]) -> Line:
    """Print a line of the table and return it."""
    last, over, in_cells = end
    runs = [flows[mechanism.name, clients] for clients in CLIENTS]
    again = sum((run.retries for run in [*runs, last]), Counter())
    measured = "".join(f"{f'{run.per_second:,.0f} ({run.p99:,.0f})':>18}" for run in runs)
    said = ", ".join(f"{count} {why}" for why, count in again.items())
    print(f"  {mechanism.name:<34}{measured}{f'{over} in {in_cells}' if over else '0':>12}   {said or '0'}", flush=True)
    return Line(mechanism.name, runs, over, again)


def _cells_by_plan(wave: Wave) -> list[list[int]]:
    """The cells' identifiers plan by plan, the total last."""
    plans: dict[int, list[int]] = {}
    for cell, quota in wave.quota_cells.order_by("pk").values_list("pk", "quota_id"):
        plans.setdefault(quota, []).append(cell)
    return list(plans.values())


def _flow(mechanism: Mechanism, wave: Wave, cells: list[list[int]], clients: int) -> Run:
    """Let the processes claim for some seconds, with room for everybody."""
    people = _people_waiting(wave, PEOPLE, UNLIMITED)
    if mechanism.claim is slots:
        _execute(SLOTS.format(each=f"q.target * {PEOPLE} * 4 / 3 / {PLACES}"))
    return _claim(mechanism, cells, people, clients, SECONDS, WARMING_UP)


def _end_of_field(mechanism: Mechanism, wave: Wave, cells: list[list[int]], ceilings: dict[int, int]) -> tuple[Run, int, int]:
    """Let everybody claim the last places; return the run, by how much cells were passed and how many of them."""
    cases = " ".join(f"WHEN {cell} THEN {ceiling}" for cell, ceiling in ceilings.items())
    people = _people_waiting(wave, LAST_PEOPLE, f"CASE id {cases} END")
    if mechanism.claim is slots:
        _execute(SLOTS.format(each="q.ceiling"))
    run = _claim(mechanism, cells, people, CLIENTS[-1], LAST_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(OVERSHOOT)
        over, in_cells = cursor.fetchone()
    return run, int(over), int(in_cells)


def _people_waiting(wave: Wave, people: int, ceiling: str) -> list[uuid.UUID]:
    """Empty the field, and bring so many people to the quota page."""
    _execute(ENTER.format(wave=wave.pk, questionnaire=wave.questionnaire_id, people=people, ceiling=ceiling))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM respondents_interview")
        return [row[0] for row in cursor.fetchall()]


def _execute(script: str) -> None:
    with connection.cursor() as cursor:
        for statement in script.strip().rstrip(";").split(";"):
            cursor.execute(statement)


def _claim(mechanism: Mechanism, cells: list[list[int]], people: list[uuid.UUID], clients: int, seconds: float, warming_up: int = 0) -> Run:
    """Share the people out among so many processes, start them together, and gather what each did."""
    connections.close_all()  # a fork needs its own
    fork = multiprocessing.get_context("fork")
    barrier, told = fork.Barrier(clients), fork.Queue()
    shares = [people[number::clients] for number in range(clients)]
    processes = [
        fork.Process(target=_one_process, args=(mechanism, cells, share, number, seconds, warming_up, barrier, told), daemon=True)
        for number, share in enumerate(shares)
    ]
    for process in processes:
        process.start()
    whole, began, ended = Run(), [], []
    for _ in processes:
        part, start, end = told.get(timeout=seconds + PATIENCE)
        began.append(start)
        ended.append(end)
        whole.add(part)
    for process in processes:
        process.join(PATIENCE)
    whole.seconds = max(ended) - min(began)
    return whole


def _drawn(dice: random.Random, mechanism: Mechanism, cells: list[list[int]]) -> list[int]:
    """A cell of each plan, and the total, in ascending order."""
    return sorted(dice.choice(plan) for plan in (cells if mechanism.with_total else cells[:-1]))


def _one_process(mechanism: Mechanism, cells: list[list[int]], people: list[uuid.UUID], seed: int, seconds: float, warming_up: int,
                 barrier: Barrier, told: Queue[tuple[Run, float, float]]) -> None:  # fmt: skip
    dice, part = random.Random(seed), Run()
    options = connection.settings_dict["OPTIONS"]
    options |= {"connect_timeout": 60, "options": "-c lock_timeout=3s"}
    if mechanism.isolation is not None:
        options["isolation_level"] = mechanism.isolation
    connection.ensure_connection()
    for person in people[:warming_up]:
        persistently(mechanism, person, _drawn(dice, mechanism, cells), Counter(), time.monotonic() + 1)
    barrier.wait(PATIENCE)
    began = time.monotonic()
    for person in people[warming_up:]:
        at = time.monotonic()
        if at - began > seconds:
            break
        part.given += persistently(mechanism, person, _drawn(dice, mechanism, cells), part.retries, began + seconds)
        part.took.append(1_000 * (time.monotonic() - at))
    told.put((part, began, time.monotonic()))
    connection.close()
