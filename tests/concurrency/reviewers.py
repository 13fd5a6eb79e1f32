"""A reviewer in a process of its own: `python -m tests.concurrency.reviewers WAVE SEED [--without-lock]`.

Removes, brings back, and lets new people in, in an order of its own, as fast as it can. With --without-lock it brings one
interview back, looking for room without locking it; a pause stands between the look and the taking in both variants.
"""

import os
import random
import sys
from collections import Counter

import django

ROUNDS = 40
LOOK, PAUSED_LOOK = "verdict AS MATERIALIZED (SELECT id,", "verdict AS MATERIALIZED (SELECT id, pg_sleep(0.3)::text AS pause,"
LOCK = "ORDER BY id FOR NO KEY UPDATE"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.contrib.auth import get_user_model
    from django.http import HttpRequest

    from respondents.models import Interview
    from respondents.quality import reviewing
    from surveys.models import Wave
    from tests.respondents.stage import Stage

    wave, dice = Wave.objects.get(pk=int(sys.argv[1])), random.Random(int(sys.argv[2]))
    request = HttpRequest()
    request.user = get_user_model().objects.get(username="reviewer")
    reviewing.wake = lambda wave_id: None  # no broker here
    assert LOOK in reviewing.RESTORE
    assert LOCK in reviewing.RESTORE
    print("ready", flush=True)
    sys.stdin.readline()
    if "--one" in sys.argv:
        reviewing.RESTORE = reviewing.RESTORE.replace(LOOK, PAUSED_LOOK)
        if "--without-lock" in sys.argv:
            reviewing.RESTORE = reviewing.RESTORE.replace(LOCK, "ORDER BY id")
        was_removed = Interview.objects.filter(reviews__verdict="removed").distinct()  # the same whoever is back already
        removed = was_removed.order_by("pk")[int(sys.argv[2])]
        print(attempt(reviewing.restore, request, removed, reason="sound after all"))
        return
    done = Counter()
    for _ in range(ROUNDS):
        act = dice.choice(["remove", "remove", "restore", "enter"])
        if act == "enter":
            stage = Stage(wave)
            person = stage.enter()
            done["entered"] += stage.claim(person) == "reserved" and stage.complete(person) == "completed"
            continue
        found = list(Interview.objects.filter(state="completed" if act == "remove" else "removed"))
        if found:
            verb = reviewing.remove if act == "remove" else reviewing.restore
            done[act] += attempt(verb, request, dice.choice(found), reason="load")
    print(done["remove"], done["restore"], done["entered"])


def attempt(verb, request, interview, *, reason: str) -> bool:
    from django.core.exceptions import ValidationError

    try:
        verb(request, interview, reason=reason)
    except ValidationError:
        return False
    return True


if __name__ == "__main__":
    main()
