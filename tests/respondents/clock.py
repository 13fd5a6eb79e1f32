"""The database's clock, set by a test: every statement's now() is what this clock says, until the transaction is undone.

``now`` is looked up like any function: one of that name in a schema that stands before PostgreSQL's own is found first.
"""

from __future__ import annotations

from django.db import connection

MAKE = """
CREATE SCHEMA test_clock;
CREATE FUNCTION test_clock.now() RETURNS timestamptz STABLE LANGUAGE sql
  AS $$ SELECT current_setting('test_clock.at')::timestamptz $$;
SET LOCAL search_path = test_clock, pg_catalog, public;
"""


class DatabaseClock:
    """The clock of this connection, inside a transaction; ``at`` is a moment as PostgreSQL reads it."""

    def __init__(self, at: str) -> None:
        _run(MAKE)
        self.show(at)

    def show(self, at: str) -> None:
        """Set it to a moment."""
        _run("SELECT set_config('test_clock.at', %s, true)", at)

    def wait(self, span: str) -> None:
        """Let a span go by: '9 minutes'."""
        _run("SELECT set_config('test_clock.at', (now() + %s::interval)::text, true)", span)


def _run(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
