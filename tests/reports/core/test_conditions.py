"""Conditions of the reference study in words, and which answers a selection counts."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from config.sample import SAMPLES
from reports.core.conditions import chosen, full_names, in_words
from surveys.core.expressions import parse
from surveys.core.files import read_workbook
from surveys.core.messages import Message
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from surveys.translation import say
from tests.reports.core.unsaved import QUESTIONNAIRE

KNOW = "Connaissez-vous “Mon espace santé”, ne serait-ce que de nom\u00a0?"
USED = "Avez-vous déjà utilisé “Mon espace santé” (site ou application), ne serait-ce que pour le consulter\u00a0?"


def _told(text, language="fr"):
    with override(language):
        words = in_words(parse(text) if text else None, QUESTIONNAIRE, language)
        return say(words) if isinstance(words, Message) else words


def test_no_condition_is_everybody():
    assert _told("") == "toutes les personnes interrogées"
    assert _told("", "en") == "everybody interviewed"


def test_one_answer_is_quoted_with_its_question():
    assert _told("${q7_mes_connait} = '1'") == f"réponse «\u00a0Oui\u00a0» à la question «\u00a0{KNOW}\u00a0»"
    assert _told("${q7_mes_connait} = '1'", "en") == "answer “Yes” to “Have you heard of ‘Mon espace santé’, even if only by name?”"


def test_an_answer_may_be_written_as_a_number():
    assert _told("${q7_mes_connait} = 1") == _told("${q7_mes_connait} = '1'")


def test_answers_to_one_question_are_put_together():
    told = _told("${q13_conseiller} = '1' or ${q13_conseiller} = '2'", "en")
    assert told == "answer “Yes, certainly” or “Yes, probably” to “Would you recommend ‘Mon espace santé’ to people close to you?”"


def test_a_denied_answer_includes_those_never_asked():
    told = f"toute réponse autre que «\u00a0Oui\u00a0» à la question «\u00a0{USED}\u00a0», ou question non posée"
    assert _told("not(${q8_mes_utilise} = '1')") == told


def test_conditions_on_two_questions_are_both_told():
    told = _told("${q7_mes_connait} = '1' and ${q8_mes_utilise} = '0'")
    assert (
        told
        == f"réponse «\u00a0Oui\u00a0» à la question «\u00a0{KNOW}\u00a0» et réponse «\u00a0Non\u00a0» à la question «\u00a0{USED}\u00a0»"
    )


def test_a_number_is_compared_in_words():
    assert _told("${age_years} < 18") == "la réponse à «\u00a0Quel est votre âge\u00a0?\u00a0» est de moins de 18"
    assert _told("${age_years} < 18", "en") == "the answer to “How old are you?” is less than 18"


@pytest.mark.parametrize(
    ("selection", "question", "counted"),
    [
        ("${q2_coordination} = '1' or ${q2_coordination} = '2'", "q2_coordination", {"1", "2"}),
        ("${q2_coordination} != '1'", "q2_coordination", {"2", "3", "4", "8", "9"}),
        ("not(${q8_mes_utilise} = '1')", "q8_mes_utilise", {"0", "8", "9"}),
        ("selected(${q6}, 'commercial') or selected(${q6}, 'piratage')", "q6", {"commercial", "piratage"}),
        ("${q7_mes_connait} = '1' and ${q8_mes_utilise} = '1'", "q8_mes_utilise", {"1"}),
    ],
)
def test_the_counted_answers_are_those_that_fulfil_the_selection(selection, question, counted):
    assert chosen(parse(selection), QUESTIONNAIRE.questions[question]) == counted


def test_rows_and_turns_of_a_loop_say_by_themselves_what_was_asked():
    names = full_names(read_questionnaire(read_workbook(SAMPLES / "kitchen-sink"), Report()), "en")
    assert names["note_train"] == "Your view: The train – How do you rate this means of transport?"
    assert names["raison_bus"] == "Your view: The bus – Why this rating of …?"
    assert names["quand_train"] == "When do you use these? – The train"
    assert names["trajets_par_semaine_ete"] == "How many journeys do you make in a week? (Summer)"
    assert len(set(names.values())) == len(names)
