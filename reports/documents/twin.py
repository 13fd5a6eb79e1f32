"""A document as JSON: its sections in order with what they hold, and what is missing marked as such, for programs to read."""

from __future__ import annotations

import json
from typing import Any

from reports.documents.elements import Document, Element, Footnotes, Heading, Table


def write(document: Document) -> bytes:
    """Return the document as UTF-8 JSON."""
    return json.dumps(twin_of(document), ensure_ascii=False, indent=1).encode()


def twin_of(document: Document) -> dict[str, Any]:
    """Return the document as JSON values: a section for each heading, its ``is_missing`` true where something in it stands in red."""
    sections: list[dict[str, Any]] = [{"heading": "", "level": 0, "content": [], "is_missing": False}]
    for element in document.elements:
        if isinstance(element, Heading):
            sections.append({"heading": element.text, "level": element.level, "content": [], "is_missing": False})
        else:
            said = _said(element)
            sections[-1]["content"].append(said)
            sections[-1]["is_missing"] |= said["is_missing"]
    return {
        "title": document.title,
        "language": document.language,
        "about": document.kicker,
        "standfirst": document.standfirst,
        "mention": document.mention,
        "computed_at": document.made_at.isoformat(),
        "sections": [section for section in sections if section["level"] or section["content"]],
    }


def _said(element: Element) -> dict[str, Any]:
    if isinstance(element, Table):
        rows = [[cell.text for cell in row] for row in element.rows]
        lacks = any(cell.is_missing for row in element.rows for cell in row)
        return {"kind": "table", "caption": element.caption, "head": list(element.head), "rows": rows, "is_missing": lacks}
    if isinstance(element, Footnotes):
        return {"kind": "footnotes", "texts": list(element.notes), "is_missing": False}
    if isinstance(element, Heading):
        raise TypeError("A heading opens a section; it is no content of one.")
    lacks = any(run.style == "missing" for run in element.runs)
    return {"kind": element.kind, "text": element.texts[0], "is_missing": lacks}
