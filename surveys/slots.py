"""Printing with slots: the same templates print a page live, or print it once as pieces to be filled later."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from surveys.core.expressions import Answer


@dataclass(frozen=True)
class PageView:
    """Everything that varies from one rendering of a page to the next.

    ``answers`` are those of the whole route: this page's are shown as given, the others' serve the piped texts
    and decide which questions are shown. ``errors`` go by question name, '' being the page as a whole.
    ``order_seed`` '' keeps the author's order of choices. ``progress`` is a percentage.
    ``languages`` are (code, own name, address) of the languages to offer.
    """

    action: str
    request_id: str
    answers: Mapping[str, Answer]
    errors: Mapping[str, str] = field(default_factory=dict)
    order_seed: str = ""
    back: str = ""
    progress: int | None = None
    languages: tuple[tuple[str, str, str], ...] = ()
    is_test: bool = False
    notice: str = ""


Slot = Callable[[PageView], str]
Condition = Callable[[PageView], bool]
Order = Callable[[PageView], Sequence[int]]  # positions, in the order to print them


class Printer(Protocol):
    """What templates print their varying parts with."""

    def text(self, slot: Slot) -> SafeString:
        """Print a value, escaped."""

    def markup(self, slot: Slot) -> SafeString:
        """Print a piece of HTML as it is."""

    def block(self, shown: Condition, draw: Callable[[], str]) -> SafeString:
        """Print what ``draw`` returns where ``shown``."""

    def ordered(self, order: Order, pieces: Sequence[str]) -> SafeString:
        """Print the ``pieces`` in a person's order."""


@dataclass(frozen=True)
class LivePrinter:
    """Prints for one view, at once."""

    view: PageView

    def text(self, slot: Slot) -> SafeString:
        """Print a value, escaped."""
        return escape(slot(self.view))

    def markup(self, slot: Slot) -> SafeString:
        """Print a piece of HTML as it is."""
        return mark_safe(slot(self.view))  # noqa: S308 -- the slots of our own pack

    def block(self, shown: Condition, draw: Callable[[], str]) -> SafeString:
        """Print what ``draw`` returns where ``shown``."""
        return mark_safe(draw() if shown(self.view) else "")  # noqa: S308 -- drawn by our own templates

    def ordered(self, order: Order, pieces: Sequence[str]) -> SafeString:
        """Print the ``pieces`` in a person's order."""
        return mark_safe("".join(pieces[position] for position in order(self.view)))  # noqa: S308 -- drawn by our own templates


@dataclass(frozen=True)
class Filling:
    """A printed text cut at its slots."""

    parts: tuple[str | Slot, ...]

    def fill(self, view: PageView) -> str:
        """Return the text for ``view``."""
        return "".join([part if isinstance(part, str) else part(view) for part in self.parts])


class SlotPrinter:
    """Prints a mark for each slot; ``cut`` then parts the printed text at its marks.

    A mark holds letters and digits only, so that no template changes it, and a random number, so that no text
    of a questionnaire can look like one.
    """

    def __init__(self) -> None:
        self._mark = f"slot{secrets.token_hex(12)}n"
        self._slots: list[Slot] = []

    def text(self, slot: Slot) -> SafeString:
        """Print a value, escaped."""
        return self.markup(lambda view: escape(slot(view)))

    def markup(self, slot: Slot) -> SafeString:
        """Print a piece of HTML as it is."""
        self._slots.append(slot)
        return mark_safe(f"{self._mark}{len(self._slots) - 1}z")  # noqa: S308 -- letters and digits

    def block(self, shown: Condition, draw: Callable[[], str]) -> SafeString:
        """Print what ``draw`` returns where ``shown``."""
        filling = self.cut(draw())
        return self.markup(lambda view: filling.fill(view) if shown(view) else "")

    def ordered(self, order: Order, pieces: Sequence[str]) -> SafeString:
        """Print the ``pieces`` in a person's order."""
        fillings = [self.cut(piece) for piece in pieces]
        return self.markup(lambda view: "".join([fillings[position].fill(view) for position in order(view)]))

    def cut(self, printed: str) -> Filling:
        """Part ``printed`` at its marks."""
        first, *rest = printed.split(self._mark)
        parts: list[str | Slot] = [first]
        for piece in rest:
            number, _, text = piece.partition("z")
            parts += [self._slots[int(number)], text]
        return Filling(tuple(part for part in parts if part != ""))
