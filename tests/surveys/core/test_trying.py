"""Walking through a form without storing anything."""

from __future__ import annotations

import pytest

from surveys.core.drawing import Draw
from surveys.core.reading import read_questionnaire
from surveys.core.trying import answered_at_random, walk
from surveys.core.workbook import Report
from tests.worlds import study

FORM = read_questionnaire(study(), Report())


def route(**answers) -> list[str]:
    return [page.name for page in walk(FORM, answers, Draw()).pages]


def test_the_route_follows_the_answers():
    assert route(q1=("site",)) == ["accueil", "profil", "usages", "avis", "fin"]
    assert route(q1=("aucun",)) == ["accueil", "profil", "usages", "fin"]


def test_calculations_count_and_what_is_not_asked_does_not():
    answers = walk(FORM, {"years": "44", "q1": ("aucun",), "q2": "1", "q1_texte": "rien"}, Draw()).answers
    assert answers == {"years": "44", "age": "ancien", "q1": ("aucun",)}


def test_the_page_after_and_the_page_before():
    walked = walk(FORM, {"q1": ("aucun",)}, Draw())
    assert (walked.after("usages").name, walked.before("fin").name) == ("fin", "usages")
    assert (walked.after("fin"), walked.before("accueil")) == (None, None)


@pytest.mark.parametrize("seed", range(40))
def test_random_answers_are_those_of_somebody_who_could_go_on(seed):
    answers = answered_at_random(FORM, "fin", str(seed), Draw())
    assert answers["consentement"] == "oui"
    assert 18 <= int(answers["years"]) <= 120
    assert ("q2" in answers) == ("aucun" not in answers["q1"])
    assert "q3" not in answers
    assert answers == answered_at_random(FORM, "fin", str(seed), Draw())
