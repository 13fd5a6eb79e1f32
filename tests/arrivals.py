"""The second arrival file: 3,500 starts for the sample study, of whom some leave, some are too young and some live overseas.

For four days the panel sends too many women and people of 25 to 49, and too few from Grand Est and Corse; then it is asked for whom the
quotas miss. Everybody answers as somebody of the bundled panel did. ``python -m tests.arrivals FILE.csv`` writes the file, the same
each time; ``manage.py simulate numerique-en-sante 2023 --panel FILE.csv`` sends them in.
"""

from __future__ import annotations

import csv
import itertools
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from config.sample import PANEL
from respondents.core.arrivals import Supposed, arrival_times
from respondents.core.panel import ARRIVES, ID_COLUMN, LEAVES

Row = dict[str, str]
Skew = Mapping[tuple[str, str], float]

OPENS = datetime.fromisoformat("2023-11-22T08:00:00+01:00")
BY_HOUR = (*(0.2,) * 7, 0.6, *(1.0,) * 4, 1.3, 1.3, *(1.0,) * 4, 1.5, 1.8, 1.8, 1.5, 1.0, 0.5)
NOT_ASKED = ("wave", "status", "started_at", "submitted_at", "age", "pcs")  # what is said of the bundled panel's people, or computed
PAGES = 8  # of the shortest interview: whoever leaves, leaves before its end


@dataclass(frozen=True)
class Sending:
    """So many people whom the panel sends, of some more often than they are in its file."""

    people: int
    skew: Skew


SENDINGS = (
    Sending(2100, {("sex", "F"): 1.4, ("age", "25-34"): 1.5, ("age", "35-49"): 1.5, ("region", "44"): 0.5, ("region", "94"): 0.3}),
    Sending(1400, {("sex", "H"): 1.5, ("age", "50-64"): 1.5, ("age", "18-24"): 1.3, ("age", "65+"): 1.3, ("region", "44"): 2.5,
                   ("region", "94"): 2.0}),
)  # fmt: skip


def drawn(rows: Sequence[Row], sendings: Sequence[Sending], *, leaving: float = 0.12, minors: int = 52, overseas: int = 71,
          per_hour: float = 24.0, seed: int = 20231122) -> list[Row]:  # fmt: skip
    """Return the arrivals in order; exactly the share ``leaving`` of them breaks off, and so many are ``minors`` or live ``overseas``."""
    chance = random.Random(seed)
    people = [dict(row) for sending in sendings for row in chance.choices(rows, _weights(rows, sending.skew), k=sending.people)]
    times = itertools.islice(arrival_times(Supposed(per_hour=per_hour, by_hour=BY_HOUR), OPENS.hour, chance), len(people))
    outsiders = chance.sample(range(len(people)), minors + overseas)
    for place in outsiders[:minors]:
        people[place]["age_years"] = str(chance.randint(16, 17))
    for place in outsiders[minors:]:
        people[place]["region"] = "hors"
    leavers = set(chance.sample(range(len(people)), round(leaving * len(people))))
    return [
        {
            ID_COLUMN: f"a{number:05d}",
            ARRIVES: (OPENS + timedelta(seconds=round(at))).isoformat(),
            LEAVES: str(chance.randint(1, PAGES - 1)) if number in leavers else "",
            **{name: value for name, value in row.items() if name not in (*NOT_ASKED, ID_COLUMN)},
        }
        for number, (row, at) in enumerate(zip(people, times, strict=True))
    ]


def second_arrival_file() -> list[Row]:
    """Return the 3,500 starts for the sample study."""
    with PANEL.open(encoding="utf-8", newline="") as file:
        return drawn(list(csv.DictReader(file)), SENDINGS)


def write_arrivals(path: Path, rows: Sequence[Row]) -> Path:
    """Write arrivals as a panel file, and return its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _weights(rows: Sequence[Row], skew: Skew) -> list[float]:
    weights = [1.0] * len(rows)
    for (variable, category), factor in skew.items():
        weights = [weight * (factor if row[variable] == category else 1.0) for weight, row in zip(weights, rows, strict=True)]
    return weights


if __name__ == "__main__":
    print(write_arrivals(Path(sys.argv[1]), second_arrival_file()))
