"""Codes of open answers: which hold, how far two coders agree, what a record becomes."""

import numpy as np
import pytest

from reports.core.coding import (
    Act,
    Code,
    Frame,
    coded_questionnaire,
    cohen_kappa,
    folded,
    host_of,
    observed_agreement,
    pairs_of,
    standing,
    with_codes,
)
from respondents.core.record import columns, pack
from surveys.core.codebook import NO_ANSWER, codebook_of
from surveys.core.columns import MultipleColumn
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from tests.worlds import study

A, B, AB = frozenset("a"), frozenset("b"), frozenset("ab")


def test_answers_that_differ_by_case_accents_and_spaces_are_one():
    assert {folded(text) for text in ("Télé  consultation", " tele consultation. ", "TÉLÉ\tCONSULTATION !")} == {"tele consultation"}
    assert folded("télé") != folded("téléphone")


@pytest.mark.parametrize(("acts", "state", "codes"), [
    ([], "none", frozenset()),
    ([Act(1, A)], "single", A),
    ([Act(1, A), Act(1, B)], "single", B),
    ([Act(1, A), Act(2, A)], "agreed", A),
    ([Act(1, A), Act(2, AB)], "disagreed", frozenset()),
    ([Act(1, A), Act(2, B), Act(2, A)], "agreed", A),
    ([Act(1, A), Act(2, B), Act(3, AB, settles=True)], "settled", AB),
])  # fmt: skip
def test_of_a_coder_the_latest_holds_and_two_who_disagree_say_nothing_until_it_is_settled(acts, state, codes):
    assert (standing(acts).state, standing(acts).codes) == (state, codes)


def test_cohens_own_table_of_two_judges_gives_his_kappa():
    # Fifty proposals, read by two: 20 accepted by both, 15 refused by both: p₀ = .70, pₑ = .50, κ = .40.
    pairs = [(A, A)] * 20 + [(A, B)] * 5 + [(B, A)] * 10 + [(B, B)] * 15
    assert observed_agreement(pairs) == pytest.approx(0.70, abs=1e-15)
    assert cohen_kappa(pairs) == pytest.approx(0.40, abs=1e-15)


def test_kappa_says_nothing_where_chance_alone_agrees():
    assert cohen_kappa([(A, A)] * 3) is None
    assert cohen_kappa([]) is observed_agreement([]) is None
    assert cohen_kappa([(A, B), (B, A)]) == -1.0


def test_the_two_coders_who_share_most_answers_are_compared_before_settling():
    shared = [standing([Act(1, A), Act(2, B), Act(3, A, settles=True)]), standing([Act(1, A), Act(2, A)]), standing([Act(1, A), Act(3, B)])]
    assert pairs_of(shared) == [(A, B), (A, A)]


@pytest.fixture(scope="module")
def questionnaire():
    return read_questionnaire(study(), Report())


def test_the_other_that_an_open_question_specifies_is_found_by_its_filter(questionnaire):
    assert host_of(questionnaire, questionnaire.questions["q1_texte"]) == ("q1", "autre")
    assert host_of(questionnaire, questionnaire.questions["q3"]) == ("", "")


PRICE = Code("prix", {"fr": "Le prix"})
APP = Code("mobile", {"fr": "Un mobile"}, "appli")


def coded(questionnaire, answers, codes):
    """Return the coded columns q1 and q1_texte of one person, and the record as stored and as counted."""
    frame = Frame("q1_texte", (PRICE, APP), "q1", "autre")
    ours, theirs = codebook_of(questionnaire), codebook_of(coded_questionnaire(questionnaire, [frame]))
    packed, _extra = pack(ours, answers, {"q1", "q1_texte"})
    matrix = np.frombuffer(packed, dtype="<i2").reshape(1, -1)
    made = with_codes(matrix, ours, theirs, [frame], {"q1_texte": {0: frozenset(codes)}})
    ticks = made[0, theirs.positions_of["q1"].start : theirs.positions_of["q1"].stop].tolist()
    return ticks, [int(made[0, theirs.position[f"q1_texte_{code}"]]) for code in ("prix", "mobile")], made


def test_an_other_that_is_a_listed_answer_goes_back_to_it(questionnaire):
    answers = {"q1": ("autre",), "q1_texte": "mon téléphone"}
    assert coded(questionnaire, answers, ["mobile"])[:2] == ([0, 1, 0, 0], [0, 1])


def test_an_other_that_says_more_stays_besides(questionnaire):
    answers = {"q1": ("site", "autre"), "q1_texte": "mon téléphone, et le prix"}
    assert coded(questionnaire, answers, ["mobile", "prix"])[:2] == ([1, 1, 1, 0], [1, 1])
    assert coded(questionnaire, answers, ["prix"])[:2] == ([1, 0, 1, 0], [1, 0])


def test_a_text_that_nobody_coded_is_no_answer_and_one_not_asked_stays_so(questionnaire):
    assert coded(questionnaire, {"q1": ("autre",), "q1_texte": "?"}, [])[:2] == ([0, 0, 1, 0], [NO_ANSWER, NO_ANSWER])
    assert coded(questionnaire, {"q1": ("site",)}, ["mobile"])[:2] == ([1, 0, 0, 0], [NO_ANSWER, NO_ANSWER])


def test_a_coded_question_is_read_as_one_of_several_answers(questionnaire):
    frame = Frame("q1_texte", (PRICE, APP), "q1", "autre")
    book = codebook_of(coded_questionnaire(questionnaire, [frame]))
    made = coded(questionnaire, {"q1": ("autre",), "q1_texte": "cher"}, ["prix"])[2]
    column = columns(book, made, ["q1_texte"])["q1_texte"]
    assert isinstance(column, MultipleColumn)
    assert {name: ticked.tolist() for name, ticked in column.ticked.items()} == {"prix": [True], "mobile": [False]}
