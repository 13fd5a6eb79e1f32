"""The embedded services: started for a command, stopped after it, private to one user."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import psycopg
import redis

from config import state
from tests.config.houses import processes_of, run_with_services


def test_a_command_finds_both_services_and_leaves_nothing_running(house):
    ran = run_with_services(house, "import redis; print(sql('SELECT 6 * 7'), redis.Redis.from_url(os.environ['REDIS_URL']).ping())")

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "42 True\n", "")
    assert processes_of(house) == {}


def test_the_exit_code_of_the_command_is_ours(house):
    assert run_with_services(house, "raise SystemExit(7)").returncode == 7


def test_data_are_kept_from_one_run_to_the_next(house):
    run_with_services(house, "sql('CREATE TABLE kept AS SELECT 2032 AS people')")

    assert run_with_services(house, "print(sql('SELECT people FROM kept'))").stdout == "2032\n"


def test_nobody_else_on_the_machine_enters(house):
    code = "print(oct(os.stat(os.environ['REDIS_URL'][7:].partition('/valkey')[0]).st_mode & 0o777)); print(sql('SHOW listen_addresses') == '')"
    ran = run_with_services(house, code)

    assert ran.stdout == "0o700\nTrue\n"
    assert stat.S_IMODE((house / "postgresql").stat().st_mode) == 0o700


def test_what_is_acknowledged_is_on_disk(house):
    code = "print([sql(f'SHOW {name}') for name in ('fsync', 'synchronous_commit', 'full_page_writes')])"

    assert run_with_services(house, code).stdout == "['on', 'on', 'on']\n"


def test_no_answer_is_written_to_the_server_log(house):
    code = """
sql("CREATE TABLE answers (age int CHECK (age > 17))")
for statement in ("INSERT INTO answers VALUES (-4242)", "SELECT 'mon-secret' / 0"):
    try: sql(statement)
    except psycopg.Error: pass
"""
    run_with_services(house, code)

    log = (house / "log" / "postgresql.log").read_text()
    assert "violates check constraint" in log
    assert "4242" not in log
    assert "mon-secret" not in log.replace('invalid input syntax for type integer: "mon-secret"', "")


def test_names_keep_their_accents_and_order_is_the_same_everywhere(house):
    code = "print(sql(\"SELECT upper('élève') || ' ' || current_setting('server_encoding') || ' ' || datcollate FROM pg_database WHERE datname = 'barometre'\"))"

    assert run_with_services(house, code).stdout == "ÉLÈVE UTF8 C.UTF-8\n"


def test_services_given_by_address_are_not_started(house):
    ran = run_with_services(
        house, "print(os.environ['DATABASE_URL'])", DATABASE_URL="postgresql://elsewhere/db", REDIS_URL="redis://elsewhere"
    )

    assert ran.stdout == "postgresql://elsewhere/db\n"
    assert not (house / "postgresql").exists()
    assert not state.sockets(house).exists()


def test_a_socket_folder_that_belongs_to_another_is_refused(house):
    folder = state.sockets(house)
    folder.symlink_to("/tmp")

    ran = run_with_services(house, "print('started')")

    folder.unlink()
    assert ran.returncode == 1
    assert ran.stderr == f"{folder} exists and belongs to another user: remove it, then start again.\n"


def test_data_of_another_major_version_are_left_alone(house):
    run_with_services(house, "")
    (house / "postgresql" / "PG_VERSION").write_text("16\n")

    ran = run_with_services(house, "print('started')")

    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr == (
        f"The data in {house}/postgresql were made by PostgreSQL 16 and this is PostgreSQL 18: "
        "dump them with the old version and restore them with this one.\n"
    )


def test_the_addresses_of_a_folder_lead_to_its_services(house):
    code = f"""
import redis, time
sql("CREATE TABLE here (x int)")
redis.Redis.from_url("{state.redis_url(house)}").set("wave", "2023")
print(psycopg.connect("{state.database_url(house)}").execute("SELECT count(*) FROM here").fetchone()[0])
"""
    assert run_with_services(house, code).stdout == "0\n"


def test_the_services_of_the_tests_are_not_shared():
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        assert client.ping() is True
    assert Path(state.folder()).is_absolute()
