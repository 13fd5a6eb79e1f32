"""What a document is made of, whatever it is written in: titles, paragraphs, tables, lists. Every text in it is as printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Style = Literal["", "strong", "mark", "missing"]
Kind = Literal["body", "lead", "item", "comment", "about", "wording", "choice"]


@dataclass(frozen=True)
class Run:
    """A few words set alike: plain, strong, as a footnote's number, or in red because something is missing."""

    text: str
    style: Style = ""


@dataclass(frozen=True)
class Heading:
    """The title of a section; level 1 is the largest below the document's own."""

    text: str
    level: int = 1

    @property
    def texts(self) -> tuple[str, ...]:
        """Return its words."""
        return (self.text,)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. Kinds: body, lead (larger), item (with a bullet), comment (set apart), about (small), wording (a question),
    choice (an answer on offer)."""

    runs: tuple[Run, ...]
    kind: Kind = "body"

    @property
    def texts(self) -> tuple[str, ...]:
        """Return its words."""
        return ("".join(run.text for run in self.runs),)


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    text: str
    is_missing: bool = False


@dataclass(frozen=True)
class Table:
    """A table: a head, then rows of as many cells. The first column names the row; from ``numbers`` on, columns hold numbers.

    Without a head it is a list of facts. ``widths`` are the columns' shares of the page.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: int
    widths: tuple[int, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Return its words, row by row."""
        caption = (self.caption,) if self.caption else ()
        return (*caption, *self.head, *(cell.text for row in self.rows for cell in row))


@dataclass(frozen=True)
class Footnotes:
    """Numbered notes, the first one numbered 1."""

    notes: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Return its words, each note after its number."""
        return tuple(f"{number}. {note}" for number, note in enumerate(self.notes, 1))


Element = Heading | Paragraph | Table | Footnotes


@dataclass(frozen=True)
class Document:
    """A document in one language. ``mention`` stands at the head of every page, ``running`` at its foot beside the page's number.

    ``made_at`` is when what it says was computed, so that the same figures give the same file.
    """

    language: str
    title: str
    kicker: str
    standfirst: str
    mention: str
    running: str
    author: str
    made_at: datetime
    elements: tuple[Element, ...]

    @property
    def opening(self) -> tuple[str, ...]:
        """Return the words above the first section."""
        return tuple(text for text in (self.kicker, self.title, self.standfirst) if text)

    def texts(self) -> Iterator[str]:
        """Yield all its words in reading order, without what is repeated on every page."""
        yield from self.opening
        for element in self.elements:
            yield from element.texts


def words(text: str, kind: Kind = "body") -> Paragraph:
    """Return a paragraph of plain words."""
    return Paragraph((Run(text),), kind)


def absent(text: str) -> Paragraph:
    """Return a paragraph that says, in red, what is missing."""
    return Paragraph((Run(text, "missing"),))
