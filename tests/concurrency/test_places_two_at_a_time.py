"""What one verb does while somebody else holds a lock, in a second connection; each check notices its mutants."""

import pytest

from tests.respondents import checks
from tests.respondents.checks_of_blocks import a_block_is_judged_on_its_cells_as_locked
from tests.respondents.mutants import TOGETHER, mutated
from tests.respondents.stage import Stage
from tests.worlds import open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


@pytest.fixture
def stage():
    return Stage(open_wave(places=10))


@pytest.mark.parametrize("check", [*checks.TOGETHER, a_block_is_judged_on_its_cells_as_locked], ids=lambda check: check.__name__)
def test_the_statements_pass(check, stage):
    check(stage)


@pytest.mark.parametrize("mutant", TOGETHER, ids=lambda mutant: mutant.name)
def test_the_check_notices(mutant, stage, monkeypatch):
    with mutated(mutant, monkeypatch), pytest.raises(checks.NOTICED):
        mutant.check(stage)
