"""Who arrives in a simulated field, when, and how long they stay: drawn at random, the same for the same seed."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from surveys.core.expressions import Answer
from surveys.core.messages import N_, Message

HOUR = 3600.0
P90 = 1.2815515655446004  # the standard normal distribution's 90 % point

Skew = Mapping[tuple[str, str], float]  # by variable and category: how many times as often as in the population they come


class CannotSuppose(ValueError):
    """A supposition that describes no field, with the sentence that says why and what to write."""

    def __init__(self, template: str, **values: object) -> None:
        self.message = Message(template, values)
        super().__init__(str(self.message))


@dataclass(frozen=True)
class Supposed:
    """What is supposed of a field.

    ``per_hour`` people start in an hour of an average day, shared out over the day by the 24 weights ``by_hour``. Of those who
    start, the share ``refusal`` does not consent; of the others ``incidence`` belongs to the population asked and
    ``break_off`` leaves after some page. Half of the interviews last longer than ``minutes``, a tenth longer than ``slow_minutes``.
    Raises CannotSuppose.
    """

    per_hour: float = 60.0
    by_hour: tuple[float, ...] = (1.0,) * 24
    incidence: float = 1.0
    refusal: float = 0.0
    break_off: float = 0.15
    minutes: float = 10.0
    slow_minutes: float = 18.0

    def __post_init__(self) -> None:
        """Refuse what no field can be."""
        if len(self.by_hour) != 24 or min(self.by_hour) < 0 or not sum(self.by_hour):
            raise CannotSuppose(N_("The profile by hour is 24 numbers from midnight on, not all of them zero."))
        if not 0 < self.per_hour < math.inf:
            raise CannotSuppose(N_("The number of arrivals per hour must be above zero."))
        if not (0 < self.incidence <= 1 and 0 <= self.refusal < 1 and 0 <= self.break_off < 1):
            raise CannotSuppose(N_("Incidence, refusal and break-off are shares from 0 to 1, and somebody must finish."))
        if not 0 < self.minutes <= self.slow_minutes < math.inf:
            raise CannotSuppose(N_("The length is a median in minutes and, after a colon, what a tenth of the people exceed: 10:18."))


@dataclass(frozen=True)
class Profile:
    """What places are given by: the answers that quotas look at, or how the interview ``ends`` before them (screened_out or refused).

    ``is_whole`` says that these are all the answers that the person gives up to the quotas.
    """

    answers: Mapping[str, Answer]
    ends: str = ""
    is_whole: bool = False


@dataclass(frozen=True)
class Way:
    """The names of the pages that somebody passes; after number ``quota_page``, counted from 0, they take their places.

    ``answers`` are what they say of whatever their profile does not.
    """

    pages: tuple[str, ...]
    quota_page: int
    answers: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class Visitor:
    """Somebody who starts at ``arrives`` (seconds after the opening).

    ``saved`` gives for each page of their ``way`` when it is saved (seconds after the arrival; the first, the consent, at 0). They
    break off after ``leaves_after`` pages, 0 for never.
    """

    arrives: float
    profile: Profile
    way: Way
    saved: tuple[float, ...]
    leaves_after: int = 0

    @property
    def answers(self) -> Mapping[str, Answer]:
        """Return what they answer, as far as places go."""
        return self.profile.answers if self.profile.is_whole else {**self.way.answers, **self.profile.answers}

    @property
    def last_page(self) -> int:
        """Return the number of the last page that they save."""
        return (self.leaves_after or len(self.saved)) - 1


class Population(Protocol):
    """Those who may arrive."""

    def draw(self, chance: random.Random) -> Profile:
        """Return one of them."""


@dataclass(frozen=True)
class Table:
    """The weight of every combination of categories of some variables; a combination has one category for each of ``variables``."""

    variables: tuple[str, ...]
    weights: Mapping[tuple[str, ...], float]


class Margins:
    """People drawn from tables, table by table, each independently of the others but for the variables that they share.

    ``skew`` multiplies the weights of a category. Raises CannotSuppose for a category that no table has, and for tables that
    leave nobody to draw.
    """

    def __init__(self, tables: Sequence[Table], skew: Skew | None = None) -> None:
        known = {pair for table in tables for row in table.weights for pair in zip(table.variables, row, strict=True)}
        for variable, category in skew or {}:
            if (variable, category) not in known:
                names = ", ".join(
                    sorted(f"{each}={name}" for each, name in known if each == variable) or sorted({each for each, _ in known})
                )
                raise CannotSuppose(N_("%(name)s is no category that people are drawn by; known: %(known)s."),
                                    name=f"{variable}={category}", known=names or "–")  # fmt: skip
        self.tables = [(table.variables, _skewed(table, skew or {})) for table in tables]
        if any(sum(weights.values()) <= 0 for _, weights in self.tables):
            raise CannotSuppose(N_("The margins and the skew leave nobody to draw."))

    def draw(self, chance: random.Random) -> Profile:
        """Return somebody."""
        answers: dict[str, str] = {}
        for variables, weights in self.tables:
            shared = [(place, answers[name]) for place, name in enumerate(variables) if name in answers]
            rows = [row for row in weights if all(row[place] == category for place, category in shared)] if shared else list(weights)
            some = [weights[row] for row in rows]
            if sum(some) > 0:
                answers.update(zip(variables, chance.choices(rows, some)[0], strict=True))
        return Profile(answers)


class Panel:
    """People drawn, with replacement, from those of a file; ``skew`` multiplies how often a category's people come. Raises CannotSuppose."""

    def __init__(self, profiles: Sequence[Profile], skew: Skew | None = None) -> None:
        self.profiles = profiles
        self.weights = [_factor(profile.answers, skew or {}) for profile in profiles]
        if sum(self.weights) <= 0:
            raise CannotSuppose(N_("The margins and the skew leave nobody to draw."))

    def draw(self, chance: random.Random) -> Profile:
        """Return somebody."""
        return chance.choices(self.profiles, self.weights)[0]


