"""What a page's post is judged to ask is what its interview's route then counts, wherever on the page the questions stand."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from respondents.core.route import follow
from surveys.core.expressions import holds, parse
from surveys.core.questionnaire import Choice, Page, Question, Questionnaire
from surveys.form.posted import judge

YES_NO = tuple(Choice(name, {}, code) for code, name in enumerate(["1", "2"], 1))
CONDITIONS = ["${%s} = '1'", "not(${%s} = '1')", "${%s} = ''", "${%s} != '2'"]


def page_of(questions):
    return Page("p", {}, tuple(questions))


def route_of(page, answers):
    return follow(Questionnaire("s", "1", ("fr",), "fr", (page,), {}, {}, {}), {"p": answers})


@st.composite
def pages(draw):
    """One page whose questions may depend on any other, above or below, without a circle."""
    names = draw(st.permutations(["a", "b", "c", "d"]))
    made = {}
    for position, name in enumerate(names):
        needed = names[draw(st.integers(0, position - 1))] if position else ""
        relevant = parse(draw(st.sampled_from(CONDITIONS)) % needed) if needed else None
        made[name] = Question(name, "single", choices=YES_NO, required=draw(st.booleans()), relevant=relevant)
    return page_of(made[name] for name in sorted(made))


@settings(max_examples=300)
@given(page=pages(), answers=st.fixed_dictionaries({name: st.sampled_from(["", "1", "2"]) for name in "abcd"}))
def test_judging_a_post_and_following_its_route_agree_and_hold_on_the_answers_that_count(page, answers):
    verdict, route = judge(page, answers, (), {}, "fr"), route_of(page, answers)
    assert route.asked == set(answers) - verdict.irrelevant
    assert route.asked == {q.name for q in page.questions if q.relevant is None or holds(q.relevant, route.answers)}
    assert verdict.mistakes.keys() == {q.name for q in page.questions if q.required and q.name in route.asked and not answers[q.name]}


def test_an_answer_that_does_not_count_puts_no_question_aside():
    first = Question("a", "single", choices=YES_NO, required=True, relevant=parse("not(${b} = '1')"))
    second = Question("b", "single", choices=YES_NO, relevant=parse("${c} = '1'"))
    page, answers = page_of([first, second, Question("c", "single", choices=YES_NO)]), {"a": "", "b": "1", "c": "2"}
    assert set(judge(page, answers, (), {}, "fr").mistakes) == {"a"}  # b is not asked, so a is, and is missing
    assert route_of(page, answers).asked == {"a", "c"}
