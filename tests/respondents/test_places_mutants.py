"""Each statement of places.py, broken on purpose: the named check must notice, or it proves nothing."""

import pytest

from tests.respondents import checks
from tests.respondents.mutants import ALONE, OF_BLOCKS, OF_TIME, mutated
from tests.respondents.stage import Stage
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("mutant", ALONE + OF_TIME + OF_BLOCKS, ids=lambda mutant: mutant.name)
def test_the_check_notices(mutant, monkeypatch):
    stage = Stage(open_wave(places=10))
    with mutated(mutant, monkeypatch), pytest.raises(checks.NOTICED):
        mutant.check(stage)
