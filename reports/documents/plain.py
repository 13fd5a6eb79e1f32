"""A document as plain text, for a message or a field of a form: one paragraph to a line, tables by tabs."""

from __future__ import annotations

from collections.abc import Iterator

from reports.documents.elements import Document, Element, Footnotes, Heading, Paragraph, Table

BULLETS = {"item": "• ", "choice": "☐ "}


def write(document: Document) -> bytes:
    """Return the document as UTF-8 text."""
    lines = [document.mention, *document.opening] if document.mention else [*document.opening]
    for element in document.elements:
        lines += _lines(element)
    lines.append(document.running)
    return ("\n\n".join(lines) + "\n").encode()


def _lines(element: Element) -> Iterator[str]:
    if isinstance(element, Table):
        yield "\n".join(_rows(element))
    elif isinstance(element, Footnotes):
        yield "\n".join(element.texts)
    elif isinstance(element, Heading):
        yield element.text
    else:
        yield BULLETS.get(element.kind, "") + _marked(element)


def _rows(table: Table) -> Iterator[str]:
    yield from [table.caption] if table.caption else []
    yield from ["\t".join(table.head)] if table.head else []
    yield from ("\t".join(cell.text for cell in row) for row in table.rows)


def _marked(paragraph: Paragraph) -> str:
    """A footnote's number stands between brackets, where no raised figure can show it."""
    return "".join(f" [{run.text}]" if run.style == "mark" else run.text for run in paragraph.runs)
