"""What a person looks at before a soft launch becomes a field: facts about its interviews, each with a first judgement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from respondents.core.alerts import OFF_LENGTH, Page
from surveys.core.messages import N_, Message

Judgement = Literal["well", "look", "wrong"]
SIGNS: Mapping[Judgement, str] = {"well": "✓", "look": "●", "wrong": "▲"}
LOW_INCIDENCE = 50  # per cent of those whose profile was known
LOSES_MANY = 5  # per cent of those who saw a page


@dataclass(frozen=True)
class SoftLaunch:
    """What came of a soft launch; ``entered`` counts neither tests nor imports, minutes are of completed interviews.

    ``told`` are the ended interviews whose panel was told how they ended, of ``to_tell`` that came from a panel that wants to
    know. ``completes`` is by the source's label, ``texts`` how many open answers there are by question.
    """

    entered: int
    completed: int
    screened_out: int
    told: int = 0
    to_tell: int = 0
    differences: int = 0
    median_minutes: float | None = None
    expected_minutes: float | None = None
    completes: Mapping[str, int] | None = None
    pages: Sequence[Page] = ()
    texts: Mapping[str, int] | None = None
    tests: int = 0

    @property
    def incidence(self) -> int | None:
        """Return the per cent wanted of those whose profile was known: completed / (completed + screened out); None of nobody."""
        known = self.completed + self.screened_out
        return round(100 * self.completed / known) if known else None


@dataclass(frozen=True)
class Fact:
    """One line of the checklist: its code, what was found, and a first judgement; the person judges."""

    code: str
    found: Message
    judgement: Judgement = "well"


# What is to be looked at, by the code of its fact.
TITLES: Mapping[str, str] = {
    "redirects": N_("Panels are told how each interview ended"),
    "quotas": N_("Every interview is counted in its own quota cells"),
    "length": N_("The length is what was planned"),
    "incidence": N_("The people who come are those who are wanted"),
    "drop_out": N_("No page loses people"),
    "open_answers": N_("The open answers are read"),
    "sources": N_("Every source delivers"),
    "tests": N_("Test interviews stand apart"),
}


def facts(soft: SoftLaunch, language: str) -> list[Fact]:
    """Return the checklist of a soft launch, page labels in ``language``."""
    return [_redirects(soft), _quotas(soft), _length(soft), _incidence(soft), _drop_out(soft, language), *_rest(soft)]


def _redirects(soft: SoftLaunch) -> Fact:
    if not soft.to_tell:
        return Fact("redirects", Message(N_("Nobody came from a panel that wants to know.")))
    found = Message(N_("Told: %(told)s of %(to_tell)s ended interviews."), {"told": soft.told, "to_tell": soft.to_tell})
    return Fact("redirects", found, "well" if soft.told == soft.to_tell else "wrong")


def _quotas(soft: SoftLaunch) -> Fact:
    found = Message(N_("Differences between the counters and the interviews: %(n)s."), {"n": soft.differences})
    return Fact("quotas", found, "wrong" if soft.differences else "well")


def _length(soft: SoftLaunch) -> Fact:
    if soft.median_minutes is None:
        return Fact("length", Message(N_("No completed interview yet.")), "look")
    median = round(soft.median_minutes, 1)
    if not soft.expected_minutes:
        return Fact("length", Message(N_("Median: %(median)s minutes; no length was planned."), {"median": median}), "look")
    values = {"median": median, "expected": round(soft.expected_minutes, 1)}
    is_off = abs(soft.median_minutes - soft.expected_minutes) * 100 >= OFF_LENGTH * soft.expected_minutes
    return Fact("length", Message(N_("Median: %(median)s minutes; planned: %(expected)s."), values), "look" if is_off else "well")


def _incidence(soft: SoftLaunch) -> Fact:
    if soft.incidence is None:
        return Fact("incidence", Message(N_("Nobody’s profile is known yet.")), "look")
    values = {"completed": soft.completed, "screened_out": soft.screened_out, "percent": soft.incidence}
    found = Message(N_("Completed: %(completed)s; screened out: %(screened_out)s; incidence: %(percent)s%%."), values)
    return Fact("incidence", found, "well" if soft.incidence >= LOW_INCIDENCE else "look")


def _drop_out(soft: SoftLaunch, language: str) -> Fact:
    worst = max(soft.pages, key=lambda page: page.lost / page.seen if page.seen else 0.0, default=None)
    if worst is None or not worst.lost:
        return Fact("drop_out", Message(N_("Nobody stopped on the way.")))
    values = {"page": worst.label.get(language) or worst.name, "lost": worst.lost, "seen": worst.seen}
    found = Message(N_("Most on page “%(page)s”: %(lost)s of the %(seen)s people who saw it stopped there."), values)
    return Fact("drop_out", found, "look" if worst.lost * 100 > LOSES_MANY * worst.seen else "well")


def _rest(soft: SoftLaunch) -> Iterator[Fact]:
    texts = sum((soft.texts or {}).values())
    yield Fact("open_answers", Message(N_("Open answers to read: %(n)s."), {"n": texts}), "look" if texts else "well")
    by_source = soft.completes or {}
    listed = ", ".join(f"{label} {count}" for label, count in by_source.items())
    barren = [label for label, count in by_source.items() if not count]
    yield Fact(
        "sources", Message(N_("Completed by source: %(list)s."), {"list": listed or "0"}), "look" if barren or not listed else "well"
    )
    yield Fact("tests", Message(N_("Test interviews, counted nowhere: %(n)s."), {"n": soft.tests}))
