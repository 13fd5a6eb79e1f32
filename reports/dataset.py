"""Reads the counted interviews of a wave from PostgreSQL straight into a matrix of codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from django.db import connection, transaction

from reports.coding.counting import frames_of, given_to
from reports.core.coding import Frame, coded_questionnaire, with_codes
from reports.core.joining import joined
from reports.models import CodeFrame
from respondents.core.record import CODE, Codes, columns, needs_extras
from respondents.quality.doubt import IN_DOUBT
from surveys.core.codebook import DONT_KNOW, NO_ANSWER, NOT_ASKED, REFUSED, Codebook, codebook_of
from surveys.core.columns import Column, MultipleColumn
from surveys.models import Questionnaire, Wave
from surveys.versions import verdicts

# PostgreSQL's binary COPY: an 11-byte signature, flags and the length of an extension (none); at the end, a count of -1.
HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
CHUNK = 16 * 1024 * 1024  # bytes held before they are unpacked into the matrix

COUNTED = "respondents_record r JOIN respondents_interview i ON i.id = r.interview_id WHERE r.wave_id = %s AND r.counted AND i.state = 'completed' AND NOT i.is_test"
# A removal takes an interview out and raises its revision: counted with the removed ones, the sum only ever grows, so that
# one more interview can never hide one less.
COUNT = """
SELECT questionnaire_id, count(*) FILTER (WHERE state = 'completed'), sum(revision) FROM respondents_interview i
WHERE wave_id = %s AND state IN ('completed', 'removed') AND NOT is_test AND {among} GROUP BY 1 ORDER BY 1
"""

# Among whom interviews are read: conditions about the interview i. Only what everybody gives is ever stored or published.
EVERYBODY = "true"
NOT_IN_DOUBT = f"NOT {IN_DOUBT}"


class RecordsDisagree(Exception):
    """The stored records are not those of the completed interviews, or not of the codebook's width: nothing is computed."""


@dataclass(frozen=True)
class Counted:
    """What a computation is made from: the number of completed interviews, and the sum of the revisions of these and of the removed ones."""

    n: int
    revisions: int


@dataclass(frozen=True)
class Earlier:
    """Interviews of the wave made with another version: their ``rows`` of the matrix, and the questions of ours that it does
    not measure, which are read as not asked."""

    version: str
    rows: range
    unmeasured: frozenset[str]


