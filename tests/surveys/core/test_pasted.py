"""Whole questionnaires as research directors write them, pasted, give exactly these sheets."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveys.core.files import read_workbook
from surveys.core.foreign.pasted import Pasted, read_pasted
from surveys.core.workbook import Sheet, Workbook

TEXTS = Path(__file__).parent / "pasted"
LANGUAGES = {"health": "fr", "streaming": "en", "mobility": "fr"}


def pasted(name: str) -> Pasted:
    return read_pasted((TEXTS / name / "text.txt").read_text(encoding="utf-8"), LANGUAGES[name])


def filled(sheet: Sheet) -> list[dict[str, str]]:
    return [{column: text for column, text in row.cells.items() if text} for row in sheet]


def said(read: Pasted, weight: str) -> list[tuple[int, str]]:
    return [(remark.line, str(remark.message)) for remark in read.of_weight(weight)]


@pytest.fixture(scope="module", params=LANGUAGES)
def both(request) -> tuple[Pasted, Workbook]:
    return pasted(request.param), read_workbook(TEXTS / request.param / "sheets")


@pytest.mark.parametrize("name", ["settings", "survey", "choices"])
def test_the_sheets_are_exactly_these(both, name):
    read, expected = both
    assert filled(read.workbook[name]) == filled(expected[name])


def test_a_long_french_questionnaire_needs_no_correction():
    read = pasted("health")
    assert said(read, "mistake") == said(read, "missed") == []
    assert sum(question.is_asked for question in read.questionnaire.questions.values()) == 45
    assert said(read, "note") == [
        (0, "The text asks for no consent: a first page that does was added. Read it again, it is yours to word."),
        (22, "RS4 has no choices: from its wording, it asks for: a postcode."),
        (47, "“NSP” is not to be read out: on a screen everybody sees it."),
        (60, "“NSP” has no code: it is given 11."),
        (183, "The form ends and thanks by itself: this line is not shown."),
        (184, "The form ends and thanks by itself: this line is not shown."),
    ]


def test_an_english_questionnaire_needs_no_correction():
    read = pasted("streaming")
    assert said(read, "mistake") == said(read, "missed") == []


def test_what_a_messy_questionnaire_leaves_open_stands_beside_its_line():
    read = pasted("mobility")
    assert said(read, "mistake") == [(28, "“9” is not a choice of Q4.")]
    assert [line for line, _ in said(read, "missed")] == [19, 26, 31]
    assert said(read, "missed")[1] == (26, "“AFFICHER LE LOGO” was not understood: it is left out.")
    assert [mark.kind for mark in read.lines[15].marks] == ["wording"]


def test_mistakes_that_the_sheets_own_checks_find_stand_beside_their_line():
    read = read_pasted("Q1. Pourquoi ? [SI Q2=1]\n[OUVERTE]\nQ2. Vous fumez ?\n1. Oui\n2. Non", "fr")
    assert said(read, "mistake") == [(1, "${q2} is answered later: a condition can only use earlier answers.")]


def test_a_question_cannot_be_filtered_by_its_own_answer():
    line = "Q7. Connaissez-vous la marque ? (Plusieurs réponses possibles) 1. Oui 2. Non 98. NSP [SI Q7=1] [PLUSIEURS RÉPONSES] [ROTATION]"
    read = read_pasted(line, "fr")
    assert said(read, "mistake") == [(1, "${q7} is answered later: a condition can only use earlier answers.")]
    assert filled(read.workbook["survey"])[5] == {
        "type": "select_multiple q7",
        "name": "q7",
        "label::Français (fr)": "Connaissez-vous la marque ?",
        "required": "yes",
        "order": "rotate",
    }


def test_the_consent_that_the_text_asks_for_is_the_first_page():
    read = read_pasted("Q0. Acceptez-vous de participer ?\n1. Oui\n2. Non\nQ1. Vous fumez ?\n1. Oui\n2. Non", "fr")
    assert [(page.name, [question.name for question in page.questions]) for page in read.questionnaire.pages] == [
        ("accueil", ["q0"]),
        ("page_q1", ["q1"]),
    ]
    assert said(read, "mistake") == []
    assert read.questionnaire.consent.ends_as == "refused"


def test_an_empty_text_says_that_it_holds_no_question():
    assert said(read_pasted("", "en"), "mistake") == [(0, "No question was found: begin each with its number, as in “Q1. …”.")]


@pytest.mark.parametrize("text", ["a" * 200_001, "\n" * 10_000])
def test_a_text_that_is_too_long_is_refused(text):
    with pytest.raises(ValueError, match="at most 200000 characters and 10000 lines"):
        read_pasted(text, "fr")
