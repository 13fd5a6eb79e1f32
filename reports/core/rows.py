"""The rows of a table in the order of the trade: sub-totals above their detail, then the rest, those without an opinion last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reports.core.bands import bands
from reports.core.topics import Topic, is_zero_to_ten, steps_of
from surveys.core.codebook import DONT_KNOW, NO_ANSWER, REFUSED
from surveys.core.columns import Column, MultipleColumn
from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Choice, Labels, Question

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Words = Message | Labels

LONGEST = 60  # answers of a list that have a row of their own; of a longer list, those given most often
FIRST_RANKS = 3


@dataclass(frozen=True)
class SubTotal:
    """Several choices of a list reported together: of those who gave any of them (``counts`` empty or "any"), "all" of them,
    exactly so many ("2") or so many and more ("2+")."""

    list_name: str
    name: str
    words: Words
    choices: tuple[str, ...]
    counts: str = ""

    @property
    def is_union(self) -> bool:
        """Say whether its choices are its detail: who gave one of them is in it."""
        return self.counts in ("", "any")


@dataclass(frozen=True)
class Answered:
    """One question over all people: who was asked it, the code of the first position, and the answers as a column."""

    asked: Mask
    codes: NDArray[np.int16]
    column: Column | MultipleColumn


@dataclass(frozen=True)
class Row:
    """One line of a table: the ``people`` it counts. An ``aside`` is no opinion: don't know, refused, no answer.

    ``level`` is 1 for the detail of a sub-total. ``base`` marks among whom it is counted where that is not the table's base.
    """

    name: str
    kind: Literal["net", "answer", "aside", "heading"]
    words: Words
    people: Mask
    level: int = 0
    base: Mask | None = None


@dataclass(frozen=True)
class Measure:
    """A number to be averaged over ``people``: a mean, a median, a net promoter score, or the mean rank of one choice.

    ``of`` is what tells it from the others of its kind: the choice that is ranked, the question that is a part of a total.
    """

    kind: Literal["mean", "median", "score", "rank"]
    words: Words
    values: Floats
    people: Mask
    of: str = ""

    @property
    def name(self) -> tuple[str, str]:
        """Return what finds the same measure in another wave."""
        return self.kind, self.of


@dataclass(frozen=True)
class Content:
    """What a table counts: who was ``asked``, its rows and measures, who has an opinion, and whether the answers exclude
    one another."""

    topic: Topic
    asked: Mask
    rows: tuple[Row, ...]
    measures: tuple[Measure, ...]
    valid: Mask
    is_exclusive: bool


def content_of(topic: Topic, answered: Mapping[str, Answered], subtotals: Iterable[SubTotal]) -> Content:
    """Return what the table of a topic counts; ``answered`` holds each of its questions by name."""
    nets = tuple(subtotals)
    if topic.kind == "grid":
        return _grid(topic, answered, nets)
    if topic.kind == "parts":
        return _parts(topic, answered)
    question = topic.questions[0]
    one = answered[question.name]
    if topic.kind == "ranking":
        return _ranking(topic, question, one)
    if topic.kind in ("number", "open"):
        return _number(topic, question, one) if topic.kind == "number" else _open(topic, one)
    return _choices(topic, question, one, [net for net in nets if net.list_name == question.list_name])


class Given:
    """Who gave which answers to a question; nothing is marked before it is asked for, since a list may hold 35,000 of them."""

    def __init__(self, one: Answered) -> None:
        self.one, self.column = one, one.column
        self.places = {} if isinstance(one.column, MultipleColumn) else {value: at for at, value in enumerate(one.column.values)}

    def __getitem__(self, name: str) -> Mask:
        """Return who gave one answer."""
        return self.any((name,))

    def any(self, names: Iterable[str]) -> Mask:
        """Return who gave at least one of some answers."""
        if isinstance(self.column, MultipleColumn):
            ticked = self.column.ticked
            return any_of((ticked[name] for name in names if name in ticked), len(self.one.asked)) & self.one.asked
        is_one = np.zeros(len(self.column.values), np.bool_)
        is_one[[self.places[name] for name in names if name in self.places]] = True
        return is_one[self.column.index]

    def net(self, net: SubTotal) -> Mask:
        """Return who is in a sub-total."""
        if net.is_union:
            return self.any(net.choices)
        many = np.sum([self[name] for name in net.choices], axis=0)
        least = len(net.choices) if net.counts == "all" else int(net.counts.removesuffix("+"))
        return np.asarray(many >= least if net.counts.endswith("+") else many == least) & self.one.asked

    def most(self, choices: Sequence[Choice], many: int) -> list[Choice]:
        """Return so many of the choices, those given most often first."""
        if isinstance(self.column, MultipleColumn):
            count = {name: int(ticked.sum()) for name, ticked in self.column.ticked.items()}
        else:
            counts = np.bincount(self.column.index, minlength=len(self.column.values)).tolist()
            count = {str(value): counts[at] for value, at in self.places.items()}
        return sorted(choices, key=lambda choice: (-count.get(choice.name, 0), choice.code))[:many]


def any_of(masks: Iterable[Mask], size: int) -> Mask:
    """Return who is in at least one of the masks."""
    return reduce(np.logical_or, masks, np.zeros(size, np.bool_))


def _choices(topic: Topic, question: Question, one: Answered, nets: Sequence[SubTotal]) -> Content:
    given, size = Given(one), len(one.asked)
    offered = [choice for choice in question.choices if choice.is_valid_answer]
    nets = nets or _own_subtotals(question, offered)
    rows = [*_nested(offered, nets, given), *_asides(question, one, given)]
    without = any_of((row.people for row in rows if row.kind == "aside"), size)
    return Content(topic, one.asked, tuple(rows), _scale(question, one, given), one.asked & ~without, question.kind != "multiple")


def _nested(offered: Sequence[Choice], nets: Sequence[SubTotal], given: Given) -> list[Row]:
    """The answers in their order, each sub-total above its first one; a sub-total that crosses another, or that only those are in
    who gave several of its answers, stands first, alone."""
    rows, under = list[Row](), dict[str, SubTotal]()
    for net in nets:
        if not net.is_union or under.keys() & set(net.choices):
            rows.append(Row(net.name, "net", net.words, given.net(net)))
        else:
            under |= dict.fromkeys(net.choices, net)
    told, shown = set[str](), given.most(offered, LONGEST) if len(offered) > LONGEST else offered
    for choice in shown:
        net_above = under.get(choice.name)
        if net_above is None:
            rows.append(Row(choice.name, "answer", choice.labels, given[choice.name]))
        elif net_above.name not in told:
            told.add(net_above.name)
            rows.append(Row(net_above.name, "net", net_above.words, given.any(net_above.choices)))
            rows += (Row(each.name, "answer", each.labels, given[each.name], 1) for each in shown if each.name in net_above.choices)
    if len(shown) < len(offered):
        rows.append(_others(offered, shown, given))
    return rows


def _others(offered: Sequence[Choice], shown: Sequence[Choice], given: Given) -> Row:
    names = {choice.name for choice in offered} - {choice.name for choice in shown}
    return Row("_others", "answer", Message(N_("Other answers (%(count)s)"), {"count": len(names)}), given.any(names))


def _own_subtotals(question: Question, offered: Sequence[Choice]) -> list[SubTotal]:
    """The sub-totals that need no sheet: at least one answer of several, and the groups of a scale."""
    if question.kind == "multiple":
        some = tuple(choice.name for choice in offered if not choice.is_exclusive)
        is_said = len(some) > 1 and len(some) < len(offered)
        return [SubTotal(question.list_name, "_any", Message(N_("NET At least one")), some)] if is_said else []
    steps = sorted(steps_of(question), key=int)
    if not steps:
        return []
    groups = (steps[:7], steps[7:9], steps[9:]) if is_zero_to_ten(steps) else (steps[:2], steps[-2:])
    return [_range(question, group) for group in groups]


def _range(question: Question, group: Sequence[str]) -> SubTotal:
    words = Message(N_("NET %(low)s to %(high)s"), {"low": group[0], "high": group[-1]})
    return SubTotal(question.list_name, f"_{group[0]}_{group[-1]}", words, tuple(group))


def _asides(question: Question, one: Answered, given: Given) -> list[Row]:
    """Those without an opinion; nobody silent, no row for silence."""
    rows = [Row(choice.name, "aside", choice.labels, given[choice.name]) for choice in question.choices if not choice.is_valid_answer]
    boxes = ((DONT_KNOW, N_("Don't know")), (REFUSED, N_("Refused"))) if not question.choices else ()
    told = [*boxes, (NO_ANSWER, N_("No answer"))]
    found = ((code, template, one.codes == code) for code, template in told)
    return rows + [Row(f"_{-code}", "aside", Message(template), people) for code, template, people in found if people.any()]


def _scale(question: Question, one: Answered, given: Given) -> tuple[Measure, ...]:
    steps = steps_of(question)
    if not steps:
        return ()
    people, size = given.any(steps), len(one.asked)
    values = np.zeros(size)
    for name, value in steps.items():
        values += value * given[name]
    mean = Measure("mean", Message(N_("Mean")), values, people)
    return (mean, _score(values, people)) if is_zero_to_ten(list(steps)) else (mean,)


def _score(values: Floats, people: Mask) -> Measure:
    points = np.where(values >= 9, 100.0, np.where(values <= 6, -100.0, 0.0))
    return Measure("score", Message(N_("Net promoter score")), points, people)


def numbers(one: Answered) -> tuple[Floats, Mask]:
    """Return each person's number, and who gave one."""
    assert isinstance(one.column, Column), "a number is one answer"
    found = [_as_number(value) for value in one.column.values]
    table, is_number = np.array([value or 0.0 for value in found]), np.array([value is not None for value in found])
    return table[one.column.index], is_number[one.column.index] & one.asked & ~np.isin(one.codes, (NO_ANSWER, DONT_KNOW, REFUSED))


