"""The database's clock, set by a test: every statement's now() is what this clock says, until the transaction is undone.

It is the clock of simulated fields, a function now() in a schema of its own, which is found before PostgreSQL's.
"""

from __future__ import annotations

from django.db import connection


class DatabaseClock:
    """The clock of this connection, inside a transaction; ``at`` is a moment as PostgreSQL reads it."""

    def __init__(self, at: str) -> None:
        _run("SET LOCAL search_path = simulated, pg_catalog, public")
        self.show(at)

    def show(self, at: str) -> None:
        """Set it to a moment."""
        _run("SELECT set_config('simulated.now', %s, true)", at)

    def wait(self, span: str) -> None:
        """Let a span go by: '9 minutes'."""
        _run("SELECT set_config('simulated.now', (now() + %s::interval)::text, true)", span)


def _run(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
