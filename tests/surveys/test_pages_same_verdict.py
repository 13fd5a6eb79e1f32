"""A compiled page reads a post as its Django form does: same answers, same errors, whatever is posted."""

from __future__ import annotations

import pytest
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from surveys.form.forms import page_form
from surveys.form.pages import compile_page
from tests.surveys.questionnaires import LANGUAGES, answers_to, posts, questionnaires, reference

SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=False)


def agree(questionnaire, page, language, post, earlier):
    """Hold the compiled page's reading against the form's."""
    posted = compile_page(questionnaire, page, language).parse(post, earlier)
    form = page_form(questionnaire, page, language)(MultiValueDict(post), earlier=earlier)
    assert form.is_valid() == (not posted.errors)
    assert {"" if name == "__all__" else name: errors[0] for name, errors in form.errors.items()} == posted.errors
    assert all(len(errors) == 1 for errors in form.errors.values())
    assert (form.doubted, form.confirmed) == (posted.doubted, posted.confirmed)
    wrong = posted.errors.keys()
    assert {name: answer for name, answer in form.cleaned_data.items() if name not in wrong} == {
        name: answer for name, answer in posted.answers.items() if name not in wrong
    }
    event("valid" if not posted.errors else "refused")


@settings(SLOW, max_examples=200)
@given(st.data())
def test_any_questionnaire_and_any_post(data):
    questionnaire = data.draw(questionnaires())
    page, language = data.draw(st.sampled_from(questionnaire.pages)), data.draw(st.sampled_from(LANGUAGES))
    elsewhere = {question.name for other in questionnaire.pages if other is not page for question in other.questions}
    earlier = {name: answer for name, answer in data.draw(answers_to(questionnaire)).items() if name in elsewhere}
    agree(questionnaire, page, language, data.draw(posts(questionnaire, page)), earlier)


@pytest.mark.parametrize("name", [page.name for page in reference().pages])
@settings(SLOW, max_examples=25)
@given(data=st.data())
def test_every_page_of_the_reference_study_and_any_post(name, data):
    page = reference().page_by_name[name]
    agree(reference(), page, data.draw(st.sampled_from(LANGUAGES)), data.draw(posts(reference(), page)), data.draw(answers_to(reference())))
