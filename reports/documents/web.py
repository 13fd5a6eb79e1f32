"""A document as one standing HTML file, its style within, to be read, printed or pasted anywhere."""

from __future__ import annotations

from django.template.loader import render_to_string

from reports.documents.elements import Document, Element

NAMES = {"Heading": "heading", "Paragraph": "paragraph", "Table": "table", "Footnotes": "footnotes"}


def write(document: Document) -> bytes:
    """Return the document as UTF-8 HTML; it needs no other file."""
    told = [(_kind_of(element), element) for element in document.elements]
    return render_to_string("reports/documents/document.html", {"document": document, "elements": told}).encode()


def _kind_of(element: Element) -> str:
    return NAMES[type(element).__name__]
