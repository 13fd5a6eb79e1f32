"""The reference study as loaded, its 2023 wave live, and a small part of its panel interviewed."""

from __future__ import annotations

import pytest

from reports.study import load_study
from tests.reports.panel import SAMPLE


@pytest.fixture
def survey(db):
    """The reference study, its 2023 wave in the field and nobody interviewed yet."""
    survey = load_study(SAMPLE)
    survey.waves.get(code="2023").move_to("live")
    return survey


@pytest.fixture
def wave(survey):
    """The wave of 2023, live."""
    return survey.waves.select_related("survey", "questionnaire").get(code="2023")
