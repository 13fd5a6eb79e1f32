"""What a list of 35,000 communes costs: reading it once, then finding in it, person by person."""

from __future__ import annotations

import random
import statistics
import time
import tracemalloc
from collections.abc import Callable

from surveys.core.expressions import evaluate, parse
from surveys.core.files import sheet_of_bytes
from surveys.core.longlists import choices_of
from surveys.core.lookups import bound_to_tables, read_lookups
from surveys.core.searching import Finder
from surveys.core.workbook import Report

ROWS = 35_000
FILE = "lookups/communes.csv"
BUDGET = 1.0  # milliseconds to find what a filter leaves
PARTS = ["saint", "mont", "ville", "roche", "val", "bois", "pont", "clair", "beau", "champ", "rive", "fort", "bourg", "mar", "lan", "quer"]


def run() -> dict[str, float]:
    """Measure, in milliseconds, ``read`` (the file into choices), ``index``, ``filter``, ``pulldata`` and ``search``; ``kept_mb`` in megabytes.

    Raises AssertionError when a filter costs more than its budget.
    """
    content = _communes()
    tracemalloc.start()
    report = Report()
    lookups = read_lookups({FILE: sheet_of_bytes(FILE, content)}, report)
    choices = choices_of(lookups["communes.csv"], ("fr",), report)
    report.raise_if_any()
    kept = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    began = time.perf_counter()
    choices_of(read_lookups({FILE: sheet_of_bytes(FILE, content)}, report)["communes.csv"], ("fr",), report)
    read = 1_000 * (time.perf_counter() - began)
    narrowed = parse("postcode = ${postcode}", frozenset({"postcode"}))
    began = time.perf_counter()
    finder = Finder([choice.labels["fr"] for choice in choices])
    choices.where(narrowed, {"postcode": "00001"})
    index = 1_000 * (time.perf_counter() - began)
    region = bound_to_tables(parse("pulldata('communes', 'region', 'name', ${commune})"), lookups)
    found = {
        "read": read,
        "kept_mb": kept,
        "index": index,
        "filter": _milliseconds(lambda n: choices.where(narrowed, {"postcode": f"{n % 5_000:05}"})),
        "pulldata": _milliseconds(lambda n: evaluate(region, {"commune": f"{n:05}"})),
        "search": _milliseconds(lambda n: finder.find(f"st {PARTS[n % len(PARTS)]}")),
    }
    assert found["filter"] < BUDGET, f"a filter costs {found['filter']:.3f} ms, more than {BUDGET}"
    return found


def _communes() -> bytes:
    drawn = random.Random(1)
    lines = ["name,label,postcode,region"]
    for number in range(ROWS):
        label = "-".join(drawn.choice(PARTS).capitalize() + drawn.choice(PARTS) for _ in range(drawn.choice((1, 2, 3))))
        lines.append(f"{number:05},{label} {number},{number // 6:05},{number // 2_000:02}")
    return ("\n".join(lines) + "\n").encode()


def _milliseconds(call: Callable[[int], object]) -> float:
    measured = []
    for number in range(2_000):
        started = time.perf_counter()
        call(number)
        measured.append(time.perf_counter() - started)
    return 1_000 * statistics.median(measured)
