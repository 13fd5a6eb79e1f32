"""The route of an interview: what is asked next, which answers count, when it ends."""

import pytest

from respondents.core.route import follow
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from tests.worlds import changed, study

QUESTIONNAIRE = read_questionnaire(study(), Report())
SAVED = {
    "accueil": {"consentement": "oui"},
    "profil": {"sex": "F", "years": "44"},
    "usages": {"q1": ("site",)},
    "avis": {"q2": "1"},
    "fin": {"q3": "4"},
}


def saved(*pages, **changes):
    return {page: changes.get(page, SAVED[page]) for page in pages or SAVED}


def test_it_starts_on_the_first_page():
    route = follow(QUESTIONNAIRE, {})
    assert (route.pages, route.current, route.is_finished) == (("accueil",), "accueil", False)


def test_it_stops_at_the_first_page_without_answers_whatever_was_saved_further_on():
    route = follow(QUESTIONNAIRE, saved("accueil", "profil", "avis", "fin"))
    assert (route.pages, route.current) == (("accueil", "profil", "usages"), "usages")


def test_a_calculation_is_among_the_answers_and_was_not_asked():
    route = follow(QUESTIONNAIRE, saved())
    assert (route.is_finished, route.answers["age"]) == (True, "ancien")
    assert route.asked == {"consentement", "sex", "years", "q1", "q2", "q3"}


def test_a_page_leaves_the_route_and_its_answers_with_it_when_a_filter_changes():
    route = follow(QUESTIONNAIRE, saved(usages={"q1": ("aucun",)}))
    assert route.pages == ("accueil", "profil", "usages", "fin")
    assert route.is_finished
    assert "q2" not in route.answers
    assert "q2" not in route.asked


def test_a_question_that_is_not_relevant_was_not_asked_and_does_not_count():
    route = follow(QUESTIONNAIRE, saved(usages={"q1": ("site",), "q1_texte": "un carnet"}))
    assert "q1_texte" not in route.answers
    route = follow(QUESTIONNAIRE, saved(usages={"q1": ("autre",), "q1_texte": "un carnet"}))
    assert route.answers["q1_texte"] == "un carnet"


@pytest.mark.parametrize(
    ("page", "given", "ending"), [("accueil", {"consentement": "non"}, "refused"), ("profil", {"sex": "F", "years": "17"}, "screened_out")]
)
def test_an_ending_stops_the_route_although_later_pages_are_saved(page, given, ending):
    route = follow(QUESTIONNAIRE, saved(**{page: given}))
    assert (route.ends_as, route.current, route.is_finished) == (ending, "", False)
    assert route.pages[-1] == page


def test_backwards_and_forwards_follow_the_pages_that_are_on_the_route():
    route = follow(QUESTIONNAIRE, saved("accueil", "profil", "usages", usages={"q1": ("aucun",)}))
    assert route.current == "fin"
    assert (route.page_before("fin"), route.page_before("accueil"), route.page_before("avis")) == ("usages", "", "")
    assert (route.page_after("usages"), route.page_after("fin"), route.page_after("avis")) == ("fin", "fin", "fin")


def test_a_page_that_only_calculates_is_never_shown_and_is_computed():
    sheet = changed(
        "survey",
        "        calculate,age,",
        "        end_group,,,,,,,,,,,,\n        begin_group,calcul,C,C,,,,field-list,,,,,\n        calculate,age,",
    )
    questionnaire = read_questionnaire(study(**sheet), Report())
    route = follow(questionnaire, saved("accueil", "profil"))
    assert (route.pages, route.current, route.answers["age"]) == (("accueil", "profil", "usages"), "usages", "ancien")
