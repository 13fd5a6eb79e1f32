"""Weights made elsewhere: a CSV file with one weight per interview, all of them or none."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from reports.models import Aggregation, ImportedWeight, Scheme
from surveys.core.messages import N_, Message
from surveys.models import Wave

SHOWN = 50  # faults told at most
KEYS = ("interview", "external_id")

# Interviews are numbered as in the file of interviews: in their order of entry, whatever became of them.
INTERVIEWS = """
SELECT id, number::text, external_id FROM (SELECT id, state, is_test, external_id, row_number() OVER (ORDER BY id) AS number
      FROM respondents_interview WHERE wave_id = %s) p WHERE state = 'completed' AND NOT is_test
"""


@dataclass(frozen=True)
class Fault:
    """A mistake in a row of the file; row 0 is the file as a whole."""

    row: int
    message: Message


class WeightsRefused(ValueError):
    """A file with mistakes; nothing of it was kept."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        found = list(faults)
        self.faults, self.more = found[:SHOWN], max(0, len(found) - SHOWN)
        super().__init__(f"{len(found)} mistakes")


@dataclass(frozen=True)
class Imported:
    """What a file gave: its number of people, and the mean, the least and the greatest of its weights as they were written."""

    people: int
    mean: float
    least: float
    greatest: float


def import_weights(scheme: Scheme, path: Path, *, dry_run: bool = False) -> Imported:
    """Give every completed interview of the scheme's wave its weight, brought to a mean of 1, in place of those it had.

    Columns: ``interview`` (its number in the file of interviews) or ``external_id``, and ``weight``. Raises WeightsRefused with
    every bad row; nothing is kept then, nor on a dry run.
    """
    with transaction.atomic():
        wave = Wave.objects.select_for_update().get(pk=scheme.wave_id)
        weights = _read(wave, path)
        mean = math.fsum(weights.values()) / len(weights)
        imported = Imported(len(weights), mean, min(weights.values()), max(weights.values()))
        if not dry_run:
            scheme.weights.all().delete()
            ImportedWeight.objects.bulk_create(
                (ImportedWeight(scheme=scheme, interview_id=key, weight=weight / mean) for key, weight in weights.items()), batch_size=5000
            )
            Aggregation.objects.filter(wave=wave).update(revisions=Aggregation.OUT_OF_DATE)
    return imported


def _read(wave: Wave, path: Path) -> dict[UUID, float]:
    if not Scheme.objects.filter(wave=wave, is_imported=True).exists():
        raise WeightsRefused([Fault(0, Message(N_("The sheet weightings has no imported scheme for this wave.")))])
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            key = next((name for name in KEYS if name in (reader.fieldnames or ())), "")
            if not key or "weight" not in (reader.fieldnames or ()):
                raise WeightsRefused([Fault(0, Message(N_("The file needs the column interview or external_id, and the column weight.")))])
            return _weights(_interviews(wave, key), key, reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WeightsRefused([Fault(0, Message(N_("The file cannot be read: %(reason)s"), {"reason": error}))]) from error


def _interviews(wave: Wave, key: str) -> dict[str, UUID]:
    with connection.cursor() as cursor:
        cursor.execute(INTERVIEWS, [wave.pk])
        return {(number if key == "interview" else external or ""): pk for pk, number, external in cursor.fetchall()}


def _weights(interviews: Mapping[str, UUID], key: str, rows: Iterable[Mapping[str, str | None]]) -> dict[UUID, float]:
    given: dict[str, float] = {}
    faults = []
    for number, row in enumerate(rows, 2):
        name, weight = (row.get(key) or "").strip(), _positive(row.get("weight") or "")
        faults += [Fault(number, message) for message in _wrong(name, weight, interviews, given, row)]
        given[name] = weight or 0.0
    lacking = [name for name in interviews if name not in given]
    faults += [Fault(0, Message(N_("Interview %(name)s has no weight in the file."), {"name": name})) for name in lacking]
    if faults or not given:
        raise WeightsRefused(faults or [Fault(0, Message(N_("No interview is completed in this wave.")))])
    return {interviews[name]: weight for name, weight in given.items()}


def _wrong(
    name: str, weight: float | None, interviews: Mapping[str, UUID], given: Mapping[str, float], row: Mapping[str, str | None]
) -> Iterator[Message]:
    if not name or name not in interviews:
        yield Message(N_("“%(name)s” is no completed interview of this wave."), {"name": name})
    elif name in given:
        yield Message(N_("Interview %(name)s stands above."), {"name": name})
    if weight is None:
        yield Message(N_("“%(text)s” is no weight: write a number above 0."), {"text": row.get("weight") or ""})


def _positive(text: str) -> float | None:
    try:
        weight = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return weight if math.isfinite(weight) and weight > 0 else None
