"""Calibration of weights to population margins (raking), by Newton on the dual.

Deville & Särndal (1992), Calibration estimators in survey sampling, and Deville, Särndal & Sautory (1993), Generalized
raking procedures: the weight of a person is d F(x'λ), with one λ per category and d the weight that they start from (1, or a
design weight); F is the exponential, or between bounds the logit of the same papers. Everybody with the same categories and the same d has the same weight, so the work is done on the
distinct combinations of categories, whatever the number of people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveys.core.messages import N_, Message

Floats = NDArray[np.float64]
Counts = NDArray[np.intp]

EXACT = 1e-9  # the worst deviation, as a share, under which margins are met
STEPS = 200
ROUNDED = 0.5  # points: targets this close to 100 in all are rounded ones, and are rescaled


class WeightingRefused(ValueError):
    """Weights that cannot be computed; ``message`` says why and what to do, for the person who runs the study."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template, values)
        self.message = Message(template, values)

    def __str__(self) -> str:
        return str(self.message)


class EmptyCategory(WeightingRefused):
    """The population has a category that nobody represents."""


class UnknownCategory(WeightingRefused):
    """Somebody is in a category that has no target."""


class ZeroTarget(WeightingRefused):
    """Somebody is in a category whose target is zero."""


class ContradictoryMargins(WeightingRefused):
    """No weights meet all margins at once, or a margin's shares do not add up to 100."""


class BadStart(WeightingRefused):
    """A design weight that is no positive number."""


class InfeasibleBounds(WeightingRefused):
    """No weights within the bounds meet the margins; ``smallest_maximum`` is the lowest upper bound that would do."""

    smallest_maximum: float = float("nan")


EMPTY = N_("Nobody is in category %(category)s of %(variable)s, which makes %(share)s %% of the population: merge it with a neighbouring category.")  # fmt: skip
UNKNOWN = N_("%(count)s people are in category %(category)s of %(variable)s, which has no target: add its share to the margins, or flag the choice outside_quota.")  # fmt: skip
ZERO = N_("%(count)s people are in category %(category)s of %(variable)s, whose target is zero: correct the margin, or merge the category with another.")  # fmt: skip
NOT_100 = N_("The targets of %(variable)s add up to %(total)s %%, not to 100: correct the margins.")
CONTRADICTORY = N_("The margins contradict each other in this sample; the worst is category %(category)s of %(variable)s, off by %(points)s points: merge categories, or weight on fewer variables.")  # fmt: skip
OUT_OF_BOUNDS = N_("No weights between %(low)s and %(high)s meet the margins; the smallest attainable maximum is %(attainable)s: raise the upper bound, or merge categories.")  # fmt: skip
TOO_HIGH = N_("No weights of at least %(low)s meet the margins, whatever their maximum: lower the lower bound, or merge categories.")
BAD_START = N_("%(count)s people have no design weight above 0: correct the variable that holds it, or leave them out.")
BAD_BOUNDS = N_("The bounds of the weights must stand on both sides of 1.")


@dataclass(frozen=True)
class Weighting:
    """Weights of mean 1 that meet the margins, and how they came out.

    ``combination_weights`` holds one weight per distinct combination of categories and ``weights`` one per person, both
    in the order given. ``worst_margin`` is the largest deviation from a target, as a share. ``design_effect`` is Kish's
    n Σw² / (Σw)² (Kish, 1965), ``effective_n`` is n over it and ``efficiency`` its inverse.
    """

    combination_weights: Floats
    weights: Floats
    steps: int
    worst_margin: float
    min_weight: float
    max_weight: float
    design_effect: float
    effective_n: float
    efficiency: float


@dataclass(frozen=True)
class _Problem:
    """Combinations × categories as zeros and ones, people per combination (each counted by the weight that they start from,
    of mean 1), wanted people per category, their names."""

    design: Floats
    counts: Floats
    wanted: Floats
    names: Sequence[tuple[str, str]]

    def worst(self, weights: Floats) -> tuple[float, int]:
        """Return the largest deviation from a target, as a share, and its category."""
        off = np.abs(self.design.T @ (self.counts * weights) - self.wanted) / self.counts.sum()
        return float(off.max(initial=0.0)), int(off.argmax()) if len(off) else 0


