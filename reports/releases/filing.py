"""The documents of a publication: kept with it byte for byte, and offered by kind in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise

from reports.documents.formats import FORMATS
from reports.documents.shelf import KINDS, File
from reports.models import Release


@dataclass(frozen=True)
class Offer:
    """A kind of document as a page offers it: its name, and (format's name, file's name) of each file."""

    title: str | Promise
    files: tuple[tuple[str | Promise, str], ...]


def numbered(file: File, number: int) -> File:
    """Return a document under the name that it has in a publication: a correction's file is not taken for the first one's."""
    return replace(file, name=f"no{number}-{file.name}")


def listed(documents: Sequence[File]) -> dict[str, Any]:
    """Return what a publication keeps of its documents beside their bytes: what each is, and its fingerprint."""
    return {
        "documents": [
            {"kind": each.kind, "language": each.language, "format": each.suffix, "name": each.name, "sha256": each.sha256}
            for each in documents
        ]
    }


def offers(release: Release, language: str) -> Iterator[Offer]:
    """Yield what a publication offers in a language, in that of the study where it has none; nothing where it keeps none."""
    kept = release.notice["publication"].get("documents", [])
    spoken = language if any(each["language"] == language for each in kept) else release.wave.survey.default_language
    for kind, about in KINDS.items():
        mine = [each for each in kept if each["kind"] == kind and each["language"] == spoken]
        if mine:
            yield Offer(about.title, tuple((FORMATS[each["format"]].name, each["name"]) for each in mine))
