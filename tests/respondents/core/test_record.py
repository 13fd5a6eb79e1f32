"""A record holds what was answered: packed and read back, nothing changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from respondents.core.record import UnknownAnswer, pack, unpack
from surveys.core.codebook import DONT_KNOW, IN_EXTRA, NO_ANSWER, NOT_ASKED, REFUSED, codebook_of
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from tests.surveys.forms_of_every_kind import read
from tests.worlds import study

QUESTIONNAIRE = read_questionnaire(study(), Report())
CODEBOOK = codebook_of(QUESTIONNAIRE)


def any_answer(question):
    if question.kind == "multiple":
        names = [choice.name for choice in question.choices]
        return st.lists(st.sampled_from(names), min_size=1, unique=True).map(lambda ticked: tuple(name for name in names if name in ticked))
    if question.choices:
        return st.sampled_from([choice.name for choice in question.choices])
    beside = [question.dont_know] if question.dont_know else []
    numbers = st.integers(-5, 10**12).map(str) | st.sampled_from(["007", "32767", "32768", "0", *beside])
    return numbers if question.kind == "integer" else numbers | st.text(min_size=1).filter(lambda text: "\0" not in text)


@st.composite
def answers(draw):
    return {name: draw(any_answer(question)) for name, question in CODEBOOK.questions.items() if draw(st.booleans())}


@given(answers(), st.sets(st.sampled_from(list(CODEBOOK.questions))))
def test_what_is_packed_is_read_back(given_answers, asked):
    assert unpack(CODEBOOK, *pack(CODEBOOK, given_answers, asked)) == given_answers


@given(answers())
def test_a_record_is_two_bytes_per_position(given_answers):
    codes, _ = pack(CODEBOOK, given_answers, ())
    assert len(codes) == 2 * len(CODEBOOK)


def test_asked_without_answer_and_not_asked_stay_apart():
    codes, _ = pack(CODEBOOK, {}, {"q3"})
    found = {name: int.from_bytes(codes[2 * at : 2 * at + 2], "little", signed=True) for name, at in CODEBOOK.position.items()}
    assert found["q3"] == NO_ANSWER
    assert {code for name, code in found.items() if name != "q3"} == {NOT_ASKED}


@pytest.mark.parametrize(("name", "answer"), [("sex", "Z"), ("sex", ("F",)), ("q1", ("site", "autre chose"))])
def test_a_choice_that_is_not_offered_is_refused(name, answer):
    with pytest.raises(UnknownAnswer, match=name):
        pack(CODEBOOK, {name: answer}, {name})


EVERY_KIND = read("""
    begin_group,p,Une page,,,,field-list
    rank marque,ordre,Dans quel ordre ?
    decimal,prix,Combien ?,,,,,,,,,,,,,,,,NSP,REFUS
    date,jour,Quand ?,,,,,,,,,,,,,,,,NSP,REFUS
    range,note,Quelle note ?,,,,,start=0 end=10,,,,,,,,,,,NSP,REFUS
    hidden,lien
    end_group
""")
OTHER_CODEBOOK = codebook_of(EVERY_KIND)

of_every_kind = st.fixed_dictionaries(
    {},
    optional={
        "ordre": st.lists(st.sampled_from(["sncf", "db", "autre", "aucune"]), min_size=1, unique=True).map(tuple),
        "prix": st.sampled_from(["NSP", "REFUS", "0", "12", "12.5", "-3", "0.25"]),
        "jour": st.sampled_from(["NSP", "REFUS", "2023-11-22"]),
        "note": st.sampled_from(["NSP", "REFUS", *map(str, range(11))]),
        "lien": st.sampled_from(["A-17", "12"]),
    },
)


@given(of_every_kind)
def test_rankings_decimals_dates_and_both_boxes_are_read_back(given_answers):
    assert unpack(OTHER_CODEBOOK, *pack(OTHER_CODEBOOK, given_answers, given_answers)) == given_answers


def test_a_ranking_holds_the_rank_of_each_choice():
    codes, extra = pack(OTHER_CODEBOOK, {"ordre": ("db", "autre"), "prix": "REFUS", "jour": "NSP", "note": "10", "lien": "A"}, {"ordre"})
    assert [variable.name for variable in OTHER_CODEBOOK.variables] == [
        "ordre_sncf", "ordre_db", "ordre_autre", "ordre_aucune", "prix", "jour", "note", "lien"]  # fmt: skip
    assert np.frombuffer(codes, "<i2").tolist() == [0, 1, 2, 0, REFUSED, DONT_KNOW, 10, IN_EXTRA]
    assert extra == {"lien": "A"}


@pytest.mark.parametrize("answer", [("sncf", "sncf"), ("tgv",)])
def test_a_choice_ranked_twice_or_unknown_is_refused(answer):
    with pytest.raises(UnknownAnswer, match="ordre"):
        pack(OTHER_CODEBOOK, {"ordre": answer}, {"ordre"})