def rake(
    columns: Mapping[str, Sequence[str]],
    targets: Mapping[str, Mapping[str, float]],
    *,
    bounds: tuple[float, float] | None = None,
    keep: Mapping[str, Sequence[str]] | None = None,
    start: Sequence[float] | Floats | None = None,
) -> Weighting:
    """Weight people to margins: ``columns`` gives each variable's category person by person, ``targets`` its shares in %.

    ``keep`` names categories that stay at their share of the sample (an answer outside the quotas, or none at all).
    ``start`` gives each person's design weight; the ``bounds`` then hold the ratio of the weight to it (both of mean 1), as in
    R's ``calibrate``. Raises EmptyCategory, UnknownCategory, ZeroTarget, ContradictoryMargins, InfeasibleBounds, BadStart.
    """
    categories, codes = {}, []
    for name, values in columns.items():
        found, code = np.unique(np.asarray(values, dtype=str), return_inverse=True)
        categories[name] = tuple(str(category) for category in found)
        codes.append(code.reshape(-1))
    initial, level = np.unique(np.asarray([] if start is None else start, dtype=np.float64), return_inverse=True)
    size = len(codes[0]) if codes else len(level)
    rows = np.stack([*codes, *([] if start is None else [level.reshape(-1)])] or [np.zeros(size, np.intp)], axis=1)
    distinct, of, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    weighting = rake_combinations(distinct[:, : len(codes)], counts, categories, targets, bounds=bounds, keep=keep,
                                  start=None if start is None else initial[distinct[:, -1]])  # fmt: skip
    return summed_up(weighting.combination_weights, counts, weighting.steps, weighting.worst_margin, of.reshape(-1))


def rake_combinations(
    codes: Counts,
    counts: Counts,
    categories: Mapping[str, Sequence[str]],
    targets: Mapping[str, Mapping[str, float]],
    *,
    bounds: tuple[float, float] | None = None,
    keep: Mapping[str, Sequence[str]] | None = None,
    start: Floats | None = None,
) -> Weighting:
    """Weight distinct combinations: row c of ``codes`` holds, variable by variable, positions in ``categories``.

    ``counts`` are the people of each combination, and ``start`` the design weight that each of its people has (a combination
    may stand several times, once per design weight). Otherwise as ``rake``, and with the same refusals; ``weights`` then holds
    one weight per combination too.
    """
    initial = _started(counts, start)
    problem = _problem(codes, counts, initial, categories, targets, keep or {})
    if bounds is None:
        weights, steps, worst = _solve(problem, np.exp, np.exp)
    else:
        weights, steps, worst = _within(problem, *bounds)
    if not worst <= EXACT:
        variable, category = problem.names[problem.worst(weights)[1]]
        raise ContradictoryMargins(CONTRADICTORY, variable=variable, category=category, points=f"{100 * worst:.2f}")
    return summed_up(initial * weights, counts, steps, worst, np.arange(len(counts)))


def _started(counts: Counts, start: Floats | None) -> Floats:
    """The weight that each combination starts from, of mean 1 over the people."""
    if start is None:
        return np.ones(len(counts))
    wrong = ~(np.isfinite(start) & (start > 0))
    if counts[wrong].any():
        raise BadStart(BAD_START, count=int(counts[wrong].sum()))
    return np.asarray(start * (counts.sum() / (counts @ start)), dtype=np.float64)


def _problem(
    codes: Counts,
    counts: Counts,
    initial: Floats,
    categories: Mapping[str, Sequence[str]],
    targets: Mapping[str, Mapping[str, float]],
    keep: Mapping[str, Sequence[str]],
) -> _Problem:
    started = counts * initial
    people = float(started.sum())
    names: list[tuple[str, str]] = []
    blocks: list[Floats] = []
    wanted: list[float] = []
    for position, (variable, present) in enumerate(categories.items()):
        block = (codes[:, position, None] == np.arange(len(present))).astype(np.float64)
        observed, found = started @ block, counts @ block
        by_weight = dict(zip(present, observed.tolist(), strict=True))
        shares = _shares(variable, by_weight, dict(zip(present, found.tolist(), strict=True)), targets[variable], keep.get(variable, ()))
        occurring = found > 0
        blocks.append(block[:, occurring])
        chosen = [category for category, occurs in zip(present, occurring, strict=True) if occurs]
        names += [(variable, category) for category in chosen]
        wanted += [people * shares[category] for category in chosen]
    design = np.concatenate(blocks, axis=1) if blocks else np.zeros((len(counts), 0))
    return _Problem(design, started, np.array(wanted), names)


def _shares(
    variable: str, observed: Mapping[str, float], found: Mapping[str, float], targets: Mapping[str, float], keep: Sequence[str]
) -> dict[str, float]:
    """The share (0–1) wanted of each occurring category; those kept at their sample share leave the rest to the others."""
    kept = {category: observed[category] for category in keep if observed.get(category) and category not in targets}
    total = sum(targets.values())
    if not abs(total - 100) <= ROUNDED:
        raise ContradictoryMargins(NOT_100, variable=variable, total=round(total, 4))
    people = sum(observed.values())
    for category, target in targets.items():
        if target > 0 and not observed.get(category):
            raise EmptyCategory(EMPTY, variable=variable, category=category, share=round(target, 2))
    for category, count in found.items():
        if count and category not in targets and category not in kept:
            raise UnknownCategory(UNKNOWN, variable=variable, category=category, count=int(count))
        if count and not targets.get(category, 1):
            raise ZeroTarget(ZERO, variable=variable, category=category, count=int(count))
    left = 1 - sum(kept.values()) / people if people else 1.0
    return {category: left * target / total for category, target in targets.items()} | {
        name: count / people for name, count in kept.items()
    }


