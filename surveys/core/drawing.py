"""What is drawn for a person: the order of pages, questions and choices, and the group of a split sample.

Everything is drawn from SHAKE-256, of the interview's identifier for orders and of its entry number for groups: the same
from one rendering to the next, and drawn again by whoever holds these two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import shake_256
from typing import TypeVar

from surveys.core.expressions import Answer
from surveys.core.offering import offered
from surveys.core.questionnaire import Choice, Order, Page, Question, Questionnaire, Way

DRAWN_BYTES = 8  # per thing; two of a thousand draw the same once in 10^13 times

T = TypeVar("T")


@dataclass(frozen=True)
class Draw:
    """A person's chances: ``seed``, the interview's identifier ('' keeps the author's orders), and its entry ``number``.

    ``groups`` are those that quotas give, by variable: '' as long as the person has none.
    """

    seed: str = ""
    number: int = 0
    groups: Mapping[str, str] = field(default_factory=dict)


def page_order(questionnaire: Questionnaire, draw: Draw) -> tuple[Page, ...]:
    """Return the pages in the person's order."""
    return tuple(_arranged(questionnaire.pages, lambda page: page.order, draw))


def question_order(page: Page, draw: Draw) -> tuple[Question, ...]:
    """Return the questions of a page, rows of its grids included, in the person's order."""
    return tuple(_arranged(page.questions, lambda question: question.order, draw))


def choice_order(question: Question, draw: Draw) -> tuple[int, ...]:
    """Return the positions of a question's choices in the person's order.

    Anchored choices keep their place; those that stay last do so.
    """
    positions = range(len(question.choices))
    last = [position for position in positions if question.choices[position].stays_last]
    free = [position for position in positions if not _is_held(question.choices[position])]
    if not question.choice_order or not draw.seed:
        return tuple(positions)
    moved = iter([free[index] for index in _permutation(question.choice_order, len(free), f"{draw.seed}|{question.name}")])
    first = [position if _is_held(question.choices[position]) else next(moved) for position in positions if position not in last]
    return (*first, *last)


def group_of(question: Question, draw: Draw, answers: Mapping[str, Answer]) -> str:
    """Return the group of a split sample that a person with these ``answers`` is in, '' while none is known.

    Where no quota gives it (in tests and previews), a group that is the least filled is one drawn at random from those on offer.
    """
    if question.split == "equal":
        return allocated(question, draw).name
    if question.name in draw.groups:
        return draw.groups[question.name]
    groups = offered(question, answers)
    return groups[_permutation("rotate", len(groups), f"{draw.seed}|{draw.number}|{question.name}")[0]].name if groups else ""


def allocated(question: Question, draw: Draw) -> Choice:
    """Return the group of equal size that a person is in.

    Permuted blocks: of as many successive entries as there are groups, each group gets one, in an order drawn anew for each
    block; so the groups never differ by more than one. Source: Pocock, Clinical Trials (1983), chapter 5.
    """
    block, place = divmod(draw.number, len(question.choices))
    return question.choices[_permutation("shuffle", len(question.choices), f"{question.name}|{block}")[place]]


def _is_held(choice: Choice) -> bool:
    return choice.stays_last or "anchored" in choice.flags


def _arranged(things: Sequence[T], order_of: Callable[[T], Order | None], draw: Draw) -> list[T]:
    """The things of one key put in each other's places, unit by unit; the others stay where they are."""
    arranged = list(things)
    if not draw.seed:
        return arranged
    for key, places in _places(things, order_of).items():
        units = _units([things[place] for place in places], order_of)
        way = next(order.way for order in map(order_of, things) if order is not None and order.key == key)
        moved = (thing for index in _permutation(way, len(units), f"{draw.seed}|{key}") for thing in units[index])
        for place, thing in zip(places, moved, strict=True):
            arranged[place] = thing
    return arranged


def _places(things: Sequence[T], order_of: Callable[[T], Order | None]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, thing in enumerate(things):
        order = order_of(thing)
        if order is not None:
            places.setdefault(order.key, []).append(place)
    return places


def _units(things: Sequence[T], order_of: Callable[[T], Order | None]) -> list[list[T]]:
    """What moves as a whole, in the author's order; a thing without unit moves alone."""
    units: dict[object, list[T]] = {}
    for number, thing in enumerate(things):
        order = order_of(thing)
        units.setdefault(order.unit if order and order.unit else number, []).append(thing)
    return list(units.values())


def _permutation(way: Way, size: int, seed: str) -> list[int]:
    drawn = shake_256(seed.encode()).digest(DRAWN_BYTES * max(size, 1))
    if way == "shuffle":
        return sorted(range(size), key=lambda index: drawn[DRAWN_BYTES * index : DRAWN_BYTES * (index + 1)])
    first = int.from_bytes(drawn[:DRAWN_BYTES])
    if way == "rotate":
        return [(first + index) % size for index in range(size)]
    return list(range(size)) if first % 2 else list(reversed(range(size)))
