"""Where a simulated field is played: a session of its own, in which every table of the interviews is an empty temporary one and the wave an open one.

The statements of ``places.py`` and ``entry.py`` name tables and ``now()`` without a schema, so the session's search path decides
what they mean: the temporary tables come first, then the schema ``simulated`` with a clock that is told its time, and only then
the real tables. The session is read only, which temporary tables are exempt from: PostgreSQL itself refuses to write
anything else. With the session all of it is gone, even after a kill.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps
from django.db import connection, connections
from psycopg import sql

from surveys.models import Wave

WAVE = "surveys_wave"
PLAN = {WAVE: "id", "respondents_quota": "wave_id", "respondents_quotacell": "wave_id"}  # copied with the wave's rows, found by this column
CHANGING = ("respondents_interview", "respondents_submission", "respondents_record", "respondents_quotacell")

TABLES = """
CREATE TEMPORARY TABLE {table} (LIKE {real} INCLUDING ALL)
"""
ROWS = """
INSERT INTO pg_temp.{table} SELECT * FROM {real} WHERE {column} = %s
"""
NOBODY_YET = """
UPDATE pg_temp.respondents_quotacell SET reserved = 0, filled = 0
"""
# Whatever its state and its hours, the wave lets people in for as long as somebody supposes.
OPEN = """
UPDATE pg_temp.surveys_wave SET state = 'live', opens_at = NULL, closes_at = NULL, soft_limit = NULL
"""
# The order matters: public's tables are found only where there is no temporary one, and the clock before pg_catalog's.
LOOK_HERE = """
SET search_path = pg_temp, simulated, {schema}, pg_catalog
"""
# Temporary tables are not flushed at all; what the session may still do is read.
READ_ONLY = """
SET default_transaction_read_only = on
"""


@contextmanager
def scratch(wave: Wave) -> Iterator[None]:
    """Let this thread's ``connection`` be a session in which the wave's plan is there, nobody has come yet, and nothing real can change."""
    real = connections["default"]
    apart = real.copy()
    connections["default"] = apart
    try:
        _furnish(wave)
        yield
    finally:
        apart.close()
        connections["default"] = real


def tell_time(moment: datetime) -> None:
    """Set the scratch session's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simulated.now', %s, false)", [moment.isoformat()])


def tidy() -> None:
    """Do what autovacuum does for real tables and not for temporary ones: clear old versions, and tell the planner how many rows there are."""
    with connection.cursor() as cursor:
        for table in CHANGING:
            cursor.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))


def _furnish(wave: Wave) -> None:
    tables = [WAVE] + [model._meta.db_table for model in apps.get_app_config("respondents").get_models()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = cursor.fetchone()[0]
        for name in tables:
            table, real = sql.Identifier(name), sql.Identifier(schema, name)
            cursor.execute(sql.SQL(TABLES).format(table=table, real=real))
            if name in PLAN:
                cursor.execute(sql.SQL(ROWS).format(table=table, real=real, column=sql.Identifier(PLAN[name])), [wave.pk])
        cursor.execute(NOBODY_YET)
        cursor.execute(OPEN)
        cursor.execute(sql.SQL(LOOK_HERE).format(schema=sql.Identifier(schema)))
        cursor.execute(READ_ONLY)
