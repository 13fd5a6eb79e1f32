"""What changed between two versions of the study about journeys, and how much it matters."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from surveys.core.versions import changed_words, comparability, differences
from tests.surveys.core.trains import questionnaire

BEFORE = questionnaire()


def _told(*changes):
    found = differences(BEFORE, questionnaire(*changes))
    return [(each.weight, each.kind, each.name, each.part) for each in found]


def _verdicts(*changes):
    verdicts = comparability(BEFORE, questionnaire(*changes))
    return {name: verdict.weight for name, verdict in verdicts.items() if verdict.weight != "same"}


def test_the_same_questionnaire_has_no_difference():
    assert differences(BEFORE, questionnaire()) == ()
    assert _verdicts() == {}


CHANGES = [
    # words
    (("survey", "Quel prix ?", "Quel prix\u00a0?"), ("harmless", "reworded", "q6", "label")),
    (("survey", "Quel prix ?", "Quel prix…"), ("harmless", "reworded", "q6", "label")),
    (("survey", "Quels transports avez-vous pris ?", "Quels transports avez-vous utilisés ?"), ("comparable", "reworded", "q2_modes", "label")),
    (("survey", "Quels transports avez-vous pris ?", "Quels transports n’avez-vous pas pris ?"), ("breaking", "reworded", "q2_modes", "label")),
    (("survey", "Quels transports avez-vous pris ?", "Quels transports avez-vous pris depuis 12 mois ?"), ("breaking", "reworded", "q2_modes", "label")),
    (("survey", "Quels transports avez-vous pris ?", "Comment partez-vous en vacances ?"), ("breaking", "reworded", "q2_modes", "label")),
    # choices
    (("choices", "note,2,2,Mal,Bad,", "note,3,3,Moyen,Fair,\nnote,2,2,Mal,Bad,"), ("breaking", "added", "note / 3", "name")),
    (("choices", "note,2,2,Mal,Bad,", "note,2,2,Mal,Bad,\nnote,3,3,Très mal,Very bad,"), ("comparable", "added", "note / 3", "name")),
    (("choices", "oui_non,0,0", "oui_non,0,2"), ("breaking", "recoded", "oui_non / 0", "code")),
    (("choices", "modes,bus,2", "modes,bus,5"), ("harmless", "recoded", "modes / bus", "code")),
    (("choices", "oui_non,0,0,Non,No,\noui_non,8,8,Ne sait pas,Don’t know,dont_know", "oui_non,8,8,Ne sait pas,Don’t know,dont_know\noui_non,0,0,Non,No,"), ("comparable", "reordered", "oui_non", "order")),
    (("choices", "Don’t know,dont_know", "Don’t know,"), ("breaking", "recoded", "oui_non / 8", "flags")),
    # questions
    (("survey", "decimal | q6", "integer | q6"), ("breaking", "retyped", "q6", "type")),
    (("survey", " | max=2", " | max=3"), ("breaking", "limited", "q2_modes", "max")),
    (("survey", " | dont_know=NSP", ""), ("breaking", "recoded", "q5", "dont_know")),
    (("survey", "if(${age} < 35,", "if(${age} < 40,"), ("breaking", "recalculated", "tranche", "calculation")),
    (("survey", "Which country? | relevant=${q3} = '1'", "Which country? | relevant=not(${q3} != '1')"), ("harmless", "refiltered", "q3_pays", "relevant")),
    (("survey", "Which country? | relevant=${q3} = '1'", "Which country? | relevant=${q3} = '1' or ${q3} = '8'"), ("comparable", "refiltered", "q3_pays", "relevant")),
    (("survey", "Which country? | relevant=${q3} = '1'", "Which country? | relevant=${q3} = '0'"), ("breaking", "refiltered", "q3_pays", "relevant")),
    # bases
    (("bases", "Went abroad,${q3} = '1'", "Went abroad,not(${q3} != '1')"), ("harmless", "refiltered", "abroad", "condition")),
    (("bases", "Went abroad,${q3} = '1'", "Went abroad,${q3} != '0'"), ("breaking", "refiltered", "abroad", "condition")),
    (("bases", "All respondents", "Everybody"), ("harmless", "reworded", "all", "base_line")),
    (("settings", "Vos trajets", "Vos voyages"), ("comparable", "set", "form_title", "form_title")),
]  # fmt: skip


@pytest.mark.parametrize(("change", "difference"), CHANGES)
def test_a_change_is_found_and_weighed(change, difference):
    assert _told(change) == [difference]


PLANE = ("choices", "modes,aucun,9", "modes,avion,4,Avion,Plane,\nmodes,aucun,9")


def test_a_choice_more_in_a_loop_is_a_turn_more():
    assert _told(PLANE) == [
        ("harmless", "added", "avis_avion", "name"),
        ("comparable", "added", "q4_avion", "name"),
        ("comparable", "added", "modes / avion", "name"),
    ]


def test_a_choice_removed_is_a_turn_less_and_breaks_what_depends_on_it():
    change = ("choices", "modes,bus,2,Bus,Bus,\n", "")
    assert _told(change) == [
        ("harmless", "removed", "avis_bus", "name"),
        ("breaking", "removed", "q4_bus", "name"),
        ("breaking", "removed", "modes / bus", "name"),
    ]
    assert _verdicts(change) == dict.fromkeys(["q2_modes", "q4_bus", "q4_train", "q4_velo"], "breaking")


def test_a_question_in_a_loop_counts_once_and_bears_on_every_turn():
    [difference] = differences(BEFORE, questionnaire(("survey", "Rate ${boucle}. | required=yes", "Rate ${boucle}.")))
    assert difference.part == "required"
    assert difference.questions == {"q4_train", "q4_bus", "q4_velo"}


def test_another_screen_out_breaks_every_variable():
    change = ("survey", "ends_if=. < 18", "ends_if=. < 16")
    assert _told(change) == [("breaking", "refiltered", "age", "ends_if")]
    assert set(_verdicts(change).values()) == {"breaking"}
    assert "base all" not in _verdicts(change)


def test_a_screen_out_written_otherwise_changes_nothing():
    assert _told(("survey", "ends_if=. < 18", "ends_if=18 > .")) == []
    no_answer_too = ("survey", "ends_if=. < 18", "ends_if=not(. >= 18)")
    assert _told(no_answer_too) == [("breaking", "refiltered", "age", "ends_if")]


def test_what_depends_on_a_changed_question_is_no_more_comparable_than_it_is():
    recoded = ("choices", "oui_non,1,1,Oui", "oui_non,1,4,Oui")
    assert _verdicts(recoded) == dict.fromkeys(["q3", "q3_pays", "q5", "q6", "base abroad"], "breaking")
    reworded = ("survey", "Êtes-vous allé à l’étranger ?", "Êtes-vous parti à l’étranger ?")
    assert _verdicts(reworded) == dict.fromkeys(["q3", "q3_pays", "q5", "q6", "base abroad"], "comparable")


def test_a_question_in_one_version_only_is_never_comparable():
    more = ("survey", "decimal | q6", "integer | q7 | Combien de voyageurs ? | How many travellers?\ndecimal | q6")
    assert _verdicts(more) == {"q7": "breaking", "q6": "comparable"}


def test_questions_that_changed_places_are_as_few_as_explain_it():
    moved = (
        (
            "survey",
            """decimal | q6 | Quel prix ? | What price?
