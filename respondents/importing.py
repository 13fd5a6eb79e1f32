"""Brings past interviews into an imported wave: all of them or none, each with its log and its record."""

from __future__ import annotations

import csv
import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction

from respondents.core.importing import IDENTIFIER, STARTED, SUBMITTED, read_person, understood
from respondents.core.record import pack
from respondents.models import Interview, Record, Source, Submission
from surveys.core.codebook import Codebook
from surveys.core.expressions import Answer
from surveys.core.files import MAX_CELL
from surveys.core.messages import N_, Message
from surveys.models import Questionnaire, Wave

BATCH = 2_000
MISTAKES_AT_MOST = 50
LONGEST_IDENTIFIER = 200  # characters, as stored
SOURCE = "import"
PAGE = "import"  # the log's page name for what no page of ours was asked on

NOT_IMPORTED_KIND = N_("Wave %(code)s is not a wave of imported interviews: only those take past interviews.")
NO_QUESTIONNAIRE = N_("Wave %(code)s has no questionnaire version: write it in the waves sheet.")
UNREADABLE = N_("%(path)s cannot be read as UTF-8 text: save the file as “CSV UTF-8”.")
MALFORMED = N_("%(path)s is not a well-formed CSV file (%(error)s): check the quotation marks.")
NO_IDENTIFIER = N_("There is no column resp_id: each person needs an identifier of their own.")
NO_VARIABLE = N_("No column is a variable of version %(version)s; its variables are: %(known)s…")
NO_ROW = N_("The file holds no interview.")
TWICE = N_("This column stands twice.")
WIDTH = N_("This row has %(found)s cells and the header %(expected)s: is a separator outside quotation marks?")
NO_TEXT = N_("This cell holds a character that is no text (U+0000): take it out.")
TOO_LONG = N_("At most %(limit)s characters.")
EMPTY_IDENTIFIER = N_("This person has no identifier.")
REPEATED = N_("“%(value)s” stands in row %(other)s too.")
STORED = N_("“%(value)s” is already in the wave.")
NO_DATE = N_("“%(value)s” is no date: write it as 2020-07-17T08:15:00.")
BACKWARDS = N_("The interview ends before it starts.")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file: ``row`` as a spreadsheet numbers it (0: the whole file), column and sentence."""

    row: int
    column: str
    message: Message


class ImportRefused(ValueError):
    """A file with mistakes; nothing of it was kept. ``faults`` are the first ones, ``more`` counts the others."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(str(fault.message) for fault in faults[:MISTAKES_AT_MOST]))
        self.faults, self.more = faults[:MISTAKES_AT_MOST], max(0, len(faults) - MISTAKES_AT_MOST)


