"""Reads the words of a document back from the file, whatever its format, so that formats can be held to each other."""

from __future__ import annotations

import io
import json
import re

import docx
import pypdf
from docx.table import Table

from reports.documents import elements as documents
from reports.documents.elements import Document
from tests.reports.page_reader import PageReader

BLANKS = re.compile(r"[ \n\t\r\u00a0•☐]+")  # where lines break is the format's business, and so is a bullet; PDF writes U+00A0 as a space


def squeezed(text: str) -> str:
    """Return the words without blanks between them; the narrow no-break space stays."""
    return BLANKS.sub("", text)


def words_of(document: Document) -> str:
    """Return the words that every format must print."""
    return squeezed("".join(document.texts()))


def words_of_html(document: Document, content: bytes) -> str:
    """Return the words of the page, without the mention and the foot."""
    text = squeezed(PageReader(content.decode()).text)
    return text.removeprefix(squeezed(document.mention)).removesuffix(squeezed(document.running))


def words_of_docx(content: bytes) -> str:
    """Return the words of the body: its paragraphs and tables in their order."""
    body = docx.Document(io.BytesIO(content)).iter_inner_content()
    parts = ["".join(cell.text for row in part.rows for cell in row.cells) if isinstance(part, Table) else part.text for part in body]
    return squeezed("".join(parts))


def words_of_pdf(document: Document, content: bytes) -> str:
    """Return the words of its pages, each without its mention and its foot. Raises AssertionError where a page lacks them."""
    heads = [squeezed("".join(element.head)) for element in document.elements if isinstance(element, documents.Table) and element.head]
    words = ""
    for number, page in enumerate(pypdf.PdfReader(io.BytesIO(content)).pages, 1):
        text, head, foot = squeezed(page.extract_text()), squeezed(document.mention), squeezed(document.running) + str(number)
        assert text.startswith(head), f"page {number} does not carry the mention"
        assert foot in text, f"page {number} does not carry its foot"
        text = text.removeprefix(head).replace(foot, "", 1)
        again = next((each for each in heads if number > 1 and text.startswith(each)), "")  # a table that goes on repeats its head
        words += text.removeprefix(again)
    return words


def words_of_text(document: Document, content: bytes) -> str:
    """Return the words of the plain text, without the mention and the foot; [1] is a footnote's number."""
    text = re.sub(r" \[(\d+)\]", r"\1", content.decode())
    return squeezed(text).removeprefix(squeezed(document.mention)).removesuffix(squeezed(document.running))


def words_of_json(_document: Document, content: bytes) -> str:
    """Return the words of the twin: those of its head, then of its sections."""
    twin = json.loads(content)
    parts = [twin["about"], twin["title"], twin["standfirst"]]
    for section in twin["sections"]:
        parts.append(section["heading"])
        for said in section["content"]:
            if said["kind"] == "table":
                parts += [said["caption"], *said["head"], *(cell for row in said["rows"] for cell in row)]
            elif said["kind"] == "footnotes":
                parts += [f"{number}. {text}" for number, text in enumerate(said["texts"], 1)]
            else:
                parts.append(said["text"])
    return squeezed("".join(parts))


def words_in(document: Document, kind: str, content: bytes) -> str:
    """Return the words of a file of this kind: html, docx, pdf, txt or json."""
    if kind == "docx":
        return words_of_docx(content)
    return {"html": words_of_html, "pdf": words_of_pdf, "txt": words_of_text, "json": words_of_json}[kind](document, content)