def _solve(problem: _Problem, f: Callable[[Floats], Floats], slope: Callable[[Floats], Floats]) -> tuple[Floats, int, float]:
    """Newton on the dual, with the step halved while it does not come nearer; stops where it no longer can.

    The categories of two variables overlap (each adds up to everybody), so that the system is singular: of all steps
    that solve it the shortest is taken.
    """
    dual = np.zeros(problem.design.shape[1])
    weights = f(problem.design @ dual)
    worst, steps = problem.worst(weights)[0], 0
    while worst > EXACT / 1000 and steps < STEPS:
        missing = problem.wanted - problem.design.T @ (problem.counts * weights)
        hessian = problem.design.T @ (problem.design * (problem.counts * slope(problem.design @ dual))[:, None])
        step = np.asarray(np.linalg.lstsq(hessian, missing, rcond=1e-12)[0], dtype=np.float64)
        better = _line_search(problem, f, dual, step, float(missing @ missing))
        if better is None:
            break
        dual, weights = better
        worst, steps = problem.worst(weights)[0], steps + 1
    return weights, steps, worst


def _line_search(
    problem: _Problem, f: Callable[[Floats], Floats], dual: Floats, step: Floats, distance: float
) -> tuple[Floats, Floats] | None:
    size = 1.0
    while size > 1e-8:
        with np.errstate(over="ignore", invalid="ignore"):
            weights = f(problem.design @ (dual + size * step))
            missing = problem.wanted - problem.design.T @ (problem.counts * weights)
            if np.isfinite(weights).all() and float(missing @ missing) < distance:
                return dual + size * step, weights
        size /= 2
    return None


def _within(problem: _Problem, low: float, high: float) -> tuple[Floats, int, float]:
    if not 0 <= low < 1 < high:
        raise InfeasibleBounds(BAD_BOUNDS)
    weights, steps, worst = _bounded(problem, low, high)
    if worst <= EXACT:
        return weights, steps, worst
    attainable = _smallest_maximum(problem, low, high)
    if not np.isfinite(attainable):
        unbounded = _solve(problem, np.exp, np.exp)
        if not unbounded[2] <= EXACT:  # the margins contradict each other: no bound is to blame
            return unbounded
    template = OUT_OF_BOUNDS if np.isfinite(attainable) else TOO_HIGH
    refused = InfeasibleBounds(template, low=low, high=high, attainable=f"{attainable:.2f}")
    refused.smallest_maximum = attainable
    raise refused


def _bounded(problem: _Problem, low: float, high: float) -> tuple[Floats, int, float]:
    """The logit method: weights strictly between the bounds, close to exponential ones around 1."""
    scale = (high - low) / ((1 - low) * (high - 1))

    def share_of_range(u: Floats) -> Floats:
        return 1 / (1 + (high - 1) / (1 - low) * np.exp(-np.clip(scale * u, -500, 500)))

    def f(u: Floats) -> Floats:
        return low + (high - low) * share_of_range(u)

    def slope(u: Floats) -> Floats:
        within = share_of_range(u)
        return scale * (high - low) * within * (1 - within)

    return _solve(problem, f, slope)


def _smallest_maximum(problem: _Problem, low: float, high: float) -> float:
    """The lowest upper bound with which margins are met, to a hundredth above; infinite when the margins contradict."""
    below, above = high, high
    while _bounded(problem, low, above)[2] > EXACT:
        below, above = above, 2 * above
        if above > 1e6:
            return float("inf")
    while above - below > 0.005:
        middle = (below + above) / 2
        if _bounded(problem, low, middle)[2] > EXACT:
            below = middle
        else:
            above = middle
    return above


def summed_up(combination_weights: Floats, counts: Counts, steps: int, worst: float, of: Counts) -> Weighting:
    """Return weights of any mean, one per combination, as a Weighting of mean 1; ``of`` is the combination of each person."""
    people = float(counts.sum())
    total = float(counts @ combination_weights)
    weights = combination_weights * (people / total) if total else combination_weights
    effect = people * float(counts @ weights**2) / float(counts @ weights) ** 2 if people else 1.0
    return Weighting(
        combination_weights=weights,
        weights=weights[of],
        steps=steps,
        worst_margin=worst,
        min_weight=float(weights.min(initial=np.inf)) if people else 1.0,
        max_weight=float(weights.max(initial=0.0)) if people else 1.0,
        design_effect=effect,
        effective_n=people / effect,
        efficiency=1 / effect,
    )
