"""What is picked becomes a condition, and comes back as what was picked."""

import pytest

from reports.studio.picking import ALL, ANY, AT_LEAST, BETWEEN, EXACTLY, NONE, WRITTEN, Picked, pickable, picked, together
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from tests.reports.core.unsaved import QUESTIONNAIRE, SHEETS
from tests.worlds import study

SMALL = read_questionnaire(study(), Report())


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (Picked("q2", ANY, ("1", "2")), "${q2} = '1' or ${q2} = '2'"),
        (Picked("q1", ANY, ("site", "appli")), "selected(${q1}, 'site') or selected(${q1}, 'appli')"),
        (Picked("q1", ALL, ("site", "appli")), "selected(${q1}, 'site') and selected(${q1}, 'appli')"),
        (Picked("q1", NONE, ("site",)), "count-selected(${q1}) > 0 and not(selected(${q1}, 'site'))"),
        (Picked("q1", EXACTLY, low="3"), "count-selected(${q1}) = 3"),
        (Picked("q1", AT_LEAST, low="2"), "count-selected(${q1}) >= 2"),
        (Picked("q3", BETWEEN, low="3", high="5"), "${q3} >= 3 and ${q3} <= 5"),
        (Picked("q3", BETWEEN, low="3"), "${q3} >= 3"),
        (Picked(how=WRITTEN, written="${q3} > 2 or ${q2} = '1'"), "${q3} > 2 or ${q2} = '1'"),
        (Picked(), ""),
    ],
)
def test_a_picked_condition_is_written_and_read_back(one, text):
    assert one.condition(SMALL.questions.get(one.question)) == text
    assert picked(text, SMALL) == one


def test_every_selection_of_the_reference_study_is_one_that_can_be_picked():
    for row in SHEETS["figures"]:
        assert picked(row["selection"], QUESTIONNAIRE).how == ANY, row["code"]


def test_the_two_ends_of_a_scale_are_picked_at_once():
    question = {question.name: question for _number, question in pickable(QUESTIONNAIRE)}["q12_confiance_securite"]
    assert together(question) == {"top": ("1", "2"), "bottom": ("3", "4")}
    assert together(SMALL.questions["q2"]) == {}
