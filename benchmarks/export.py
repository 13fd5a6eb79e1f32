"""How long 100,000 completed interviews of 60 variables take to become a weighted CSV file, and how much memory that adds.

It keeps a study of its own in the database and deletes the interviews it made. The export runs in a process of its own,
so that the growth of its memory is the export's and nothing else's.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import django
import numpy as np
from django.db import connection

from reports.exports import CsvOptions, export_csv
from reports.study import store_study
from respondents.core.record import CODE
from surveys.core.codebook import IN_EXTRA, NOT_ASKED, Codebook
from surveys.core.identifiers import uuid7
from surveys.core.workbook import sheet_of
from surveys.models import Survey, Wave

SECONDS, MEGABYTES = 5.0, 60.0
SINGLES, TICKS = 40, 16  # with sex, a number and two texts: 60 variables
WORDS = ("", "c’est pratique", "=1+1", "trop de démarches, et trop lentes ; je préfère le téléphone")


def run(people: int = 100_000) -> dict[str, float]:
    """Measure ``seconds``, ``megabytes`` of growth of the exporting process and ``file_megabytes``.

    Raises AssertionError when the file has not one row per person or when a budget is exceeded.
    """
    wave = _wave()
    try:
        _fill(wave, people)
        with tempfile.TemporaryDirectory() as folder, multiprocessing.get_context("spawn").Pool(1, django.setup) as process:
            path = Path(folder) / "interviews.csv"
            seconds, megabytes, written = process.apply(export_alone, (wave.pk, path))
            rows = len(path.read_text(encoding="utf-8").splitlines()) - 1
            found = {"seconds": seconds, "megabytes": megabytes, "file_megabytes": path.stat().st_size / 1e6}
    finally:
        _empty(wave)
    assert written == rows == people, f"{people} interviews, {written} written, {rows} rows"
    assert seconds < SECONDS, f"{people} interviews took {seconds:.1f} s, more than {SECONDS} s"
    assert megabytes < MEGABYTES, f"{people} interviews took {megabytes:.0f} MB, more than {MEGABYTES} MB"
    return found


def export_alone(wave_id: int, path: Path) -> tuple[float, float, int]:
    """Export a wave from this fresh process; return the seconds, the megabytes its memory grew by and the people written."""
    wave = Wave.objects.select_related("survey", "questionnaire").get(pk=wave_id)
    wave.questionnaire.codebook()  # read once per process, whatever it exports
    before, began = _peak(), time.perf_counter()
    people = export_csv(wave, path, CsvOptions())
    return time.perf_counter() - began, _peak() - before, people


def _peak() -> float:
    """The most memory this process ever held, in megabytes; Linux's ru_maxrss would count the process it was started by."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS counts in bytes
    return next(int(line.split()[1]) / 1e3 for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def _wave() -> Wave:
    """The study of this measure, loaded if it is not there yet, and open."""
    if not Survey.objects.filter(slug="mesure-export").exists():
        store_study({name: sheet_of(name, list(rows[0]), enumerate(rows, 2)) for name, rows in _sheets().items()})
    wave = Wave.objects.select_related("survey", "questionnaire").get(survey__slug="mesure-export")
    if wave.state == Wave.State.DRAFT:
        wave.move_to(Wave.State.LIVE)
    return wave


def _sheets() -> dict[str, list[dict[str, str]]]:
    def line(kind: str, name: str = "", **cells: str) -> dict[str, str]:
        blank = {"label::Français (fr)": name and name.capitalize(), "required": "", "appearance": "", "ends_if": "", "ends_as": ""}
        return {"type": kind, "name": name, **blank, **cells}

    asked = [line("select_one sexe", "sex", required="yes")]
    asked += [line("select_one accord", f"q{number}") for number in range(1, SINGLES + 1)]
    asked += [line("select_multiple services", "services"), line("integer", "fois"), line("text", "pourquoi"), line("text", "autre")]
    consent = [
        line("begin_group", "accueil"),
        line("select_one oui_non", "accord", required="yes", appearance="consent", ends_if=". = 'non'", ends_as="refused"),
        line("end_group"),
    ]
    lists = {
        "oui_non": ["oui", "non"],
        "sexe": ["H", "F"],
        "accord": ["1", "2", "3", "4", "8"],
        "services": [f"s{n}" for n in range(TICKS)],
    }
    label = "label::Français (fr)"
    return {
        "settings": [{"form_title": "Mesure", "form_id": "mesure-export", "version": "1", "default_language": "Français (fr)"}],
        "survey": [*consent, line("begin_group", "page"), *asked, line("end_group")],
        "choices": [{"list_name": name, "name": choice, label: choice} for name, choices in lists.items() for choice in choices],
        "bases": [{"code": "all", "subject::Français (fr)": "des personnes", "base_line::Français (fr)": "Ensemble", "condition": ""}],
        "waves": [{"code": "1", label: "1", "kind": "own", "starts": "2026-01-05", "ends": "2026-01-09", "target": "100000",
                   "ceiling": "100000", "questionnaire_version": "1", "weighting": "sex"}],
        "margins": [{"wave": "1", "variable": "sex", "category": sex, "percent": "50", "source": "–"} for sex in ("H", "F")],
    }  # fmt: skip


def _fill(wave: Wave, people: int) -> None:
    codebook = wave.questionnaire.codebook()
    assert len(codebook) == 60, f"{len(codebook)} variables"
    ids = [uuid7() for _ in range(people)]
    now = "2026-01-06 09:00:00+00"
    with connection.cursor() as cursor:
        columns = "id, wave_id, questionnaire_id, state, revision, cell_ids, language, is_test, imported, started_at, saved_at, ended_at"
        with cursor.copy(f"COPY respondents_interview ({columns}) FROM STDIN") as copy:
            for one in ids:
                copy.write_row((one, wave.pk, wave.questionnaire_id, "completed", 9, "{}", "fr", False, False, now, now, now))
        with cursor.copy("COPY respondents_record (id, wave_id, interview_id, codes, extra, counted) FROM STDIN") as copy:
            for one, (codes, extra) in zip(ids, _records(codebook, people), strict=True):
                copy.write_row((uuid7(), wave.pk, one, codes, json.dumps(extra), True))
        cursor.execute("ANALYZE respondents_interview, respondents_record")


def _records(codebook: Codebook, people: int) -> Iterator[tuple[bytes, dict[str, str]]]:
    """Random answers: half of the people say in words what they think, one in ten was not asked every other question."""
    random = np.random.default_rng(1)
    matrix = np.empty((people, len(codebook)), dtype=CODE)
    for position, variable in enumerate(codebook.variables):
        codes = [0, 1] if variable.choice else [choice.code for choice in variable.question.choices] or list(range(30))
        matrix[:, position] = random.choice(codes, people)
    matrix[::10, 2:40:2] = NOT_ASKED
    texts = [codebook.position[name] for name in ("pourquoi", "autre")]
    matrix[:, texts] = NOT_ASKED
    matrix[::2, texts] = IN_EXTRA
    for number, codes in enumerate(matrix):
        said = {"pourquoi": WORDS[number // 2 % 3 + 1], "autre": WORDS[number % 3 + 1]} if number % 2 == 0 else {}
        yield codes.tobytes(), said


def _empty(wave: Wave) -> None:
    with connection.cursor() as cursor:
        for table in ("respondents_record", "respondents_interview"):
            cursor.execute(f"DELETE FROM {table} WHERE wave_id = %s", [wave.pk])
