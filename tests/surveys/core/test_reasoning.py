"""Whether conditions can hold together: never said impossible while somebody could meet them."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.core.expressions import as_text, evaluate, every, holds, parse
from surveys.core.offering import offered
from surveys.core.questionnaire import Choice, Page, Question, Questionnaire
from surveys.core.reasoning import Reasoner, Verdict

LIST = tuple(Choice(name, {"fr": name}, code) for code, name in enumerate(("a", "b", "c")))


def form(*pages: Page) -> Questionnaire:
    return Questionnaire("etude", "1", ("fr",), "fr", pages, {"l": LIST}, {}, {})


def page(name: str, *questions: Question, relevant: str = "") -> Page:
    return Page(name, {"fr": name}, questions, parse(relevant) if relevant else None)


def single(name: str, relevant: str = "", **cells) -> Question:
    return Question(name, "single", {"fr": name}, choices=LIST, relevant=parse(relevant) if relevant else None, **cells)


SMALL = form(
    page(
        "p1",
        single("sex", required=True),
        Question("age", "integer", required=True, minimum="0", maximum="120", ends_if=parse(". < 18"), ends_as="screened_out"),
        Question("cohort", "calculate", calculation=parse("if(${age} < 40, 'young', if(${age} < 60, 'middle', 'old'))")),
        Question("tools", "multiple", choices=(*LIST, Choice("none", {}, 9, frozenset({"exclusive"}))), maximum="2"),
        Question("born", "date", minimum="1900-01-01", maximum="2023-12-31"),
    ),
    page("p2", single("use"), single("why", "${use} = 'a'"), relevant="selected(${tools}, 'a')"),
    page("p3", single("again"), relevant="${why} = 'b'"),
)


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ("${sex} = 'a' and ${sex} = 'b'", Verdict.IMPOSSIBLE),
        ("${sex} = ''", Verdict.IMPOSSIBLE),  # required of everybody
        ("${sex} = 'a' or ${sex} = 'b'", Verdict.POSSIBLE),
        ("${age} > 30 and ${age} < 31", Verdict.IMPOSSIBLE),  # whole years
        ("${age} >= 30 and ${age} < 31", Verdict.POSSIBLE),
        ("${age} < 18", Verdict.IMPOSSIBLE),  # whoever is under 18 was screened out
        ("${age} = 18", Verdict.POSSIBLE),
        ("${age} > 120", Verdict.IMPOSSIBLE),
        ("${age} + 10 > 200", Verdict.IMPOSSIBLE),
        ("${cohort} = 'young' and ${age} > 45", Verdict.IMPOSSIBLE),
        ("${cohort} = 'middle' and ${age} > 45", Verdict.POSSIBLE),
        ("${cohort} = 'ancient'", Verdict.IMPOSSIBLE),
        ("${cohort} = ''", Verdict.IMPOSSIBLE),
        ("${why} = 'a' and ${use} = 'b'", Verdict.IMPOSSIBLE),  # asked of those who answered a
        ("${again} = 'a' and not(selected(${tools}, 'a'))", Verdict.IMPOSSIBLE),  # two pages back
        ("${again} = 'a' and selected(${tools}, 'b')", Verdict.POSSIBLE),
        ("selected(${tools}, 'a') and selected(${tools}, 'none')", Verdict.IMPOSSIBLE),
        ("count-selected(${tools}) = 3", Verdict.IMPOSSIBLE),
        ("count-selected(${tools}) = 2 and not(selected(${tools}, 'a')) and not(selected(${tools}, 'b'))", Verdict.IMPOSSIBLE),
        ("selected(${tools}, 'a') and selected(${tools}, 'b') and selected(${tools}, 'c')", Verdict.IMPOSSIBLE),
        ("date(${born}) > date('2024-01-01')", Verdict.IMPOSSIBLE),
        ("date(${born}) >= date('2000-01-01') and date(${born}) < date('2000-01-02')", Verdict.POSSIBLE),
        ("${nobody} = 'a'", Verdict.IMPOSSIBLE),
        ("(${sex} = 'a' and ${age} > 130) or (${sex} = 'b' and ${sex} = 'c')", Verdict.IMPOSSIBLE),
    ],
)
def test_conditions_on_a_small_study(condition, verdict):
    assert Reasoner(SMALL).verdict([(parse(condition), True)]) is verdict


def test_what_is_not_yet_answered_is_not_known():
    reasoner, late = Reasoner(SMALL), parse("${sex} = ''")
    assert reasoner.verdict([(late, True)], at=SMALL.pages[0]) is Verdict.POSSIBLE
    assert reasoner.verdict([(late, True)], at=SMALL.pages[1]) is Verdict.IMPOSSIBLE


ATOMS = ("${%s} = '%s'", "${%s} != '%s'", "selected(${%s}, '%s')", "not(${%s} = '%s')")
NUMERIC = ("${%s} > %s", "${%s} <= %s", "${%s} = %s", "count-selected(${%s}) >= %s", "${%s} + 1 < %s", "${%s} != %s")


@st.composite
def conditions(draw, names):
    """A condition on a few questions, nested twice at most."""

    def atom():
        name = draw(st.sampled_from(names))
        if draw(st.booleans()):
            return draw(st.sampled_from(ATOMS)) % (name, draw(st.sampled_from(["a", "b", "", "NSP", "1"])))
        return draw(st.sampled_from((*NUMERIC, "${%s} < ${" + draw(st.sampled_from(names)) + "} + %s"))) % (name, draw(st.integers(0, 3)))

    def group():
        sign = draw(st.sampled_from([" and ", " or "]))
        return "(" + sign.join(atom() for _ in range(draw(st.integers(1, 3)))) + ")"

    way = draw(st.integers(0, 3))
    if way == 0:
        return atom()
    if way == 1:
        return f"if({atom()}, {atom()}, {group()})"
    joined = draw(st.sampled_from([" and ", " or "])).join(group() for _ in range(2))
    return joined if way == 2 else f"not({joined})"


@st.composite
def small_forms(draw):
    """Four questions, on as many pages or fewer, that depend on those before."""
    names: list[str] = []
    pages = []
    for number in range(4):
        name = f"q{number}"
        condition = parse(draw(conditions(names))) if names and draw(st.booleans()) else None
        on_page = draw(st.booleans())
        kind = draw(st.sampled_from(["single", "multiple", "integer", "calculate"] if names else ["single", "multiple", "integer"]))
        ends_if = parse(draw(st.sampled_from([". = 'a'", ". > 1", ". != 'b'", ". = ''"]))) if draw(st.integers(0, 3)) == 0 else None
        choices = LIST[:2]
        if kind in ("single", "multiple") and names and draw(st.integers(0, 3)) == 0:
            choices = (Choice("a", {}, 1, relevant=parse(draw(conditions(names)))), LIST[1])
        if kind == "multiple":
            choices = (*choices, Choice("none", {}, 9, frozenset({"exclusive"})))
        question = Question(
            name,
            kind,
            choices=choices if kind in ("single", "multiple") else (),
            required=draw(st.booleans()),
            relevant=None if on_page else condition,
            minimum=draw(st.sampled_from(["", "1"])) if kind == "integer" else "",
            maximum="2" if kind == "integer" else "",
            dont_know="NSP" if kind == "integer" and draw(st.booleans()) else "",
            calculation=parse(
                f"if({draw(conditions(names))}, 'a', coalesce(${{{names[0]}}}, 'b'))"
                if draw(st.booleans())
                else f"if({draw(conditions(names))}, 'a', 'b')"
            )
            if kind == "calculate"
            else None,
            ends_if=ends_if,
            ends_as="screened_out" if ends_if else "",
        )
        pages.append(Page(f"p{number}", {}, (question,), condition if on_page else None))
        names.append(name)
    return form(*pages)


def values_of(question, answers):
    """Every answer that somebody may give."""
    on_offer = [choice.name for choice in offered(question, answers)]
    if question.kind == "single":
        found = on_offer
    elif question.kind == "multiple":
        plain = [name for name in on_offer if name != "none"]
        found = [names for size in range(1, len(plain) + 1) for names in combinations(plain, size)] + [("none",)]
    else:
        found = [str(number) for number in range(int(question.minimum or 0), 3)] + ([question.dont_know] if question.dont_know else [])
    return found if question.required and found else [*found, ""]


def people(questionnaire, upto=None, answers=None, number=0):
    """Everybody who comes to page ``upto``, or to the end."""
    answers = answers or {}
    if number == (len(questionnaire.pages) if upto is None else upto):
        yield answers
        return
    here, question = questionnaire.pages[number], questionnaire.pages[number].questions[0]
    if not all(holds(condition, answers) for condition in (here.relevant, question.relevant) if condition):
        yield from people(questionnaire, upto, answers, number + 1)
    elif question.kind == "calculate":
        yield from people(questionnaire, upto, {**answers, question.name: as_text(evaluate(question.calculation, answers))}, number + 1)
    else:
        for value in values_of(question, answers) if not question.is_filtered or offered(question, answers) else [""]:
            given = {**answers, question.name: value}
            if question.ends_if is None or not holds(question.ends_if, given, value):
                yield from people(questionnaire, upto, given, number + 1)


@settings(max_examples=300, deadline=None)
@given(small_forms(), st.data())
def test_impossible_means_that_nobody_can(questionnaire, data):
    condition = parse(data.draw(conditions(list(questionnaire.questions))))
    truth = data.draw(st.booleans())
    verdict = Reasoner(questionnaire).verdict([(condition, truth)])
    if verdict is Verdict.IMPOSSIBLE:
        assert not any(holds(condition, answers) == truth for answers in people(questionnaire))


@settings(max_examples=150, deadline=None)
@given(small_forms())
def test_a_page_said_to_be_out_of_reach_is_reached_by_nobody(questionnaire):
    reasoner = Reasoner(questionnaire)
    for number, here in enumerate(questionnaire.pages):
        if reasoner.verdict([(here.questions[0].relevant, True)], at=here) is Verdict.IMPOSSIBLE:
            reaching = every((here.relevant, here.questions[0].relevant))
            assert not any(reaching is None or holds(reaching, answers) for answers in people(questionnaire, number))


def test_most_small_conditions_are_decided():
    """A reasoner that never commits itself would be sound too."""
    names, decided = ["sex", "why", "use"], 0
    pairs = list(product(names, "ab", names, "ab"))
    for one, first, other, second in pairs:
        condition = parse(f"${{{one}}} = '{first}' and ${{{other}}} = '{second}'")
        expected = any(
            holds(condition, {"sex": sex, "use": use, "why": why})
            for sex in "abc"
            for use, why in [("a", w) for w in "abc"] + [("b", ""), ("c", "")]
        )
        decided += Reasoner(SMALL).verdict([(condition, True)]) is (Verdict.POSSIBLE if expected else Verdict.IMPOSSIBLE)
    assert decided == len(pairs)
