"""The completed interviews of a wave as a CSV file: one snapshot, one row per person, streamed chunk by chunk."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.core.cells import Cells, Shown
from reports.core.computation import combine, single_columns
from reports.dataset import COUNTED, RecordsDisagree, as_ours, count_by_version, snapshot
from reports.weightings.raking import main_plan, weigh
from respondents.core.importing import LEFT_EMPTY
from respondents.core.record import CODE, Codes, columns
from respondents.core.seen import columns_seen
from surveys.core.codebook import DONT_KNOW, NO_ANSWER, NOT_ASKED, REFUSED, Codebook
from surveys.models import Wave

CHUNK = 2_000  # records in memory at a time
TIME_LIMIT = "120s"  # of one statement, where a web process allows a respondent's page ten seconds

# Interviews are numbered in their order of entry, whatever became of them, so that a number stays a person's own.
READ = """
SELECT p.number, to_char(p.started_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD HH24:MI:SS'),
  to_char(p.ended_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD HH24:MI:SS'), p.questionnaire_id, r.codes, r.extra::text
FROM (SELECT id, state, is_test, questionnaire_id, started_at, ended_at, row_number() OVER (ORDER BY id) AS number
      FROM respondents_interview WHERE wave_id = %(wave)s) p
JOIN respondents_record r ON r.interview_id = p.id AND r.counted
WHERE p.state = 'completed' AND NOT p.is_test
ORDER BY p.number
"""

ABOUT = ("interview", "started_at", "submitted_at")
CODES = {NOT_ASKED: "", **{code: str(code) for code in (NO_ANSWER, DONT_KNOW, REFUSED)}}
NAMES = {NOT_ASKED: "", NO_ANSWER: LEFT_EMPTY, DONT_KNOW: "dont_know", REFUSED: "refused"}


@dataclass(frozen=True)
class Weights:
    """The weight of each combination of codes at ``positions``, those of the weighting variables, as a file shows it (mean 1)."""

    positions: Sequence[int]
    by_codes: Mapping[tuple[int, ...], str]

    def column(self, matrix: Codes) -> list[str]:
        """Return the weight of each record."""
        return [self.by_codes[tuple(codes)] for codes in matrix[:, self.positions].tolist()]


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
    when it is invented, its weight when the wave can be weighted, then every variable of the codebook in order, then the orders
    in which things were seen and the unusual answers confirmed.
    """
    assert wave.questionnaire is not None, "an external wave has figures only"
    text = io.TextIOWrapper(file, encoding="utf-8-sig" if options.bom else "utf-8", newline="", write_through=False)
    writer = csv.writer(text, delimiter=options.separator, lineterminator="\r\n")
    codebook = wave.questionnaire.codebook()
    kind = [wave.survey.data_kind] if wave.survey.is_demonstration else []
    cells = Cells(codebook, options.shown, _reserved(options), language=options.language, default_language=wave.survey.default_language)
    people = 0
    with snapshot():
        versions = {version: each.n for version, each in count_by_version(wave).items() if each.n}
        expected = sum(versions.values())
        weights = _weights(wave, codebook, versions)
        extra_columns = [*(["data_kind"] if kind else []), *(["weight"] if weights else [])]
        beside = columns_seen(wave.questionnaire.definition())
        writer.writerow([*ABOUT, *extra_columns, *(variable.name for variable in codebook.variables), *beside])
        for chunk in _chunks(wave):
            number, began, ended, made_with, codes, extra = zip(*chunk, strict=True)
            matrix = _joined(wave, codebook, made_with, codes)
            about = [number, began, ended, *([word] * len(chunk) for word in kind), *([weights.column(matrix)] if weights else [])]
            extras = [{} if text == "{}" else json.loads(text) for text in extra]
            kept = ([record.get(name, "") for record in extras] for name in beside)
            writer.writerows(zip(*about, *cells.columns(matrix, extras), *kept, strict=True))
            people += len(chunk)
    text.flush()
    text.detach()
    if people != expected:
        raise RecordsDisagree(f"{wave}: {expected} completed interviews, {people} records.")
    return people


def _weights(wave: Wave, codebook: Codebook, versions: Iterable[int]) -> Weights | None:
    """The weights of this snapshot, computed as those of the figures are; None when there are none to be had."""
    if not wave.weighting or wave.questionnaire is None:
        return None
    by = main_plan(wave).names
    positions = [codebook.positions_of[name].start for name in by]
    matrix, people = _combinations(wave, codebook, versions, by)
    combinations = combine(single_columns(columns(codebook, matrix, by), by), len(matrix))
    counts = np.bincount(combinations.of, weights=people, minlength=len(combinations.counts)).astype(np.intp)
    weighting, _refusal = weigh(wave, wave.questionnaire.definition(), replace(combinations, counts=counts))
    if weighting is None:
        return None
    shown = [f"{weight:.6f}" for weight in weighting.combination_weights[combinations.of]]
    return Weights(positions, dict(zip(map(tuple, matrix[:, positions].tolist()), shown, strict=True)))


def _combinations(wave: Wave, codebook: Codebook, versions: Iterable[int], by: Sequence[str]) -> tuple[Codes, list[int]]:
    """The distinct codes of the weighting variables, as records asked nothing else, and how many people have each."""
    matrices, people = [np.empty((0, len(codebook)), dtype=CODE)], list[int]()
    for version in versions:
        counts = list[int]()
        matrices.append(as_ours(wave, version, codebook, partial(_distinct, wave, version, counts, by)))
        people += counts
    return np.concatenate(matrices), people


def _distinct(wave: Wave, version: int, people: list[int], by: Sequence[str], codebook: Codebook) -> Codes:
    """The distinct codes of the weighting variables in one version's records; ``people`` is given how many have each."""
    positions = [codebook.positions_of[name].start for name in by]
    codes = " || ".join(f"substring(r.codes FROM {position * CODE.itemsize + 1} FOR {CODE.itemsize})" for position in positions)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {codes}, count(*) FROM {COUNTED} AND i.questionnaire_id = %s GROUP BY 1", [wave.pk, version])
        found = cursor.fetchall()
    people += [row[1] for row in found]
    matrix = np.full((len(found), len(codebook)), NOT_ASKED, dtype=CODE)
    matrix[:, positions] = _matrix(wave, [row[0] for row in found], len(positions))
    return matrix


def _chunks(wave: Wave) -> Iterator[list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{TIME_LIMIT}'")
    with connection.chunked_cursor() as cursor:
        cursor.execute(READ, {"wave": wave.pk, "zone": wave.time_zone})
        while chunk := cursor.fetchmany(CHUNK):
            yield chunk


def _joined(wave: Wave, codebook: Codebook, versions: Sequence[int], packed: Sequence[bytes]) -> Codes:
    """The records, each read by the codebook of its own version of the questionnaire."""
    if set(versions) == {wave.questionnaire_id}:
        return _matrix(wave, packed, len(codebook))
    matrix = np.empty((len(packed), len(codebook)), dtype=CODE)
    for version in set(versions):
        rows = [row for row, each in enumerate(versions) if each == version]
        matrix[rows] = as_ours(wave, version, codebook, partial(_unpacked, wave, [packed[row] for row in rows]))
    return matrix


def _unpacked(wave: Wave, packed: Sequence[bytes], codebook: Codebook) -> Codes:
    return _matrix(wave, packed, len(codebook))


def _matrix(wave: Wave, packed: Sequence[bytes], width: int) -> Codes:
    if any(len(codes) != width * CODE.itemsize for codes in packed):
        raise RecordsDisagree(f"{wave}: a record has not the {width} positions of the codebook.")
    return np.frombuffer(b"".join(packed), dtype=CODE).reshape(len(packed), width)


def _reserved(options: CsvOptions) -> Mapping[int, str]:
    if options.shown != "labels":
        return NAMES if options.shown == "names" else CODES
    with override(options.language):
        return {NOT_ASKED: "", NO_ANSWER: _("No answer"), DONT_KNOW: _("Don't know"), REFUSED: _("Refused")}
