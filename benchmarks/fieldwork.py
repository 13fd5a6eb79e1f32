"""How long the fieldwork screen takes with 211 cells and 100,000 interviews, page by page, and how many queries.

The wave is built by SQL: five days of field of people who complete, are turned away, break off, are screened out or refuse,
each in six cells and the total. The reader is logged in and asks as a browser does, so that session, person and templates count.
"""

from __future__ import annotations

import os
import statistics
import time
from itertools import product
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.study import store_study
from respondents.field.reading import READ
from respondents.models import Quota, QuotaCell
from surveys.models import Survey, Wave
from tests.worlds import SMALL, sheet

MILLISECONDS = 50.0
ROUNDS = 40
QUERIES = 3  # session, person, reading
INDEXES = ("interview_outcomes", "interview_completed", "interview_lengths", "interview_refused_by")
SIZES = {"sex": 2, "age": 6, "trade": 8, "region": 13}
PLANS = (("sex",), ("age",), ("trade",), ("region",), ("region", "age"), ("region", "trade"))
CONSENT = (
    "type,name,label::Français (fr),required,appearance,ends_if,ends_as",
    "begin_group,accueil,Bienvenue,,field-list,,",
    "select_one accord,consentement,Acceptez-vous ?,yes,consent,. = 'non',refused",
    "end_group,,,,,,",
)
PAGES = {"refresh": "live/", "page": ""}

# Who came: everything about a person follows from their number, so that the wave is the same at each run.
PEOPLE = """
INSERT INTO respondents_interview (id, wave_id, questionnaire_id, source_id, state, revision, cell_ids, language, is_test, imported,
  started_at, saved_at, ended_at, expires_at, device, page, refused_by)
SELECT gen_random_uuid(), %(wave)s, %(questionnaire)s, (%(sources)s::bigint[])[1 + n %% 3], state, 9,
  CASE WHEN state IN ('completed', 'quota_full', 'expired', 'reserved', 'removed') THEN ARRAY(
    SELECT c.id FROM bench_cells c
    WHERE c.sex IN (p.sex, -1) AND c.age IN (p.age, -1) AND c.trade IN (p.trade, -1) AND c.region IN (p.region, -1) ORDER BY c.id) ELSE '{}' END,
  'fr', n %% 400 = 7, false, began, began + length,
  CASE WHEN state NOT IN ('screening', 'reserved', 'expired') THEN began + length END,
  CASE WHEN state IN ('reserved', 'expired') THEN began + length + interval '10 minutes' END,
  (ARRAY['phone', 'computer', 'phone', 'tablet', ''])[1 + n %% 5],
  CASE WHEN n %% 9 = 0 THEN '' ELSE 'profil' END,
  CASE WHEN state = 'quota_full' THEN ARRAY[(SELECT c.id FROM bench_cells c WHERE c.trade = p.trade AND c.region = -1)] ELSE '{}' END
FROM (
  SELECT n, abs(hashint8(n)) %% 2 AS sex, abs(hashint8(n + 1000000)) %% 6 AS age, abs(hashint8(n + 2000000)) %% 8 AS trade,
    abs(hashint8(n + 3000000)) %% 13 AS region,
    now() - interval '5 days' * (n::float / %(people)s) AS began,
    make_interval(secs => 180 + abs(hashint8(n + 4000000)) %% 540) AS length,
    CASE WHEN n < 200 THEN (ARRAY['reserved', 'screening'])[1 + n %% 2]
      ELSE (ARRAY['completed', 'completed', 'completed', 'completed', 'quota_full', 'quota_full', 'expired', 'abandoned', 'screened_out',
        'refused', 'completed', 'completed', 'quota_full', 'expired', 'screened_out', 'completed', 'completed', 'abandoned', 'completed',
        'removed'])[1 + abs(hashint8(n + 5000000)) %% 20] END AS state
  FROM generate_series(1, %(people)s) AS n) p
"""

COUNT = """
WITH held AS (
  SELECT cell, count(*) FILTER (WHERE state = 'completed') AS filled, count(*) FILTER (WHERE state = 'reserved') AS reserved
  FROM respondents_interview, unnest(cell_ids) AS cell WHERE wave_id = %(wave)s AND NOT is_test GROUP BY cell)
UPDATE respondents_quotacell c SET filled = held.filled, reserved = held.reserved FROM held WHERE held.cell = c.id
"""


