"""Sixty-four people for fifty places, in four processes: fifty complete, and nobody is turned away late."""

import json
import os
import subprocess
import sys
from urllib.parse import urlencode

import pytest
from django.db import connection

from respondents.audit import audit
from respondents.models import QuotaCell
from tests.worlds import open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

PROCESSES, EACH, PLACES = 4, 16, 50


def test_64_people_for_50_places_make_50_completions_and_nobody_is_turned_away_late():  # checks 1, 5
    wave = open_wave(places=PLACES)
    stories = crowd()
    outcomes = [story["outcome"] for story in stories]
    assert (outcomes.count("completed"), outcomes.count("quota_full")) == (PLACES, PROCESSES * EACH - PLACES)
    assert all(story["pages"] == ["profil"] for story in stories if story["outcome"] == "quota_full")
    assert filled(wave) == {"F": PLACES, "H": 0, "total": PLACES}
    assert audit(wave) == []


def test_the_same_crowd_without_the_lock_is_oversold():  # check 2: the control; the two guards taken away
    wave = open_wave(places=PLACES)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE respondents_quotacell DROP CONSTRAINT quota_cap")
    try:
        stories = crowd("--without-lock")
        assert [story["outcome"] for story in stories].count("completed") > PLACES
        assert filled(wave)["total"] > PLACES
        assert "counters" in {difference.check for difference in audit(wave)}
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE respondents_quotacell SET ceiling = greatest(ceiling, reserved + filled)")
            cursor.execute("ALTER TABLE respondents_quotacell ADD CONSTRAINT quota_cap CHECK (ceiling >= reserved + filled)")


def filled(wave):
    """Return the completed places of each cell."""
    return {"".join(cell.categories) or "total": cell.filled for cell in QuotaCell.objects.filter(wave=wave)}


def crowd(*options: str) -> list[dict]:
    """Let the crowd in, in processes of their own on the test database, and return everybody's story."""
    environment = {**os.environ, "DATABASE_URL": database_url_of_tests()}
    command = [sys.executable, "-m", "tests.concurrency.crowd", str(EACH), *options]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, env=environment, **pipes) for _ in range(PROCESSES)]
    for process in processes:
        process.stdin.write("start\n")
        process.stdin.flush()
    stories = []
    for process in processes:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        stories += json.loads(output)
    return stories


def database_url_of_tests() -> str:
    """Return the address of the database of this test, for another process."""
    settings = connection.settings_dict
    parameters = {"host": settings["HOST"], "user": settings["USER"], "port": settings["PORT"], "password": settings["PASSWORD"]}
    return f"postgresql:///{settings['NAME']}?{urlencode({name: value for name, value in parameters.items() if value})}"
