"""Quota plans as values: targets from shares, ceilings from tolerances, and the cells an interview belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from itertools import product

from surveys.core.expressions import Answer
from surveys.core.offering import offered
from surveys.core.questionnaire import Page, Question, Questionnaire

NEVER_CLOSES = 2_147_483_647  # the ceiling of a cell that turns nobody away: a soft one, or one that is only a minimum
ANY = "*"  # in a cell's categories: whatever the variable's category

Combination = tuple[str, ...]  # one category per variable of a plan


class OutsideEveryCell(ValueError):
    """An interview whose answers belong to no cell of a plan that should hold it; it gets no place."""


@dataclass(frozen=True)
class Plan:
    """A quota over ``variables``; ``cells`` gives the cell's identifier for each combination of categories, merged ones included.

    ``interviews_outside`` is its verdict on answers that belong to no cell: interviewed all the same, or refused.
    The hard total is the plan without variables, with one cell. A plan that ``allocates`` is over one variable that nobody is
    asked: whoever takes a place is given the category that lags furthest behind.
    """

    variables: tuple[str, ...]
    cells: Mapping[Combination, int]
    interviews_outside: bool = False
    allocates: bool = False


def largest_remainder(shares: Sequence[Decimal], n: int) -> list[int]:
    """Share out ``n`` people by ``shares`` (any scale) so that the whole numbers add up to ``n`` exactly.

    Hamilton's method: everyone gets the whole part, the largest remainders get one more; ties go to the first.
    """
    total = sum(shares)
    exact = [share * n / total for share in shares]
    counts = [int(number.to_integral_value(ROUND_FLOOR)) for number in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: (counts[i] - exact[i], i))
    for i in by_remainder[: n - sum(counts)]:
        counts[i] += 1
    return counts


def expanded(combinations: Sequence[Combination], categories: Sequence[Sequence[str]]) -> Iterator[Combination]:
    """Return the combinations with every ANY written out; ``categories`` holds each variable's."""
    for combination in combinations:
        yield from product(*(each if name == ANY else (name,) for name, each in zip(combination, categories, strict=True)))


def joined_names(text: str, names: Sequence[str]) -> Combination:
    """Return the names that ``text`` joins with + ("93+94"), although a name may itself end in one ("50-64+65+"); () when it joins none."""
    if text in names:
        return (text,)
    for name in names:
        rest = joined_names(text[len(name) + 1 :], names) if text.startswith(f"{name}+") else ()
        if rest:
            return (name, *rest)
    return ()


def ceiling_of(target: int, tolerance_percent: Decimal, tolerance_min: int) -> int:
    """Return how many a cell may hold: its target plus the tolerance, rounded down, and at least ``tolerance_min``."""
    tolerance = int((target * tolerance_percent / 100).to_integral_value(ROUND_FLOOR))
    return target + max(tolerance, tolerance_min)


def cells_of(plans: Sequence[Plan], questions: Mapping[str, Question], answers: Mapping[str, Answer]) -> list[int]:
    """Return the identifiers of the cells an interview belongs to, in ascending order.

    A choice flagged ``outside_quota`` keeps it out of that plan, not out of the total. Raises OutsideEveryCell when a
    plan has no cell for its answers and does not say that such people are interviewed: when in doubt the system stops.
    """
    found = []
    for plan in (plan for plan in plans if not plan.allocates):
        categories = tuple(str(answers.get(variable, "")) for variable in plan.variables)
        chosen = [questions[variable].choice_by_name.get(name) for variable, name in zip(plan.variables, categories, strict=True)]
        if any(choice and "outside_quota" in choice.flags for choice in chosen):
            continue
        if categories not in plan.cells:
            if plan.interviews_outside:
                continue
            raise OutsideEveryCell(", ".join(f"{v} = {c}" for v, c in zip(plan.variables, categories, strict=True)))
        found.append(plan.cells[categories])
    return sorted(found)


def blocks_of(plans: Sequence[Plan], questions: Mapping[str, Question], answers: Mapping[str, Answer]) -> list[tuple[int, ...]]:
    """Return, for each plan that allocates, the identifiers of the cells among which a person is given one.

    Raises OutsideEveryCell when a plan has none for somebody with these ``answers`` and does not interview them all the same.
    """
    blocks = []
    for plan in (plan for plan in plans if plan.allocates):
        (variable,) = plan.variables
        open_to = tuple(plan.cells[choice.name,] for choice in offered(questions[variable], answers) if (choice.name,) in plan.cells)
        if open_to:
            blocks.append(open_to)
        elif not plan.interviews_outside:
            raise OutsideEveryCell(f"{variable}: no group is open to this person")
    return blocks


def groups_of(plans: Sequence[Plan], cell_ids: Collection[int]) -> dict[str, str]:
    """Return the groups that a person has been given, by variable, from the cells whose places they hold; '' where none is."""
    groups = {}
    for plan in (plan for plan in plans if plan.allocates):
        given = (categories[0] for categories, cell in plan.cells.items() if cell in cell_ids)
        groups[plan.variables[0]] = next(given, "")
    return groups


def quota_page(questionnaire: Questionnaire, variables: Sequence[str]) -> Page:
    """Return the page after which every quota variable has a value; without quotas, the first page."""
    return max((questionnaire.page_by_name[name] for name in quota_pages(questionnaire, variables)), key=questionnaire.pages.index)


def quota_pages(questionnaire: Questionnaire, variables: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the pages that give the quota variables their values; without quotas, the first page's.

    A group that is given with the place needs no page.
    """
    known = (variable for variable in variables if questionnaire.questions[variable].split != "least-filled")
    pages = dict.fromkeys(questionnaire.page_of[variable].name for variable in known)
    return tuple(pages) or (questionnaire.pages[0].name,)
