"""A page of a questionnaire compiled once: filled in microseconds, its posts read without a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import override

from surveys.core.expressions import Answer
from surveys.core.questionnaire import Page, Questionnaire
from surveys.forms import page_form, spoken
from surveys.frame import frame_values, study_values
from surveys.pen import Pen
from surveys.posted import ANOTHER_PAGE, DONT_KNOW_BOX, judge, names_of_other_pages, read
from surveys.searching import FIND, is_searched
from surveys.slots import LivePrinter, PageView, Printer, Slot, SlotPrinter

__all__ = ["CompiledPage", "PageView", "Posted", "compile_page", "live_html", "study_values"]


@dataclass(frozen=True)
class Posted:
    """A post as read. ``answers`` and ``errors`` go by question name; answers are kept even when wrong.

    No error: valid. The error '' is about the page as a whole.
    """

    answers: dict[str, Answer]
    errors: dict[str, str]


@dataclass(frozen=True)
class CompiledPage:
    """One page in one language, printed once with slots, and the names that its posts must not hold."""

    page: Page
    language: str
    document: Slot
    foreign_names: frozenset[str]

    def html(self, view: PageView) -> str:
        """Return the whole document for ``view``."""
        return self.document(view)

    def parse(self, post: Mapping[str, Sequence[str]], earlier: Mapping[str, Answer]) -> Posted:
        """Read what was posted; ``earlier`` are the answers of the route's other pages. Unknown fields are ignored."""
        readings = {
            question.name: read(
                question,
                *(post.get(question.name + beside, ()) for beside in ("", DONT_KNOW_BOX, FIND)),
                language=self.language,
                earlier=earlier,
            )
            for question in self.page.asked
        }
        answers = {name: reading.answer for name, reading in readings.items()}
        mistakes = {name: reading.mistake for name, reading in readings.items() if reading.mistake is not None}
        verdict = judge(self.page, answers, mistakes, earlier, self.language)
        for name in verdict.irrelevant & mistakes.keys():
            del mistakes[name]
            answers[name] = ""
        mistakes.update(verdict.mistakes)
        if not self.foreign_names.isdisjoint(post):
            mistakes[""] = ANOTHER_PAGE
        return Posted(answers, {name: spoken(mistake, self.language) for name, mistake in mistakes.items()})


def compile_page(questionnaire: Questionnaire, page: Page, language: str) -> CompiledPage:
    """Print ``page`` once in ``language`` through its crispy form, and keep it with its slots."""
    printer = SlotPrinter()
    document = printer.cut(_print(questionnaire, page, language, printer))
    return CompiledPage(page, language, document, names_of_other_pages(questionnaire, page))


def live_html(questionnaire: Questionnaire, page: Page, language: str, view: PageView) -> str:
    """Return what the compiled page must give for ``view``, printed by its crispy form at once."""
    return _print(questionnaire, page, language, LivePrinter(view))


def _print(questionnaire: Questionnaire, page: Page, language: str, printer: Printer) -> str:
    with override(language):
        pen = Pen(questionnaire, page, language, printer)
        values = {
            "printer": printer,
            "form": page_form(questionnaire, page, language)(),
            "page_title": pen.words(page.labels),
            "summary": pen.summary(),
            "has_search": any(map(is_searched, page.asked)),
            **study_values(questionnaire),
            **frame_values(questionnaire, language, printer),
        }
        return render_to_string("surveys/page.html", values)