def _as_number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


def _number(topic: Topic, question: Question, one: Answered) -> Content:
    values, people = numbers(one)
    made = [
        Row(f"_{band.low:g}", "answer", band.words, people & (values >= band.low) & (values < band.below)) for band in bands(values[people])
    ]
    measures: list[Measure] = [
        Measure("mean", Message(N_("Mean")), values, people),
        Measure("median", Message(N_("Median")), values, people),
    ]
    if is_zero_to_ten(question.steps):
        measures.append(_score(values, people))
    return Content(topic, one.asked, (*made, *_asides(question, one, Given(one))), tuple(measures), people, is_exclusive=True)


def _open(topic: Topic, one: Answered) -> Content:
    """A text or a date is not tabulated: how many answered is."""
    silent = one.codes == NO_ANSWER
    said = one.asked & ~silent & ~np.isin(one.codes, (DONT_KNOW, REFUSED))
    rows = (Row("_said", "answer", Message(N_("Answered")), said), *_asides(topic.questions[0], one, Given(one)))
    return Content(topic, one.asked, rows, (), said, is_exclusive=True)


def _ranking(topic: Topic, question: Question, one: Answered) -> Content:
    assert isinstance(one.column, Column), "a ranking is one column of orders"
    size = len(one.asked)
    orders = [value if isinstance(value, tuple) else () for value in one.column.values]
    rows, measures = list[Row](), list[Measure]()
    for title, most in ((N_("Ranked first"), 1), (N_("Among the first three"), FIRST_RANKS)):
        if len(question.choices) > most:
            rows.append(Row(f"_first{most}", "heading", Message(title), np.zeros(size, np.bool_)))
            for choice in question.choices:
                among = np.array([choice.name in order[:most] for order in orders])[one.column.index]
                rows.append(Row(f"{choice.name}_{most}", "answer", choice.labels, among & one.asked, 1))
    for choice in question.choices:
        ranks = np.array([float(order.index(choice.name) + 1) if choice.name in order else 0.0 for order in orders])[one.column.index]
        measures.append(Measure("rank", choice.labels, ranks, ranks > 0, choice.name))
    asides = _asides(question, one, Given(one))
    valid = one.asked & ~any_of((row.people for row in asides), size)
    return Content(topic, one.asked, (*rows, *asides), tuple(measures), valid, is_exclusive=False)


