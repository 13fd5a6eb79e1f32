"""Reads one of our pages as a browser without style would, and refuses what is not well-formed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

VOID = {"meta", "link", "br", "input", "img", "hr", "source"}
APART = {"p", "div", "dt", "dd", "th", "td", "li", "tr", "h1", "h2", "h3", "span", "summary"}
SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)


class PageReader(HTMLParser):
    """A page: its ``ids``, ``links`` (address → text), ``figures`` (code → attributes), ``headings`` and whole ``text``."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.opened: list[str] = []
        self.ids: list[str] = []
        self.links: dict[str, str] = {}
        self.figures: dict[str, dict[str, str]] = {}
        self.headings: list[str] = []
        self.inline: list[str] = []
        self.table_headers_without_scope = 0
        self.texts: list[str] = []
        self._href = ""
        self.feed(html)
        self.close()
        assert self.opened == [], f"never closed: {self.opened}"
        assert len(self.ids) == len(set(self.ids)), "an id stands twice"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self._note(tag, given)
        if tag not in VOID:
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._note(tag, {name: value or "" for name, value in attributes})

    def handle_endtag(self, tag: str) -> None:
        assert self.opened, f"</{tag}> closes nothing"
        assert self.opened[-1] == tag, f"</{tag}> closes <{self.opened[-1]}>"
        self.opened.pop()

    def handle_data(self, data: str) -> None:
        if self.opened and self.opened[-1] not in ("script", "style", "title", "textarea"):
            self.texts.append(data)
        if "a" in self.opened and self._href:
            self.links[self._href] += data
        if self.opened and self.opened[-1] in ("h1", "h2", "h3"):
            self.headings.append(data)

    def _note(self, tag: str, given: dict[str, str]) -> None:
        if tag in APART:
            self.texts.append(" ")
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self._href = given.get("href", "")
            self.links.setdefault(self._href, "")
        if "data-figure" in given:
            self.figures[given["data-figure"]] = given
        if (
            "style" in given
            or tag == "style"
            or (tag == "script" and "src" not in given and given.get("type") != "application/ld+json")
            or any(name.startswith("on") for name in given)
        ):
            self.inline.append(tag)
        self.table_headers_without_scope += tag == "th" and "scope" not in given

    @property
    def text(self) -> str:
        """Return the page's words, blanks put together (no-break spaces stay)."""
        return re.sub(r"[ \n\t]+", " ", "".join(self.texts)).strip()

    @property
    def charts(self) -> list[ElementTree.Element]:
        """Return the page's drawings, each parsed as XML."""
        return [ElementTree.fromstring(drawing) for drawing in SVG.findall(self.html)]
