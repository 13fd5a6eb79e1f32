"""Draws the questions of one page: gives the templates of our crispy pack the values that they print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from surveys.core.drawing import Draw, question_order
from surveys.core.expressions import every, holds
from surveys.core.questionnaire import Block, Choice, Labels, Page, Question
from surveys.core.typography import typeset
from surveys.form.answers import CONFIRMATION
from surveys.form.controls import GROUPS, LONGEST_UNIT, control_of, depends_on, first_control, opening_answers, options_of, scale_ends
from surveys.form.hand import Hand, number_text
from surveys.form.limits import limits
from surveys.form.slots import Condition, PageView, Printer
from surveys.form.widgets import described_by, option, where_offered, widget

LONGEST_TITLE = 160  # characters; a longer label reads as a paragraph, not as a title
TEMPLATES = {"number": "entry", "line": "entry", "date": "date"}  # of controls that share one; the others have their own


@dataclass(frozen=True)
class Pen:
    """Draws one page with the words of a hand."""

    hand: Hand
    page: Page

    @property
    def language(self) -> str:
        """Return the language of the page."""
        return self.hand.language

    @property
    def printer(self) -> Printer:
        """Return what prints the parts that vary."""
        return self.hand.printer

    def question(self, question: Question) -> SafeString:
        """Print a question or a note, unless the answers of earlier pages rule it out."""
        if question.is_asked:
            return self._where_relevant(question, lambda: render_to_string("surveys/question.html", self._values(question)))
        values = {"label": self.hand.words(question.labels), "image": self.hand.image_address(question.image)}
        return self._where_relevant(question, lambda: render_to_string("surveys/note.html", values))

    def grid(self, questions: Sequence[Question], caption: Labels, hint: Labels) -> SafeString:
        """Print questions that share one list, or one scale, as a table of radio buttons or of boxes to tick."""
        columns = [
            {"id": _column_id(questions[0], choice), "label": self.hand.words(choice.labels), "is_aside": not choice.is_valid_answer,
             "choice": choice}
            for choice in options_of(questions[0])
        ]  # fmt: skip
        rows = [self._where_relevant(question, partial(self._row, question, columns)) for question in questions]
        values = {
            "caption": self.hand.words(caption),
            "hint": self.hand.words(hint),
            "columns": columns,
            "rows": [self.in_order(questions, rows)],
        }
        return self._where_one_is_relevant(questions, lambda: render_to_string("surveys/grid.html", values))

    def block(self, block: Block, questions: Sequence[Question], pieces: Sequence[str]) -> SafeString:
        """Print a block around the ``pieces`` of its ``questions``, unless all of them are ruled out."""
        total = "" if block.total is None else number_text(f"{block.total:f}", self.language)
        values = {
            "block": block,
            "label": self.hand.words(block.labels),
            "hint": self.hand.words(block.hints),
            "total": total,
            "pieces": pieces,
        }
        return self._where_one_is_relevant(questions, lambda: render_to_string("surveys/block.html", values))

    def in_order(self, questions: Sequence[Question], pieces: Sequence[str]) -> SafeString:
        """Print the pieces, in the person's order where questions of the page change places; ``questions`` are the first of each."""
        if not any(question.order for question in self.page.questions):
            return mark_safe("".join(pieces))  # noqa: S308 -- drawn by our own templates

        def order(view: PageView) -> Sequence[int]:
            places = {question.name: place for place, question in enumerate(question_order(self.page, Draw(view.order_seed)))}
            return sorted(range(len(pieces)), key=lambda position: places[questions[position].name])

        return self.printer.ordered(order, pieces)

    def summary(self) -> SafeString:
        """Print the page's errors as a list, each with a link to the first control of its question."""
        return self.printer.block(lambda view: bool(view.errors), self._summary)

    def _where_relevant(self, question: Question, draw: Callable[[], str]) -> SafeString:
        shown = self._shown(question)
        return self.printer.block(shown, draw) if shown else mark_safe(draw())  # noqa: S308 -- drawn by our own templates

    def _where_one_is_relevant(self, questions: Sequence[Question], draw: Callable[[], str]) -> SafeString:
        conditions = [condition for condition in map(self._shown, questions) if condition is not None]
        if len(conditions) < len(questions):
            return mark_safe(draw())  # noqa: S308 -- drawn by our own templates
        return self.printer.block(lambda view: any(condition(view) for condition in conditions), draw)

    def _shown(self, question: Question) -> Condition | None:
        """The condition, on the answers of earlier pages, under which a question is shown; None when it always is."""
        conditions = (question.relevant, question.offers_something)
        condition = every(tuple(None if depends_on(self.page, each) else each for each in conditions))
        return None if condition is None else lambda view: holds(condition, view.answers)

    def _depends_on_page(self, question: Question) -> bool:
        return depends_on(self.page, question.relevant)

    def _row(self, question: Question, columns: Sequence[Mapping[str, object]]) -> str:
        cells = [
            {"column": column, "piece": self._cell(question, choice, column)}
            for choice, column in zip(options_of(question), columns, strict=True)
        ]
        return render_to_string("surveys/grid_row.html", {**self._frame(question), "cells": cells})

    def _cell(self, question: Question, choice: Choice, column: Mapping[str, object]) -> SafeString:
        values = {"option": option(self.hand, question, choice), "question": question, "column": column}
        return where_offered(self.hand, question, choice, lambda: render_to_string("surveys/grid_cell.html", values))

    def _values(self, question: Question) -> dict[str, object]:
        return {**self._frame(question), **widget(self.hand, question)}

    def _frame(self, question: Question) -> dict[str, object]:
        """What stands around the control of a question, whatever it is."""
        depends, control, hint = self._depends_on_page(question), control_of(question), question.hints.get(self.language, "")
        return {
            "question": question,
            "control": control,
            "is_group": control in GROUPS,
            "template": f"surveys/{TEMPLATES.get(control, control)}.html",
            "label": self.hand.words(question.labels),
            "image": self.hand.image_address(question.image),
            "hint": self.hand.words(question.hints),
            "limits": limits(question),
            "ends": scale_ends(question, typeset(hint, self.language)) if control == "scale" else None,
            "has_unit": control == "number" and 0 < len(hint) <= LONGEST_UNIT,
            "is_long": len(question.labels.get(self.language, "")) > LONGEST_TITLE,
            "mention": self._mention(question, depends_on_page=depends),
            "opened_by": opening_answers(question) if depends else "",
            **self._state(question),
        }

    def _mention(self, question: Question, *, depends_on_page: bool) -> str:
        if not question.required:
            return _("optional")
        return _("required if it applies to you") if depends_on_page else _("required")

    def _state(self, question: Question) -> dict[str, SafeString]:
        name, explained = question.name, []
        if question.hints.get(self.language):
            explained.append(f"hint_{name}")
        if limits(question):
            explained.append(f"limits_{name}")
        described = {False: described_by(*explained), True: described_by(*explained, f"error_{name}")}
        return {
            "error": self.printer.block(lambda view: name in view.errors, lambda: self._error(name)),
            "confirmation": self.printer.block(lambda view: name in view.doubted, lambda: self._confirmation(name)),
            "described": self.printer.markup(lambda view: described[name in view.errors]),
            "invalid": self.printer.markup(lambda view: ' aria-invalid="true"' if name in view.errors else ""),
        }

    def _confirmation(self, name: str) -> str:
        """The box by which a person says that an unusual answer is right."""
        chosen = self.printer.markup(lambda view: " checked" if name in view.confirmed else "")
        return render_to_string("surveys/confirmation.html", {"name": name + CONFIRMATION, "chosen": chosen})

    def _error(self, name: str) -> str:
        message = self.printer.text(lambda view: view.errors[name])
        return render_to_string("surveys/error.html", {"id": f"error_{name}", "message": message})

    def _summary(self) -> str:
        items = [self._page_error(), *map(self._question_error, self.page.asked)]
        return render_to_string("surveys/summary.html", {"items": items})

    def _page_error(self) -> SafeString:
        return self.printer.block(
            lambda view: "" in view.errors,
            lambda: render_to_string("surveys/summary_item.html", {"message": self.printer.text(lambda view: view.errors[""])}),
        )

    def _question_error(self, question: Question) -> SafeString:
        def draw() -> str:
            values = {
                "message": self.printer.text(lambda view: view.errors[question.name]),
                "label": self.hand.words(question.labels),
                "address": self.printer.text(first_control(question)),
            }
            return render_to_string("surveys/summary_item.html", values)

        return self.printer.block(lambda view: question.name in view.errors, draw)


def _column_id(question: Question, choice: Choice) -> str:
    return f"col_{question.name}:{choice.name}"
