"""A questionnaire on its way in, before it has sheets: lines, what bundles them, lists of options, texts by language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from surveys.core.foreign.brought import Ledger, Place

Texts = Mapping[str, str]  # language code → text


@dataclass
class Line:
    """One row of the survey sheet in the making; ``texts`` by column (label, hint…) and language."""

    place: Place
    type: str
    name: str
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)

    def words(self, column: str) -> dict[str, str]:
        """Return the texts of a column by language, to be read or filled in."""
        return self.texts.setdefault(column, {})

    @property
    def list_name(self) -> str:
        """Return the list of its choices, '' when it has none."""
        word, _, name = self.type.partition(" ")
        return name if word in ("select_one", "select_multiple", "rank") else ""

    @property
    def is_asked(self) -> bool:
        """Say whether a person answers it."""
        return self.type.partition(" ")[0] not in ("note", "calculate", "hidden", "begin_group", "begin_repeat")


@dataclass
class Bundle:
    """A group or a loop: its opening line, and what it holds. ``whole``: it must stay on one page."""

    line: Line
    children: list[Line | Bundle] = field(default_factory=list)

    @property
    def is_loop(self) -> bool:
        """Say whether it is a loop."""
        return self.line.type == "begin_repeat"


Node = Line | Bundle


@dataclass
class Option:
    """A choice in the making."""

    place: Place
    name: str
    labels: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    cells: dict[str, str] = field(default_factory=dict)


@dataclass
class Form:
    """The whole questionnaire. ``languages``: code → as headers write it ("English (en)"), the survey's own first."""

    ledger: Ledger
    languages: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    lists: dict[str, list[Option]] = field(default_factory=dict)
    welcome: dict[str, str] = field(default_factory=dict)  # shown before the consent is asked

    @property
    def default(self) -> str:
        """Return the code of the survey's own language."""
        return next(iter(self.languages), "en")

    def lines(self) -> Iterator[Line]:
        """Yield every line in order, opening lines included."""
        yield from lines_of(self.nodes)

    def in_every_language(self, text: str) -> dict[str, str]:
        """Return the same text for each language."""
        return dict.fromkeys(self.languages, text)


def lines_of(nodes: list[Node]) -> Iterator[Line]:
    """Yield every line below ``nodes`` in order, opening lines included."""
    for node in nodes:
        if isinstance(node, Bundle):
            yield node.line
            yield from lines_of(node.children)
        else:
            yield node
