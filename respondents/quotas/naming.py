"""How quota cells are called on screens: the labels of their categories in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from respondents.core.quotas import ANY, Combination
from surveys.core.questionnaire import Questionnaire
from surveys.core.typography import typeset


def cell_label(questionnaire: Questionnaire | None, variables: Sequence[str], combinations: Sequence[Combination]) -> str:
    """Return a cell's name ("A woman × 65 and over"), merged combinations joined by +; a variable that is not divided is left out."""
    names = [_combination(questionnaire, variables, combination) for combination in combinations]
    return " + ".join(dict.fromkeys(name for name in names if name)) or _("All respondents")


def category_label(questionnaire: Questionnaire | None, variable: str, category: str) -> str:
    """Return a category's label in the reader's language, else in the survey's, else its code."""
    question = questionnaire.questions.get(variable) if questionnaire else None
    choice = question.choice_by_name.get(category) if question else None
    if questionnaire is None or choice is None:
        return category
    language = get_language() or ""
    own = language if choice.labels.get(language) else questionnaire.default_language
    return typeset(choice.labels.get(own) or "", own) or category


def _combination(questionnaire: Questionnaire | None, variables: Sequence[str], combination: Combination) -> str:
    pairs = zip(variables, combination, strict=True)
    return " × ".join(category_label(questionnaire, variable, category) for variable, category in pairs if category != ANY)
