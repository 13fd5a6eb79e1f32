"""Bands of a number: each value where they are few, else round steps, the last band open at its top."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf, log10

import numpy as np
from numpy.typing import NDArray

from surveys.core.messages import N_, Message

FEW = 12  # values that each have a row
BANDS = 6


@dataclass(frozen=True)
class Band:
    """The numbers from ``low`` on and below ``below``."""

    low: float
    below: float
    words: Message


def bands(values: NDArray[np.float64]) -> list[Band]:
    """Return the bands that these values are told in; nothing of no value.

    The step is 1, 2 or 5 times a power of ten, such that about six bands reach the 95th hundredth of the values.
    """
    distinct = np.unique(values)
    if not len(distinct):
        return []
    if len(distinct) <= FEW:
        ends = [*distinct[1:].tolist(), inf]
        return [Band(low, below, Message("%(low)s", {"low": _said(low)})) for low, below in zip(distinct.tolist(), ends, strict=True)]
    is_whole = bool((distinct == np.floor(distinct)).all())
    low, high = float(distinct[0]), float(np.sort(values)[ceil(0.95 * len(values)) - 1])
    step = _round_step((high - low) / BANDS)
    step = max(step, 1.0) if is_whole else step
    start = floor(low / step)
    last = max(start + 1, floor(high / step))
    made = [_band(at * step, (at + 1) * step, is_whole) for at in range(start, last)]
    return [*made, Band(last * step, inf, Message(N_("%(low)s or more"), {"low": _said(last * step)}))]


def _band(low: float, below: float, is_whole: bool) -> Band:
    if is_whole:
        words = Message("%(low)s", {"low": _said(low)}) if below - low == 1 else _between(N_("%(low)s to %(high)s"), low, below - 1)
        return Band(low, below, words)
    return Band(low, below, _between(N_("%(low)s to less than %(high)s"), low, below))


def _between(template: str, low: float, high: float) -> Message:
    return Message(template, {"low": _said(low), "high": _said(high)})


def _said(value: float) -> float:
    """The number as it is said: whole where it is, without the crumbs of a multiplication."""
    rounded = float(f"{value:.10g}")
    return int(rounded) if rounded.is_integer() else rounded


def _round_step(wished: float) -> float:
    if wished <= 0:
        return 1.0
    power = 10.0 ** floor(log10(wished))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= wished * (1 - 1e-9))
