"""A page of a questionnaire compiled once: filled in microseconds, its posts read without a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from surveys.core.expressions import Answer
from surveys.core.questionnaire import Page, Questionnaire
from surveys.form.answers import BESIDE, CONFIRMATION, read
from surveys.form.finding import is_searched
from surveys.form.forms import page_form, spoken
from surveys.form.frame import frame_values, study_values
from surveys.form.hand import Hand
from surveys.form.pen import Pen
from surveys.form.posted import ANOTHER_PAGE, judge, names_of_other_pages
from surveys.form.slots import LivePrinter, PageView, Printer, Slot, SlotPrinter
from surveys.form.speech import speaking

__all__ = ["CompiledPage", "PageView", "Posted", "compile_page", "live_html", "study_values"]


@dataclass(frozen=True)
class Posted:
    """A post as read. ``answers`` and ``errors`` go by question name; answers are kept even when wrong.

    No error: valid. The error '' is about the page as a whole. ``doubted`` are the questions whose answer a soft check finds
    unusual, ``confirmed`` those of them whose person said that it is right; the others are errors.
    """

    answers: dict[str, Answer]
    errors: dict[str, str]
    doubted: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CompiledPage:
    """One page in one language, printed once with slots, and the names that its posts must not hold."""

    page: Page
    language: str
    document: Slot
    foreign_names: frozenset[str]
    words: Mapping[str, Mapping[str, str]]

    def html(self, view: PageView) -> str:
        """Return the whole document for ``view``."""
        return self.document(view)

    def parse(self, post: Mapping[str, Sequence[str]], earlier: Mapping[str, Answer]) -> Posted:
        """Read what was posted; ``earlier`` are the answers of the route's other pages. Unknown fields are ignored."""
        readings = {
            question.name: read(
                question,
                post.get(question.name, ()),
                {suffix: post.get(question.name + suffix, ()) for suffix in BESIDE} if question.boxes or is_searched(question) else None,
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
        confirmed = frozenset(name for name in verdict.doubts if any(post.get(name + CONFIRMATION, ())))
        mistakes.update({name: doubt for name, doubt in verdict.doubts.items() if name not in confirmed})
        if not self.foreign_names.isdisjoint(post):
            mistakes[""] = ANOTHER_PAGE
        errors = {name: spoken(mistake, self.language, self.words) for name, mistake in mistakes.items()}
        return Posted(answers, errors, frozenset(verdict.doubts), confirmed)


def compile_page(questionnaire: Questionnaire, page: Page, language: str) -> CompiledPage:
    """Print ``page`` once in ``language`` through its crispy form, and keep it with its slots."""
    printer = SlotPrinter()
    document = printer.cut(_print(questionnaire, page, language, printer))
    return CompiledPage(page, language, document, names_of_other_pages(questionnaire, page), questionnaire.words)


def live_html(questionnaire: Questionnaire, page: Page, language: str, view: PageView) -> str:
    """Return what the compiled page must give for ``view``, printed by its crispy form at once."""
    return _print(questionnaire, page, language, LivePrinter(view))


def _print(questionnaire: Questionnaire, page: Page, language: str, printer: Printer) -> str:
    with speaking(language, questionnaire.words):
        pen = Pen(Hand(questionnaire, language, printer), page)
        values = {
            "printer": printer,
            "form": page_form(questionnaire, page, language)(),
            "document_title": pen.hand.plain(page.labels),
            "page_title": pen.hand.words(page.labels),
            "summary": pen.summary(),
            "has_search": any(map(is_searched, page.asked)),
            **study_values(questionnaire),
            **frame_values(questionnaire, language, printer),
        }
        return render_to_string("surveys/page.html", values)
