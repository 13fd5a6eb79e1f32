"""A compiled page gives, byte for byte, what its crispy form prints live for the same state."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.form.pages import compile_page, live_html
from tests.surveys.markup import read_markup
from tests.surveys.questionnaires import LANGUAGES, questionnaires, reference, views

SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=False)
PAGES = [page.name for page in reference().pages]


@cache
def compiled(name, language):
    return compile_page(reference(), reference().page_by_name[name], language)


@settings(SLOW, max_examples=150)
@given(st.data())
def test_any_questionnaire_in_any_state(data):
    questionnaire = data.draw(questionnaires())
    page, language = data.draw(st.sampled_from(questionnaire.pages)), data.draw(st.sampled_from(LANGUAGES))
    page_compiled = compile_page(questionnaire, page, language)
    for _ in range(3):
        view = data.draw(views(questionnaire, page))
        printed = page_compiled.html(view)
        assert printed == live_html(questionnaire, page, language, view)
        assert read_markup(printed).faults == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
@settings(SLOW, max_examples=8)
@given(data=st.data())
def test_every_page_of_the_reference_study_in_any_state(name, language, data):
    view = data.draw(views(reference(), reference().page_by_name[name]))
    printed = compiled(name, language).html(view)
    assert printed == live_html(reference(), reference().page_by_name[name], language, view)
    assert read_markup(printed).faults == []
