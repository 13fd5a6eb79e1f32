"""Filters, ends and jumps as they are written, and the conditions that they become."""

from __future__ import annotations

import pytest

from surveys.core.foreign.pasted import read_pasted

ABOVE = """S1. Quel âge avez-vous ? [NUMÉRIQUE]
98. NSP
Q1. Fumez-vous ?
01. Oui, tous les jours
02. Oui, parfois
03. Non
Q2. Où achetez-vous ? [PLUSIEURS RÉPONSES]
1. Bureau de tabac
2. Internet
Q3. Pour chacun des lieux suivants, fumez-vous ?
A. Au travail
B. Chez vous
1. Oui
2. Non
"""
BELOW = "Q9. Et pourquoi ?\n[OUVERTE]\n"


def relevant(text: str, page: str = "page_q9") -> str:
    read = read_pasted(text, "fr")
    assert [str(remark.message) for remark in read.of_weight("mistake") + read.of_weight("missed")] == []
    return next(row["relevant"] for row in read.workbook["survey"] if row["name"] == page)


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("À TOUS", ""),
        ("ASK ALL", ""),
        ("[SI Q1=1]", "${q1} = '01'"),
        ("SI Q1 = 1 OU 2", "${q1} = '01' or ${q1} = '02'"),
        ("Q1=1,2", "${q1} = '01' or ${q1} = '02'"),
        ("SI Q1 = 1-2", "${q1} = '01' or ${q1} = '02'"),
        ("SI Q1≠3", "${q1} != '03'"),
        ("Si Q1 différent de 3", "${q1} != '03'"),
        ("À CEUX QUI ONT RÉPONDU OUI À Q1", "${q1} = '01' or ${q1} = '02'"),
        ("A CEUX QUI ONT REPONDU « Non » EN Q1", "${q1} = '03'"),
        ("POSER SI CODE 1 EN Q2", "selected(${q2}, '1')"),
        ("POSER Q9 SI Q2=1", "selected(${q2}, '1')"),
        ("SI Q2=1 ET 2", "selected(${q2}, '1') and selected(${q2}, '2')"),
        ("SI Q2≠1", "not(selected(${q2}, '1'))"),
        ("FILTRE : Q1=1 ET Q2=2", "${q1} = '01' and selected(${q2}, '2')"),
        ("SI (Q1=1 OU Q2=2) ET S1 >= 18", "(${q1} = '01' or selected(${q2}, '2')) and ${s1} >= 18"),
        ("SI 18 ANS ET PLUS", "${s1} >= 18"),
        ("AUX 18-24 ANS", "${s1} >= 18 and ${s1} <= 24"),
        ("[ASK IF UNDER 25 OR Q1 = 3]", "${s1} < 25 or ${q1} = '03'"),
        ("SI S1=98", "${s1} = 'NSP'"),
        ("SI Q3_A=1", "${q3_a} = '1'"),
        ("SI Q3B = 2", "${q3_b} = '2'"),
    ],
)
def test_a_filter_becomes_a_condition_on_the_question_below(written, condition):
    assert relevant(f"{ABOVE}\n{written}\n{BELOW}") == condition


@pytest.mark.parametrize(
    ("written", "remark"),
    [
        ("[SI Q8=1]", "Q8 is not a question of this text."),
        ("[SI Q1=7]", "“7” is not a choice of Q1."),
        ("[SI Q3=1]", "Q3 has several rows: name one of them, as in Q3_A."),
        ("[SI S1=OUI]", "S1 is a number: compare it with a number."),
        ("[SI Q1>2]", "Q1 has choices: compare it with = or ≠."),
        ("[SI Q1 EST PLUTÔT VRAI]", "This filter was not understood at “q1 plutot vrai”: write it as in IF Q7=1 OR 2."),
        ("[POSER Q2 SI Q1=1]", "This filter is about Q2: write it above that question."),
        ("[FIN]", "Which answer ends the interview? Write it beside the choice, or as in STOP IF Q7=1."),
    ],
)
def test_a_filter_that_leads_nowhere_is_a_mistake_for_it_changes_who_is_asked(written, remark):
    read = read_pasted(f"{ABOVE}\n{written}\n{BELOW}", "fr")
    assert [(found.line, str(found.message)) for found in read.of_weight("mistake")] == [(16, remark)]


def test_a_sentence_that_begins_like_a_filter_is_a_wording():
    read = read_pasted(f"{ABOVE}\nQ9. Imaginez.\nSi vous deviez arrêter, que feriez-vous ?\n[OUVERTE]", "fr")
    assert read.questionnaire.questions["q9"].labels["fr"] == "Imaginez. Si vous deviez arrêter, que feriez-vous ?"


def test_a_filter_stuck_to_the_question_above_and_apart_from_the_next_is_about_the_one_above():
    assert relevant(f"{ABOVE}\n{BELOW.strip()}\nSI Q1=1\n\nQ10. Fini ?\n1. Oui\n2. Non") == "${q1} = '01'"


def test_a_filter_may_open_the_wording():
    assert relevant(f"{ABOVE}\nQ9 - À CEUX QUI ONT RÉPONDU NON À Q1 : et pourquoi ?\n[OUVERTE]") == "${q1} = '03'"


def test_a_section_is_filtered_as_a_whole():
    assert relevant(f"{ABOVE}\nBLOC B : LES FUMEURS [SI Q1=1]\n\n{BELOW}", "section_1") == "${q1} = '01'"


def test_those_who_jump_are_not_asked_what_stands_in_between():
    text = ABOVE.replace("03. Non", "03. Non → Q9") + "\n" + BELOW
    assert [relevant(text, f"page_{name}") for name in ("q1", "q2", "q3", "q9")] == ["", "${q1} != '03'", "${q1} != '03'", ""]


@pytest.mark.parametrize(
    ("written", "ends_if"),
    [
        ("1. Oui → STOP INTERVIEW\n2. Non", ". = '1'"),
        ("1. Oui [FIN]\n2. Non (STOP)\n3. NSP", ". = '1' or . = '2'"),
        ("1. Oui\n2. Non\nSTOP SI MOINS DE 18 ANS", "${s1} < 18"),
        ("1. Oui\n2. Non\nSi Q9 = 2 → STOP", ". = '2'"),
    ],
)
def test_an_end_screens_out(written, ends_if):
    read = read_pasted(f"{ABOVE}\nQ9. Habitez-vous en France ?\n{written}", "fr")
    question = read.questionnaire.questions["q9"]
    assert question.ends_if is not None
    assert (question.ends_if.text, question.ends_as) == (ends_if, "screened_out")
    assert read.of_weight("mistake") == read.of_weight("missed") == ()
