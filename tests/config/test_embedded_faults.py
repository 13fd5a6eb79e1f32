"""What the embedded services survive: kills, stale files, full disks, folders closed to ordinary users."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import state
from tests.config.houses import ROOT, environment, one_process, processes_of, run_with_services, start, wait_for

pytestmark = pytest.mark.faults
as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can hand the services to another user")


def _start_waiting(house):
    code = "import time, pathlib, os; pathlib.Path(os.environ['BAROMETRE_STATE'], 'ready').touch(); time.sleep(100)"
    running = start("-m", "config.embedded", "exec", "--", sys.executable, "-c", code, folder=house)
    wait_for((house / "ready").exists)
    return running


def test_a_second_run_in_the_same_folder_says_so_and_starts_nothing(house):
    first = _start_waiting(house)

    second = run_with_services(house, "print('started')")

    assert second.returncode == 1
    assert second.stderr == f"Baromètre already runs in {house} (process {first.pid}).\n"
    first.terminate()
    first.wait()
    wait_for(lambda: processes_of(house) == {})


def test_the_next_run_takes_over_from_one_that_was_killed(house):
    run_with_services(house, "sql('CREATE TABLE kept AS SELECT 2032 AS people')")
    killed = _start_waiting(house)
    old = one_process(house, "bin/postgres")
    killed.kill()
    killed.wait()
    assert old in processes_of(house)

    ran = run_with_services(house, "print(sql('SELECT people FROM kept'))")

    assert (ran.stdout, ran.stderr) == ("2032\n", "")
    assert not any("postgres" in command or "valkey" in command for command in processes_of(house).values())


def test_a_killed_postgresql_recovers_at_the_next_start(house):
    code = """
import signal, pathlib
sql("CREATE TABLE kept AS SELECT 2032 AS people")
os.kill(int((pathlib.Path(os.environ["BAROMETRE_STATE"]) / "postgresql" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
"""
    run_with_services(house, code)

    assert run_with_services(house, "print(sql('SELECT people FROM kept'))").stdout == "2032\n"


def test_a_stale_pid_file_naming_a_living_stranger_is_no_obstacle(house):
    run_with_services(house, "sql('CREATE TABLE kept AS SELECT 2032 AS people')")
    owner = (house / "postgresql").stat().st_uid
    stranger = subprocess.Popen(["sleep", "100"], **({"user": owner} if os.getuid() == 0 else {}))
    pid_file = house / "postgresql" / "postmaster.pid"
    pid_file.write_text(f"{stranger.pid}\n{house}/postgresql\n1700000000\n5432\n/tmp\n\n 1 1\nready\n")
    pid_file.chmod(0o600)
    os.chown(pid_file, owner, -1)

    ran = run_with_services(house, "print(sql('SELECT people FROM kept'))")

    assert (ran.stdout, ran.stderr) == ("2032\n", "")
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_start_cut_short_leaves_no_half_made_data(house):
    draft = house / "postgresql.draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")

    assert run_with_services(house, "print(sql('SELECT 1'))").stdout == "1\n"


def test_a_folder_with_something_else_in_it_is_left_alone(house):
    (house / "postgresql").mkdir(parents=True)
    (house / "postgresql" / "my thesis.odt").write_text("précieux")

    ran = run_with_services(house, "")

    assert ran.returncode == 1
    assert ran.stderr == f"PostgreSQL could not make its data folder {house}/postgresql: there is something else in it.\n"
    assert (house / "postgresql" / "my thesis.odt").read_text() == "précieux"


@as_root
def test_a_full_disk_is_one_sentence(house):
    house.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m,mode=755", "tmpfs", str(house)], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        ran = run_with_services(house, "")
    finally:
        subprocess.run(["umount", str(house)], check=True)

    assert ran.returncode == 1
    assert ran.stderr == f"There is no space left on the disk of {house}/postgresql.\n"


@as_root
def test_root_hands_the_services_to_an_ordinary_user(house):
    code = """
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(os.stat(f"/proc/{connection.info.backend_pid}").st_uid != 0)
"""
    ran = run_with_services(house, code)

    assert ran.stdout == "True\n"
    assert (house / "postgresql").stat().st_uid != 0
    assert stat.S_IMODE(house.parent.parent.stat().st_mode) == 0o755


@as_root
def test_behind_a_closed_folder_data_and_programs_move_to_the_system_state(house):
    house.parent.parent.chmod(0o700)
    run_with_services(house, "sql('CREATE TABLE kept AS SELECT 2032 AS people')")

    ran = run_with_services(house, "print(sql('SELECT people FROM kept'), sql('SHOW data_directory'))")

    elsewhere = Path("/var/lib") / f"barometre-{state.fingerprint(house)}"
    assert (ran.stdout, ran.stderr) == (f"2032 {elsewhere}/postgresql\n", "")
    assert stat.S_IMODE(house.parent.parent.stat().st_mode) == 0o700
    assert processes_of(house) == {}


@as_root
def test_data_that_fell_out_of_reach_are_not_replaced_by_empty_ones(house):
    run_with_services(house, "sql('CREATE TABLE kept AS SELECT 2032 AS people')")
    house.parent.parent.chmod(0o700)

    ran = run_with_services(house, "print('started')")

    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr.startswith(f"The data in {house} belong to ")
    assert ran.stderr.endswith("(chmod o+x), or start as their owner.\n")


@as_root
def test_an_ordinary_user_needs_no_root(house):
    python = shutil.which("python3", path="/usr/bin")
    libraries = next((ROOT / ".venv" / "lib").glob("python3.*/site-packages"), None)
    ours = {"PYTHONPATH": str(libraries), "PYTHONDONTWRITEBYTECODE": "1"}
    if (
        python is None
        or subprocess.run([python, "-c", "import django, psycopg, redis"], env=ours, stderr=subprocess.DEVNULL, check=False).returncode
    ):
        pytest.skip("no Python that an ordinary user reaches and that knows our libraries")
    house.parent.chmod(0o777)
    command = [python, "-m", "config.embedded", "exec", "--", python, "-c", "import os; print(os.getuid(), os.environ['DATABASE_URL'])"]

    ran = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(house, **ours),
        user="nobody",
        capture_output=True,
        text=True,
        check=False,
    )

    shutil.rmtree(f"/tmp/bm-65534-{state.fingerprint(house)}", ignore_errors=True)
    assert ran.stderr == ""
    assert ran.stdout.startswith("65534 postgresql:///barometre?host=%2Ftmp%2Fbm-65534-")
    assert processes_of(house) == {}


def test_terminating_the_run_stops_the_services(house):
    running = _start_waiting(house)

    running.send_signal(signal.SIGTERM)

    assert running.wait(30) == 128 + signal.SIGTERM
    wait_for(lambda: processes_of(house) == {})


@pytest.mark.parametrize("signals", [[signal.SIGTERM] * 20, [signal.SIGHUP]], ids=["told again and again", "terminal closed"])
def test_the_services_stop_however_the_run_is_told_to_leave(house, signals):
    running = _start_waiting(house)

    for number in signals:  # a group of processes that is told to leave tells each other again
        running.send_signal(number)
        time.sleep(0.01)

    assert running.wait(30) == 128 + signals[0]
    assert processes_of(house) == {}
