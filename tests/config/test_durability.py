"""What the database must promise before it may hold answers.  # check 17"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import quote

import psycopg
import pytest

from config.durability import refusal
from tests.config.houses import ROOT, environment

DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_version_num": "180004"}


class Settings:
    """A database that answers with these settings."""

    def __init__(self, **settings):
        self.settings = DURABLE | settings

    def execute(self, query):
        pass

    def fetchall(self):
        return list(self.settings.items())


@contextmanager
def connection(**settings):
    """A real connection whose own settings are these."""
    given = " ".join(f"-c {name}={value}" for name, value in settings.items())
    with psycopg.connect(os.environ["DATABASE_URL"], options=given) as real, real.cursor() as cursor:
        yield cursor


def address(**settings):
    given = quote(" ".join(f"-c {name}={value}" for name, value in settings.items()))
    return f"{os.environ['DATABASE_URL']}&options={given}"


def load_the_web(folder, url):
    """Load the web application as granian does, with the database at this address."""
    return subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=ROOT,
        env=environment(folder, DATABASE_URL=url),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_embedded_database_may_hold_answers():
    with connection() as cursor:
        assert refusal(cursor) is None


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_database_that_may_lose_answers_is_refused_by_the_setting_s_name(setting):
    assert str(refusal(Settings(**{setting: "off"}))) == (
        f"The database runs with {setting} = off and could lose answers it has acknowledged: turn it on, then start again."
    )


@pytest.mark.parametrize("value", ["local", "remote_write", "remote_apply"])
def test_a_commit_that_waits_for_the_disk_of_this_machine_at_least_is_accepted(value):
    with connection(synchronous_commit=value) as cursor:
        assert refusal(cursor) is None


def test_a_setting_of_the_address_alone_counts():
    with connection(synchronous_commit="off") as cursor:
        assert refusal(cursor).values == {"setting": "synchronous_commit"}


def test_an_old_postgresql_is_refused():
    assert str(refusal(Settings(server_version_num="140012"))) == "The database is PostgreSQL 14; Baromètre needs PostgreSQL 15 or later."
    assert refusal(Settings(server_version_num="150000")) is None


def test_the_web_does_not_start_on_a_database_that_may_lose_answers(tmp_path):
    refused = load_the_web(tmp_path, address(synchronous_commit="off"))

    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].endswith(
        "The database runs with synchronous_commit = off and could lose answers it has acknowledged: turn it on, then start again."
    )
    assert load_the_web(tmp_path, os.environ["DATABASE_URL"]).returncode == 0


def test_the_web_starts_before_its_database_and_waits_for_it(tmp_path):
    assert load_the_web(tmp_path, "postgresql:///barometre?host=/nowhere&user=postgres").returncode == 0


def test_up_refuses_such_a_database_in_one_sentence(tmp_path):
    ran = subprocess.run(
        [sys.executable, "manage.py", "up", "--port", "8099"],
        cwd=ROOT,
        env=environment(tmp_path, DATABASE_URL=address(synchronous_commit="off"), REDIS_URL=os.environ["REDIS_URL"]),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr == (
        "CommandError: The database runs with synchronous_commit = off and could lose answers it has acknowledged: "
        "turn it on, then start again.\n"
    )


@pytest.mark.django_db
def test_health_is_down_on_such_a_database(client):
    from django.db import connection as ours

    assert client.get("/health/").json() == {"status": "ok", "database": True, "valkey": True}
    with ours.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")

    answer = client.get("/health/")

    assert answer.status_code == 503
    assert json.loads(answer.content) == {"status": "down", "database": False, "valkey": True}


@pytest.mark.django_db
def test_without_valkey_the_service_is_degraded_and_still_there(client, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock?db=1"

    answer = client.get("/health/")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
