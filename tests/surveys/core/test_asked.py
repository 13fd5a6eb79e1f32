"""Who was asked what: the conditions of a question that a base does not guarantee."""

from __future__ import annotations

from random import Random

import pytest

from respondents.core.route import follow
from surveys.core.asked import unmet_conditions
from surveys.core.expressions import any_of, holds, parse
from surveys.core.questionnaire import Choice, Page, Question, Questionnaire
from tests.surveys.forms_of_every_kind import read

YES_NO = (Choice("1", {}, 1), Choice("0", {}, 0), Choice("8", {}, 8))
TOOLS = (Choice("site", {}, 1), Choice("appli", {}, 2), Choice("aucun", {}, 3))


def question(name, relevant="", **more):
    return Question(name, "single", choices=YES_NO, relevant=parse(relevant) if relevant else None, **more)


def page(name, *questions, relevant=""):
    return Page(name, {}, questions, parse(relevant) if relevant else None)


# know q7 → used q8 → activated q9 → recommend q13; tools q1 → worries q6; q20 only of those who know and have a tool
STUDY = Questionnaire(
    "etude", "1", ("fr",), "fr",
    (
        page("start", question("sex"), Question("q1", "multiple", choices=TOOLS), Question("years", "integer")),
        page("know", question("q7")),
        page("use", question("q8"), relevant="${q7} = '1'"),
        page("activation", question("q9"), question("q10", "${q9} = '0'"), relevant="'1' = ${q8}"),
        page("view", question("q13"), relevant="${q9} = '1'"),
        page("worries", question("q6"), relevant="count-selected(${q1}) > 0 and not(selected(${q1}, 'aucun'))"),
        page("both", question("q20", "selected(${q1}, 'site')"), relevant="${q7} = '1' and ${years} >= 18"),
        page("either", question("q21"), relevant="${q8} = '1' or ${q7} = '0'"),
        page("others", question("q14"), relevant="not(${q8} = '1')"),
    ),
    {}, {}, {},
)  # fmt: skip


@pytest.mark.parametrize(
    ("base", "name"),
    [
        ("", "q7"),
        ("${q7} = '1'", "q8"),
        ("'1' = ${q7}", "q8"),
        ("${q8} = '1'", "q8"),
        ("${q8} = '0'", "q8"),
        ("${q8} = '1'", "q9"),
        ("${q9} = '1'", "q8"),
        ("${q9} = '0'", "q10"),
        ("${q13} = '1' and ${sex} = '1'", "q9"),
        ("${sex} = '1' and (${q8} = '1' and ${years} < 30)", "q9"),
        ("${q9} = '1' or ${q9} = '0'", "q9"),
        ("${q9} = '1' or ${q10} = '0'", "q9"),
        ("${q13} != ''", "q9"),
        ("${q13}", "q9"),
        ("not(selected(${q1}, 'aucun')) and count-selected(${q1}) > 0", "q6"),
        ("${q6} = '0'", "q6"),
        ("${q7} = '1' and selected(${q1}, 'site') and ${years} >= 18", "q20"),
        ("${q8} = '1'", "q21"),
        ("${q7} = '0'", "q21"),
        ("not(${q8} = '1')", "q14"),
        ("${q8} = '0'", "q14"),
        ("${q8} = '8' and ${sex} = '1'", "q14"),
    ],
)
def test_everybody_in_the_base_was_asked(base, name):
    assert unmet_conditions(STUDY, parse(base) if base else None, name) == ()


