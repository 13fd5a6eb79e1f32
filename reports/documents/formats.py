"""The formats that a document is written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from reports.documents import plain, twin, web
from reports.documents.elements import Document


def as_word(document: Document) -> bytes:
    """Return the document as .docx."""
    from reports.documents import word  # noqa: PLC0415 -- half a second and 40 MB that only those who ask for a document pay

    return word.write(document)


def as_pdf(document: Document) -> bytes:
    """Return the document as PDF."""
    from reports.documents import pdf  # noqa: PLC0415 -- as above

    return pdf.write(document)


@dataclass(frozen=True)
class Format:
    """A format: what its files' names end in, their media type, and what writes them."""

    suffix: str
    name: str | Promise
    media_type: str
    write: Callable[[Document], bytes]


FORMATS: Mapping[str, Format] = {
    each.suffix: each
    for each in (
        Format("pdf", "PDF", "application/pdf", as_pdf),
        Format("docx", "Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_word),
        Format("html", "HTML", "text/html; charset=utf-8", web.write),
        Format("txt", gettext_lazy("text"), "text/plain; charset=utf-8", plain.write),
        Format("json", "JSON", "application/json", twin.write),
    )
}
