"""The questionnaire on the desk: its sheets, what they mean, what is wrong in them, and how a change is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.core import questionnaire as core
from surveys.core.cells import language_code, languages_of
from surveys.core.checks import check_questionnaire
from surveys.core.editing import CannotEdit, kinds_of
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Mistake, Report, StudyRefused, Workbook, in_order
from surveys.models import Questionnaire
from surveys.rewriting import rewrite
from surveys.staff import require, write_down
from surveys.translation import say, say_mistake

CHANGE = "surveys.change_questionnaire"
VIEW = "surveys.view_questionnaire"

Change = Callable[[Workbook], Workbook]


@dataclass(frozen=True)
class Desk:
    """One version of a form, opened to be read or changed."""

    questionnaire: Questionnaire
    workbook: Workbook

    @property
    def is_open(self) -> bool:
        """Say whether it can still change."""
        return self.questionnaire.published_at is None

    @cached_property
    def definition(self) -> core.Questionnaire:
        """Return the form as values; where it has mistakes, as well as it can be read."""
        return self._read[0]

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Return what is wrong in it, in the order of the sheets."""
        return self._read[1]

    @cached_property
    def warnings(self) -> tuple[Mistake, ...]:
        """Return what is probably not meant in it, and keeps it from nothing."""
        return self._read[2]

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Return the codes of its languages."""
        return languages_of(self.workbook["survey"])

    @cached_property
    def lists(self) -> list[str]:
        """Return the names of its lists of choices, in order."""
        return list(dict.fromkeys(row["list_name"] for row in self.workbook["choices"] if row["list_name"]))

    @cached_property
    def kinds(self) -> dict[int, str]:
        """Return what each row of the survey sheet is: page, block, section, line, end."""
        return kinds_of(self.workbook["survey"])

    def text(self, labels: core.Labels) -> str:
        """Return a text in the reader's language, or in the form's own."""
        return labels.get(get_language() or "") or labels.get(self.definition.default_language, "")

    def header(self, column: str, language: str, sheet: str = "survey") -> str:
        """Return the header of a text in a language, as this form writes it."""
        for header in self.workbook[sheet].header:
            name, separator, written = header.partition("::")
            if separator and name == column and language_code(written) == language:
                return header
        labels = (header.partition("::")[2] for header in self.workbook["survey"].header if header.startswith("label::"))
        return f"{column}::{next(written for written in labels if language_code(written) == language)}"

    def mistakes_at(self, sheet: str, number: int, columns: Sequence[str] = ()) -> list[str]:
        """Return what is wrong in a row, or in some of its columns, in the reader's words."""
        here = (mistake for mistake in self.mistakes if (mistake.sheet, mistake.row) == (sheet, number))
        return [say(mistake.message) for mistake in here if not columns or mistake.column in columns]

    @cached_property
    def _read(self) -> tuple[core.Questionnaire, tuple[Mistake, ...], tuple[Mistake, ...]]:
        return read_form(self.workbook)


def open_desk(pk: int) -> Desk:
    """Return the version with this key, or raise Http404."""
    questionnaire = get_object_or_404(Questionnaire.objects.select_related("survey"), pk=pk)
    return Desk(questionnaire, questionnaire.workbook())


def read_form(workbook: Workbook) -> tuple[core.Questionnaire, tuple[Mistake, ...], tuple[Mistake, ...]]:
    """Return a form as values, as well as it can be read, its mistakes and its warnings, each once and in the order of the sheets."""
    report = Report()
    definition = read_questionnaire(workbook, report)
    check_questionnaire(definition, workbook, report)
    return definition, tuple(in_order(report.mistakes)), tuple(in_order(report.warnings))


def make(request: HttpRequest, desk: Desk, change: Change, said: str) -> str:
    """Make a change and write it down; return '' or, when it was refused, why, and then nothing is changed.

    The request posts ``seen``, the fingerprint of the form that its page was drawn from.
    """
    require(request, CHANGE)
    try:
        with transaction.atomic():
            seen = request.POST.get("seen", "")
            if rewrite(desk.questionnaire, change(desk.workbook), seen=seen, said=said) != seen:
                write_down(request, desk.questionnaire, said)
    except CannotEdit as refused:
        return say(refused.message)
    except StudyRefused as refused:
        return " ".join([_("This cannot be saved:"), *(say_mistake(mistake) for mistake in refused.mistakes)])
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""
