"""Copies a wave with its questionnaire, quotas, margins, weightings and panels, through the door of a loaded study."""

from __future__ import annotations

from django.db import transaction

from reports.core.next_wave import NextWave, with_next_wave
from reports.study import store_study, stored_study
from respondents.core.lifetime import OLD, months_before
from respondents.models import Source
from surveys.loading import wait_for_other_studies
from surveys.models import Wave

# A panel's rules without its secret: the new wave's is agreed with it again.
RULES = ("code", "kind", "label", "for_tests", "return_url", "preset", "id_parameter", "carried", "returns", "allowed_hosts", "signer",
         "signer_options", "entry_check", "call")  # fmt: skip


def copy_wave(wave: Wave, wanted: NextWave) -> Wave:
    """Return the new wave, in draft: all of it is stored or nothing is. Neither people, links, secrets nor the schedule come along.

    Raises StudyRefused with every mistake, as for a study that is loaded.
    """
    with transaction.atomic():
        wait_for_other_studies()
        survey = store_study(with_next_wave(stored_study(wave.survey), wave.code, wanted))
        made = survey.waves.select_related("survey", "questionnaire").get(code=wanted.code)
        made.place_minutes = wave.place_minutes
        made.save(update_fields=["place_minutes"])
        panels = wave.sources.filter(kind=Source.Kind.PANEL)
        Source.objects.bulk_create(Source(wave=made, **{name: getattr(panel, name) for name in RULES}) for panel in panels)
    return made


def old_sources(wave: Wave, starts: str) -> list[tuple[str, str, int]]:
    """Return what is known of the population from more than two years before a field: variable, source's date, months."""
    found = dict.fromkeys((margin.variable, margin.date) for margin in wave.margins.all())
    aged = [(variable, date, months_before(date, starts)) for variable, date in found]
    return [(variable, date, months) for variable, date, months in aged if months is not None and months > OLD]
