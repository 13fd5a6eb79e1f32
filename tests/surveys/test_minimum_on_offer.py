"""A minimum never asks for more choices than are on offer: carry-forward would leave people stuck."""

from surveys.form.pages import compile_page
from tests.surveys.forms_of_every_kind import read

QUESTIONNAIRE = read("""
    begin_group,connues,Connues,,,,field-list
    select_multiple marque,q1,Lesquelles ?,yes
    end_group
    begin_group,prises,Prises,,,,field-list
    select_multiple marque,q2,Citez-en deux,yes,,,,,"selected(${q1}, name)",2
    end_group
""")
PAGE = compile_page(QUESTIONNAIRE, QUESTIONNAIRE.page_by_name["prises"], "fr")


def test_one_choice_on_offer_is_enough_and_of_two_both_are_wanted():
    assert PAGE.parse({"q2": ["db"]}, {"q1": ("db",)}).errors == {}
    assert list(PAGE.parse({"q2": ["db"]}, {"q1": ("sncf", "db")}).errors) == ["q2"]
    assert PAGE.parse({"q2": ["sncf", "db"]}, {"q1": ("sncf", "db")}).errors == {}