@pytest.mark.parametrize(
    ("base", "name", "unmet"),
    [
        ("", "q8", ["${q7} = '1'"]),
        ("", "q10", ["'1' = ${q8}", "${q9} = '0'"]),
        ("${q7} = '1'", "q9", ["'1' = ${q8}"]),
        ("${q7} = '0'", "q8", ["${q7} = '1'"]),
        ("${q8} = '1' or ${sex} = '1'", "q9", ["'1' = ${q8}"]),
        ("not(${q7} = '0')", "q8", ["${q7} = '1'"]),
        ("${q8} != '0'", "q9", ["'1' = ${q8}"]),
        ("not(${q8} = '1')", "q8", ["${q7} = '1'"]),
        ("${q9} = '1'", "q10", ["${q9} = '0'"]),
        ("${q7} = '1'", "q20", ["${q7} = '1' and ${years} >= 18", "selected(${q1}, 'site')"]),
        ("${q8} = ''", "q8", ["${q7} = '1'"]),
        ("if(${q8} = '1', 1, 1)", "q9", ["'1' = ${q8}"]),
    ],
)
def test_somebody_in_the_base_may_not_have_been_asked(base, name, unmet):
    assert [condition.text for condition in unmet_conditions(STUDY, parse(base) if base else None, name)] == unmet


def test_questions_that_depend_on_each_other_end_the_search():
    circle = Questionnaire("e", "1", ("fr",), "fr", (page("p", question("a", "${b} = '1'"), question("b", "${a} = '1'")),), {}, {}, {})
    assert unmet_conditions(circle, parse("${a} = '1'"), "b") == ()


def test_long_chains_are_searched_once():
    pages = [page("p0", question("q0"))]
    pages += [page(f"p{n}", question(f"q{n}"), relevant=f"${{q{n - 1}}} = '1' and ${{q{n - 1}}} != ''") for n in range(1, 60)]
    study = Questionnaire("e", "1", ("fr",), "fr", tuple(pages), {}, {}, {})
    assert unmet_conditions(study, parse("${q59} = '1'"), "q1") == ()
    assert [c.text for c in unmet_conditions(study, parse("${q0} = '1'"), "q59")] == ["${q58} = '1' and ${q58} != ''"]


def test_whoever_is_in_a_base_that_guarantees_it_was_asked():
    """2,000 people answer at random: nobody in a base is found not asked what the base is said to guarantee."""
    draw = Random(2032)
    bases = [parse(text) for text in (
        "${q7} = '1'", "${q8} = '1'", "not(${q8} = '1')", "${q9} = '1'", "${q9} = '0'", "${q13} != ''", "${q8} = '0' or ${q7} = '0'",
        "${q8} = '1' and selected(${q1}, 'site')", "${q21}", "${q6} = '1'", "${years} > 20 and ${q20} = '1'", "${q10} = '1' or ${q13} = '1'",
    )]  # fmt: skip
    guaranteed = {(base, name) for base in bases for name in STUDY.questions if not unmet_conditions(STUDY, base, name)}
    assert len(guaranteed) == 75
    for _ in range(2_000):
        route = follow(STUDY, {p.name: {q.name: _answer(q, draw) for q in p.questions} for p in STUDY.pages})
        for base, name in guaranteed:
            assert not holds(base, route.answers) or name in route.asked


def _answer(question, draw):
    if question.kind == "multiple":
        return tuple(choice.name for choice in question.choices if draw.random() < 0.5)
    return draw.choice(["17", "18", "40"]) if question.kind == "integer" else draw.choice(["1", "0", "8", ""])


def test_a_question_whose_choices_are_carried_forward_was_asked_of_those_who_had_selected_one():
    form = read("""
        begin_group,p1,Un,,,,field-list
        select_multiple marque,q1,Lesquelles ?
        end_group
        begin_group,p2,Deux,,,,field-list
        select_one marque,q2,Laquelle ?,,,,,,"selected(${q1}, name)"
        end_group
    """)
    assert unmet_conditions(form, parse("selected(${q1}, 'db')"), "q2") == ()
    assert unmet_conditions(form, parse("${q2} = 'db'"), "q2") == ()
    assert unmet_conditions(form, None, "q2") == (form.questions["q2"].offers_something,)


def test_a_thousand_choices_under_a_condition_make_a_low_tree():
    condition = any_of([parse(f"${{q1}} = '{number}'") for number in range(1000)])
    assert (condition.tree.height, holds(condition, {"q1": "999"}), holds(condition, {"q1": "1000"})) == (11, True, False)
