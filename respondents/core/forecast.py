"""What simulated fields say of the real one: hours, starts and cells at risk, from what was recorded of several of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

SHARES = (0.1, 0.5, 0.9)
AT_RISK = 1.25  # a cell is, when it would take so many times as long as the whole


@dataclass
class CellCourse:
    """One cell in one simulated field: ``came`` of its people started and qualified, ``refused`` of them because it was full.

    ``reached`` is the hour at which its target was completed, None while it is not.
    """

    target: int
    filled: int = 0
    came: int = 0
    refused: int = 0
    reached: float | None = None

    @property
    def missing(self) -> int:
        """Return how many completed interviews are missing to the target."""
        return max(0, self.target - self.filled)


@dataclass
class Course:
    """One simulated field, in hours after its opening, up to the moment when its ``target`` was reached or its end.

    ``reached`` is None when it was not. ``in_flight`` counts those turned away only because of places held by others who might
    still lose them; ``outcomes`` tell those who ``left`` with a place from those who ``left_before`` one; ``lost`` the times that somebody came back to a place that had lapsed, ``finished_after`` those of them who
    finished all the same (``over`` without counting), ``turned_away_late`` those who found their places taken. ``audits`` is how often all invariants
    were checked, ``differences`` what was found broken.
    """

    target: int
    place_minutes: int
    cells: dict[int, CellCourse]
    starts: int = 0
    hours: float = 0.0
    reached: float | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    lost: int = 0
    finished_after: int = 0
    turned_away_late: int = 0
    audits: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def completed(self) -> int:
        """Return how many interviews were completed within the quotas."""
        return self.outcomes["completed"]

    def expected_end(self, cell: CellCourse) -> float:
        """Return the hour at which a cell has its target: the one seen, or at the pace of its own people if the field went on for them.

        Of the people of a cell who start, as many finish as of everybody who found a place. Infinite where none of them comes.
        """
        if cell.reached is not None:
            return cell.reached
        if not cell.target:
            return 0.0
        finishing = self.completed / max(1, self.starts_with_place)
        pace = cell.came / self.hours * finishing if self.hours else 0.0
        return self.hours + cell.missing / pace if pace else math.inf

    def is_at_risk(self, cell: CellCourse) -> bool:
        """Say whether a cell would take far longer than the field did."""
        return self.expected_end(cell) > AT_RISK * self.hours

    @property
    def starts_with_place(self) -> int:
        """Return how many came as far as the quotas and were let in, without those who are still answering."""
        return sum(self.outcomes[name] for name in ("completed", "over", "left", "expired"))


@dataclass(frozen=True)
class CellForecast:
    """One cell: the median hour at which it has its target, infinite for never, and the medians of what is missing and of those turned away.

    ``at_risk_in`` is the number of simulated fields in which it would have taken far longer than the whole.
    """

    cell: int
    target: int
    expected_end: float
    filled: float
    missing: float
    came: float
    refused: float
    at_risk_in: int
    is_at_risk: bool


@dataclass(frozen=True)
class Forecast:
    """What several simulated fields say together. ``hours``, ``starts`` and the others are their 10, 50 and 90 % points; hours
    are infinite where the total is not reached.
    """

    courses: int
    target: int
    reached_in: int
    hours: tuple[float, ...]
    starts: tuple[float, ...]
    completed: tuple[float, ...]
    quota_full: tuple[float, ...]
    in_flight: tuple[float, ...]
    screened_out: tuple[float, ...]
    refused: tuple[float, ...]
    left: tuple[float, ...]
    finished_after: tuple[float, ...]
    turned_away_late: tuple[float, ...]
    cells: tuple[CellForecast, ...]
    audits: int
    differences: tuple[str, ...]


def forecast(courses: Sequence[Course]) -> Forecast:
    """Return what courses of the same field, under the same suppositions, say together."""

    def points(of: Callable[[Course], float]) -> tuple[float, ...]:
        return tuple(quantile([of(course) for course in courses], share) for share in SHARES)

    return Forecast(
        courses=len(courses),
        target=courses[0].target,
        reached_in=sum(course.reached is not None for course in courses),
        hours=points(lambda course: math.inf if course.reached is None else course.reached),
        starts=points(lambda course: course.starts),
        completed=points(lambda course: course.completed),
        quota_full=points(lambda course: course.outcomes["quota_full"]),
        in_flight=points(lambda course: course.in_flight),
        screened_out=points(lambda course: course.outcomes["screened_out"]),
        refused=points(lambda course: course.outcomes["refused"]),
        left=points(lambda course: course.outcomes["left"] + course.outcomes["left_before"]),
        finished_after=points(lambda course: course.finished_after),
        turned_away_late=points(lambda course: course.turned_away_late),
        cells=tuple(_cell(courses, cell) for cell in courses[0].cells),
        audits=sum(course.audits for course in courses),
        differences=tuple(found for course in courses for found in course.differences),
    )


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of the values lie, straight between the two nearest (R's type 7); infinite values are allowed."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    return low if low == high else low + (high - low) * (place - math.floor(place))


def _cell(courses: Sequence[Course], cell: int) -> CellForecast:
    def median(of: Callable[[Course, CellCourse], float]) -> float:
        return quantile([of(course, course.cells[cell]) for course in courses], 0.5)

    at_risk_in = sum(course.is_at_risk(course.cells[cell]) for course in courses)
    return CellForecast(
        cell=cell,
        target=courses[0].cells[cell].target,
        expected_end=median(lambda course, each: course.expected_end(each)),
        filled=median(lambda course, each: each.filled),
        missing=median(lambda course, each: each.missing),
        came=median(lambda course, each: each.came),
        refused=median(lambda course, each: each.refused),
        at_risk_in=at_risk_in,
        is_at_risk=2 * at_risk_in >= len(courses),
    )
