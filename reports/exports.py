"""The completed interviews of a wave as a CSV file: one snapshot, one row per person, streamed chunk by chunk."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.core.cells import Cells, Shown
from reports.dataset import RecordsDisagree, count, snapshot
from respondents.core.record import CODE
from surveys.core.codebook import DONT_KNOW, NO_ANSWER, NOT_ASKED, REFUSED
from surveys.models import Wave

CHUNK = 2_000  # records in memory at a time
TIME_LIMIT = "120s"  # of one statement, where a web process allows a respondent's page ten seconds

# Interviews are numbered in their order of entry, whatever became of them, so that a number stays a person's own.
READ = """
SELECT p.number, to_char(p.started_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD HH24:MI:SS'),
  to_char(p.ended_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD HH24:MI:SS'), r.codes, r.extra::text
FROM (SELECT id, state, is_test, started_at, ended_at, row_number() OVER (ORDER BY id) AS number
      FROM respondents_interview WHERE wave_id = %(wave)s) p
JOIN respondents_record r ON r.interview_id = p.id AND r.counted
WHERE p.state = 'completed' AND NOT p.is_test
ORDER BY p.number
"""

ABOUT = ("interview", "started_at", "submitted_at")
CODES = {NOT_ASKED: "", **{code: str(code) for code in (NO_ANSWER, DONT_KNOW, REFUSED)}}
NAMES = {NOT_ASKED: "", NO_ANSWER: "no_answer", DONT_KNOW: "dont_know", REFUSED: "refused"}


@dataclass(frozen=True)
class CsvOptions:
    """How the file is written. ``shown`` says how choices appear; ``bom`` marks the file as UTF-8 for old Excel."""

    shown: Shown = "names"
    separator: str = ","
    bom: bool = False
    language: str = ""


def file_name(wave: Wave) -> str:
    """Return a plain name for the file, which says it when the answers are invented."""
    return f"{wave.survey.slug}-{wave.code}{'-demonstration' if wave.survey.is_demonstration else ''}.csv"


def export_csv(wave: Wave, path: Path, options: CsvOptions) -> int:
    """Write the file beside ``path``, move it there once whole, and return its number of people. Raises RecordsDisagree, OSError."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # readable by its owner only: these are answers
    try:
        with os.fdopen(handle, "wb") as file:
            people = write_csv(wave, file, options)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return people


def write_csv(wave: Wave, file: IO[bytes], options: CsvOptions) -> int:
    """Write one row per completed interview that counts, and return their number. Raises RecordsDisagree.

    Columns: the interview's number in its wave, when it began and ended in the wave's time zone, what kind of data it is
    when it is invented, then every variable of the codebook in order.
    """
    assert wave.questionnaire is not None, "an external wave has figures only"
    text = io.TextIOWrapper(file, encoding="utf-8-sig" if options.bom else "utf-8", newline="", write_through=False)
    writer = csv.writer(text, delimiter=options.separator, lineterminator="\r\n")
    codebook = wave.questionnaire.codebook()
    kind = [wave.survey.data_kind] if wave.survey.is_demonstration else []
    writer.writerow([*ABOUT, *(["data_kind"] if kind else []), *(variable.name for variable in codebook.variables)])
    cells = Cells(codebook, options.shown, _reserved(options), language=options.language, default_language=wave.survey.default_language)
    people = 0
    with snapshot():
        expected = count(wave).n
        for chunk in _chunks(wave):
            about = ([*row[:3], *kind] for row in chunk)
            matrix = _matrix(wave, chunk, len(codebook))
            extras = [json.loads(row[4]) if row[4] != "{}" else {} for row in chunk]
            writer.writerows((*who, *answers) for who, answers in zip(about, cells.rows(matrix, extras), strict=True))
            people += len(chunk)
    text.flush()
    text.detach()
    if people != expected:
        raise RecordsDisagree(f"{wave}: {expected} completed interviews, {people} records.")
    return people


def _chunks(wave: Wave) -> Iterator[list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{TIME_LIMIT}'")
    with connection.chunked_cursor() as cursor:
        cursor.execute(READ, {"wave": wave.pk, "zone": wave.time_zone})
        while chunk := cursor.fetchmany(CHUNK):
            yield chunk


def _matrix(wave: Wave, chunk: list[tuple[Any, ...]], width: int) -> np.ndarray[Any, np.dtype[np.int16]]:
    packed = b"".join(bytes(row[3]) for row in chunk)
    if len(packed) != len(chunk) * width * CODE.itemsize or any(len(row[3]) != width * CODE.itemsize for row in chunk):
        raise RecordsDisagree(f"{wave}: a record has not the {width} positions of the codebook.")
    return np.frombuffer(packed, dtype=CODE).reshape(len(chunk), width)


def _reserved(options: CsvOptions) -> Mapping[int, str]:
    if options.shown != "labels":
        return NAMES if options.shown == "names" else CODES
    with override(options.language):
        return {NOT_ASKED: "", NO_ANSWER: _("No answer"), DONT_KNOW: _("Don't know"), REFUSED: _("Refused")}
