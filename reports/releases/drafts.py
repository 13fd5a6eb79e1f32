"""The figures of a wave as a client reads them before publication: every question's table and the note, with one fingerprint of it all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.aggregation import is_stale
from reports.core.sentences import UNPUBLISHED
from reports.core.suppression import LEAST, guard
from reports.dataset import RecordsDisagree, snapshot
from reports.documents.elements import Document
from reports.documents.shelf import document_of
from reports.edition import Edition
from reports.press import Press
from reports.results import results_of
from reports.tables.people import People, people_of
from reports.tables.printed import Cell, Printed, PrintedLine
from reports.tables.printing import Printer
from reports.tables.wanted import Wanted
from surveys.models import Wave

HIDDEN = Cell(None, UNPUBLISHED, "text")


@dataclass(frozen=True)
class Draft:
    """What a client is shown, by language of the survey. ``sha256`` is that of its words and numbers in all of them."""

    tables: Mapping[str, tuple[Printed, ...]]
    notes: Mapping[str, Document]
    sha256: str


def draft_of(wave: Wave) -> Draft | None:
    """Return what a client may be shown of a wave's figures; None until its field has stopped and they are computed, weighted
    and borne out by the stored records."""
    with snapshot():
        results = results_of(wave)
        if wave.is_open or is_stale(wave) or Edition(results, wave.survey.default_language).state != "weighted":
            return None
        try:
            people = people_of(wave)
        except RecordsDisagree:
            return None
        tables, notes = dict[str, tuple[Printed, ...]](), dict[str, Document]()
        for language in wave.survey.languages:
            with override(language):
                tables[language] = toplines(people, Press(wave.survey, language))
                notes[language] = _provisional(document_of(results, "note", language))
    return Draft(tables, notes, _fingerprint(tables, notes))


def toplines(people: People, press: Press) -> tuple[Printed, ...]:
    """Return the table of every question, weighted, answers of fewer than eleven people hidden so that none can be worked out."""
    counted = replace(people, weights=np.ones(people.n))
    shown, counts = Printer(people, Wanted(marks="none"), press), Printer(counted, Wanted(per="count", weights="raw"), press)
    return tuple(protected(shown.table(code), counts.table(code)) for code in people.topics)


def protected(table: Printed, counts: Printed) -> Printed:
    """Return a table of one column without the answers that too few people gave; ``counts`` is the same table in people."""
    n = next((_people(line) for line in counts.foot if line.kind == "n"), 0)
    answers = [at for at, line in enumerate(counts.body) if line.kind not in ("heading", "measure", "net")]
    is_whole = any(line.kind == "total" for line in counts.foot)
    hidden = _few_of_all([_people(counts.body[at]) for at in answers]) if is_whole else _few_of_each(counts, answers, n)
    places = {answers[at] for at in hidden}
    if not places:
        return table
    # A sub-total beside its details would give them away.
    places |= {at for at, line in enumerate(counts.body) if line.kind == "net"}
    body = [replace(line, cells=(HIDDEN,) * len(line.cells)) if at in places else line for at, line in enumerate(table.body)]
    note = _("%(hidden)s = hidden, since fewer than %(least)s people could be told apart.") % {"hidden": UNPUBLISHED, "least": LEAST}
    return replace(table, lines=(*body, *table.foot), notes=(*table.notes, note))


def _few_of_all(counts: Sequence[int]) -> set[int]:
    """The answers to hide of a question of which everybody gave one."""
    return {at for at, count in enumerate(guard([counts]).counts[0]) if count is None} if counts else set()


def _few_of_each(counts: Printed, answers: Sequence[int], n: int) -> set[int]:
    """The answers to hide of a question of which people gave several: each stands against those who did not give it."""
    given = [_people(counts.body[at]) for at in answers]
    return {at for at, count in enumerate(given) if None in guard([[count, max(n - count, 0)]]).counts[0]}


def _people(line: PrintedLine) -> int:
    return round(line.cells[0].value or 0)


def _provisional(note: Document) -> Document:
    mention = _("PROVISIONAL – not for publication")
    return replace(note, mention=" · ".join(text for text in (mention, note.mention) if text))


def _fingerprint(tables: Mapping[str, Sequence[Printed]], notes: Mapping[str, Document]) -> str:
    said = {
        language: {"tables": [asdict(table) for table in tables[language]], "note": list(notes[language].texts())} for language in tables
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
