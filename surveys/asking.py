"""Finds what a command names, or says in one sentence what could have been named."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from surveys.models import Survey, Wave


def find_survey(slug: str) -> Survey:
    """Return the survey with this address. Raises CommandError naming the known ones."""
    survey = Survey.objects.filter(slug=slug).first()
    if survey is None:
        known = ", ".join(Survey.objects.values_list("slug", flat=True)) or "–"
        raise CommandError(_("There is no survey “%(slug)s”; known: %(known)s.") % {"slug": slug, "known": known})
    return survey


def find_wave(slug: str, code: str) -> Wave:
    """Return the wave of a survey. Raises CommandError naming the known ones."""
    survey = find_survey(slug)
    wave = survey.waves.select_related("survey", "questionnaire").filter(code=code).first()
    if wave is None:
        known = ", ".join(survey.waves.values_list("code", flat=True)) or "–"
        raise CommandError(_("Survey %(slug)s has no wave “%(code)s”; known: %(known)s.") % {"slug": slug, "code": code, "known": known})
    return wave
