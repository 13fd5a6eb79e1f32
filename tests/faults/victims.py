"""People who answer page after page in a process that is killed in the middle, again and again.

`python -m tests.faults.victims 25 [--acknowledge-first | --in-two-statements]` prints a line for each page acknowledged:
token, page and request. Each victim is a fork of this process, so that a life costs milliseconds.
"""

import os
import random
import signal
import sys
import time

import django

PEOPLE_AT_MOST = 400  # in one life; it is killed long before
PAUSE = 0.1  # seconds between the two statements of the control


def answer(people: int, acknowledge_first: bool) -> None:
    from django.test import Client

    from tests.worlds import ANSWERS, Respondent

    for _ in range(people):
        person = Respondent(Client(SERVER_NAME="127.0.0.1"))
        person.open(person.door).post(**ANSWERS["accueil"])
        token = person.at.split("/")[2]
        while person.page:
            page = person.page
            filled = person.form(**ANSWERS[page])
            line = f"{token} {page} {filled[1]['request_id']}\n".encode()
            if acknowledge_first:
                os.write(sys.stdout.fileno(), line)
            person.send(filled)
            if not acknowledge_first:
                os.write(sys.stdout.fileno(), line)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.db import connections

    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    if "--in-two-statements" in sys.argv:
        take_in_two_statements()
    print("ready", flush=True)
    sys.stdin.readline()
    answer(1, acknowledge_first=False)  # every page is compiled before the first life
    connections.close_all()  # a fork needs its own
    for _ in range(int(sys.argv[1])):
        victim = os.fork()
        if not victim:
            answer(PEOPLE_AT_MOST, "--acknowledge-first" in sys.argv)
            os._exit(0)
        time.sleep(random.uniform(0.05, 0.25))  # not a wait: the moment of death
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)


def take_in_two_statements() -> None:
    """Take the places first and write the page a moment later, as two statements that each commit."""
    from django.db import connection

    from respondents import places

    whole = places.SAVE
    counting, places.SAVE = "SET reserved = q.reserved + 1", whole.replace("SET reserved = q.reserved + 1", "SET reserved = q.reserved")
    assert counting in whole
    save = places.save

    def in_two(post, *, takes=False, cells=(), **claim):
        if takes:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE respondents_quotacell SET reserved = reserved + 1 WHERE id = ANY (%s)", [list(cells)])
            time.sleep(PAUSE)
        return save(post, takes=takes, cells=cells, **claim)

    places.save = in_two


if __name__ == "__main__":
    main()
