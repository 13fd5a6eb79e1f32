"""How long a quota place is held for somebody silent, and the price of each choice; how old a margin's source is."""

from __future__ import annotations

import re
from dataclasses import dataclass

CHOICES = (5, 10, 15, 20, 30, 60)  # minutes without a saved page
ENOUGH = 30  # people who took places before their pace says anything
ARRIVALS, DROP_OUT = 5.0, 0.15  # people a minute and the share who stop, supposed until enough came
OLD = 24  # months between a source and the field after which it is said to be old
YEAR = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?!\d))?")


@dataclass(frozen=True)
class Price:
    """What holding places ``minutes`` costs: how many are held, on average, by people who have gone."""

    minutes: int
    held: float

    @property
    def places(self) -> int:
        """Return the places held by people who have gone, to a whole number."""
        return round(self.held)


def prices(arrivals: float, drop_out: float, choices: tuple[int, ...] = CHOICES) -> list[Price]:
    """Return the price of each choice: people who take a place per minute × the share who stop × minutes (Little's law)."""
    return [Price(minutes, arrivals * drop_out * minutes) for minutes in choices]


def pace_of_places(taken: int, stopped: int, minutes: float) -> tuple[float, float, bool]:
    """Return people who take a place per minute, the share who stop, and whether both were measured rather than supposed."""
    if taken < ENOUGH or minutes <= 0:
        return ARRIVALS, DROP_OUT, False
    return taken / minutes, stopped / taken, True


def months_before(source: str, field: str) -> int | None:
    """Return the months between the last date that a source's date text names ("2018-2021", "2022", "2023-06") and the field's first day.

    A year alone stands for its December; None when one of the two names no year.
    """
    dates = [_months(text) for text in YEAR.findall(source)]
    begins = YEAR.match(field)
    return _months(begins[0], month=1) - max(dates) if dates and begins else None


def _months(text: str, month: int = 12) -> int:
    year, _, rest = text.partition("-")
    return int(year) * 12 + int(rest or month)