@dataclass(frozen=True)
class Imported:
    """What an import did: people, the variables that the file has, and the columns that mean nothing here."""

    people: int
    variables: tuple[str, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class _Person:
    identifier: str
    started: datetime
    ended: datetime
    answers: Mapping[str, Answer]
    row: str


@dataclass
class _File:
    """One file being read; ``faults`` grows with every mistake met."""

    path: Path
    codebook: Codebook
    zone: ZoneInfo
    default_time: datetime
    header: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def people(self, stored: frozenset[str]) -> Iterator[_Person]:
        """Yield the people whose row is right; the mistakes of the others are noted."""
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            lines = csv.reader(file, delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
            self.header = next(lines, [])
            columns = understood(self.header, self.codebook)
            if not self._accepts_header(columns):
                return
            for row, cells in enumerate(lines, 2):
                if any(cells):
                    yield from self._person(row, cells, columns, stored)

    def _accepts_header(self, columns: frozenset[str]) -> bool:
        if IDENTIFIER not in self.header:
            self.note(1, "", NO_IDENTIFIER)
        for column in sorted({column for column in self.header if self.header.count(column) > 1}):
            self.note(1, column, TWICE)
        return bool(columns) and not self.faults

    def _person(self, row: int, cells: list[str], columns: frozenset[str], stored: frozenset[str]) -> Iterator[_Person]:
        before = len(self.faults)
        if len(cells) != len(self.header):
            self.note(row, "", WIDTH, found=len(cells), expected=len(self.header))
            return
        found = {column: cell.strip() for column, cell in zip(self.header, cells, strict=True)}
        for column in (column for column, cell in found.items() if "\0" in cell):
            self.note(row, column, NO_TEXT)
        self._identifier(row, found[IDENTIFIER], stored)
        started = self._time(row, STARTED, found.get(STARTED, "")) or self.default_time
        ended = self._time(row, SUBMITTED, found.get(SUBMITTED, "")) or started
        if ended < started:
            self.note(row, SUBMITTED, BACKWARDS)
        answers, wrong = read_person(found, self.codebook, columns)
        self.faults += [Fault(row, cell.column, cell.message) for cell in wrong]
        if len(self.faults) == before:
            yield _Person(found[IDENTIFIER], started, ended, answers, "\0".join(cells))

    def _identifier(self, row: int, value: str, stored: frozenset[str]) -> None:
        if not value:
            self.note(row, IDENTIFIER, EMPTY_IDENTIFIER)
        elif len(value) > LONGEST_IDENTIFIER:
            self.note(row, IDENTIFIER, TOO_LONG, limit=LONGEST_IDENTIFIER)
        elif value in self.seen:
            self.note(row, IDENTIFIER, REPEATED, value=value, other=self.seen[value])
        elif value in stored:
            self.note(row, IDENTIFIER, STORED, value=value)
        self.seen.setdefault(value, row)

    def _time(self, row: int, column: str, text: str) -> datetime | None:
        if not text:
            return None
        try:
            time = datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            self.note(row, column, NO_DATE, value=text[:40])
            return None
        return time if time.tzinfo else time.replace(tzinfo=self.zone)

    def note(self, row: int, column: str, template: str, **values: object) -> None:
        self.faults.append(Fault(row, column, Message(template, values)))


def import_interviews(wave: Wave, path: Path, *, dry_run: bool = False) -> Imported:
    """Store the people of a CSV file as completed interviews of an imported wave, in one transaction.

    Columns are the variables of the wave's questionnaire version by name (a multiple is one 0/1 column per choice),
    ``resp_id`` and, where known, ``started_at`` and ``submitted_at``; times without an offset are in the wave's time
    zone. A variable that the file lacks was not asked. ``dry_run`` checks everything and keeps nothing.
    Raises ImportRefused with every mistake; nothing is then stored.
    """
    questionnaire = _questionnaire_of(wave)
    csv.field_size_limit(MAX_CELL)
    file = _File(path, questionnaire.codebook(), ZoneInfo(wave.time_zone), _first_moment(wave))
    with transaction.atomic():
        questionnaire.publish()
        source, _ = Source.objects.get_or_create(wave=wave, code=SOURCE, defaults={"kind": Source.Kind.PANEL, "label": "Import"})
        people = _store(wave, questionnaire, source, file)
        if file.faults:
            raise ImportRefused(file.faults)
        transaction.set_rollback(dry_run)
    columns = understood(file.header, file.codebook)
    known = {IDENTIFIER, STARTED, SUBMITTED, *columns}
    ignored = tuple(column for column in file.header if column not in known)
    return Imported(people, tuple(column for column in file.header if column in columns), ignored)


def _questionnaire_of(wave: Wave) -> Questionnaire:
    if wave.kind != Wave.Kind.IMPORTED:
        raise ImportRefused([Fault(0, "", Message(NOT_IMPORTED_KIND, {"code": wave.code}))])
    if wave.questionnaire is None:
        raise ImportRefused([Fault(0, "", Message(NO_QUESTIONNAIRE, {"code": wave.code}))])
    return wave.questionnaire


def _first_moment(wave: Wave) -> datetime:
    """What an interview of unknown time is dated: the printed beginning of the fieldwork."""
    return datetime.fromisoformat(wave.starts).replace(tzinfo=ZoneInfo(wave.time_zone))


def _store(wave: Wave, questionnaire: Questionnaire, source: Source, file: _File) -> int:
    stored = frozenset(Interview.objects.filter(wave=wave, source=source).values_list("external_id", flat=True))
    total, batch = 0, []
    try:
        for person in file.people(frozenset(map(str, stored))):
            batch.append(person)
            total += 1
            if len(batch) == BATCH:
                _store_batch(wave, questionnaire, source, file, batch)
                batch = []
    except UnicodeDecodeError:
        file.note(0, "", UNREADABLE, path=file.path.name)
    except OSError as error:
        file.note(0, "", MALFORMED, path=str(file.path), error=error.strerror or error)
    except csv.Error as error:
        file.note(0, "", MALFORMED, path=file.path.name, error=error)
    _store_batch(wave, questionnaire, source, file, batch)
    if not total and not file.faults:
        _note_nothing(file, questionnaire)
    return total


def _note_nothing(file: _File, questionnaire: Questionnaire) -> None:
    if understood(file.header, file.codebook):
        file.note(0, "", NO_ROW)
    else:
        known = ", ".join(list(file.codebook.position)[:10])
        file.note(1, "", NO_VARIABLE, version=questionnaire.version, known=known)


def _store_batch(wave: Wave, questionnaire: Questionnaire, source: Source, file: _File, people: list[_Person]) -> None:
    if file.faults:
        return  # nothing will be kept: only look for further mistakes
    interviews, submissions, records = [], [], []
    for person in people:
        interview = Interview(
            wave=wave,
            questionnaire=questionnaire,
            source=source,
            external_id=person.identifier,
            state=Interview.State.COMPLETED,
            revision=1,
            language=wave.survey.default_language,
            imported=True,
            started_at=person.started,
            saved_at=person.ended,
            ended_at=person.ended,
        )
        codes, extra = pack(file.codebook, person.answers, person.answers.keys())
        interviews.append(interview)
        records.append(Record(wave=wave, interview=interview, codes=codes, extra=extra))
        submissions.append(_submission(wave, interview, person))
    Interview.objects.bulk_create(interviews)
    Submission.objects.bulk_create(submissions)
    Record.objects.bulk_create(records)


def _submission(wave: Wave, interview: Interview, person: _Person) -> Submission:
    answers = json.loads(json.dumps(person.answers))
    body = hashlib.sha256(person.row.encode()).digest()
    return Submission(
        wave=wave,
        interview=interview,
        seq=1,
        request_id=uuid.uuid5(interview.pk, person.identifier),
        body_sha256=body,
        page=PAGE,
        answers=answers,
        received_at=person.ended,
    )
