"""What a reader waits for and what travels: the report drawn, read again, asked for again unchanged, and a figure's picture.

On the reference study with its whole panel interviewed, through Django's own test client: no network, no server.
"""

from __future__ import annotations

import gzip
import statistics
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from reports.aggregation import aggregate
from reports.study import load_study
from tests.reports.panel import SAMPLE, interview, people

PAGE = "/results/numerique-en-sante/2023/"
ASSETS = ("surveys/public.css", "reports/results.css", "reports/citing.js")
BYTES = 100_000  # the page with all that it needs, not even compressed
QUERIES = 2  # of a page read again
AGAIN = 20.0  # milliseconds of a page read again, drawn before
TIMES = 30


PLAIN = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@override_settings(STORAGES=PLAIN, ALLOWED_HOSTS=["testserver"])
def run() -> dict[str, float]:
    """Measure, in milliseconds, the ``first`` page of a process, one ``drawn`` after it, one read ``again`` (median) and asked for ``unchanged`` (median),
    a figure's ``png`` and ``svg`` drawn; ``bytes`` that travel compressed and ``plain``; ``queries`` of a page read again.

    Raises AssertionError when the page weighs more, asks more or takes longer than it may.
    """
    wave = load_study(SAMPLE).waves.select_related("survey", "questionnaire").get(code="2023")
    wave.move_to("live")
    interview(wave, people())
    aggregate(wave)
    wave.move_to("closed")
    found: dict[str, float] = {}
    page = _first("first", PAGE, found)
    _first("drawn", f"{PAGE}?lang=en", found)
    _first("svg", f"{PAGE}figures/appointment.svg", found)
    _first("png", f"{PAGE}figures/appointment.png", found)
    found["again"] = statistics.median(_milliseconds() for _ in range(TIMES))
    found["unchanged"] = statistics.median(_milliseconds(page["ETag"]) for _ in range(TIMES))
    parts = [page.content, *(Path(str(finders.find(name))).read_bytes() for name in ASSETS)]
    found["plain"] = sum(len(part) for part in parts)
    found["bytes"] = sum(len(gzip.compress(part)) for part in parts)
    with CaptureQueriesContext(connection) as asked:
        Client().get(PAGE)
    found["queries"] = len(asked)
    assert found["plain"] < BYTES, f"the report weighs {found['plain']:.0f} bytes, more than {BYTES}"
    assert found["queries"] <= QUERIES, f"a page read again asked {found['queries']:.0f} queries, more than {QUERIES}"
    assert found["again"] < AGAIN, f"a page read again took {found['again']:.1f} ms, more than {AGAIN}"
    return found


def _first(name: str, address: str, found: dict[str, float]) -> Any:
    began = time.perf_counter()
    response = Client().get(address)
    found[name] = 1_000 * (time.perf_counter() - began)
    assert response.status_code == 200, f"{address} answered {response.status_code}"
    return response


def _milliseconds(etag: str = "") -> float:
    began = time.perf_counter()
    Client().get(PAGE, headers={"If-None-Match": etag} if etag else {})
    return 1_000 * (time.perf_counter() - began)
