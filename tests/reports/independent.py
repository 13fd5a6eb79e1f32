"""The percentages of the reference study computed another way: plain Python over the panel's own columns.

Selections and bases are those that came with the panel (tests/data/figures.json), not the study's conditions; weights
are raked by cyclic proportional fitting, not by Newton. ``python -m tests.reports.independent`` stores what it finds in
tests/data/unrounded.json, which the figures are held to.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
SAMPLES = Path(__file__).parents[2] / "surveys" / "samples"
PANELS = {2023: SAMPLES / "panel_2023.csv", 2020: DATA / "panel_2020.csv"}
CYCLES = 5_000

Row = Mapping[str, str]


def rows(year: int) -> list[dict[str, str]]:
    """Return the people of a panel file."""
    with PANELS[year].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def margins() -> dict[str, dict[str, float]]:
    """Return the population's shares in % by variable and category."""
    found: dict[str, dict[str, float]] = {}
    with (SAMPLES / "numerique-en-sante" / "margins.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["variable"], {})[row["category"]] = float(row["percent"])
    return found


def fitted(people: Sequence[Row], targets: Mapping[str, Mapping[str, float]]) -> list[float]:
    """Rake weights of mean 1, margin after margin until nothing moves (Deming & Stephan, 1940)."""
    weights = [1.0] * len(people)
    for _ in range(CYCLES):
        moved = 0.0
        for variable, shares in targets.items():
            sums = dict.fromkeys(shares, 0.0)
            for person, weight in zip(people, weights, strict=True):
                sums[person[variable]] += weight
            whole = sum(shares.values())
            factors = {category: len(people) * share / whole / sums[category] for category, share in shares.items()}
            weights = [weight * factors[person[variable]] for person, weight in zip(people, weights, strict=True)]
            moved = max(moved, *(abs(factor - 1) for factor in factors.values()))
        if moved < 1e-14:
            break
    return weights


def holds(condition: str, person: Row) -> bool:
    """Say whether a condition of figures.json holds for a person: Python over numbers, '' where not asked."""
    values = {name: int(text) if text.isdigit() else text for name, text in person.items()}
    return bool(eval(condition, {"__builtins__": {}}, values))


def percentages() -> dict[str, dict[str, float]]:
    """Return each figure's n, raw and raked percentage by its identifier in figures.json."""
    found = {}
    people = {year: rows(year) for year in PANELS}
    weights = {year: fitted(people[year], margins()) for year in PANELS}
    for figure in json.loads((DATA / "figures.json").read_text(encoding="utf-8"))["figures"]:
        year = figure["wave"]
        of_base = [(p, w) for p, w in zip(people[year], weights[year], strict=True) if holds(figure["base"], p)]
        chosen = [(p, w) for p, w in of_base if holds(figure["num"], p)]
        raked = 100 * sum(w for _, w in chosen) / sum(w for _, w in of_base)
        found[figure["id"]] = {"n": len(of_base), "raw": 100 * len(chosen) / len(of_base), "raked": raked}
    return found


if __name__ == "__main__":
    (DATA / "unrounded.json").write_text(json.dumps(percentages(), indent=1) + "\n", encoding="utf-8")
