"""Finds what a command names, or says in one sentence what could have been named."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from surveys.models import Questionnaire, Survey, Wave


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


def find_version(slug: str, version: str = "") -> Questionnaire:
    """Return a version of a survey's questionnaire, the latest loaded by default. Raises CommandError naming the known ones."""
    survey = find_survey(slug)
    versions = survey.questionnaires.filter(version=version) if version else survey.questionnaires.order_by("pk")
    questionnaire = versions.last()
    if questionnaire is None:
        known = {"slug": slug, "version": version, "known": ", ".join(survey.questionnaires.values_list("version", flat=True)) or "–"}
        raise CommandError(_("Survey %(slug)s has no version “%(version)s”; known: %(known)s.") % known)
    return questionnaire
