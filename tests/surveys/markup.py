"""Reads a page's HTML and says what a browser or a screen reader would stumble over."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img"}
POINTERS = ("aria-describedby", "aria-labelledby", "for", "data-counts")


@dataclass
class Element:
    """An element with its attributes, the elements around it and the text inside it."""

    tag: str
    attributes: dict[str, str]
    around: tuple[Element, ...]
    text: str = ""

    def inside(self, tag: str) -> bool:
        """Say whether it stands in an element of this kind."""
        return any(element.tag == tag for element in self.around)


@dataclass
class Markup(HTMLParser):
    """The elements of a page in order. ``faults`` says in sentences what is wrong with them."""

    elements: list[Element] = field(default_factory=list)
    opened: list[Element] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.faults.append(f"{tag} has an attribute twice")
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self.opened))
        self.elements.append(element)
        if tag not in VOID:
            self.opened.append(element)

    def handle_endtag(self, tag):
        if not self.opened or self.opened.pop().tag != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        for element in self.opened:
            element.text += data

    def all(self, tag: str) -> list[Element]:
        """Return the elements of one kind."""
        return [element for element in self.elements if element.tag == tag]

    def by_id(self) -> dict[str, Element]:
        """Return the elements by id."""
        return {element.attributes["id"]: element for element in self.elements if "id" in element.attributes}

    def close(self) -> None:
        """Finish, and look at the whole page."""
        super().close()
        self.faults += [f"<{element.tag}> is never closed" for element in self.opened]
        self._look_at_identifiers()
        self._look_at_controls()
        if len(self.all("h1")) != 1 or len(self.all("main")) != 1 or not self.all("title")[0].text.strip():
            self.faults.append("a page has one main, one h1 and a title")
        self.faults += ["a script or style stands in the page" for script in self.all("script") + self.all("style") if script.text.strip()]

    def _look_at_identifiers(self) -> None:
        counted = Counter(element.attributes["id"] for element in self.elements if "id" in element.attributes)
        self.faults += [f"id {name!r} stands {count} times" for name, count in counted.items() if count > 1]
        for element in self.elements:
            pointed = [name for pointer in POINTERS for name in element.attributes.get(pointer, "").split()]
            self.faults += [f"<{element.tag}> points to {name!r}, which is not there" for name in pointed if name not in counted]

    def _look_at_controls(self) -> None:
        labelled = {element.attributes.get("for") for element in self.all("label")}
        for element in self.all("input") + self.all("select") + self.all("textarea"):
            if element.attributes.get("type") == "hidden":
                continue
            if element.attributes.get("id") not in labelled:
                self.faults.append(f"{element.attributes.get('name')} has no label")
            if not element.inside("fieldset") and not element.inside("table"):
                self.faults.append(f"{element.attributes.get('name')} stands in no fieldset")


def read_markup(html: str) -> Markup:
    """Return the page's elements and faults."""
    markup = Markup()
    markup.feed(html)
    markup.close()
    return markup
