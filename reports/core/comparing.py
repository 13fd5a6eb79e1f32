"""How far one aspect of two waves is the same: a verdict and its reason in words, from what is written down of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from surveys.core.messages import N_, Message

Judged = Literal["same", "close", "different"]

ASPECTS = ("wording", "base", "mode", "institute", "universe", "weighting")
PER_FIGURE = ("wording", "base")  # the others hold for the waves as such
UNKNOWN = Message(N_("Not known of the other wave: counts as different until somebody confirms it."))


@dataclass(frozen=True)
class Line:
    """One aspect of a figure (``subject``), or of the waves as such (''): what was computed and why, and what a person confirmed."""

    aspect: str
    subject: str
    computed: Judged
    why: Message
    confirmed: Judged | Literal[""] = ""
    reason: str = ""
    by: str = ""

    @property
    def holds(self) -> Judged:
        """Return the verdict that counts: a person's, else the computed one."""
        return self.confirmed or self.computed


@dataclass(frozen=True)
class Ledger:
    """All that is judged of two waves for one figure. ``is_declared``: the study itself says that they compare with a reserve."""

    lines: tuple[Line, ...] = ()
    is_declared: bool = False

    @property
    def doubts(self) -> tuple[Line, ...]:
        """Return the lines that are not the same."""
        return tuple(line for line in self.lines if line.holds != "same")

    @property
    def is_indicative(self) -> bool:
        """Say whether a change may only be read as an indication: no aspect is left out, and one that is not the same is enough."""
        return self.is_declared or not self.lines or bool(self.doubts)


NOT_JUDGED = Ledger()


def alike(aspect: str, now: str, then: str, *, subject: str = "", blank_is_same: bool = False) -> Line:
    """Judge two names as written; letters' case aside. What is not written is not known, unless ``blank_is_same`` on both sides."""
    if not now and not then and blank_is_same:
        return Line(aspect, subject, "same", Message(N_("Nothing says otherwise of either wave.")))
    if not now or not then:
        return Line(aspect, subject, "different", UNKNOWN)
    if now.casefold() == then.casefold():
        return Line(aspect, subject, "same", Message(N_("The same in both: %(name)s."), {"name": now}))
    return Line(aspect, subject, "different", Message(N_("%(then)s then, %(now)s now."), {"then": then, "now": now}))


def weighted_alike(now: Collection[str], then: Collection[str], *, is_known: bool) -> Line:
    """Judge the variables on which two waves are weighted: the same ones, some more, or others."""
    aspect = "weighting"
    if not is_known:
        return Line(aspect, "", "different", UNKNOWN)
    ours, theirs = set(now), set(then)
    if ours == theirs:
        told = {"names": ", ".join(now)}
        why = Message(N_("Both weighted on %(names)s."), told) if ours else Message(N_("Neither is weighted."))
        return Line(aspect, "", "same", why)
    told = {"then": ", ".join(then) or "–", "now": ", ".join(now) or "–"}
    is_close = bool(ours & theirs) and (ours <= theirs or theirs <= ours)
    return Line(aspect, "", "close" if is_close else "different", Message(N_("Weighted on %(then)s then, on %(now)s now."), told))


def measured_alike(aspect: str, subject: str, weight: str, reasons: Iterable[Message]) -> Line:
    """Judge a figure's question or base from the heaviest difference between the two questionnaires."""
    judged: Judged = {"comparable": "close", "breaking": "different"}.get(weight, "same")  # type: ignore[assignment]
    if judged == "same":
        return Line(aspect, subject, "same", Message(N_("Nothing that counts changed between the two questionnaires.")))
    first = next(iter(reasons), None) or Message(N_("The questionnaires differ."))
    return Line(aspect, subject, judged, first)
