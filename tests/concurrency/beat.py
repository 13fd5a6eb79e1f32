"""A beat of its own process: it looks at every field a few times, once told to; ``without`` the guards, it may tell a thing twice.

A pause between the look and what is written of it stands in both variants, so that the only difference is the guards.
"""

from __future__ import annotations

import sys
import time

LOOKS = 3
PAUSE = 0.2  # seconds


def main(guards: str) -> None:
    """Look at the fields of the database of the test."""
    from respondents.field import alerts

    if guards == "without":
        alerts.TAKE_TURNS = "SELECT %(wave)s::bigint IS NOT NULL"
        alerts.OPEN = alerts.OPEN.replace("ON CONFLICT (wave_id, kind, subject) WHERE ended_at IS NULL DO NOTHING", "")
    read = alerts.read

    def look(wave):
        found = read(wave)
        time.sleep(PAUSE)
        return found

    alerts.read = look
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for _ in range(LOOKS):
        alerts.watch_fields()


if __name__ == "__main__":
    import django

    django.setup()
    main(sys.argv[1])
