"""A crowd at the door, in a process of its own: `python -m tests.concurrency.crowd 16 [--without-lock]`.

Every respondent waits at the quota page until all are there, posts, and goes on to the end. A pause between the look for
room and the taking of it stands in both variants, so that the only difference is the lock.
"""

import json
import os
import sys
import threading

import django

LOOK = "verdict AS MATERIALIZED (\n  SELECT id, state,"
PAUSED_LOOK = "verdict AS MATERIALIZED (\n  SELECT id, state, pg_sleep(0.02)::text AS pause,"
PAGES_AT_MOST = 20  # a crowd that is only told to press again gives up


def attend(barrier: threading.Barrier, stories: list) -> None:
    from django.db import connection
    from django.test import Client

    from tests.worlds import ANSWERS, Respondent

    person = Respondent(Client(SERVER_NAME="127.0.0.1"))
    try:
        connection.settings_dict["OPTIONS"]["connect_timeout"] = 60  # sixty-four doors open at once, on whatever machine
        connection.ensure_connection()
        person.go_to("profil")
        barrier.wait(60)
        pages = ["profil"]
        person.post(**ANSWERS["profil"])
        while person.page and len(pages) < PAGES_AT_MOST:
            pages.append(person.page)
            person.post(**ANSWERS[person.page])
        stories.append({"pages": pages, "outcome": person.outcome})
    finally:
        connection.close()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    from respondents import places

    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

    size = int(sys.argv[1])
    assert LOOK in places.SAVE
    places.SAVE = places.SAVE.replace(LOOK, PAUSED_LOOK)
    if "--without-lock" in sys.argv:
        assert "ORDER BY id FOR NO KEY UPDATE" in places.SAVE
        places.SAVE = places.SAVE.replace("ORDER BY id FOR NO KEY UPDATE", "ORDER BY id")
    print("ready", flush=True)
    sys.stdin.readline()  # everybody starts when the test says so
    barrier, stories = threading.Barrier(size), []
    threads = [threading.Thread(target=attend, args=(barrier, stories), daemon=True) for _ in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(stories))
    sys.exit(len(stories) < size)


if __name__ == "__main__":
    main()