end_group""",
            "end_group",
        ),
        ("survey", "integer | q5", "decimal | q6 | Quel prix ? | What price?\ninteger | q5"),
    )
    assert _told(*moved) == [("comparable", "moved", "q6", "name")]


def test_another_image_under_the_same_name_bears_on_the_questions_that_show_it():
    pages = tuple(
        replace(page, questions=tuple(replace(each, image="carte.png" if each.name == "q6" else "") for each in page.questions))
        for page in BEFORE.pages
    )
    before, after = (replace(BEFORE, pages=pages, media={"carte.png": sha}) for sha in ("a" * 64, "b" * 64))
    [difference] = differences(before, after)
    assert (difference.weight, difference.subject, difference.name, difference.questions) == ("comparable", "image", "carte.png", {"q6"})


def test_a_long_questionnaire_is_compared_at_once():
    lines = "".join(
        f"select_one oui_non | x{n} | Question {n} ? | Question {n}? | relevant=${{q3}} = '1' and ${{x{n - 1}}} != '{n % 2}' and ${{age}} > {n}\n"
        if n else "select_one oui_non | x0 | Question 0 ? | Question 0?\n"
        for n in range(200)
    )  # fmt: skip
    long = ("survey", "decimal | q6", f"{lines}decimal | q6")
    first, second = questionnaire(long), questionnaire(long, ("survey", "and ${age} > 150", "and 150 < ${age}"))
    begun = time.process_time()
    verdicts = comparability(first, second)
    assert time.process_time() - begun < 1
    assert verdicts["x150"].weight == "harmless"
    assert verdicts["x149"].weight == "same"


def test_a_rewording_is_shown_word_by_word():
    pieces = changed_words("Quel prix payez-vous ?", "Quel prix avez-vous payé ?")
    assert [(piece.change, piece.text) for piece in pieces] == [
        ("same", "Quel prix "), ("removed", "payez"), ("added", "avez"), ("same", "-vous "), ("added", "payé "), ("same", "?"),
    ]  # fmt: skip