@dataclass(frozen=True)
class Dataset:
    """The counted interviews of a wave: ``matrix`` is records × positions of the codebook, in int16 codes.

    ``extras`` holds each record's JSON in the same order; it is read only when one of the asked-for questions needs it.
    ``earlier`` says which records come from other versions of the questionnaire than the wave's. ``people`` are the keys of the
    interviews in the same order, read where open answers are coded. An open question with a code frame has its codes as choices.
    """

    codebook: Codebook
    counted: Counted
    matrix: Codes
    extras: Sequence[Mapping[str, str]] = ()
    earlier: tuple[Earlier, ...] = ()
    people: Sequence[UUID] = ()

    def measured(self, names: Collection[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return, for each record, whether its version of the questionnaire measures all of these variables."""
        marks = np.ones(len(self.matrix), np.bool_)
        for each in self.earlier:
            marks[each.rows.start : each.rows.stop] = not each.unmeasured.intersection(names)
        return marks

    def only(self, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Dataset:
        """Return the records that are marked, as a dataset of their own."""
        before = np.concatenate([[0], np.cumsum(kept)]).tolist()
        earlier = tuple(replace(each, rows=range(before[each.rows.start], before[each.rows.stop])) for each in self.earlier)
        extras = [extra for extra, is_kept in zip(self.extras, kept.tolist(), strict=False) if is_kept]
        return replace(self, matrix=self.matrix[kept], extras=extras, earlier=earlier)

    def columns(self, names: Collection[str]) -> dict[str, Column | MultipleColumn]:
        """Return the answers to the questions ``names``, as whole columns."""
        return columns(self.codebook, self.matrix, names, self.extras)

    def no_opinion(self, name: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return, for each record, whether that person gave no opinion: not asked, no answer, don't know or refusal."""
        question, span = self.codebook.questions[name], self.codebook.positions_of[name]
        if question.kind == "multiple":
            opinions = [position for position, choice in zip(span, question.choices, strict=True) if choice.is_valid_answer]
            return np.asarray(~(self.matrix[:, opinions] == 1).any(axis=1))
        codes = [NOT_ASKED, NO_ANSWER, DONT_KNOW, REFUSED, *(choice.code for choice in question.choices if not choice.is_valid_answer)]
        return np.isin(self.matrix[:, span.start], codes)

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
    return _in_all(count_by_version(wave))


def count_by_version(wave: Wave, among: str = EVERYBODY) -> dict[int, Counted]:
    """Return the same by the key of the version of the questionnaire that the interviews were made with."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(among=among), [wave.pk])
        return {version: Counted(n, int(revisions)) for version, n, revisions in cursor.fetchall()}


def as_ours(wave: Wave, version: int, codebook: Codebook, read: Callable[[Codebook], Codes]) -> Codes:
    """Return records of one version as positions of the wave's ``codebook``; ``read`` is given the codebook that they have."""
    if version == wave.questionnaire_id:
        return read(codebook)
    theirs = Questionnaire.objects.get(pk=version)
    return joined(read(theirs.codebook()), theirs.codebook(), codebook, joinable(theirs, wave))


def _in_all(versions: Mapping[int, Counted]) -> Counted:
    return Counted(sum(each.n for each in versions.values()), sum(each.revisions for each in versions.values()))


def read(wave: Wave, codebook: Codebook, names: Collection[str], among: str = EVERYBODY) -> Dataset:
    """Read the counted records of a wave; call it inside ``snapshot()``.

    ``names`` are the questions whose answers are wanted: the records' JSON is read when one of them needs it. Records made
    with other versions of the questionnaire are read by their own codebook and joined to the wave's; then open answers that were
    coded are their codes, and back-coded ones the listed answers. ``among`` is EVERYBODY or NOT_IN_DOUBT. Raises RecordsDisagree.
    """
    versions, coding = count_by_version(wave, among), CodedQuestions.of(wave)
    with_people = {version: each.n for version, each in versions.items() if each.n} or {wave.questionnaire_id or 0: 0}
    asked = [name for name in names if name not in coding.names]
    parts = [_part(wave, version, n, codebook, asked, among, bool(coding.frames)) for version, n in with_people.items()]
    made = replace(parts[0], counted=_in_all(versions)) if len(parts) == 1 else _stacked(codebook, _in_all(versions), parts)
    return coding.applied(made)


@dataclass(frozen=True)
class CodedQuestions:
    """The code frames of a wave's open questions, as stored and as counted, which records are read with."""

    wave: Wave
    frames: Sequence[tuple[CodeFrame, Frame]]

    @classmethod
    def of(cls, wave: Wave) -> CodedQuestions:
        """Return those of a wave."""
        return cls(wave, frames_of(wave, wave.questionnaire.definition()) if wave.questionnaire else ())

    @property
    def names(self) -> frozenset[str]:
        """Return the open questions that have codes."""
        return frozenset(frame.question for _stored, frame in self.frames)

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the records with what people made of the open answers; the stored ones stay as they are."""
        if not self.frames or self.wave.questionnaire is None:
            return dataset
        frames = [frame for _stored, frame in self.frames]
        coded = codebook_of(coded_questionnaire(self.wave.questionnaire.definition(), frames))
        given = given_to(dataset.people, self.wave, self.frames)
        return replace(dataset, codebook=coded, matrix=with_codes(dataset.matrix, dataset.codebook, coded, frames, given))


def _part(wave: Wave, version: int, n: int, codebook: Codebook, names: Collection[str], among: str, with_people: bool) -> Dataset:
    """The records made with one version, as positions of the codebook."""
    if version == wave.questionnaire_id:
        return _read(wave, version, n, codebook, names, among, with_people)
    theirs = Questionnaire.objects.get(pk=version)
    comparable = joinable(theirs, wave)
    read = _read(wave, version, n, theirs.codebook(), [name for name in names if name in comparable], among, with_people)
    earlier = Earlier(theirs.version, range(n), frozenset(codebook.questions.keys() - comparable))
    return replace(read, codebook=codebook, matrix=joined(read.matrix, read.codebook, codebook, comparable), earlier=(earlier,))


def joinable(earlier: Questionnaire, wave: Wave) -> frozenset[str]:
    """Return the variables that another version of the wave's questionnaire measures as the wave's does."""
    assert wave.questionnaire is not None, "only a wave with a questionnaire of ours has interviews"
    return frozenset(name for name, verdict in verdicts(earlier, wave.questionnaire).items() if verdict.is_comparable)


def _stacked(codebook: Codebook, counted: Counted, parts: Sequence[Dataset]) -> Dataset:
    earlier: list[Earlier] = []
    at = 0
    for part in parts:
        earlier += [replace(each, rows=range(at, at + len(part.matrix))) for each in part.earlier]
        at += len(part.matrix)
    has_extras = any(part.extras for part in parts)
    extras = [extra for part in parts for extra in part.extras or [{}] * len(part.matrix)] if has_extras else ()
    people = [person for part in parts for person in part.people]
    return Dataset(codebook, counted, np.concatenate([part.matrix for part in parts]), extras, tuple(earlier), people)


def _read(wave: Wave, version: int, n: int, codebook: Codebook, names: Collection[str], among: str, with_people: bool) -> Dataset:
    counted = Counted(n, 0)
    if not with_people:
        matrix = _matrix(wave, version, n, len(codebook), among)
        if not needs_extras(codebook, matrix, names):
            return Dataset(codebook, counted, matrix)
    matrix, extras, people = _with_extras(wave, version, n, len(codebook), among)
    return Dataset(codebook, counted, matrix, extras, (), people)


def _matrix(wave: Wave, version: int, n: int, width: int, among: str) -> Codes:
    row = np.dtype([("fields", ">i2"), ("length", ">i4"), ("codes", CODE, (width,))])
    matrix = np.empty((n, width), dtype=CODE)
    filled = 0
    for chunk in _whole_rows(_copied(wave, version, among), row.itemsize):
        rows = np.frombuffer(chunk, dtype=row)
        if (rows["fields"] != 1).any() or (rows["length"] != 2 * width).any() or filled + len(rows) > n:
            raise RecordsDisagree(f"{wave}: a record has not the {width} positions of the codebook, or has no interview.")
        matrix[filled : filled + len(rows)] = rows["codes"]
        filled += len(rows)
    if filled != n:
        raise RecordsDisagree(f"{wave}: {n} completed interviews, {filled} records.")
    return matrix


def _copied(wave: Wave, version: int, among: str) -> Iterator[bytes]:
    # Django's cursor takes no parameters for COPY where it logs statements; the keys are numbers of ours.
    which = f"{COUNTED % int(wave.pk)} AND i.questionnaire_id = {int(version)} AND {among}"
    statement = f"COPY (SELECT r.codes FROM {which}) TO STDOUT (FORMAT BINARY)"
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


def read_weighted(wave: Wave, scheme_id: int, codebook: Codebook) -> tuple[Dataset, list[float]] | None:
    """Read the counted records made with the wave's own version, each with its imported weight; call it inside ``snapshot()``.

    None when one of the wave's interviews has no weight, or was made with another version.
    """
    counted = count(wave)
    joined_to = COUNTED.replace(
        " WHERE", f" JOIN reports_importedweight w ON w.interview_id = i.id AND w.scheme_id = {int(scheme_id)} WHERE"
    )
    matrix, extras, weights, people = np.empty((counted.n, len(codebook)), dtype=CODE), [], [], []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.codes, r.extra, w.weight, i.id FROM {joined_to} AND i.questionnaire_id = %s", [wave.pk, wave.questionnaire_id]
        )
        for position, (codes, extra, weight, person) in enumerate(cursor):
            matrix[position] = np.frombuffer(codes, dtype=CODE)
            extras.append(json.loads(extra))
            weights.append(weight)
            people.append(person)
    if len(weights) != counted.n:
        return None
    return CodedQuestions.of(wave).applied(Dataset(codebook, counted, matrix, extras, (), people)), weights


def _with_extras(wave: Wave, version: int, n: int, width: int, among: str) -> tuple[Codes, list[Mapping[str, str]], list[UUID]]:
    """Read codes, JSON and keys of interviews together, so that they stand in the same order."""
    matrix = np.empty((n, width), dtype=CODE)
    extras, people = list[Mapping[str, str]](), list[UUID]()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT r.codes, r.extra, i.id FROM {COUNTED} AND i.questionnaire_id = %s AND {among}", [wave.pk, version])
        for position, (codes, extra, person) in enumerate(cursor):
            matrix[position] = np.frombuffer(codes, dtype=CODE)
            extras.append(json.loads(extra))
            people.append(person)
    return matrix, extras, people
