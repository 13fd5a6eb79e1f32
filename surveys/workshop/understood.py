"""What was understood of a pasted questionnaire, as its screen shows it: the lines with what they became, and the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from surveys.core.expressions import Expression
from surveys.core.foreign.pasted import Pasted, PastedLine
from surveys.core.foreign.pasting.ledger import Mark, Remark
from surveys.core.questionnaire import Block, Choice, Page, Question
from surveys.core.wording import Teller
from surveys.translation import say

MARKS: Mapping[str, Promise] = {
    "title": gettext_lazy("title of the study"),
    "section": gettext_lazy("section"),
    "question": gettext_lazy("question"),
    "wording": gettext_lazy("more of the question"),
    "hint": gettext_lazy("advice below the question"),
    "choice": gettext_lazy("choice"),
    "row": gettext_lazy("row of the grid"),
    "instruction": gettext_lazy("instruction"),
    "filter": gettext_lazy("filter"),
    "ending": gettext_lazy("end of the interview"),
    "information": gettext_lazy("text to read"),
    "interviewer": gettext_lazy("for the interviewer, not shown"),
}
KINDS: Mapping[str, Promise] = {
    "single": gettext_lazy("one answer"),
    "multiple": gettext_lazy("several answers"),
    "ranking": gettext_lazy("ranking"),
    "integer": gettext_lazy("whole number"),
    "decimal": gettext_lazy("number"),
    "date": gettext_lazy("date"),
    "text": gettext_lazy("open answer"),
}
FLAGS: Mapping[str, Promise] = {
    "exclusive": gettext_lazy("alone"),
    "dont_know": gettext_lazy("don’t know"),
    "refused": gettext_lazy("refusal"),
    "other": gettext_lazy("other, to specify"),
    "anchored": gettext_lazy("keeps its place"),
}
WAYS: Mapping[str, Promise] = {
    "shuffle": gettext_lazy("in random order"),
    "rotate": gettext_lazy("in rotation"),
    "flip": gettext_lazy("in one order or its reverse"),
}
SYMBOLS = {"mistake": "✗", "missed": "?", "note": "i", "": "✓"}
WEIGHTS: Mapping[str, Promise] = {
    "mistake": gettext_lazy("To correct"),
    "missed": gettext_lazy("Not understood"),
    "note": gettext_lazy("Supposed"),
    "": gettext_lazy("Understood"),
}


@dataclass(frozen=True)
class Said:
    """A remark, in the reader's language."""

    remark: Remark

    @property
    def line(self) -> int:
        """Return its line, 0 for the whole text."""
        return self.remark.line

    @property
    def weight(self) -> str:
        """Return mistake, missed or note."""
        return self.remark.weight

    @property
    def symbol(self) -> str:
        """Return the sign of its weight, which does not need colours."""
        return SYMBOLS[self.weight]

    @property
    def word(self) -> Promise:
        """Return its weight in words."""
        return WEIGHTS[self.weight]

    def __str__(self) -> str:
        return say(self.remark.message)


@dataclass(frozen=True)
class ShownLine:
    """A line of the text, what it became in words, and its remarks."""

    line: PastedLine
    names: frozenset[str]  # of what the form shows, for the links

    @property
    def state(self) -> str:
        """Return its class: mistake, missed, note, blank or understood."""
        blank = any(mark.kind == "blank" for mark in self.line.marks)
        return self.line.weight or ("blank" if blank else "understood")

    @property
    def symbol(self) -> str:
        """Return the sign of its state."""
        return "" if self.state == "blank" else SYMBOLS[self.line.weight]

    @property
    def word(self) -> Promise | str:
        """Return its state in words."""
        return "" if self.state == "blank" else WEIGHTS[self.line.weight]

    @property
    def became(self) -> Iterator[tuple[str, str]]:
        """Yield what it became, and the question that it is part of ('' = nothing to link to)."""
        for mark in self.line.marks:
            if mark.kind != "blank":
                yield _became(mark), mark.about if mark.about in self.names else ""

    @property
    def said(self) -> Iterator[Said]:
        """Yield its remarks."""
        return (Said(remark) for remark in self.line.remarks)


def _became(mark: Mark) -> str:
    word = str(MARKS[mark.kind])
    if mark.kind in ("section", "title", "interviewer") or not mark.about:
        return word
    sign = {"choice": " = ", "row": "_"}.get(mark.kind, "") if mark.detail else ""
    return f"{word} {mark.about}{sign}{mark.detail.lower() if mark.kind == 'row' else mark.detail}"


