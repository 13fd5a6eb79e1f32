"""The bundled study, made ready to run: loaded, open, its panel at a door of its own."""

from __future__ import annotations

from pathlib import Path

from reports.study import load_study
from respondents.models import Source
from surveys.models import Survey, Wave

SAMPLES = Path(__file__).resolve().parent.parent / "surveys" / "samples"
SURVEY = "numerique-en-sante"
WAVE = "2023"
PANEL = SAMPLES / "panel_2023.csv"
PANEL_SOURCE = "panel"


def prepare_sample() -> Wave:
    """Load the sample study if it is not there, open its wave if it is a draft, and return the wave.

    The panel enters through a source of its own; the open link makes test interviews, so that a visitor costs the panel
    no place.
    """
    if not Survey.objects.filter(slug=SURVEY).exists():
        load_study(SAMPLES / SURVEY)
    wave = Wave.objects.select_related("survey", "questionnaire").get(survey__slug=SURVEY, code=WAVE)
    Source.objects.get_or_create(wave=wave, code=PANEL_SOURCE, defaults={"kind": Source.Kind.PANEL, "label": "Panel"})
    Source.objects.filter(wave=wave, code=Source.OPEN_CODE).update(for_tests=True)
    if wave.state == Wave.State.DRAFT:
        wave.move_to(Wave.State.LIVE)
    return wave
