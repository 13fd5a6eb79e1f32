"""What each position of a record means, and which code each choice has."""

from __future__ import annotations

import pytest

from surveys.core.codebook import codebook_of
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from tests.worlds import changed, study


def read(**changes):
    report = Report()
    questionnaire = read_questionnaire(study(**changes), report)
    return questionnaire, [str(mistake) for mistake in report.mistakes]


def test_one_position_per_question_and_one_per_choice_of_a_multiple():
    codebook = codebook_of(read()[0])
    names = ["sex", "years", "age", "q1_site", "q1_appli", "q1_autre", "q1_aucun", "q1_texte", "q2", "q3"]
    assert [variable.name for variable in codebook.variables] == names
    assert len(codebook) == 10
    assert codebook.position["q1_texte"] == 7
    assert codebook.positions_of["q1"] == range(3, 7)
    assert codebook.positions_of["q2"] == range(8, 9)
    assert list(codebook.questions) == ["sex", "years", "age", "q1", "q1_texte", "q2", "q3"]


def test_the_consent_and_notes_have_no_position():
    note = "        begin_group,usages,Vos usages,Your use,,,,field-list,,,,,\n        note,mot,Un mot,A word,,,,,,,,,"
    questionnaire, mistakes = read(**changed("survey", "        begin_group,usages,Vos usages,Your use,,,,field-list,,,,,", note))
    assert mistakes == []
    assert not {"consentement", "mot"} & set(codebook_of(questionnaire).questions)


def test_codes_are_written_or_else_the_position_in_the_list():
    lists = read()[0].lists
    assert {choice.name: choice.code for choice in lists["outils"]} == {"site": 1, "appli": 2, "autre": 3, "aucun": 4}
    assert {choice.name: choice.code for choice in lists["accord3"]} == {"1": 1, "2": 2, "8": 8}


@pytest.mark.parametrize("code", ["0", "32767", "007"])
def test_codes_from_0_to_32767(code):
    questionnaire, mistakes = read(**changed("choices", "A woman,2,", f"A woman,{code},"))
    assert mistakes == []
    assert questionnaire.lists["sexe"][1].code == int(code)


@pytest.mark.parametrize("code", ["-1", "32768", "1.5", "x", "²", "１", "9" * 6])
def test_other_codes_are_refused(code):
    assert read(**changed("choices", "A woman,2,", f"A woman,{code},"))[1] == ["choices:5:code: A code is a whole number from 0 to 32767."]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A woman,2,", "A woman,1,", "choices:5:code: Code 1 is taken by another choice of this list."),
        ("An app,,", "An app,1,", "choices:10:code: Code 1 is taken by another choice of this list."),
        ("A woman,2,", "A woman,,", ""),
    ],
    ids=["written twice", "written as another's position", "by position"],
)
def test_no_two_choices_share_a_code(old, new, said):
    assert read(**changed("choices", old, new))[1] == [said][: bool(said)]


def test_flags():
    lists = read()[0].lists
    other, none = lists["outils"][2:]
    assert (other.stays_last, other.is_exclusive, other.is_valid_answer) == (True, False, True)
    assert (none.stays_last, none.is_exclusive, none.is_valid_answer) == (True, True, True)
    assert [choice.is_valid_answer for choice in lists["accord3"]] == [True, True, False]
    assert read(**changed("choices", "dont_know", "dont_know refused exclusive"))[0].lists["accord3"][2].flags == {
        "dont_know",
        "refused",
        "exclusive",
    }
    assert read(**changed("choices", "dont_know", "dont know"))[1] == [
        "choices:15:flags: “dont” is not a flag; known: anchored, dont_know, exclusive, other, outside_quota, refused.",
        "choices:15:flags: “know” is not a flag; known: anchored, dont_know, exclusive, other, outside_quota, refused.",
    ]