def _grid(topic: Topic, answered: Mapping[str, Answered], nets: Sequence[SubTotal]) -> Content:
    """The summary of a grid: under each sub-total of its list, or each answer when it has none, one line per row of the grid."""
    first = topic.questions[0]
    size = len(answered[first.name].asked)
    given = {question.name: Given(answered[question.name]) for question in topic.questions}
    valid = [choice for choice in first.choices if choice.is_valid_answer]
    ours = [net for net in nets if net.list_name == first.list_name and net.is_union] or _own_subtotals(first, valid)
    groups = ours or [SubTotal(first.list_name, choice.name, choice.labels, (choice.name,)) for choice in valid]
    asked = any_of((answered[question.name].asked for question in topic.questions), size)
    is_same = all(np.array_equal(answered[question.name].asked, asked) for question in topic.questions)
    rows = list[Row]()
    for net in groups:
        rows.append(Row(net.name, "heading", net.words, np.zeros(size, np.bool_)))
        for question in topic.questions:
            people = given[question.name].any(net.choices)
            base = None if is_same else answered[question.name].asked
            rows.append(Row(f"{net.name}_{question.name}", "answer", question.labels, people, 1, base))
    return Content(topic, asked, tuple(rows), (), asked, is_exclusive=False)


def _parts(topic: Topic, answered: Mapping[str, Answered]) -> Content:
    """The summary of numbers that share a total: the mean of each."""
    read = {question.name: numbers(answered[question.name]) for question in topic.questions}
    asked = any_of((answered[question.name].asked for question in topic.questions), len(next(iter(answered.values())).asked))
    measures = tuple(Measure("mean", question.labels, *read[question.name], question.name) for question in topic.questions)
    return Content(topic, asked, (), measures, asked, is_exclusive=False)
