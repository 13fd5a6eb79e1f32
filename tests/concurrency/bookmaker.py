"""A worker of its own process that makes the books that wait, once told to, and writes how many tables it made.

It pauses at every table, for ever when it is to be killed; ``without`` the guard, it takes a book although another has it.
"""

from __future__ import annotations

import sys
import time

PAUSE, FOR_EVER = 0.1, 600.0  # seconds


def main(how: str) -> None:
    """Make the books of the database of the test."""
    from reports.models import Job
    from reports.tables import book

    hear = book._hear

    made = []

    def hear_slowly(job, done, **more):
        made.extend([done] if done else [])
        hear(job, done, **more)
        time.sleep(FOR_EVER if how == "killed" and done else PAUSE)

    book._hear = hear_slowly
    if how == "without":
        book._taken = lambda: Job.objects.filter(kind=book.KIND, finished_at=None).first()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    book.make_waiting_books()
    sys.stdout.write(f"{len(made)}\n")


if __name__ == "__main__":
    import django

    django.setup()
    main(sys.argv[1])
