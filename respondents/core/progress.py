"""How far a quota cell is: what is left to do, what share is done, whether anybody still gets a place."""

from __future__ import annotations

from dataclasses import dataclass

from respondents.core.quotas import NEVER_CLOSES

ALMOST_FULL = 90  # per cent of the target


@dataclass(frozen=True)
class Progress:
    """The counts of one cell, or of a whole wave: people wanted, allowed, in progress (``reserved``) and completed (``filled``).

    A ``minimum_only`` cell never closes: its target is a minimum.
    """

    target: int
    ceiling: int
    reserved: int
    filled: int
    minimum_only: bool = False

    @property
    def to_do(self) -> int:
        """Return how many completed interviews are missing to the target."""
        return max(0, self.target - self.filled)

    @property
    def percent(self) -> int:
        """Return the share of the target that is completed, rounded down: 100 says that the target is reached."""
        return 100 * self.filled // self.target if self.target else 100

    @property
    def never_closes(self) -> bool:
        """Say whether it turns nobody away: a minimum, or a soft target."""
        return self.minimum_only or self.ceiling >= NEVER_CLOSES

    @property
    def is_full(self) -> bool:
        """Say whether nobody gets a place now, those in progress included."""
        return not self.never_closes and self.reserved + self.filled >= self.ceiling

    @property
    def is_almost_full(self) -> bool:
        """Say whether nine tenths of its target are completed."""
        return self.percent >= ALMOST_FULL

    @property
    def scale(self) -> int:
        """Return the number of people that the whole width of the cell's bar stands for."""
        return max(1, self.target, self.filled + self.reserved, 0 if self.never_closes else self.ceiling)

    @property
    def bar(self) -> tuple[str, str, str]:
        """Return, as shares of the bar's width, its completed part, the part in progress after it, and the target's mark."""
        filled, reserved, target = (f"{100 * count / self.scale:.4g}%" for count in (self.filled, self.reserved, self.target))
        return filled, reserved, target
