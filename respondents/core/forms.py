"""The web form as a browser sees it: the one form of a page, its fields and what they offer."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Field:
    """One named field: its kind (radio, checkbox, select, text, hidden) and, where it has choices, their values."""

    kind: str
    values: list[str] = field(default_factory=list)
    exclusive: set[str] = field(default_factory=set)


@dataclass
class WebForm:
    """The form that a page posts: where to, and its fields by name. ``outcome`` is told by a page without form."""

    action: str = ""
    fields: dict[str, Field] = field(default_factory=dict)
    outcome: str = ""
    has_errors: bool = False


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form = WebForm()
        self.inside = False
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-outcome" in given:
            self.form.outcome = given["data-outcome"]
        if given.get("role") == "alert":
            self.form.has_errors = True
        if tag == "form" and given.get("method", "").lower() == "post":
            self.inside, self.form.action = True, given.get("action", "")
        elif self.inside:
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "select":
            self.select = name
            self.form.fields[name] = Field("select")
        elif tag == "option" and given.get("value"):
            self.form.fields[self.select].values.append(given["value"])
        elif tag == "textarea":
            self.form.fields[name] = Field("text")
        elif tag == "input" and name:
            kind = given.get("type", "text")
            found = self.form.fields.setdefault(name, Field(kind))
            found.values.append(given.get("value", ""))
            if "data-exclusive" in given:
                found.exclusive.add(given["value"])


def read_form(html: str) -> WebForm:
    """Return the form of a page, as a browser would post it."""
    reader = _Reader()
    reader.feed(html)
    return reader.form
