"""A drawing as plain shapes in pixels, which one pen writes as SVG and another paints as PNG; and text broken into lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

Ink = Literal["ink", "soft", "blue", "paper", "track", "hatch", "line", "yellow"]

COLOURS: dict[Ink, str] = {
    "ink": "#17212e",
    "soft": "#4b5666",
    "blue": "#14467f",
    "paper": "#ffffff",
    "track": "#e3e8ee",
    "hatch": "#6b7a8f",
    "line": "#d5dae1",
    "yellow": "#fff6d9",
}
HATCH_STEP = 6  # pixels between two stripes
HATCH_WIDTH = 3


class Measure(Protocol):
    """Says how wide a text is, in pixels."""

    def __call__(self, words: str, size: float, *, bold: bool = False) -> float:
        """Return the width of the words set in that size."""


@dataclass(frozen=True)
class Text:
    """One line of text; ``y`` is its baseline."""

    x: float
    y: float
    words: str
    size: float
    ink: Ink = "ink"
    bold: bool = False


@dataclass(frozen=True)
class Box:
    """A rectangle, filled, striped (``is_hatched``) or outlined only."""

    x: float
    y: float
    width: float
    height: float
    fill: Ink | None = None
    outline: Ink | None = None
    is_hatched: bool = False


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    ink: Ink = "ink"


Shape = Text | Box | Line


@dataclass(frozen=True)
class Drawing:
    """Shapes one over another on paper; ``title`` and ``description`` say the same to who cannot see them."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    title: str
    description: str


@dataclass
class Column:
    """A column of text and shapes filled from the top down, between two edges."""

    left: float
    right: float
    y: float
    measure: Measure
    shapes: list[Shape] = field(default_factory=list)

    @property
    def width(self) -> float:
        """Return the room between the edges."""
        return self.right - self.left

    def write(self, words: str, size: float, *, ink: Ink = "ink", bold: bool = False, leading: float = 1.35) -> None:
        """Set a paragraph and go below it; no words take no room."""
        for line in broken(words, self.width, lambda part: self.measure(part, size, bold=bold)):
            self.shapes.append(Text(self.left, self.y + size, line, size, ink, bold))
            self.y += size * leading

    def skip(self, pixels: float) -> None:
        """Leave white below."""
        self.y += pixels

    def rule(self) -> None:
        """Draw a hairline over the whole width."""
        self.shapes.append(Line(self.left, self.y, self.right, self.y, 1, "line"))


def broken(words: str, width: float, length: Callable[[str], float]) -> list[str]:
    """Break a text into lines no longer than ``width``, at ordinary spaces only; a word too long alone is cut."""
    lines: list[str] = []
    for word in words.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and length(joined) <= width:
            lines[-1] = joined
        else:
            lines += _cut(word, width, length)
    return [line for line in lines if line]


def _cut(word: str, width: float, length: Callable[[str], float]) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and length(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
