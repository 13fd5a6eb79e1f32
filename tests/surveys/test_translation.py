"""Messages of core, said in the reader's language."""

from __future__ import annotations

import pytest
from django.utils import translation

from surveys.core.expressions import ExpressionError, parse
from surveys.core.messages import Message
from surveys.core.workbook import Mistake
from surveys.translation import say, say_mistake

NBSP = "\u00a0"


def test_a_message_within_a_message_is_said_in_the_same_language():
    message = Message("Not written: %(reason)s", {"reason": Message("this number is too large")})
    assert str(message) == "Not written: this number is too large"
    with translation.override("en"):
        assert say(message) == "Not written: this number is too large"
    with translation.override("fr"):
        assert say(message) == f"Rien n’a été écrit{NBSP}: ce nombre est trop grand"


def test_a_percent_sign_is_one_where_there_are_no_values():
    assert (str(Message("100 %")), say(Message("100 %"))) == ("100 %", "100 %")


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (3, "percent", "sheet margins, row 3, column percent: At most 40 characters."),
        (3, "", "sheet margins, row 3: At most 40 characters."),
        (0, "percent", "sheet margins, column percent: At most 40 characters."),
        (0, "", "sheet margins: At most 40 characters."),
    ],
)
def test_a_mistake_is_said_with_its_place(row, column, said):
    with translation.override("en"):
        assert say_mistake(Mistake("margins", row, column, Message("At most %(limit)s characters.", {"limit": 40}))) == said


def test_what_was_expected_in_a_condition_is_said_whole():
    with pytest.raises(ExpressionError) as refused:
        parse("selected(${q1} 'rdv')")
    with translation.override("en"):
        assert say(refused.value.message) == "found “'rdv'” where this was expected: “,”"
