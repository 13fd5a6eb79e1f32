"""A condition is written in R as it is read here."""

import pytest

from reports.core.in_r import in_r
from surveys.core.expressions import parse

WRITTEN = {
    "${q2} = '1'": 'same(answer("q2"), "1")',
    "selected(${q1}, 'site') and not(${age} < 40)": 'both(ticked(answer("q1"), "site"), negate(less(answer("age"), 40.0)))',
    "-${n} + 2 * 3": 'plus(minus(0, answer("n")), times(2.0, 3.0))',
    "if(true(), 'é', \"l'un\")": 'choose_one(TRUE, "\\u00e9", "l\'un")',
    "round(${x}, 1) != max(${x}, 2)": 'differs(rounded(answer("x"), 1.0), largest(answer("x"), 2.0))',
}


@pytest.mark.parametrize("condition", WRITTEN)
def test_a_condition_is_written_in_r(condition):
    assert in_r(parse(condition)) == WRITTEN[condition]


def test_no_condition_always_holds():
    assert in_r(None) == "TRUE"
