"""How long a questionnaire takes, at most, typically and at the least."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from surveys.core.expressions import parse
from surveys.core.length import lengths
from surveys.core.passing import Manner, passage
from surveys.core.questionnaire import Page, Question, Questionnaire
from tests.surveys.core.test_reasoning import LIST, form, page, people, single, small_forms
from tests.surveys.questionnaires import reference

WORDS = " ".join(["mot"] * 65)  # 20 seconds at 195 words a minute


def text(name: str, relevant: str = "") -> Question:
    return Question(name, "text", {"fr": WORDS}, relevant=parse(relevant) if relevant else None)


def test_reading_answering_and_turning_the_page_add_up():
    questionnaire = form(Page("p1", {"fr": "mot mot mot"}, (text("q1"), Question("q2", "note", {"fr": WORDS}))))
    found = lengths(questionnaire)
    assert found.longest.seconds == pytest.approx(2 + 3 * 60 / 195 + 20 + 20 + 20 + 1)
    assert found.longest.questions == 1
    assert found.typical == found.shortest == found.longest


def test_a_language_read_faster_takes_less_time():
    questionnaire = Questionnaire(
        "e", "1", ("fr", "en"), "fr", (Page("p", {}, (Question("q", "note", {"fr": WORDS, "en": WORDS}),)),), {}, {}, {}
    )
    assert lengths(questionnaire, "fr").longest.seconds == pytest.approx(23)
    assert lengths(questionnaire, "en").longest.seconds == pytest.approx(3 + 65 * 60 / 228)


def test_of_pages_that_exclude_each_other_only_the_longest_counts():
    pages = [page("p1", single("sex", required=True))]
    pages += [
        page(f"p{name}", *(text(f"{name}{number}") for number in range(count)), relevant=f"${{sex}} = '{name}'")
        for name, count in (("a", 1), ("b", 3), ("c", 2))
    ]
    found = lengths(form(*pages))
    assert found.longest.questions == 4
    assert found.shortest is not None
    assert found.shortest.questions == 2
    assert found.longest_pages == ("p1", "pb")


def test_the_rows_of_a_grid_read_its_choices_once():
    rows = tuple(Question(f"q{number}", "single", {"fr": "mot"}, list_name="l", choices=LIST) for number in range(4))
    alone = lengths(form(Page("p", {}, rows))).longest.seconds
    grid = lengths(form(Page("p", {}, rows, appearance=frozenset({"table-list"})))).longest.seconds
    assert alone - grid == pytest.approx(3 * len(LIST) * 60 / 195)


def test_the_reference_study_takes_about_five_minutes():
    found = lengths(reference(), "fr")
    assert found.typical is not None
    assert 4 < found.typical.minutes < 6
    assert found.typical.seconds <= found.longest.seconds
    assert lengths(reference(), "fr") == found


@settings(max_examples=60, deadline=None)
@given(small_forms())
def test_nobody_takes_longer_than_the_longest_path(questionnaire):
    found = lengths(questionnaire)
    most = max((sum(question.is_asked for question in asked_of(questionnaire, answers)) for answers in people(questionnaire)), default=0)
    assert most <= found.longest.questions
    assert found.typical is None or found.typical.seconds <= found.longest.seconds + 1e-9


def asked_of(questionnaire, answers):
    return [question for question in questionnaire.questions.values() if question.name in answers]


def test_somebody_drawn_at_random_goes_to_the_end_of_the_reference_study():
    found = passage(reference(), Manner.ANY, seed=3)
    assert found is not None
    assert (found.pages[0], found.pages[-1]) == ("accueil", "fin")
    assert found == passage(reference(), Manner.ANY, seed=3)
