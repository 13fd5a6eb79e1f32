"""What every test may lean on: test settings, a Valkey database per worker, a browser, a real server."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config import state
from tests.config.houses import kill_all

CHROMIUM = Path("/usr/bin/chromium")
QUIET_CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure() -> None:
    """Give each xdist worker a Valkey database of its own, and templates the plain names of static files."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    separator = "?db=" if settings.REDIS_URL.startswith("unix://") else "/"
    address = settings.REDIS_URL.rpartition(separator)[0]
    settings.REDIS_URL = os.environ["REDIS_URL"] = f"{address}{separator}{1 + int(worker)}"
    settings.CELERY_BROKER_URL = settings.REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud, at the end of the run, that the browser tests did not run."""
    if not CHROMIUM.exists():
        terminalreporter.section("BROWSER TESTS WERE SKIPPED", yellow=True, bold=True)
        terminalreporter.write_line(f"{CHROMIUM} is missing; on Debian or Ubuntu: apt install chromium")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, dropped at the end although a killed process's session may still be on its way out of it."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def _chromium():
    if not CHROMIUM.exists():
        pytest.skip(f"no browser: {CHROMIUM} is missing")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's sync calls run inside a loop of its own
    with sync_playwright() as playwright:
        driver = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET_CHROMIUM)
        yield driver
        driver.close()


@pytest.fixture
def browser(_chromium):
    """A fresh browser that speaks French, as a Playwright context: ``page = browser.new_page()``."""
    context = _chromium.new_context(locale="fr-FR")
    yield context
    context.close()


@pytest.fixture
def house():
    """A state folder in a path with spaces and accents, open to ordinary users; nothing of it survives the test."""
    parent = Path(tempfile.mkdtemp(prefix="bm-test-", dir="/tmp"))
    parent.chmod(0o755)
    folder = parent / "une étude à part" / "var"
    folder.parent.mkdir()
    yield folder
    kill_all(folder)
    for made in (parent, state.sockets(folder), Path("/var/lib") / f"barometre-{state.fingerprint(folder)}"):
        shutil.rmtree(made, ignore_errors=True)
