"""``make bench``: measures what the house promises, on a database of its own; exits with 1 when a promise is not kept.

``python -m benchmarks`` runs everything, ``python -m benchmarks pages export`` what is named.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path

import django
import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg.conninfo import make_conninfo


def main(asked: list[str]) -> int:
    """Run the benchmarks asked for, or all; return how many broke their promise."""
    known = sorted(module.stem for module in Path(__file__).parent.glob("*.py") if "\ndef run(" in module.read_text())
    if unknown := set(asked) - set(known):
        print(f"No such benchmark: {', '.join(sorted(unknown))}; known: {', '.join(known)}.", file=sys.stderr)
        return 2
    broken = 0
    with Scratch():
        for name in asked or known:
            broken += not _measure(name)
    return min(broken, 1)


class Scratch:
    """A database that exists for the time of the benchmarks, and that Django takes for its own."""

    def __init__(self) -> None:
        self.given = os.environ["DATABASE_URL"]
        self.name = f"barometre_bench_{os.getpid()}"

    def __enter__(self) -> None:
        """Make it, with its tables."""
        self._execute(f'CREATE DATABASE "{self.name}"')
        os.environ["DATABASE_URL"] = make_conninfo(self.given, dbname=self.name)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)

    def __exit__(self, *error: object) -> None:
        """Drop it, whoever is still connected."""
        connections.close_all()
        self._execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.given, autocommit=True) as connection:
            connection.execute(statement.encode())


def _measure(name: str) -> bool:
    print(f"\n{name}", flush=True)
    began = time.perf_counter()
    try:
        found = importlib.import_module(f"benchmarks.{name}").run()
    except AssertionError as broken:
        print(f"  BROKEN: {broken}", flush=True)
        return False
    for figure, value in found.items():
        print(f"  {figure:<32} {value:>14,.4f}", flush=True)
    print(f"  ({time.perf_counter() - began:.0f} s in all)", flush=True)
    return True


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
