"""Letters to people: what stands in braces is filled in once, as text; the plain text is also told as simple HTML."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from html import escape

from surveys.core.messages import N_, Message

PLACES = ("name", "link", "minutes", "title", "sponsor", "institute", "unsubscribe", "withdraw")
NEEDED = ("link", "unsubscribe")  # no letter goes without them
LONGEST_SUBJECT, LONGEST_BODY = 200, 10_000
MOST_TRIES = 6

PLACE = re.compile(r"\{(\w*)\}")
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
BLANKS = re.compile(r"\s+")
NAMELESS = re.compile(r"[ \u00a0]*\{name\}")  # "Hello {name}," becomes "Hello,"

UNKNOWN_PLACE = N_("{%(name)s} means nothing here; what can be filled in: %(known)s.")
LACKS = N_("Write {%(name)s} where it is to stand: no letter goes without it.")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with each {place} filled in, in one go: what a value holds is never filled in again.

    Somebody without a name is greeted without one: the blank before {name} goes with it.
    """
    if not values.get("name"):
        text = NAMELESS.sub("", text)
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def one_line(text: str) -> str:
    """Return a subject on one line: what would start another header is a blank (CWE-93)."""
    return BLANKS.sub(" ", text).strip()


def faults_of(subject: str, body: str) -> list[Message]:
    """Return what is wrong with a letter's text: unknown places, and places that it lacks."""
    found = dict.fromkeys([*PLACE.findall(subject), *PLACE.findall(body)])
    unknown = [Message(UNKNOWN_PLACE, {"name": name, "known": _listed(PLACES)}) for name in found if name not in PLACES]
    return unknown + [Message(LACKS, {"name": name}) for name in NEEDED if name not in PLACE.findall(body)]


def as_html(text: str, language: str) -> str:
    """Return the letter as a page: paragraphs, lines and links; everything else stands as written."""
    paragraphs = (paragraph.strip() for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))
    told = "\n".join(f"<p>{_linked(paragraph)}</p>" for paragraph in paragraphs if paragraph)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"></head>\n'
        f'<body style="font: 16px/1.5 sans-serif; color: #17212e; max-width: 36em">\n{told}\n</body></html>\n'
    )


def back_off(tries: int) -> timedelta:
    """Return how long to wait after so many failed tries: 2, 8, 32 minutes, 2 h 8, 8 h 32."""
    return timedelta(minutes=2 * 4 ** (tries - 1))


def _linked(paragraph: str) -> str:
    """Addresses become links, everything is escaped, line ends stay."""
    parts, at = [], 0
    for found in ADDRESS.finditer(paragraph):
        address = found[0].rstrip(".,;:!?)»")
        parts += [escape(paragraph[at : found.start()]), f'<a href="{escape(address)}">{escape(address)}</a>']
        at = found.start() + len(address)
    return "".join([*parts, escape(paragraph[at:])]).replace("\n", "<br>\n")


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
