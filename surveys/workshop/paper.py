"""The printable paper version of a questionnaire: numbered questions, boxes to tick, codes, and every filter in words.

It is also the annex of the technical notice: the questionnaire as fielded, with its order, its routing and its screen-outs. What
is to be printed is made here, in the language asked for; the template lays it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.template.loader import render_to_string
from django.utils.translation import get_language_bidi, override
from django.utils.translation import gettext as _

from surveys.core.expressions import Expression, parse
from surveys.core.questionnaire import Block, Choice, Page, Question
from surveys.core.typography import typeset
from surveys.core.wording import Teller
from surveys.core.wording.once import Loop, Once, told_once
from surveys.models import Questionnaire
from surveys.workshop.remarks import Remarks
from surveys.workshop.stationery import inline_style

LONGEST_LIST = 40  # answers printed of a list; a longer one is a file, or a drop-down with a search, that paper cannot hold
SHOWN_OF_LONG = 10
DATE_CELLS = 8  # day, month, year


@dataclass(frozen=True)
class PaperChoice:
    """An answer to tick: its code, its text, its filter in words and what else is to be known of it."""

    code: int
    text: str
    filter: str = ""
    remarks: tuple[str, ...] = ()
    image: str = ""


@dataclass(frozen=True)
class PaperQuestion:
    """A question as printed. ``answer`` says how it is answered: boxes, ticks, ranks, scale, number, date, line, area, note or
    computed; ``boxes`` are those beside a number or a text."""

    number: str
    name: str
    text: str
    hint: str
    filter: str
    answer: str
    remarks: tuple[str, ...]
    choices: tuple[PaperChoice, ...] = ()
    more: str = ""
    steps: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()
    screen: str = ""
    image: str = ""
    cells: range = range(0)


@dataclass(frozen=True)
class PaperItem:
    """What stays together on a page of paper: one question, the rows of a grid, or numbers with their sum (``total``)."""

    layout: str
    questions: tuple[PaperQuestion, ...]
    caption: str = ""
    hint: str = ""
    remarks: tuple[str, ...] = ()
    total: str = ""


@dataclass(frozen=True)
class PaperPage:
    """A page of the form: ``opens`` says which loops begin before it, ``closes`` which end after it."""

    title: str
    filter: str
    remarks: tuple[str, ...]
    items: tuple[PaperItem, ...]
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """The whole paper version, in one language."""

    title: str
    language: str
    facts: tuple[tuple[str, str], ...]
    pages: tuple[PaperPage, ...]


def paper_of(questionnaire: Questionnaire, language: str) -> Paper:
    """Return what is to be printed of a version, in one of its languages."""
    definition = questionnaire.definition()
    once = told_once(definition, questionnaire.workbook())
    with override(language):
        writer = _Writer(once, Teller(once.known, language))
        settings = definition.settings
        facts = [
            (_("Version"), questionnaire.version),
            (_("Asked by"), ", ".join(filter(None, [settings.get("institute", ""), settings.get("sponsor", "")]))),
            (_("Published"), writer.teller.date(f"{questionnaire.published_at:%Y-%m-%d}") if questionnaire.published_at else _("not yet")),
            (_("Its fingerprint (SHA-256)"), questionnaire.fingerprint),
        ]
        title = typeset(settings.get("form_title", ""), language)
        return Paper(title, language, tuple((name, typeset(text, language)) for name, text in facts if text), tuple(writer.pages()))


def printed(questionnaire: Questionnaire, language: str, *, standalone: bool = False) -> str:
    """Return the paper version as a page of HTML; ``standalone`` holds its style, so that the file needs nothing else."""
    paper = paper_of(questionnaire, language)
    with override(language):
        about = {"paper": paper, "style": inline_style() if standalone else "", "is_right_to_left": get_language_bidi()}
        return render_to_string("surveys/workshop/paper.html", about)


class _Writer:
    def __init__(self, once: Once, teller: Teller) -> None:
        self.once = once
        self.teller = teller
        self.remarks = Remarks(teller)

    def pages(self) -> Iterator[PaperPage]:
        for page in self.once.pages:
            opened = [loop for loop in self.once.loops if loop.pages[:1] == (page.name,)]
            closed = [loop for loop in reversed(self.once.loops) if loop.pages[-1:] == (page.name,)]
            yield PaperPage(
                title=self.teller.text(page.labels),
                filter=self._if(page.relevant),
                remarks=tuple(self._page_remarks(page)),
                items=tuple(self._items(page)),
                opens=tuple(self._loop(loop) for loop in opened),
                closes=tuple(_("End of “%(loop)s”") % {"loop": self._loop_name(loop)} for loop in closed),
            )

    def _loop(self, loop: Loop) -> str:
        if loop.question:
            text = _("“%(loop)s”: once for each answer given at %(question)s") % {
                "loop": self._loop_name(loop),
                "question": self.teller.references.get(loop.question, loop.question),
            }
        else:
            choices = [self.teller.text(choice.labels) for choice in self.once.known.lists.get(loop.list_name, ())]
            text = _("“%(loop)s”: once for each of: %(choices)s") % {"loop": self._loop_name(loop), "choices": ", ".join(choices)}
        way = loop.order.split(" ")[0]
        return f"{text}. {self._turns_order(way)}" if way else f"{text}."

    def _loop_name(self, loop: Loop) -> str:
        return self.teller.text(loop.labels) or loop.name

    def _turns_order(self, way: str) -> str:
        return {
            "shuffle": _("The turns come in an order drawn for each person."),
            "rotate": _("Each person begins with another turn, the others following in order."),
            "flip": _("For half of the people the turns come in the reverse order."),
        }.get(way, "")

    def _page_remarks(self, page: Page) -> Iterator[str]:
        if page.order and not any(page.name in loop.pages for loop in self.once.loops):
            yield self.remarks.exchange(page.order)
        if page.closes_earlier:
            yield _("Once this page is reached, earlier answers can no longer be changed.")

    def _items(self, page: Page) -> Iterator[PaperItem]:
        for (block, list_name), rows in groupby(page.questions, lambda question: self._together(page, question)):
            questions = list(rows)
            held = page.blocks.get(block)
            if held and held.total is not None:
                yield self._held("sum", held, questions)
            elif list_name and len(questions) > 1:
                yield self._held("grid", held, questions)
            else:
                for place, question in enumerate(questions):
                    shown = held if place == 0 else None
                    yield self._held(self._layout(question), shown, [question])

    def _together(self, page: Page, question: Question) -> tuple[str, str]:
        """What puts questions in one table: their block with its sum, or a grid's list."""
        block = page.blocks.get(question.block)
        if block and block.total is not None:
            return question.block, ""
        is_row = question.kind in ("single", "multiple") and (block.is_grid if block else page.is_grid) and not question.is_consent
        return question.block, f"{question.kind} {question.list_name}" if is_row else ""

    def _layout(self, question: Question) -> str:
        return {"note": "note", "calculate": "computed", "hidden": "computed"}.get(question.kind, "question")

    def _held(self, layout: str, block: Block | None, questions: Sequence[Question]) -> PaperItem:
        printed = tuple(self._question(question) for question in questions)
        remarks = [self.remarks.block_order(question.order) for question in questions[:1] if question.order and block]
        return PaperItem(
            layout,
            printed,
            caption=self.teller.text(block.labels) if block else "",
            hint=self.teller.text(block.hints) if block else "",
            remarks=tuple(remarks),
            total=f"{block.total:f}" if block and block.total is not None else "",
        )

    def _question(self, question: Question) -> PaperQuestion:
        choices = tuple(self._choice(choice) for choice in question.choices)
        is_long = len(choices) > LONGEST_LIST
        more = _("… and %(count)s more answers, to be found by typing.") % {"count": len(choices) - SHOWN_OF_LONG} if is_long else ""
        return PaperQuestion(
            number=self.teller.references.get(question.name, ""),
            name=question.name,
            text=self.teller.text(question.labels),
            hint=self.teller.text(question.hints),
            filter=self._if(question.relevant),
            answer=self._answer(question),
            remarks=tuple(self.remarks.of(question)),
            choices=choices[:SHOWN_OF_LONG] if is_long else choices,
            more=more,
            steps=question.steps,
            boxes=tuple(self._boxes(question)),
            screen=self._screen(question),
            image=question.image,
            cells=range(DATE_CELLS if question.kind == "date" else min(len(question.maximum) or 4, 12) if question.is_number else 0),
        )

    def _answer(self, question: Question) -> str:
        if question.steps:
            return "scale"
        if question.kind == "text":
            return "area" if "multiline" in question.appearance else "line"
        kinds = {"single": "boxes", "multiple": "ticks", "ranking": "ranks", "date": "date", "note": "note"}
        return kinds.get(question.kind, "number" if question.is_number else "computed")

    def _choice(self, choice: Choice) -> PaperChoice:
        remarks = {
            "exclusive": _("excludes every other answer"),
            "outside_quota": _("outside the quotas"),
            "anchored": _("keeps its place"),
        }
        given = tuple(remark for flag, remark in remarks.items() if flag in choice.flags)
        own = choice.attributes.get("relevant", "").strip()  # what the question's own filter says is said once, above
        told = self._if(parse(own)) if own else ""
        return PaperChoice(choice.code, self.teller.text(choice.labels) or choice.name, told, given, choice.image)

    def _boxes(self, question: Question) -> Iterator[str]:
        for code, words in ((question.dont_know, "dont_know"), (question.refused, "refused")):
            if code:
                yield self.teller.phrases[words]

    def _screen(self, question: Question) -> str:
        if question.ends_if is None:
            return ""
        values = {"condition": self.teller.sentence(question.ends_if, question.name)}
        if question.ends_as == "refused":
            return _("%(condition)s: end of the interview, refusal.") % values
        return _("%(condition)s: end of the interview, outside the population.") % values

    def _if(self, condition: Expression | None) -> str:
        return self.teller.sentence(condition) if condition is not None else ""
