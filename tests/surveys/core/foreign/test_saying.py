"""Conditions of other programs are said in our language, or refused in a sentence: never a crash, never a guess."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.core.expressions import parse
from surveys.core.foreign.conditions import Unsaid
from surveys.core.foreign.saying import Meant, say_condition

NAMES = {
    "q": Meant("q"),
    "m": Meant("m", is_multiple=True),
    "m_a": Meant("m", "a", is_multiple=True),
    "t": Meant("t", is_open=True),
    "b": Meant("b", is_boolean=True),
}

SAID = {
    "q == 1 && t contains 'x'": "(${q} = 1) and (contains(${t}, 'x'))",
    "!b": "not(${b} = 'true')",
    "b == false": "${b} = 'false'",
    "q == \"l'été\"": '${q} = "l\'été"',
    "m allof ['a', 'b']": "(selected(${m}, 'a') and selected(${m}, 'b'))",
    "-q * 2 < 3": "((-${q}) * 2) < 3",
    "in_array(q, 1, 2)": "(${q} = 1 or ${q} = 2)",
    "sum(q, t) > 1": "(coalesce(${q}, 0) + coalesce(${t}, 0)) > 1",
}  # fmt: skip


@pytest.mark.parametrize("theirs", SAID)
def test_what_can_be_said_is_said(theirs):
    assert say_condition(theirs, NAMES) == SAID[theirs]
    parse(SAID[theirs])


@pytest.mark.parametrize(
    "theirs",
    [
        "1+" * 900 + "1",
        "(" * 900,
        "!" * 900 + "q",
        "[" * 900,
        "q" * 20_000,
        "q ==",
        "'",
        "q == ['a']",
        "f(" * 300,
        "\\",
        "{}",
        "q ? 1 : 2",
        "",
    ],
)
def test_what_cannot_is_refused(theirs):
    with pytest.raises(Unsaid):
        say_condition(theirs, NAMES)


PIECES = st.lists(st.sampled_from([*NAMES, "{q}", "==", "=", "&&", "||", "!", "(", ")", "[", "]", ",", "'a'", '"', "1", "1.5", "-", "+", "contains", "anyof", "empty",
                                   "notempty", "is_empty(", "count(", "if(", "true", ".NAOK", "é", " "]), max_size=14)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(PIECES)
def test_no_condition_crashes_whatever_it_holds(pieces):
    with suppress(Unsaid):
        assert say_condition(" ".join(pieces), NAMES)
