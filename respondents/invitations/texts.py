"""What a wave's letters say: its own texts where somebody wrote them, otherwise those that we propose."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import override

from respondents.models import LetterText, SendOut
from surveys.core.languages import OWN_LANGUAGES
from surveys.core.length import lengths
from surveys.models import Questionnaire, Wave


class Text(NamedTuple):
    """A letter before its places are filled in; ``is_own`` says that somebody wrote it for this wave."""

    subject: str
    body: str
    is_own: bool = False


def texts_of(wave: Wave, kind: str) -> dict[str, Text]:
    """Return the text of a kind of letter in each language of the survey, in one query."""
    own = {text.language: Text(text.subject, text.body, True) for text in LetterText.objects.filter(wave=wave, kind=kind)}
    return {language: own.get(language) or proposed(kind, language) for language in wave.survey.languages}


def proposed(kind: str, language: str) -> Text:
    """Return the letter that we propose, in English where we do not speak the language."""
    with override(language if language.partition("-")[0] in OWN_LANGUAGES else "en"):
        return _reminder() if kind == SendOut.Kind.REMINDER else _invitation()


def values_of(wave: Wave, language: str) -> dict[str, str]:
    """Return what fills a letter's places whoever gets it."""
    survey = wave.survey
    return {
        "title": survey.title,
        "sponsor": survey.sponsor or survey.institute or survey.title,
        "institute": survey.institute or survey.sponsor,
        "minutes": minutes_of(wave, language),
    }


def minutes_of(wave: Wave, language: str) -> str:
    """Return how many minutes the interview takes: the planned length of the wave, otherwise the questionnaire's typical one."""
    if wave.expected_minutes:
        return str(ceil(wave.expected_minutes))
    return str(_typical(wave.questionnaire_id, language)) if wave.questionnaire_id else ""


@lru_cache(maxsize=64)
def _typical(questionnaire_id: int, language: str) -> int:
    found = lengths(Questionnaire.objects.get(pk=questionnaire_id).definition(), language)
    return max(1, ceil((found.typical or found.longest).minutes))


def _invitation() -> Text:
    return Text(
        _("Your view: {title}"),
        _(
            "Hello {name},\n\n"
            "We invite you to answer a survey: {title} ({sponsor}). It takes about {minutes} minutes.\n\n"
            "Here is your personal link, meant for you alone:\n{link}\n\n"
            "You may stop and come back with the same link: you go on where you were. Your answers are kept apart from your name and "
            "your address.\n\n"
            "Thank you,\n{institute}\n\n"
            "To receive no more letters from us: {unsubscribe}\n"
            "To take your answers back, now or later: {withdraw}"
        ),
    )


def _reminder() -> Text:
    return Text(
        _("Reminder: {title}"),
        _(
            "Hello {name},\n\n"
            "A few days ago we invited you to answer a survey: {title} ({sponsor}). People like you are still missing, and it "
            "takes about {minutes} minutes.\n\n"
            "Your personal link, which goes on where you were if you have begun:\n{link}\n\n"
            "Thank you,\n{institute}\n\n"
            "To receive no more letters from us: {unsubscribe}\n"
            "To take your answers back, now or later: {withdraw}"
        ),
    )


def filled_values(wave: Wave, language: str, name: str, links: Mapping[str, str]) -> dict[str, str]:
    """Return everything that fills one person's letter."""
    return {**values_of(wave, language), "name": name, **links}
