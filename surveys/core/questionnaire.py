"""The questionnaire as values: pages, questions, choices and bases of one version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from surveys.core.expressions import Expression, any_of, every
from surveys.core.lookups import Lookup
from surveys.core.searching import Finder

Kind = Literal["single", "multiple", "ranking", "integer", "decimal", "date", "text", "note", "calculate", "hidden"]
Ending = Literal["", "screened_out", "refused"]
Way = Literal["shuffle", "rotate", "flip"]
Format = Literal["", "email", "postcode"]
Split = Literal["", "equal", "least-filled"]
Labels = Mapping[str, str]  # language code → text

LARGEST_CODE = 32_767  # a code is two bytes in the record
CHOICE_FLAGS = frozenset({"exclusive", "other", "dont_know", "refused", "outside_quota", "anchored"})
ANSWERED = frozenset({"single", "multiple", "ranking", "integer", "decimal", "date", "text"})  # the kinds that a person answers


@dataclass(frozen=True)
class Choice:
    """One answer on offer: its name (what conditions and the log hold), its numeric code and its flags.

    ``relevant`` is the condition under which it is offered, ``image`` the file shown with it, ``attributes`` its row's cells
    by column, which a question's choice filter compares.
    """

    name: str
    labels: Labels
    code: int
    flags: frozenset[str] = frozenset()
    relevant: Expression | None = None
    image: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    row: int = field(default=0, compare=False)  # of the choices sheet

    @property
    def is_exclusive(self) -> bool:
        """Say whether it excludes every other choice of a multiple question."""
        return "exclusive" in self.flags

    @property
    def is_valid_answer(self) -> bool:
        """Say whether it is an opinion, neither a don't know nor a refusal."""
        return not self.flags & {"dont_know", "refused"}

    @property
    def stays_last(self) -> bool:
        """Say whether it keeps its place at the end when the choices are shuffled."""
        return bool(self.flags & {"exclusive", "other", "dont_know", "refused"})


@dataclass(frozen=True)
class Order:
    """How something takes its place among its siblings of the same ``key``, person by person; those without stay put.

    ``unit`` names what moves as a whole: a section, the turn of a loop; '' moves alone.
    """

    way: Way
    key: str
    unit: str = ""


@dataclass(frozen=True)
class Block:
    """Questions held together on a page: the rows of a grid, or numbers that must add up to ``total``."""

    name: str
    labels: Labels
    hints: Labels = field(default_factory=dict)
    appearance: frozenset[str] = frozenset()
    total: Decimal | None = None

    @property
    def is_grid(self) -> bool:
        """Say whether its questions on the same list are shown as one grid."""
        return "table-list" in self.appearance


