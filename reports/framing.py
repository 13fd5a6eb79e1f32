"""What stands around every page of a survey for its readers: who asked, in which languages, and the banners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.core.typography import typeset
from reports.press import Press

if TYPE_CHECKING:
    from reports.reading import Reading


def frame_of(reading: Reading) -> dict[str, Any]:
    """Return what stands around every page of a survey."""
    wave, survey = reading.wave, reading.wave.survey
    press = Press(survey, reading.language)
    return {
        "title": typeset(survey.title, survey.default_language),
        "study_language": survey.default_language,
        "sponsor": survey.sponsor,
        "sponsor_quality": survey.sponsor_quality,
        "institute": wave.institute or survey.institute,
        "demonstration": survey.is_demonstration,
        "languages": reading.languages,
        "query": reading.query,
        "wave": wave,
        "wave_label": press.label_of(wave),
        "period": press.period_of(wave),
        "mode": press.mode_of(wave),
        "target": press.count(wave.target) if wave.target else "",
        "survey": survey,
    }
