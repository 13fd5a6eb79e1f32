"""Draws the questions of one page: gives the templates of our crispy pack the values that they print."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from surveys.controls import LONGEST_UNIT, choice_order, control_of, first_control, opening_answers, option_id, scale_ends
from surveys.core.expressions import Answer, holds
from surveys.core.questionnaire import Choice, Labels, Page, Question, Questionnaire
from surveys.core.typography import typeset
from surveys.posted import DONT_KNOW_BOX, TEXT_LENGTH
from surveys.searching import is_searched, search_values
from surveys.slots import Printer

LONGEST_TITLE = 160  # characters; a longer label reads as a paragraph, not as a title
PIPE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_.-]*)\}")


@dataclass(frozen=True)
class Pen:
    """Draws one page of a questionnaire in a language, with a live printer or with one that leaves slots."""

    questionnaire: Questionnaire
    page: Page
    language: str
    printer: Printer

    def words(self, labels: Labels) -> SafeString:
        """Print the text of ``labels``, each ``${name}`` in it replaced by the answer given earlier."""
        first, *rest = PIPE.split(typeset(labels.get(self.language, ""), self.language))
        printed: list[str] = [escape(first)]
        for name, literal in zip(rest[::2], rest[1::2], strict=True):
            printed += [self._piped(name), escape(literal)]
        return mark_safe("".join(printed))  # noqa: S308 -- every piece is escaped

    def question(self, question: Question) -> SafeString:
        """Print a question or a note, unless the answers of earlier pages rule it out."""
        if question.is_asked:
            return self._where_relevant(question, lambda: render_to_string("surveys/question.html", self._values(question)))
        return self._where_relevant(question, lambda: render_to_string("surveys/note.html", {"label": self.words(question.labels)}))

    def grid(self, questions: Sequence[Question], caption: Labels) -> str:
        """Print single questions that share one list as a table of radio buttons."""
        columns = [
            {"id": _column_id(questions[0], choice), "label": self.words(choice.labels), "is_aside": not choice.is_valid_answer}
            for choice in questions[0].choices
        ]
        rows = [self._where_relevant(question, partial(self._row, question, columns)) for question in questions]
        return render_to_string("surveys/grid.html", {"caption": self.words(caption), "columns": columns, "rows": rows})

    def summary(self) -> SafeString:
        """Print the page's errors as a list, each with a link to the first control of its question."""
        return self.printer.block(lambda view: bool(view.errors), self._summary)

    def _piped(self, name: str) -> SafeString:
        question = self.questionnaire.questions.get(name)
        if question is None:
            return escape(f"${{{name}}}")
        labels = {choice.name: choice.labels.get(self.language, "") for choice in question.choices}
        if question.dont_know:
            labels[question.dont_know] = _("Don't know")
        return self.printer.text(lambda view: _as_text(view.answers.get(name, ""), labels))

    def _where_relevant(self, question: Question, draw: Callable[[], str]) -> SafeString:
        relevant = question.relevant
        if relevant is None or self._depends_on_page(question):
            return mark_safe(draw())  # noqa: S308 -- drawn by our own templates
        return self.printer.block(lambda view: holds(relevant, view.answers), draw)

    def _depends_on_page(self, question: Question) -> bool:
        names = {other.name for other in self.page.questions}
        return question.relevant is not None and not names.isdisjoint(question.relevant.variables)

    def _row(self, question: Question, columns: Sequence[Mapping[str, object]]) -> str:
        options = (self._option(question, choice) for choice in question.choices)
        cells = [{"column": column, "option": option} for column, option in zip(columns, options, strict=True)]
        return render_to_string("surveys/grid_row.html", {**self._values(question), "cells": cells})

    def _values(self, question: Question) -> dict[str, object]:
        depends, control, hint = self._depends_on_page(question), control_of(question), question.hints.get(self.language, "")
        return {
            "question": question,
            "control": control,
            "template": f"surveys/{control}.html",
            "label": self.words(question.labels),
            "hint": self.words(question.hints),
            "ends": scale_ends(typeset(hint, self.language)) if control == "scale" else None,
            "has_unit": control == "number" and 0 < len(hint) <= LONGEST_UNIT,
            "is_long": len(question.labels.get(self.language, "")) > LONGEST_TITLE,
            "mention": self._mention(question, depends_on_page=depends),
            "opened_by": opening_answers(question) if depends else "",
            **self._state(question),
            **self._control(question),
        }

    def _mention(self, question: Question, *, depends_on_page: bool) -> str:
        if not question.required:
            return _("optional")
        return _("required if it applies to you") if depends_on_page else _("required")

    def _state(self, question: Question) -> dict[str, SafeString]:
        name = question.name
        hint = [f"hint_{name}"] if question.hints.get(self.language) else []
        described = {False: _described_by(*hint), True: _described_by(*hint, f"error_{name}")}
        return {
            "error": self.printer.block(lambda view: name in view.errors, lambda: self._error(name)),
            "described": self.printer.markup(lambda view: described[name in view.errors]),
            "invalid": self.printer.markup(lambda view: ' aria-invalid="true"' if name in view.errors else ""),
        }

    def _control(self, question: Question) -> dict[str, object]:
        if is_searched(question):
            return search_values(question, self.questionnaire, self.language, self.printer)
        return self._options(question) if question.choices else self._entry(question)

    def _options(self, question: Question) -> dict[str, object]:
        options = [self._option(question, choice) for choice in question.choices]
        if not (question.choice_order and control_of(question) == "choices"):
            return {"options": options}
        drawn = [render_to_string("surveys/choice.html", {"option": option, "question": question}) for option in options]
        return {"shuffled": self.printer.ordered(choice_order(question), drawn)}

    def _option(self, question: Question, choice: Choice) -> dict[str, object]:
        name = question.name
        chosen = " selected" if control_of(question) == "list" else " checked"
        invalid = ' aria-invalid="true"' if question.kind == "multiple" else ""  # otherwise their group says it
        states = {(ticked, wrong): chosen * ticked + invalid * wrong for ticked in (False, True) for wrong in (False, True)}
        return {
            "id": option_id(question, choice),
            "choice": choice,
            "label": self.words(choice.labels),
            "is_aside": not choice.is_valid_answer,
            "state": self.printer.markup(lambda view: states[_has(view.answers.get(name, ""), choice.name), name in view.errors]),
        }

    def _entry(self, question: Question) -> dict[str, object]:
        name, code = question.name, question.dont_know
        values: dict[str, object] = {
            "value": self.printer.text(lambda view: _entered(view.answers.get(name, ""), code)),
            "text_length": TEXT_LENGTH,
        }
        if code:
            values["box"] = {
                "name": name + DONT_KNOW_BOX,
                "label": _("Don't know"),
                "chosen": self.printer.markup(lambda view: " checked" if view.answers.get(name) == code else ""),
            }
        return values

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
                "label": self.words(question.labels),
                "address": self.printer.text(first_control(question, self.language)),
            }
            return render_to_string("surveys/summary_item.html", values)

        return self.printer.block(lambda view: question.name in view.errors, draw)


def _as_text(answer: Answer, labels: Mapping[str, str]) -> str:
    names = (answer,) if isinstance(answer, str) else answer
    return ", ".join(labels.get(name, name) for name in names)


def _has(answer: Answer, name: str) -> bool:
    return answer == name if isinstance(answer, str) else name in answer


def _entered(answer: Answer, dont_know: str) -> str:
    return answer if isinstance(answer, str) and (not dont_know or answer != dont_know) else ""


def _described_by(*ids: str) -> str:
    return f' aria-describedby="{escape(" ".join(ids))}"' if ids else ""


def _column_id(question: Question, choice: Choice) -> str:
    return f"col_{question.name}:{choice.name}"