def run(people: int = 100_000) -> dict[str, float]:
    """Measure, for each page, ``server ms`` (processor time of the web process and of PostgreSQL, which another program on the
    machine hardly changes), the median time by the clock, and the ``queries``.

    Raises AssertionError when the server time exceeds its budget, when the queries are more than session, person and reading,
    or when the counts no longer come from their indexes.
    """
    call_command("collectstatic", interactive=False, verbosity=0)
    wave = build(people)
    client = _reader()
    found: dict[str, float] = {}
    for name, part in PAGES.items():
        address = f"/admin/fieldwork/{wave.pk}/{part}"
        for _ in range(3):  # what a process keeps is filled
            _milliseconds(client, address)
        began = _processor_ms()
        times = [_milliseconds(client, address) for _ in range(ROUNDS)]
        server = (_processor_ms() - began) / ROUNDS
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        found |= {f"{name} server ms": server, f"{name} median ms": statistics.median(times), f"{name} queries": len(queries)}
        assert len(queries) == QUERIES, f"the {name} asked {len(queries)} queries"
        assert server < MILLISECONDS, f"the {name} took {server:.1f} ms of the server, more than {MILLISECONDS:.0f}"
    _require_indexes(wave)
    return found


def _processor_ms() -> float:
    """Return the processor time spent so far by this process and by its PostgreSQL backend, in milliseconds."""
    connection.ensure_connection()
    fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])  # proc(5): utime and stime, the 14th and 15th
    return time.process_time() * 1000 + ticks * 1000 / os.sysconf("SC_CLK_TCK")


def _require_indexes(wave: Wave) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {READ}", {"wave": wave.pk})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    for index in INDEXES:
        assert f"Index Only Scan using {index}" in plan or f"Index Scan using {index}" in plan, f"{index} is not used"
    assert "Seq Scan on respondents_interview" not in plan, "interviews are read one by one"


def build(people: int) -> Wave:
    """Return a wave in the field with so many interviews, their cells counted."""
    wave = _wave()
    _cells(wave)
    sources = [wave.sources.get_or_create(code=code, defaults={"kind": "panel", "label": code})[0].pk for code in ("a", "b", "c")]
    values = {"wave": wave.pk, "questionnaire": wave.questionnaire_id, "sources": sources, "people": people}
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, values)
        cursor.execute(COUNT, values)
        cursor.execute("UPDATE respondents_interview SET cell_ids = '{}' WHERE is_test")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE respondents_interview, respondents_quotacell")
    return wave


def _wave() -> Wave:
    Survey.objects.filter(slug="terrain").delete()
    lists = [f"{name},{name}{n},{name} {n},{n + 1}," for name, size in SIZES.items() for n in range(size)]
    survey = [
        *CONSENT,
        "begin_group,profil,Vous,,field-list,,",
        *(f"select_one {name},{name},{name},yes,,," for name in SIZES),
        "end_group,,,,,,",
    ]
    sheets = {
        "settings": SMALL["settings"].replace("petite-etude", "terrain"),
        "survey": "\n".join(survey),
        "choices": "\n".join(["list_name,name,label::Français (fr),code,flags", "accord,oui,Oui,1,", "accord,non,Non,2,", *lists]),
        "bases": SMALL["bases"].partition("users,")[0],
        "waves": SMALL["waves"].replace(",sex\n", ",\n"),
    }
    wave: Wave = store_study({name: sheet(name, text) for name, text in sheets.items()}).waves.get(code="v1")
    wave.move_to("live")
    return wave


def _cells(wave: Wave) -> None:
    """The plans, and a table that says which categories each cell is about (-1: any)."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_cells (id bigint, sex int, age int, trade int, region int)")
    wave.quotas.all().delete()
    for row, variables in enumerate([*PLANS, ()], 2):
        quota = Quota.objects.create(wave=wave, row=row, name="_".join(variables) or Quota.TOTAL, variables=list(variables))
        for position, places in enumerate(product(*(range(SIZES[variable]) for variable in variables))):
            categories = [f"{variable}{place}" for variable, place in zip(variables, places, strict=True)]
            share = 1 / max(1, len(list(product(*(range(SIZES[variable]) for variable in variables)))))
            target = round(70_000 * share)
            cell = QuotaCell.objects.create(
                quota=quota, wave=wave, position=position, categories=categories, target=target, ceiling=2 * target
            )
            about = dict(zip(variables, places, strict=True))
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO bench_cells VALUES (%s, %s, %s, %s, %s)", [cell.pk, *(about.get(name, -1) for name in SIZES)])


def _reader() -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(get_user_model().objects.create_superuser("reader"))
    return client


def _milliseconds(client: Client, address: str) -> float:
    began = time.perf_counter()
    response = client.get(address)
    assert response.status_code == 200
    return (time.perf_counter() - began) * 1000
