"""What the database must promise before an answer is acknowledged: that it is on disk, on a version we know."""

from __future__ import annotations

from typing import Protocol

from surveys.core.messages import N_, Message

OLDEST = 15
NOT_DURABLE = N_("The database runs with %(setting)s = off and could lose answers it has acknowledged: turn it on, then start again.")
TOO_OLD = N_("The database is PostgreSQL %(found)s; Baromètre needs PostgreSQL %(oldest)s or later.")
QUESTION = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'server_version_num')"


class Cursor(Protocol):
    """The part of a database cursor this needs; Django's and psycopg's both have it."""

    def execute(self, query: str, /) -> object:
        """Send a statement."""

    def fetchall(self) -> list[tuple[str, str]]:
        """Return the rows it gave."""


def refusal(cursor: Cursor) -> Message | None:
    """Why this database may not hold answers, as this very connection sees it; None when it may.

    The connection counts: ``synchronous_commit`` can be off for one role, one database or one address.
    """
    cursor.execute(QUESTION)
    found = dict(cursor.fetchall())
    if (major := int(found.pop("server_version_num")) // 10_000) < OLDEST:
        return Message(TOO_OLD, {"found": major, "oldest": OLDEST})
    off = sorted(name for name, setting in found.items() if setting == "off")
    return Message(NOT_DURABLE, {"setting": off[0]}) if off else None
