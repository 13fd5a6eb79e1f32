"""Reads the counted interviews of a wave from PostgreSQL straight into a matrix of codes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction

from respondents.core.record import CODE, Codes, columns, needs_extras
from surveys.core.codebook import NOT_ASKED, Codebook
from surveys.core.columns import Column, MultipleColumn
from surveys.models import Wave

# PostgreSQL's binary COPY: an 11-byte signature, flags and the length of an extension (none); at the end, a count of -1.
HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
CHUNK = 16 * 1024 * 1024  # bytes held before they are unpacked into the matrix

COUNTED = "respondents_record r JOIN respondents_interview i ON i.id = r.interview_id WHERE r.wave_id = %s AND r.counted AND i.state = 'completed' AND NOT i.is_test"
# A removal takes an interview out and raises its revision: counted with the removed ones, the sum only ever grows, so that
# one more interview can never hide one less.
COUNT = """
SELECT count(*) FILTER (WHERE state = 'completed'), coalesce(sum(revision), 0) FROM respondents_interview
WHERE wave_id = %s AND state IN ('completed', 'removed') AND NOT is_test
"""


class RecordsDisagree(Exception):
    """The stored records are not those of the completed interviews, or not of the codebook's width: nothing is computed."""


@dataclass(frozen=True)
class Counted:
    """What a computation is made from: the number of completed interviews, and the sum of the revisions of these and of the removed ones."""

    n: int
    revisions: int


@dataclass(frozen=True)
class Dataset:
    """The counted interviews of a wave: ``matrix`` is records × positions of the codebook, in int16 codes.

    ``extras`` holds each record's JSON in the same order; it is read only when one of the asked-for questions needs it.
    """

    codebook: Codebook
    counted: Counted
    matrix: Codes
    extras: Sequence[Mapping[str, str]] = ()

    def columns(self, names: Collection[str]) -> dict[str, Column | MultipleColumn]:
        """Return the answers to the questions ``names``, as whole columns."""
        return columns(self.codebook, self.matrix, names, self.extras)

    def not_asked(self, name: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return, for each record, whether the question was never put to that person."""
        return np.asarray(self.matrix[:, self.codebook.positions_of[name].start] == NOT_ASKED)


@contextmanager
def snapshot() -> Iterator[None]:
    """Show one state of the database to everything read inside; within an outer transaction, that one's view holds."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def count(wave: Wave) -> Counted:
    """Return what the figures of a wave would be computed from now."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [wave.pk])
        n, revisions = cursor.fetchone()
    return Counted(n, int(revisions))


def read(wave: Wave, codebook: Codebook, names: Collection[str]) -> Dataset:
    """Read the counted records of a wave; call it inside ``snapshot()``.

    ``names`` are the questions whose answers are wanted: the records' JSON is read when one of them needs it.
    Raises RecordsDisagree.
    """
    counted = count(wave)
    matrix = _matrix(wave, counted.n, len(codebook))
    if needs_extras(codebook, matrix, names):
        return Dataset(codebook, counted, *_with_extras(wave, counted.n, len(codebook)))
    return Dataset(codebook, counted, matrix)


def _matrix(wave: Wave, n: int, width: int) -> Codes:
    row = np.dtype([("fields", ">i2"), ("length", ">i4"), ("codes", CODE, (width,))])
    matrix = np.empty((n, width), dtype=CODE)
    filled = 0
    for chunk in _whole_rows(_copied(wave), row.itemsize):
        rows = np.frombuffer(chunk, dtype=row)
        if (rows["fields"] != 1).any() or (rows["length"] != 2 * width).any() or filled + len(rows) > n:
            raise RecordsDisagree(f"{wave}: a record has not the {width} positions of the codebook, or has no interview.")
        matrix[filled : filled + len(rows)] = rows["codes"]
        filled += len(rows)
    if filled != n:
        raise RecordsDisagree(f"{wave}: {n} completed interviews, {filled} records.")
    return matrix


def _copied(wave: Wave) -> Iterator[bytes]:
    # Django's cursor takes no parameters for COPY where it logs statements; the key is a number of ours.
    statement = f"COPY (SELECT r.codes FROM {COUNTED % int(wave.pk)}) TO STDOUT (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        yield from copy


def _whole_rows(stream: Iterable[bytes], stride: int) -> Iterator[bytes]:
    """Cut the stream into pieces of whole rows, without its header and its trailer."""
    held = bytearray()
    skipped = 0
    for data in stream:
        held += data
        if not skipped and len(held) >= len(HEADER):
            if not held.startswith(HEADER):
                raise RecordsDisagree("PostgreSQL's binary COPY does not begin as documented.")
            skipped = len(HEADER)
            del held[:skipped]
        if len(held) > CHUNK:
            whole = (len(held) - len(TRAILER)) // stride * stride
            yield bytes(held[:whole])
            del held[:whole]
    if not held.endswith(TRAILER) or (len(held) - len(TRAILER)) % stride:
        raise RecordsDisagree("The records are not all of the same width.")
    yield bytes(held[: -len(TRAILER)])


def _with_extras(wave: Wave, n: int, width: int) -> tuple[Codes, list[Mapping[str, str]]]:
    """Read codes and JSON together, so that they stand in the same order."""
    matrix = np.empty((n, width), dtype=CODE)
    extras: list[Mapping[str, str]] = []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT r.codes, r.extra FROM {COUNTED}", [wave.pk])
        for position, (codes, extra) in enumerate(cursor):
            matrix[position] = np.frombuffer(codes, dtype=CODE)
            extras.append(json.loads(extra))
    return matrix, extras
