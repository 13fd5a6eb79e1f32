"""A questionnaire checked before the field, in the admin: errors, warnings, minutes, and who reaches which page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.core import questionnaire as core
from surveys.core.checks import check_workbook
from surveys.core.length import Lengths, lengths
from surveys.core.wording import Teller
from surveys.core.workbook import in_order
from surveys.models import Questionnaire
from surveys.staff import staff_context, staff_page
from surveys.translation import say_mistake


@dataclass(frozen=True)
class Reached:
    """One page of the questionnaire: who reaches it ('' is everybody) and how many questions it may ask."""

    name: str
    title: str
    condition: str
    questions: int


@dataclass(frozen=True)
class Timed:
    """How long the questionnaire takes in one language."""

    language: str
    lengths: Lengths


def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was found in a version of a questionnaire."""
    stored = get_object_or_404(Questionnaire.objects.select_related("survey"), pk=pk)
    definition, report = check_workbook(stored.workbook())
    is_sound = not report.mistakes
    about: Mapping[str, object] = {
        "opts": Questionnaire._meta,
        "questionnaire": stored,
        "errors": [say_mistake(mistake) for mistake in in_order(report.mistakes)],
        "warnings": [say_mistake(mistake) for mistake in in_order(report.warnings)],
        "times": [Timed(language, lengths(definition, language)) for language in definition.languages] if is_sound else [],
        "pages": list(_pages(definition)),
    }
    return TemplateResponse(request, "surveys/workshop/check.html", staff_context(request, _("Check"), about))


def urls() -> list[URLPattern]:
    """Return the address of the page, beneath those of the questionnaires."""
    return [path("<int:pk>/check/", staff_page(check, "surveys.view_questionnaire"), name="surveys_questionnaire_check")]


def _pages(definition: core.Questionnaire) -> Iterator[Reached]:
    language = get_language() or definition.default_language
    language = language if language in definition.languages else definition.default_language
    teller = Teller(definition, language)
    for page in definition.pages:
        condition = teller.sentence(page.relevant) if page.relevant else ""
        yield Reached(page.name, page.labels.get(language, ""), condition, len(page.asked))
