"""Which variables of two versions measure the same: what changed in each, and in whatever decides who was asked it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from surveys.core.expressions import Expression
from surveys.core.questionnaire import Questionnaire
from surveys.core.versions.difference import WEIGHTS, Difference, Weight, heavier
from surveys.core.versions.differences import differences


@dataclass(frozen=True)
class Verdict:
    """Whether a variable may be compared: the weight of the heaviest difference, and those of that weight."""

    weight: Weight | Literal["same"] = "same"
    because: tuple[Difference, ...] = ()

    @property
    def is_comparable(self) -> bool:
        """Say whether its figures may stand beside the earlier ones."""
        return self.weight != "breaking"

    @property
    def is_indicative(self) -> bool:
        """Say whether they may only do so with the mention that something changed."""
        return self.weight == "comparable"


SAME = Verdict()


def comparability(earlier: Questionnaire, later: Questionnaire) -> Mapping[str, Verdict]:
    """Return the verdict on each variable of either version, and on each base by its code ("base all").

    A variable is no more comparable than those that decide who is asked it, nor a calculation than what it is computed from.
    """
    found = differences(earlier, later)
    own: dict[str, list[Difference]] = {}
    for difference in found:
        for name in difference.questions:
            own.setdefault(name, []).append(difference)
        if difference.subject == "base":
            own.setdefault(f"base {difference.name}", []).append(difference)
    needs = _needs(earlier, later)
    both = (earlier.questions.keys() & later.questions.keys()) | {f"base {code}" for code in earlier.bases.keys() & later.bases.keys()}
    verdicts = {name: worst_of(_verdict(own.get(each, ())) for each in _reached(name, needs)) for name in needs}
    missing = {each.name: each for each in found if each.subject == "question" and each.kind in ("added", "removed")}
    return {
        name: verdict if name in both else Verdict("breaking", tuple(filter(None, [missing.get(name)])))
        for name, verdict in verdicts.items()
    }


def worst_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on several variables taken together."""
    verdicts = list(verdicts)
    weights: list[Weight] = [verdict.weight for verdict in verdicts if verdict.weight != "same"]
    if not weights:
        return SAME
    worst = max(weights, key=WEIGHTS.index)
    because = dict.fromkeys(difference for verdict in verdicts if verdict.weight == worst for difference in verdict.because)
    return Verdict(worst, tuple(because))


def _verdict(found: Iterable[Difference]) -> Verdict:
    found = list(found)
    if not found:
        return SAME
    weight: Weight = "harmless"
    for difference in found:
        weight = heavier(weight, difference.weight)
    return Verdict(weight, tuple(difference for difference in found if difference.weight == weight))


def _needs(*versions: Questionnaire) -> Mapping[str, frozenset[str]]:
    """What each variable and each base depends on, in either version."""
    needs: dict[str, frozenset[str]] = {}
    for version in versions:
        for question in version.questions.values():
            if question.kind != "note":
                conditions = (version.page_of[question.name].relevant,)
                needs[question.name] = needs.get(question.name, frozenset()) | question.needs | _variables(conditions)
        for base in version.bases.values():
            needs[f"base {base.code}"] = needs.get(f"base {base.code}", frozenset()) | _variables((base.condition,))
    return needs


def _variables(conditions: Iterable[Expression | None]) -> frozenset[str]:
    return frozenset().union(*(condition.variables for condition in conditions if condition is not None))


def _reached(name: str, needs: Mapping[str, frozenset[str]]) -> list[str]:
    reached: dict[str, None] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in reached:
            reached[each] = None
            waiting += needs.get(each, ())
    return list(reached)
