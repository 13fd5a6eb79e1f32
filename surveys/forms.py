"""A page of a questionnaire as a Django form, laid out by crispy-forms with our own template pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext, override

from surveys.controls import grid_runs
from surveys.core.expressions import Answer
from surveys.core.messages import Message
from surveys.core.questionnaire import Page, Question, Questionnaire
from surveys.pen import Pen
from surveys.posted import ANOTHER_PAGE, DONT_KNOW_BOX, Mistake, judge, names_of_other_pages, read
from surveys.searching import FIND

PACK = "surveys"


class PageForm(forms.Form):
    """The questions of one page. ``cleaned_data`` holds their answers by name.

    ``earlier`` are the answers of the route's other pages, which conditions may use.
    """

    questionnaire: ClassVar[Questionnaire]
    page: ClassVar[Page]
    language: ClassVar[str]
    helper: ClassVar[FormHelper]

    def __init__(
        self, data: MultiValueDict[str, str] | None = None, *, earlier: Mapping[str, Answer] | None = None, **options: Any
    ) -> None:
        super().__init__(data, use_required_attribute=False, **options)
        self.fields = {question.name: AnswerField(question, self.language, earlier or {}) for question in self.page.asked}
        self.earlier = earlier or {}

    def clean(self) -> dict[str, Answer]:
        """Judge the page as a whole, once each of its answers has been read."""
        answers = {name: self.cleaned_data.get(name, "") for name in self.fields}
        verdict = judge(self.page, answers, list(self.errors), self.earlier, self.language)
        for name in verdict.irrelevant & self.errors.keys():
            del self.errors[name]
        for name, mistake in verdict.mistakes.items():
            self.add_error(name, spoken(mistake, self.language))
        if not names_of_other_pages(self.questionnaire, self.page).isdisjoint(self.data):
            self.add_error(None, spoken(ANOTHER_PAGE, self.language))
        return answers


class PostedValues(forms.Widget):
    """Hands over every value posted for a question, and for the box beside it; our templates draw the control."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[Sequence[str], ...]:
        """Return the values of the question, those of its box, and what was typed to search."""
        return data.getlist(name), data.getlist(name + DONT_KNOW_BOX), data.getlist(name + FIND)


class AnswerField(forms.Field):
    """The field of one question."""

    widget = PostedValues

    def __init__(self, question: Question, language: str, earlier: Mapping[str, Answer]) -> None:
        super().__init__(required=False, label=question.labels.get(language, ""), help_text=question.hints.get(language, ""))
        self.question, self.language, self.earlier = question, language, earlier

    def clean(self, value: tuple[Sequence[str], ...]) -> Answer:
        """Return the answer; raise ValidationError saying what to do about a wrong one."""
        reading = read(self.question, *value, language=self.language, earlier=self.earlier)
        if reading.mistake is not None:
            raise ValidationError(spoken(reading.mistake, self.language))
        return reading.answer


class QuestionPiece(LayoutObject):  # type: ignore[misc]  # crispy-forms has no types
    """Lays out one question or note, or the single questions of one grid."""

    def __init__(self, questions: Sequence[Question], caption: Mapping[str, str]) -> None:
        self.fields: list[str] = [question.name for question in questions if question.is_asked]
        self.questions, self.caption = questions, caption

    def render(self, form: PageForm, context: Context, template_pack: str = PACK, **kwargs: object) -> str:
        """Draw it with the printer of the context."""
        pen = Pen(form.questionnaire, form.page, form.language, context["printer"])
        return pen.grid(self.questions, self.caption) if len(self.questions) > 1 else pen.question(self.questions[0])


def page_form(questionnaire: Questionnaire, page: Page, language: str) -> type[PageForm]:
    """Return the form of ``page`` in ``language``."""
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf, helper.template_pack = False, True, PACK
    helper.layout = Layout(*_pieces(page))
    attributes = {"questionnaire": questionnaire, "page": page, "language": language, "helper": helper}
    return type("PageForm", (PageForm,), attributes)


def spoken(mistake: Mistake, language: str) -> str:
    """Return a mistake as the sentence to show in ``language``."""
    if isinstance(mistake, str):
        return mistake
    with override(language):
        return _translated(mistake)


def _translated(message: Message) -> str:
    values = {name: _translated(value) if isinstance(value, Message) else value for name, value in message.values.items()}
    return gettext(message.template) % values if values else gettext(message.template)


def _pieces(page: Page) -> list[QuestionPiece]:
    pieces: list[QuestionPiece] = []
    for questions in grid_runs(page):
        introduction = pieces[-1].questions[0] if pieces else None
        if len(questions) > 1 and introduction is not None and introduction.kind == "note" and introduction.relevant is None:
            pieces[-1] = QuestionPiece(questions, introduction.labels)
        else:
            pieces.append(QuestionPiece(questions, page.labels))
    return [piece for piece in pieces if piece.questions[0].kind != "calculate"]
