"""The sheet ``quality`` of a study: loaded, changed while people answer, written back."""

import pytest

from reports.study import store_study, stored_study
from respondents.core.quality.rules import Rules, Speeder
from respondents.quality.loading import rules_of
from surveys.core.workbook import StudyRefused
from tests.worlds import SMALL, open_wave, sheet, study

pytestmark = pytest.mark.django_db

QUALITY = """
    rule,name,parameters,condition,label::Français (fr),label::English (en)
    speeder,,share=0.4,,,
    consistency,young,,"${years} < 18 and selected(${q1}, 'site')",Trop jeune,Too young
"""


def test_a_study_without_the_sheet_has_the_defaults():
    assert rules_of(store_study(study())) == Rules()


def test_the_sheet_may_change_while_people_answer():
    wave = open_wave()
    store_study(study(quality=QUALITY))
    assert rules_of(wave.survey).speeder == Speeder(share=0.4)
    assert [each.labels["fr"] for each in rules_of(wave.survey).contradictions] == ["Trop jeune"]


def test_it_is_written_back_as_it_was():
    survey = store_study(study(quality=QUALITY))
    assert stored_study(survey)["quality"] == sheet("quality", QUALITY)
    assert "quality" not in stored_study(store_study(study(**{name: text.replace("petite", "autre") for name, text in SMALL.items()})))


def test_every_mistake_is_named():
    wrong = """
        rule,name,parameters,condition,label::Français (fr),label::English (en)
        straight_line,,reversed=q9,,,
        consistency,2nd,,${q9} = '1',Un,One
        consistency,sex,,${sex} = 'Z',Deux,Two
    """
    with pytest.raises(StudyRefused) as refused:
        store_study(study(quality=wrong))
    assert [str(mistake) for mistake in refused.value.mistakes] == [
        "quality:2:parameters: ${q9} is not a question of the survey sheet.",
        "quality:3:name: A name starts with a letter and holds only letters, digits, _ . or - (63 at most).",
        "quality:3:condition: ${q9} is not a question of the survey sheet.",
        "quality:4:condition: “Z” is not a choice of sex; its choices are: H, F, X.",
    ]
