"""A page of a questionnaire as a Django form, laid out by crispy-forms with our own template pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, ClassVar, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from surveys.core.expressions import Answer
from surveys.core.messages import Message
from surveys.core.questionnaire import Block, Labels, Page, Question, Questionnaire
from surveys.form.answers import BESIDE, CONFIRMATION, Mistake, read
from surveys.form.controls import grid_runs
from surveys.form.hand import Hand
from surveys.form.pen import Pen
from surveys.form.posted import ANOTHER_PAGE, judge, names_of_other_pages
from surveys.form.speech import speaking

PACK = "surveys"

Words = Mapping[str, Mapping[str, str]]  # of a study, by language and by our English message
PostedAnswer = tuple[Sequence[str], Mapping[str, Sequence[str]]]


class PageForm(forms.Form):
    """The questions of one page. ``cleaned_data`` holds their answers by name.

    ``earlier`` are the answers of the route's other pages, which conditions may use. ``doubted`` and ``confirmed`` are those
    of ``pages.Posted``.
    """

    questionnaire: ClassVar[Questionnaire]
    page: ClassVar[Page]
    language: ClassVar[str]
    helper: ClassVar[FormHelper]

    def __init__(
        self, data: MultiValueDict[str, str] | None = None, *, earlier: Mapping[str, Answer] | None = None, **options: Any
    ) -> None:
        super().__init__(data, use_required_attribute=False, **options)
        self.fields = {
            question.name: AnswerField(question, self.language, earlier or {}, self.questionnaire.words) for question in self.page.asked
        }
        self.earlier = earlier or {}
        self.doubted: frozenset[str] = frozenset()
        self.confirmed: frozenset[str] = frozenset()

    def clean(self) -> dict[str, Answer]:
        """Judge the page as a whole, once each of its answers has been read."""
        answers = {name: self.cleaned_data.get(name, "") for name in self.fields}
        verdict = judge(self.page, answers, list(self.errors), self.earlier, self.language)
        for name in verdict.irrelevant & self.errors.keys():
            del self.errors[name]
        self.doubted = frozenset(verdict.doubts)
        self.confirmed = frozenset(name for name in verdict.doubts if any(dict(self.data).get(name + CONFIRMATION, ())))
        doubts = {name: doubt for name, doubt in verdict.doubts.items() if name not in self.confirmed}
        for name, mistake in {**verdict.mistakes, **doubts}.items():
            self.add_error(name, spoken(mistake, self.language, self.questionnaire.words))
        if not names_of_other_pages(self.questionnaire, self.page).isdisjoint(self.data):
            self.add_error(None, spoken(ANOTHER_PAGE, self.language, self.questionnaire.words))
        return answers


class PostedValues(forms.Widget):
    """Hands over every value posted for a question, and for the boxes beside it; our templates draw the control."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> PostedAnswer:
        """Return the values of the question and those of its boxes."""
        return data.getlist(name), {suffix: data.getlist(name + suffix) for suffix in BESIDE}


class AnswerField(forms.Field):
    """The field of one question."""

    widget = PostedValues

    def __init__(self, question: Question, language: str, earlier: Mapping[str, Answer], words: Words) -> None:
        super().__init__(required=False, label=question.labels.get(language, ""), help_text=question.hints.get(language, ""))
        self.question, self.language, self.earlier, self.words = question, language, earlier, words

    def clean(self, value: PostedAnswer) -> Answer:
        """Return the answer; raise ValidationError saying what to do about a wrong one."""
        reading = read(self.question, *value, language=self.language, earlier=self.earlier)
        if reading.mistake is not None:
            raise ValidationError(spoken(reading.mistake, self.language, self.words))
        return reading.answer


class Piece(NamedTuple):
    """Something drawn, and the questions in it."""

    questions: Sequence[Question]
    html: SafeString


class PageLayout(LayoutObject):  # type: ignore[misc]  # crispy-forms has no types
    """Lays out a page: its questions, notes, grids and blocks, in the person's order."""

    def __init__(self, page: Page) -> None:
        self.fields: list[str] = [question.name for question in page.asked]

    def render(self, form: PageForm, context: Context, template_pack: str = PACK, **kwargs: object) -> str:
        """Draw it with the printer of the context."""
        pen = Pen(Hand(form.questionnaire, form.language, context["printer"]), form.page)
        shown = [question for question in form.page.questions if question.kind not in ("calculate", "hidden")]
        pieces: list[Piece] = []
        for name, together in groupby(shown, key=lambda question: question.block):
            pieces += _of_block(pen, form.page.blocks.get(name), tuple(together))
        return _in_order(pen, pieces)


def page_form(questionnaire: Questionnaire, page: Page, language: str) -> type[PageForm]:
    """Return the form of ``page`` in ``language``."""
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf, helper.template_pack = False, True, PACK
    helper.layout = Layout(PageLayout(page))
    attributes = {"questionnaire": questionnaire, "page": page, "language": language, "helper": helper}
    return type("PageForm", (PageForm,), attributes)


def spoken(mistake: Mistake, language: str, words: Words) -> str:
    """Return a mistake as the sentence to show in ``language``; ``words`` are the study's own."""
    if isinstance(mistake, str):
        return mistake
    with speaking(language, words):
        return _translated(mistake)


def _translated(message: Message) -> str:
    values = {name: _translated(value) if isinstance(value, Message) else value for name, value in message.values.items()}
    return gettext(message.template) % values if values else gettext(message.template)


def _of_block(pen: Pen, block: Block | None, questions: Sequence[Question]) -> list[Piece]:
    """The pieces of a block, or of questions in none; a block is one piece with a frame, unless it is a grid."""
    if block is None:
        return _pieces(pen, questions, pen.page.labels, {})
    pieces = _pieces(pen, questions, block.labels or pen.page.labels, block.hints)
    return pieces if block.is_grid else [Piece(questions, pen.block(block, questions, [_in_order(pen, pieces)]))]


def _pieces(pen: Pen, questions: Sequence[Question], caption: Labels, hint: Labels) -> list[Piece]:
    """The questions drawn one by one, rows of a grid together; a note right above a grid is its caption."""
    pieces: list[Piece] = []
    for run in grid_runs(pen.page, questions):
        introduction = pieces[-1].questions[0] if pieces else None
        if len(run) == 1:
            pieces.append(Piece(run, pen.question(run[0])))
        elif introduction is not None and introduction.kind == "note" and introduction.relevant is None:
            pieces[-1] = Piece(run, pen.grid(run, introduction.labels, hint))
        else:
            pieces.append(Piece(run, pen.grid(run, caption, hint)))
    return pieces


def _in_order(pen: Pen, pieces: Sequence[Piece]) -> SafeString:
    return pen.in_order([piece.questions[0] for piece in pieces], [piece.html for piece in pieces])
