"""The questionnaire as values: pages, questions, choices and bases of one version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from surveys.core.expressions import Expression

Kind = Literal["single", "multiple", "integer", "text", "note", "calculate"]
Ending = Literal["", "screened_out", "refused"]
Labels = Mapping[str, str]  # language code → text

LARGEST_CODE = 32_767  # a code is two bytes in the record
CHOICE_FLAGS = frozenset({"exclusive", "other", "dont_know", "refused", "outside_quota"})


@dataclass(frozen=True)
class Choice:
    """One answer on offer: its name (what conditions and the log hold), its numeric code and its flags."""

    name: str
    labels: Labels
    code: int
    flags: frozenset[str] = frozenset()

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
class Question:
    """One line of a page: a question, a note to read, or a calculated variable.

    ``dont_know`` is the code recorded when the box beside a number or a text is ticked ('' = no such box).
    ``ends_if`` ends the interview as ``ends_as`` once its page is answered.
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
    randomize: bool = False
    ends_if: Expression | None = None
    ends_as: Ending = ""
    dont_know: str = ""
    sensitive: bool = False

    @property
    def is_asked(self) -> bool:
        """Say whether a person answers it."""
        return self.kind in ("single", "multiple", "integer", "text")

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
        """Return the names of the questions that its condition and its calculation depend on."""
        return frozenset().union(*(each.variables for each in (self.relevant, self.calculation) if each is not None))

    @cached_property
    def choice_by_name(self) -> Mapping[str, Choice]:
        """Return the choices by name."""
        return {choice.name: choice for choice in self.choices}


@dataclass(frozen=True)
class Page:
    """What is shown at once, in order, with the condition under which it is on the route."""

    name: str
    labels: Labels
    questions: tuple[Question, ...]
    relevant: Expression | None = None
    appearance: frozenset[str] = frozenset()

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
    """One version of a study's form. ``settings`` holds the cells of the settings sheet by column."""

    form_id: str
    version: str
    languages: tuple[str, ...]
    default_language: str
    pages: tuple[Page, ...]
    lists: Mapping[str, tuple[Choice, ...]]
    bases: Mapping[str, Base]
    settings: Mapping[str, str]

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

    @cached_property
    def consent(self) -> Question:
        """Return the consent question."""
        return next(question for question in self.questions.values() if question.is_consent)

    def variables(self) -> Iterator[Question]:
        """Yield the questions and calculations that have a place in the record, in order."""
        return (question for question in self.questions.values() if question.is_variable)