@dataclass(frozen=True)
class Question:
    """One line of a page: a question, a note to read, or a calculated variable.

    ``dont_know`` and ``refused`` are the codes recorded when the boxes beside a number, a date or a text are ticked ('' = no
    such box). ``ends_if`` ends the interview as ``ends_as`` once its page is answered.
    ``minimum`` and ``maximum`` bound the value of a number or date, the length of a text, the number of choices ticked or
    ranked; '' is no bound. ``steps`` are the numbers of a scale. ``relevant`` holds the conditions of its block too.
    ``choice_order`` is how its choices change places by person, ``order`` how it does among the rows of its page.
    ``split`` allocates each person to one of the choices: ``equal`` at random in equal numbers, ``least-filled`` to the one whose
    quota lags furthest behind, among those on offer to them. ``lookup`` names the file that its choices come from, and
    ``offers`` is then the condition under which its filter leaves something. ``attention`` are the right answers
    to a question that says what to answer.
    """

    name: str
    kind: Kind
    labels: Labels = field(default_factory=dict)
    hints: Labels = field(default_factory=dict)
    list_name: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_messages: Labels = field(default_factory=dict)
    calculation: Expression | None = None
    appearance: frozenset[str] = frozenset()
    block: str = ""
    choice_filter: Expression | None = None
    choice_order: Literal["", Way] = ""
    order: Order | None = None
    minimum: str = ""
    maximum: str = ""
    steps: tuple[str, ...] = ()
    format: Format = ""
    soft_constraint: Expression | None = None
    soft_messages: Labels = field(default_factory=dict)
    ends_if: Expression | None = None
    ends_as: Ending = ""
    dont_know: str = ""
    refused: str = ""
    sensitive: bool = False
    split: Split = ""
    image: str = ""
    lookup: str = ""
    offers: Expression | None = None
    attention: tuple[str, ...] = ()
    row: int = field(default=0, compare=False)  # of the survey sheet; the same for each turn of a loop

    @property
    def is_asked(self) -> bool:
        """Say whether a person answers it."""
        return self.kind in ANSWERED

    @property
    def is_number(self) -> bool:
        """Say whether its answer is a number."""
        return self.kind in ("integer", "decimal")

    @cached_property
    def is_filtered(self) -> bool:
        """Say whether which choices it offers depends on the person."""
        return self.choice_filter is not None or any(choice.relevant is not None for choice in self.choices)

    @cached_property
    def offers_something(self) -> Expression | None:
        """Return the condition under which at least one of its choices is on offer; None when one always is."""
        if self.lookup:
            return self.offers
        conditions = [choice.relevant for choice in self.choices if choice.relevant is not None]
        return any_of(conditions) if conditions and len(conditions) == len(self.choices) else None

    @property
    def boxes(self) -> frozenset[str]:
        """Return the codes of the boxes beside it: don't know, refused."""
        return frozenset({self.dont_know, self.refused}) - {""}

    @property
    def is_variable(self) -> bool:
        """Say whether it has a place in the record (the consent has its own table)."""
        return self.kind != "note" and not self.is_consent

    @property
    def is_consent(self) -> bool:
        """Say whether it asks for the person's consent."""
        return "consent" in self.appearance

    @cached_property
    def needs(self) -> frozenset[str]:
        """Return the names of the questions that its conditions, its choices and its calculation depend on."""
        conditions = (self.relevant, self.calculation, self.choice_filter, *(choice.relevant for choice in self.choices))
        return frozenset().union(*(each.variables for each in conditions if each is not None))

    @cached_property
    def finders(self) -> Mapping[str, Finder]:
        """Return what finds its choices by their labels, by language."""
        languages = self.choices[0].labels if self.choices else ()
        texts = {language: tuple(choice.labels.get(language, "") for choice in self.choices) for language in languages}
        made = {labels: Finder(labels) for labels in set(texts.values())}  # the same labels in each language are kept once
        return {language: made[labels] for language, labels in texts.items()}

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Return the position of each choice by its name."""
        return {choice.name: position for position, choice in enumerate(self.choices)}

    @cached_property
    def choice_by_name(self) -> Mapping[str, Choice]:
        """Return the choices by name."""
        return {choice.name: choice for choice in self.choices}


@dataclass(frozen=True)
class Page:
    """What is shown at once, in order, with the condition under which it is on the route (its section's and loop's included).

    Once it is reached, a page that ``closes_earlier`` keeps those before it from being changed.
    """

    name: str
    labels: Labels
    questions: tuple[Question, ...]
    relevant: Expression | None = None
    appearance: frozenset[str] = frozenset()
    blocks: Mapping[str, Block] = field(default_factory=dict)
    order: Order | None = None
    closes_earlier: bool = False
    row: int = field(default=0, compare=False)

    @property
    def is_grid(self) -> bool:
        """Say whether its single questions on the same list are shown as one grid."""
        return "table-list" in self.appearance

    @property
    def asked(self) -> tuple[Question, ...]:
        """Return the questions a person answers on this page."""
        return tuple(question for question in self.questions if question.is_asked)

    @cached_property
    def in_order_of_need(self) -> tuple[Question, ...]:
        """Return its questions, each after those of the page that it depends on, otherwise in the page's order.

        So a condition is only ever judged on answers that count, wherever on the page they stand.
        """
        reached = set[str]()
        ordered: list[Question] = []

        def reach(question: Question) -> None:
            if question.name not in reached:
                reached.add(question.name)
                for other in self.questions:
                    if other.name in question.needs:
                        reach(other)
                ordered.append(question)

        for question in self.questions:
            reach(question)
        return tuple(ordered)


@dataclass(frozen=True)
class Base:
    """A named base: who a percentage is about. One object filters, labels tables and prints in sentences.

    ``words`` holds, by language, its printed forms: subject, subject_next, among, base_line.
    """

    code: str
    condition: Expression | None
    words: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Questionnaire:
    """One version of a study's form. ``settings`` holds the cells of the settings sheet by column, ``media`` the SHA-256 of
    each file shown, ``words`` the study's own words for the pages' messages, by language.
    """

    form_id: str
    version: str
    languages: tuple[str, ...]
    default_language: str
    pages: tuple[Page, ...]
    lists: Mapping[str, tuple[Choice, ...]]
    bases: Mapping[str, Base]
    settings: Mapping[str, str]
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Return every question, note and calculation by name, in order."""
        return {question.name: question for page in self.pages for question in page.questions}

    @cached_property
    def page_by_name(self) -> Mapping[str, Page]:
        """Return the pages by name, in order."""
        return {page.name: page for page in self.pages}

    @cached_property
    def page_of(self) -> Mapping[str, Page]:
        """Return, for each question's name, the page that holds it."""
        return {question.name: page for page in self.pages for question in page.questions}

    def filter_of(self, name: str) -> Expression | None:
        """Return the condition under which the question is asked: its page's and its own, taken together."""
        return every((self.page_of[name].relevant, self.questions[name].relevant))

    @cached_property
    def consent(self) -> Question:
        """Return the consent question."""
        return next(question for question in self.questions.values() if question.is_consent)

    def variables(self) -> Iterator[Question]:
        """Yield the questions and calculations that have a place in the record, in order."""
        return (question for question in self.questions.values() if question.is_variable)