@dataclass(frozen=True)
class ShownQuestion:
    """A question as understood, in words."""

    question: Question
    telling: Teller
    line: int
    block: Block | None = None

    @property
    def label(self) -> str:
        """Return its wording."""
        return self.telling.text(self.question.labels)

    @property
    def hint(self) -> str:
        """Return the advice below it."""
        return self.telling.text(self.question.hints)

    @property
    def kind(self) -> str:
        """Return how it is answered, its limits included."""
        question = self.question
        if question.kind == "note":
            return ""
        words = [str(KINDS[question.kind])]
        if question.steps:
            words = [_("scale from %(start)s to %(end)s") % {"start": question.steps[0], "end": question.steps[-1]}]
        if question.minimum:
            words.append(_("at least %(number)s") % {"number": question.minimum})
        if question.maximum:
            words.append(_("at most %(number)s") % {"number": question.maximum})
        words += [str(WAYS[question.choice_order])] if question.choice_order else []
        words += [] if question.required else [_("not required")]
        return ", ".join(words)

    @property
    def choices(self) -> Iterator[tuple[str, str, str]]:
        """Yield the code, the label and the flags of each choice and box."""
        for choice in self.question.choices:
            yield choice.name, self.telling.text(choice.labels), _flags(choice)
        for code, flag in ((self.question.dont_know, "dont_know"), (self.question.refused, "refused")):
            if code:
                yield code, str(FLAGS[flag]).capitalize(), _("box")

    @property
    def shown_if(self) -> str:
        """Return its filter in words."""
        return self.telling.tell(self.question.relevant) if self.question.relevant else ""

    @property
    def ends_if(self) -> str:
        """Return what ends the interview, in words."""
        condition: Expression | None = self.question.ends_if
        return self.telling.tell(condition, self.question.name) if condition else ""


def _flags(choice: Choice) -> str:
    return ", ".join(str(FLAGS[flag]) for flag in FLAGS if flag in choice.flags)


@dataclass(frozen=True)
class ShownPage:
    """A page of the form: its title, its filter in words, and its questions with the blocks that hold them."""

    page: Page
    number: int
    title: str
    shown_if: str
    questions: tuple[ShownQuestion, ...]
    is_new_title: bool

    @property
    def groups(self) -> Iterator[tuple[ShownBlock | None, list[ShownQuestion]]]:
        """Yield the questions by block, those outside any one by one."""
        current: list[ShownQuestion] = []
        for position, shown in enumerate(self.questions):
            current.append(shown)
            following = self.questions[position + 1] if position + 1 < len(self.questions) else None
            if shown.block is None or following is None or following.block is not shown.block:
                yield (ShownBlock(shown.block, current) if shown.block else None), current
                current = []


@dataclass(frozen=True)
class ShownBlock:
    """A grid, or numbers that add up."""

    block: Block
    questions: list[ShownQuestion]

    @property
    def name(self) -> str:
        """Return the name that filters and links give it."""
        return self.block.name

    @property
    def label(self) -> str:
        """Return its wording."""
        return self.questions[0].telling.text(self.block.labels)

    @property
    def kind(self) -> str:
        """Return how each of its rows is answered."""
        order = self.questions[0].question.order
        words = [_("grid") if self.block.is_grid else _("list"), self.questions[0].kind]
        words += [str(WAYS[order.way])] if order else []
        words += [_("adds up to %(total)s") % {"total": self.block.total}] if self.block.total is not None else []
        return ", ".join(words)

    @property
    def line(self) -> int:
        """Return the line that it begins on."""
        return self.questions[0].line


class Understood:
    """A pasted questionnaire, for its screen."""

    def __init__(self, pasted: Pasted) -> None:
        self.pasted = pasted
        language = get_language() or pasted.questionnaire.default_language
        self.telling = Teller(pasted.questionnaire, language)
        self.telling.references = {name: name.upper() for name in pasted.questionnaire.questions}  # as the author numbers them

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the names of what the form shows."""
        blocks = {name for page in self.pasted.questionnaire.pages for name in page.blocks}
        return frozenset(self.pasted.questionnaire.questions) | blocks

    @property
    def lines(self) -> Iterator[ShownLine]:
        """Yield the lines of the text."""
        return (ShownLine(line, self.names) for line in self.pasted.lines)

    @property
    def remarks(self) -> list[Said]:
        """Return every remark, the heaviest first."""
        return [Said(remark) for weight in ("mistake", "missed", "note") for remark in self.pasted.of_weight(weight)]

    @property
    def mistakes(self) -> int:
        """Return how many mistakes must be corrected."""
        return len(self.pasted.of_weight("mistake"))

    @property
    def missed(self) -> int:
        """Return how many lines, or parts of one, were not understood."""
        return len(self.pasted.of_weight("missed"))

    @property
    def asked(self) -> int:
        """Return how many questions people answer."""
        return sum(question.is_asked for question in self.pasted.questionnaire.questions.values())

    @cached_property
    def pages(self) -> list[ShownPage]:
        """Return the pages of the form, in order."""
        shown: list[ShownPage] = []
        for number, page in enumerate(self.pasted.questionnaire.pages, 1):
            title = self.telling.text(page.labels)
            questions = tuple(
                ShownQuestion(question, self.telling, self._line(question), page.blocks.get(question.block)) for question in page.questions
            )
            condition = self.telling.tell(page.relevant) if page.relevant else ""
            shown.append(ShownPage(page, number, title, condition, questions, not shown or shown[-1].title != title))
        return shown

    def _line(self, question: Question) -> int:
        return self.pasted.origin.get(("survey", question.row), 0)
