"""Printing with slots: the same templates print a page live, or print it once as pieces to be filled later."""

from __future__ import annotations

import html
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
    ``doubted`` are the questions whose answer a soft check finds unusual, ``confirmed`` those whose box says that it is right.
    ``languages`` gives, by code, the address of the page in each language to offer. ``closing`` announces that the answers
    given so far can no longer be changed after this page.
    """

    action: str
    request_id: str
    answers: Mapping[str, Answer]
    errors: Mapping[str, str] = field(default_factory=dict)
    doubted: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    order_seed: str = ""
    back: str = ""
    progress: int | None = None
    languages: Mapping[str, str] = field(default_factory=dict)
    is_test: bool = False
    notice: str = ""
    closing: bool = False


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
        return self.markup(lambda view: html.escape(slot(view)))  # what Django's escape does, without its wrappings

    def markup(self, slot: Slot) -> SafeString:
        """Print a piece of HTML as it is."""
        self._slots.append(slot)
        return mark_safe(f"{self._mark}{len(self._slots) - 1}z")  # noqa: S308 -- letters and digits

    def block(self, shown: Condition, draw: Callable[[], str]) -> SafeString:
        """Print what ``draw`` returns where ``shown``."""
        fill = self.cut(draw())
        return self.markup(lambda view: fill(view) if shown(view) else "")

    def ordered(self, order: Order, pieces: Sequence[str]) -> SafeString:
        """Print the ``pieces`` in a person's order."""
        fills = [self.cut(piece) for piece in pieces]
        return self.markup(lambda view: "".join([fills[position](view) for position in order(view)]))

    def cut(self, printed: str) -> Slot:
        """Part ``printed`` at its marks; return what fills it for a view."""
        first, *rest = printed.split(self._mark)
        pieces: list[str] = [first]
        slots: list[tuple[int, Slot]] = []
        for piece in rest:
            number, _, text = piece.partition("z")
            slots.append((len(pieces), self._slots[int(number)]))
            pieces += ["", text]
        return _filler(pieces, slots)


def _filler(pieces: Sequence[str], slots: Sequence[tuple[int, Slot]]) -> Slot:
    """``pieces`` holds '' where a slot stands, ``slots`` the slots by position. Most are one choice, with one slot or none."""
    if not slots:
        return lambda view: pieces[0]
    if len(slots) == 1:
        before, _, after = pieces
        slot = slots[0][1]
        return lambda view: before + slot(view) + after

    def fill(view: PageView) -> str:
        filled = [*pieces]
        for position, slot in slots:
            filled[position] = slot(view)
        return "".join(filled)

    return fill
