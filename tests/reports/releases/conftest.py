"""The reference study's 2023 wave with a third of its panel interviewed, its field closed, ready to be published."""

import pytest

from tests.reports.conftest import survey, wave  # noqa: F401 -- fixtures
from tests.reports.panel import interview, people


@pytest.fixture
def done(wave):  # noqa: F811 -- a fixture
    """The wave, a third of the panel (678 people, enough for every category) interviewed and its field closed."""
    interview(wave, people()[::3])
    wave.move_to("closed")
    return wave
