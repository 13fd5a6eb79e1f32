"""What a post of each kind of question becomes: the answer kept, and the sentence that says what to do about a wrong one."""

from __future__ import annotations

import pytest

from surveys.core.expressions import parse
from surveys.core.questionnaire import Choice, Page, Question
from surveys.form.answers import DONT_KNOW_BOX, read
from surveys.form.posted import judge

TOOLS = tuple(
    Choice(name, {"fr": label}, code, frozenset(flags.split()))
    for code, (name, label, flags) in enumerate(
        [("site", "Un site", ""), ("appli", "Une application", ""), ("autre", "Autre", "other"), ("aucun", "Aucun", "exclusive")], 1
    )
)
SINGLE = Question("q", "single", choices=TOOLS, required=True)
MULTIPLE = Question("q", "multiple", choices=TOOLS, required=True)
NUMBER = Question("q", "integer", required=True, dont_know="NSP")
TEXT = Question("q", "text")


def reading(question, values, box=()):
    """Return (answer, mistake as a sentence or None)."""
    found = read(question, values, {DONT_KNOW_BOX: box}, language="fr")
    return found.answer, None if found.mistake is None else str(found.mistake)


@pytest.mark.parametrize(
    ("question", "values", "expected"),
    [
        (SINGLE, [], ("", None)),
        (SINGLE, ["site"], ("site", None)),
        (SINGLE, ["pigeon"], ("", "Choose among the answers offered.")),
        (SINGLE, ["site", "appli"], ("", "Give one answer only.")),
        (MULTIPLE, [], ("", None)),
        (MULTIPLE, ["appli", "site", "site"], (("site", "appli"), None)),  # in the list's order, once each
        (MULTIPLE, ["site", "pigeon"], (("site",), "Choose among the answers offered.")),
        (MULTIPLE, ["aucun"], (("aucun",), None)),
        (MULTIPLE, ["site", "aucun"], (("site", "aucun"), "“Aucun” cannot be ticked together with another answer.")),
        (NUMBER, [" 007 "], ("7", None)),
        (NUMBER, ["-0"], ("0", None)),
        (NUMBER, ["1e3"], ("1e3", "Enter a whole number, in digits only.")),
        (NUMBER, ["٣"], ("٣", "Enter a whole number, in digits only.")),
        (NUMBER, ["4\0"], ("4\ufffd", "Enter a whole number, in digits only.")),
        (NUMBER, ["9" * 5_000], ("9" * 5_000, "Enter a whole number, in digits only.")),
        (TEXT, [" deux\r\nlignes 🙂 "], ("deux\nlignes 🙂", None)),
        (TEXT, ["a\0b"], ("a\ufffdb", "Remove the unreadable characters from your answer.")),
        (TEXT, ["a\ud800b"], ("a\ufffdb", "Remove the unreadable characters from your answer.")),
        (TEXT, ["é" * 4_000], ("é" * 4_000, None)),
        (TEXT, ["é" * 4_001], ("é" * 4_001, "Shorten your answer to 4000 characters.")),
    ],
)
def test_values_become_an_answer_or_say_what_to_do(question, values, expected):
    assert reading(question, values) == expected


def test_the_box_beside_a_number_records_its_code_and_excludes_a_number():
    assert reading(NUMBER, [""], ["1"]) == ("NSP", None)
    assert reading(NUMBER, ["4"], ["1"]) == ("4", "Answer, or tick “Don't know”, but not both.")
    assert reading(Question("q", "integer"), [""], ["1"]) == ("", None)  # no such box on this question


def verdict(questions, answers, wrong=(), earlier=None):
    """Return the irrelevant questions, and the mistakes as sentences."""
    found = judge(Page("p", {}, tuple(questions)), answers, wrong, earlier or {}, "fr")
    return found.irrelevant, {name: str(mistake) for name, mistake in found.mistakes.items()}


def test_a_missing_answer_is_asked_for_in_the_words_of_its_control():
    questions = [
        Question("a", "single", choices=TOOLS, required=True),
        Question("b", "multiple", choices=TOOLS, required=True),
        Question("c", "single", choices=TOOLS, required=True, appearance=frozenset({"minimal"})),
        Question("d", "integer", required=True),
        Question("e", "integer", required=True, dont_know="NSP"),
        Question("f", "text", required=True),
        Question("g", "text"),
    ]
    assert verdict(questions, {}) == (
        frozenset(),
        {
            "a": "Choose an answer.",
            "b": "Tick at least one answer.",
            "c": "Choose an answer in the list.",
            "d": "Enter a number.",
            "e": "Enter a number, or tick “Don't know”.",
            "f": "Write your answer.",
        },
    )


def test_please_specify_is_ignored_unless_its_choice_is_ticked():
    specify = Question("t", "text", required=True, relevant=parse("selected(${q}, 'autre')"))
    assert verdict([MULTIPLE, specify], {"q": ("site",), "t": "x"}) == (frozenset({"t"}), {})
    assert verdict([MULTIPLE, specify], {"q": ("site", "autre"), "t": ""}) == (frozenset(), {"t": "Write your answer."})


def test_a_constraint_says_the_author_s_own_sentence_and_spares_a_don_t_know():
    age = Question("q", "integer", constraint=parse(". <= 120"), constraint_messages={"fr": "Pas plus de 120."}, dont_know="NSP")
    assert verdict([age], {"q": "121"}) == (frozenset(), {"q": "Pas plus de 120."})
    assert verdict([age], {"q": "NSP"}) == (frozenset(), {})
    assert verdict([Question("q", "integer", constraint=parse(". <= 120"))], {"q": "121"})[1] == {
        "q": "This answer is not possible. Please check it."
    }


def test_a_refused_answer_counts_as_none_for_the_conditions_that_use_it():
    second = Question("t", "text", required=True, relevant=parse("${q} = '200'"))
    assert verdict([NUMBER, second], {"q": "200"}, wrong={"q"}) == (frozenset({"t"}), {})
