"""What may be claimed of a figure in words: a majority, one in two, a significant change. Each only where the figures bear it out.

Percentages are on the 0–100 scale; ``low`` is the lower end of the 95 % interval, None where there is none.
"""

from __future__ import annotations

import re

from surveys.core.messages import N_, Message

LEVEL = 0.05  # a change is significant below this p, two-sided
NEAR = 5  # points on either side of 50 within which "one in two" is said

# Words of an author that claim as much, in the languages that notes are written in.
MAJORITY = re.compile(r"\b(majorit|la plupart|majority|most of\b|more than half|plus de la moitié)", re.IGNORECASE)
SIGNIFICANCE = re.compile(r"significati(f|v|on)|\bsignificant", re.IGNORECASE)


def is_majority(low: float | None) -> bool:
    """Say whether more than half can be claimed: the whole interval lies above 50 %."""
    return low is not None and low > 50


def majority(low: float | None) -> Message | None:
    """Return the words of a majority, None where it is not borne out."""
    return Message(N_(", a majority,")) if is_majority(low) else None


def one_in_two(percent: float, low: float | None) -> Message | None:
    """Return how far the percentage is from one person in two, None where it is far."""
    if abs(percent - 50) > NEAR:
        return None
    if 49.5 <= percent < 50.5:
        return Message(N_(", one person in two,"))
    if percent < 50:
        return Message(N_(", nearly one person in two,"))
    return Message(N_(", slightly more than one person in two,") if is_majority(low) else N_(", about one person in two,"))


def change(points: float, p: float) -> Message:
    """Return what a test says of a change in ``points`` with its two-sided ``p``."""
    if p >= LEVEL:
        return Message(N_("change not significant"))
    return Message(N_("significant rise") if points > 0 else N_("significant fall"))


def unfounded(text: str, low: float | None, p: float | None) -> bool:
    """Say whether an author's words about a figure claim a majority or a significance that it does not bear out."""
    claims_majority, claims_significance = MAJORITY.search(text), SIGNIFICANCE.search(text)
    return bool((claims_majority and not is_majority(low)) or (claims_significance and (p is None or p >= LEVEL)))