def visitors(supposed: Supposed, population: Population, ways: Sequence[Way], opening_hour: float, seed: int) -> Iterator[Visitor]:
    """Yield without end who arrives, in order; ``opening_hour`` is the time of day of the opening, from 0 to 24."""
    chance = random.Random(seed)  # noqa: S311 -- a simulation must be repeatable
    for arrives in arrival_times(supposed, opening_hour, chance):
        yield visitor(arrives, population.draw(chance), supposed, ways, chance)


def visitor(arrives: float, profile: Profile, supposed: Supposed, ways: Sequence[Way], chance: random.Random,
            leaves_after: int | None = None) -> Visitor:  # fmt: skip
    """Return somebody who arrives then, with what else is drawn of them; ``leaves_after`` is drawn too where it is None."""
    way = chance.choice(ways)
    saved = page_times(supposed, len(way.pages), chance)
    refuses, qualifies, leaves = (
        chance.random() < supposed.refusal,
        chance.random() < supposed.incidence,
        chance.random() < supposed.break_off,
    )
    page = chance.randint(1, max(1, len(way.pages) - 1))
    if leaves_after is None:
        leaves_after = page if leaves else 0
    ends = "refused" if refuses else profile.ends or ("" if qualifies else "screened_out")
    return Visitor(arrives, replace(profile, ends=ends), way, saved, min(leaves_after, len(saved) - 1))


def arrival_times(supposed: Supposed, opening_hour: float, chance: random.Random) -> Iterator[float]:
    """Yield without end when people arrive, in seconds after the opening: a Poisson process whose rate changes with the hour of the day."""
    mean = sum(supposed.by_hour) / 24
    rates = [supposed.per_hour * weight / mean / HOUR for weight in supposed.by_hour]
    clock = opening_hour * HOUR
    wait = chance.expovariate(1)
    while True:
        hour = int(clock // HOUR)
        rate, left = rates[hour % 24], (hour + 1) * HOUR - clock
        if rate * left < wait:
            wait -= rate * left
            clock = (hour + 1) * HOUR
        else:
            clock += wait / rate
            wait = chance.expovariate(1)
            yield clock - opening_hour * HOUR


def page_times(supposed: Supposed, pages: int, chance: random.Random) -> tuple[float, ...]:
    """Return when each of so many pages is saved, in seconds after the first: a log-normal length, cut at random places."""
    spread = math.log(supposed.slow_minutes / supposed.minutes) / P90
    length = 60 * supposed.minutes * math.exp(chance.gauss(0, spread))
    cuts = sorted(chance.random() for _ in range(pages - 2))
    return (0.0, *(length * cut for cut in cuts), length)[:pages]


def saves_that_matter(saved: Sequence[float], first: int, last: int, lifetime: float) -> list[int]:
    """Return the numbers of the pages, from ``first`` to ``last``, whose saving a place depends on when it is held for ``lifetime`` seconds.

    A page that is saved while the place is held, and followed by another before the place would have lapsed without it, only
    moves the time of a lapse that does not happen: with it or without it, every place is held, lost and given back at the same moments.
    """
    kept = [first]
    for page in range(first + 1, last + 1):
        since = saved[kept[-1]]
        if page == last or saved[page] - since > lifetime or saved[page + 1] - since > lifetime:
            kept.append(page)
    return kept


def _skewed(table: Table, skew: Skew) -> dict[tuple[str, ...], float]:
    return {row: weight * _factor(dict(zip(table.variables, row, strict=True)), skew) for row, weight in table.weights.items()}


def _factor(answers: Mapping[str, Answer], skew: Skew) -> float:
    return math.prod(factor for (variable, category), factor in skew.items() if answers.get(variable) == category)
