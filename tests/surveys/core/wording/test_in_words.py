"""Conditions of a study about journeys, told in French and in English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.expressions import parse
from surveys.core.wording import Teller, in_words, references
from tests.surveys.core.conditions import trees, written
from tests.surveys.core.trains import questionnaire

JOURNEYS = questionnaire()

TOLD = [
    ("${q3} = '1'", "«\u00a0Oui\u00a0» à Q3", "“Yes” at Q3"),
    ("${q3} = '1' or ${q3} = '8'", "«\u00a0Oui\u00a0» ou «\u00a0Ne sait pas\u00a0» à Q3", "“Yes” or “Don’t know” at Q3"),
    ("${q4_train} = 1", "«\u00a0Bien\u00a0» à Q4 (Train)", "“Good” at Q4 (Train)"),
    ("not(${q4_train} = 1)", "réponse autre que «\u00a0Bien\u00a0» à Q4 (Train) (ou question non posée)", "any answer but “Good” at Q4 (Train) (or question not asked)"),
    ("${q3} != '1'", "réponse autre que «\u00a0Oui\u00a0» à Q3 (ou sans réponse)", "any answer but “Yes” at Q3 (or no answer)"),
    ("not(${q3} = '1' or ${q3} = '0')", "réponse autre que «\u00a0Oui\u00a0» ou «\u00a0Non\u00a0» à Q3 (ou sans réponse)", "any answer but “Yes” or “No” at Q3 (or no answer)"),
    ("not(not(${q3} = '1'))", "«\u00a0Oui\u00a0» à Q3", "“Yes” at Q3"),
    ("selected(${q2_modes}, 'train')", "«\u00a0Train\u00a0» cité à Q2", "“Train” selected at Q2"),
    ("selected(${q2_modes}, 'train') or selected(${q2_modes}, 'bus') or selected(${q2_modes}, 'velo')", "«\u00a0Train\u00a0», «\u00a0Bus\u00a0» ou «\u00a0Vélo, ou “trottinette”\u00a0» cité à Q2", "“Train”, “Bus” or “Bicycle or ‘scooter’” selected at Q2"),
    ("selected(${q2_modes}, 'train') and selected(${q2_modes}, 'bus')", "«\u00a0Train\u00a0» et «\u00a0Bus\u00a0» cités à Q2", "“Train” and “Bus” selected at Q2"),
    ("not(selected(${q2_modes}, 'train'))", "«\u00a0Train\u00a0» non cité à Q2", "“Train” not selected at Q2"),
    ("not(selected(${q2_modes}, 'train') or selected(${q2_modes}, 'bus'))", "ni «\u00a0Train\u00a0» ni «\u00a0Bus\u00a0» cité à Q2", "neither “Train” nor “Bus” selected at Q2"),
    ("${q2_modes} = 'train'", "«\u00a0Train\u00a0» seul cité à Q2", "only “Train” selected at Q2"),
    ("count-selected(${q2_modes}) > 1", "au moins 2 réponses à Q2", "at least 2 answers selected at Q2"),
    ("not(count-selected(${q2_modes}) >= 2)", "au plus 1 réponse à Q2", "at most 1 answer selected at Q2"),
    ("${age} >= 18", "la réponse à A1 est d’au moins 18", "the answer to A1 is at least 18"),
    ("18 <= ${age}", "la réponse à A1 est d’au moins 18", "the answer to A1 is at least 18"),
    ("${age} >= 18 and ${age} <= 24", "la réponse à A1 est entre 18 et 24", "the answer to A1 is between 18 and 24"),
    ("not(${age} < 18)", "la réponse à A1 n’est pas de moins de 18", "the answer to A1 is not less than 18"),
    ("${q6} > 12.5", "la réponse à Q6 est de plus de 12,5", "the answer to Q6 is more than 12.5"),
    ("${q5} = 'NSP'", "«\u00a0Ne sait pas\u00a0» à Q5", "“Don’t know” at Q5"),
    ("${q3_pays} = ''", "aucune réponse n’est donnée à Q3.1", "no answer at Q3.1"),
    ("${q3_pays} != ''", "une réponse est donnée à Q3.1", "an answer at Q3.1"),
    ("date(${q1_date}) >= date('2023-11-01')", "la réponse à Q1 est le 1er\u00a0novembre 2023 ou après", "the answer to Q1 is 1\u00a0November 2023 or later"),
    ("${tranche} = 'jeune'", "«\u00a0Moins de 35 ans\u00a0» pour «\u00a0Tranche d’âge\u00a0»", "“Under 35” for “Age group”"),
    ("${q3} = '1' and (${age} < 35 or ${q5} > 3)", "«\u00a0Oui\u00a0» à Q3 et (la réponse à A1 est de moins de 35 ou la réponse à Q5 est de plus de 3)", "“Yes” at Q3 and (the answer to A1 is less than 35 or the answer to Q5 is more than 3)"),
    ("not(${q3} = '1' and ${age} < 35)", "réponse autre que «\u00a0Oui\u00a0» à Q3 (ou sans réponse) ou la réponse à A1 n’est pas de moins de 35", "any answer but “Yes” at Q3 (or no answer) or the answer to A1 is not less than 35"),
    ("${q5} + ${age} * 2 > ${q6}", "la réponse à Q5 + (la réponse à A1 × 2) est de plus de la réponse à Q6", "the answer to Q5 + (the answer to A1 × 2) is more than the answer to Q6"),
    ("contains(${q3_pays}, 'Italie')", "la réponse à Q3.1 contient «\u00a0Italie\u00a0»", "the answer to Q3.1 contains “Italie”"),
    ("selected-at(${q2_modes}, 0) = 'train'", "la réponse n°\u00a01 à Q2 est «\u00a0Train\u00a0»", "answer number 1 at Q2 is “Train”"),
    ("true()", "toujours", "always"),
    ("${ailleurs} = 'x'", "«\u00a0ailleurs\u00a0» est «\u00a0x\u00a0»", "“ailleurs” is “x”"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "french", "english"), TOLD)
def test_a_condition_is_told(condition, french, english):
    assert in_words(parse(condition), JOURNEYS, "fr") == french
    assert in_words(parse(condition), JOURNEYS, "en-GB") == english


def test_a_screen_out_is_told_about_its_own_question():
    ends_if = JOURNEYS.questions["age"].ends_if
    assert Teller(JOURNEYS, "fr").sentence(ends_if, "age") == "Si la réponse à A1 est de moins de 18"


def test_a_choice_filter_is_told_about_the_choice():
    told = parse("selected(${q2_modes}, name)", frozenset({"name"}))
    assert in_words(told, JOURNEYS, "fr") == "la modalité a été citée à Q2"
    assert (
        in_words(parse("not(selected(${q2_modes}, name))", frozenset({"name"})), JOURNEYS, "en") == "the choice is not one selected at Q2"
    )


def test_questions_keep_their_author_s_numbers_and_the_others_get_ours():
    assert references(JOURNEYS, "fr") == {
        "age": "A1", "q1_date": "Q1", "q2_modes": "Q2", "q3": "Q3", "q3_pays": "Q3.1",
        "q4_train": "Q4 (Train)", "q4_bus": "Q4 (Bus)", "q4_velo": "Q4 (Vélo, ou « trottinette »)", "q5": "Q5", "q6": "Q6",
    }  # fmt: skip


def test_what_is_piped_into_a_text_is_named():
    assert Teller(JOURNEYS, "en").text({"en": "You said ${q3_pays}"}) == "You said [the answer to Q3.1]"


@given(trees, st.sampled_from(["fr", "en"]))
def test_whatever_can_be_written_can_be_told(tree, language):
    text = written(tree)
    for name, ours in {"${q1}": "${q2_modes}", "${sex}": "${q3}", "${years}": "${age}", "${q16}": "${q1_date}"}.items():
        text = text.replace(name, ours)
    assert in_words(parse(text), JOURNEYS, language)


def test_a_condition_of_many_parts_is_told_and_one_too_deep_is_quoted_as_written():
    many = " or ".join(f"${{age}} = {year}" for year in range(200))
    assert in_words(parse(many), JOURNEYS, "en").startswith("the answer to A1 is 0, the answer to A1 is 1, ")
    deep = " + ".join(["${age}"] * 200) + " > 3"
    assert in_words(parse(deep), JOURNEYS, "en") == f"“{deep}”"
