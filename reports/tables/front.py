"""What every file of tables says of itself: the study, who made it, whom was asked, when, and what must not be forgotten."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.press import Press, capitalised
from reports.tables.titles import Titles
from surveys.models import Wave


@dataclass(frozen=True)
class Front:
    """What the index says above its list: the study, who made it, who was interviewed when, and what must not be forgotten."""

    title: str
    lines: tuple[str, ...]


def front_of(wave: Wave, press: Press) -> Front:
    """Return the front of a wave's files; of a demonstration, the mention that it is one comes last, which every sheet repeats."""
    survey = wave.survey
    institute = wave.institute or survey.institute
    made_by = {"institute": institute, "sponsor": survey.sponsor}
    lines = [
        _("%(wave)s, %(period)s, %(mode)s") % {"wave": press.label_of(wave), "period": press.period_of(wave), "mode": press.mode_of(wave)},
        _("Institute: %(institute)s; sponsor: %(sponsor)s") % made_by if institute and survey.sponsor else institute or survey.sponsor,
        _("Population: %(population)s") % {"population": press.population} if press.population else "",
        _weighted_on(wave, press),
        _("Demonstration data: fictitious answers, built to reproduce the percentages published on 5 February 2024. They are not the answers of the survey.") if survey.is_demonstration else "",
    ]  # fmt: skip
    return Front(survey.title, tuple(line for line in lines if line))


def _weighted_on(wave: Wave, press: Press) -> str:
    if not wave.weighting or wave.questionnaire is None:
        return ""
    quotas = Titles(wave, wave.questionnaire.definition(), press).quotas
    return capitalised(_("weighted on: %(variables)s") % {"variables": ", ".join(quotas.get(name, name) for name in wave.weighting)})
