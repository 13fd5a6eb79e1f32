"""The documents of a wave: what there is, in which languages and formats, and each as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, override

from reports.documents.disclosure import disclosure_of
from reports.documents.elements import Document
from reports.documents.formats import FORMATS
from reports.documents.note import note_of
from reports.documents.notice import technical_notice_of
from reports.edition import Edition
from reports.models import NoteItem
from reports.results import Results, results_of
from surveys.models import Wave

Make = Callable[[Edition], Document]


@dataclass(frozen=True)
class Kind:
    """A kind of document: its name in words, and what makes it of an edition."""

    title: Promise
    make: Make


def _note(edition: Edition) -> Document:
    return note_of(edition, NoteItem.objects.filter(survey=edition.wave.survey))


KINDS: Mapping[str, Kind] = {
    "note": Kind(gettext_lazy("Note"), _note),
    "notice": Kind(gettext_lazy("Technical notice"), technical_notice_of),
    "disclosure": Kind(gettext_lazy("Disclosure (AAPOR Transparency Initiative)"), disclosure_of),
}


@dataclass(frozen=True)
class File:
    """A document written: its file's name, media type and bytes, and what it is: its kind, its language, its format."""

    name: str
    media_type: str
    content: bytes
    kind: str
    language: str
    suffix: str

    @property
    def sha256(self) -> str:
        """Return its fingerprint."""
        return hashlib.sha256(self.content).hexdigest()


def document_of(results: Results, kind: str, language: str, filed_on: date | None = None) -> Document:
    """Return a document of a wave in a language of its survey. Raises KeyError for a kind that there is not."""
    with override(language):
        return KINDS[kind].make(Edition(results, language, filed_on))


def file_of(wave: Wave, kind: str, document: Document, suffix: str) -> File:
    """Return a document as a file. Raises KeyError for a format that there is not."""
    with override(document.language):
        content = FORMATS[suffix].write(document)
    return File(name_of(wave, kind, document.language, suffix), FORMATS[suffix].media_type, content, kind, document.language, suffix)


def files_of(wave: Wave, filed_on: date | None = None) -> Iterator[File]:
    """Yield every document of a wave in every language of its survey and every format, its notice filed on that day.

    Raises ValueError for an external wave.
    """
    results = results_of(wave)
    for kind in KINDS:
        for language in wave.survey.languages:
            document = document_of(results, kind, language, filed_on)
            yield from (file_of(wave, kind, document, suffix) for suffix in FORMATS)


def name_of(wave: Wave, kind: str, language: str, suffix: str) -> str:
    """Return a file's name; that its answers are invented stands in it too."""
    marked = "-demonstration" if wave.survey.is_demonstration else ""
    return f"{wave.survey.slug}-{wave.code}-{kind}-{language}{marked}.{suffix}"
