"""Loading a study again while one of its waves is in the field or holds interviews."""

from __future__ import annotations

import pytest
from django.utils import timezone

from reports.study import export_study, store_study
from respondents.models import Interview, QuotaCell
from surveys.core.files import read_workbook
from surveys.core.workbook import StudyRefused
from surveys.models import Survey, Wave
from tests.worlds import SMALL, changed, study

pytestmark = pytest.mark.django_db

HEADER = SMALL["waves"].strip().splitlines()[0]
FIRST = "v1,Vague 1,Wave 1,own,2026-01-05,2026-01-09,Europe/Paris,100,100,1,sex"
SECOND = "v2,Vague 2,Wave 2,own,2027-01-05,2027-01-09,Europe/Paris,100,100,2,sex"
MARGINS_2 = """
    wave,variable,category,percent,source
    v1,sex,H,50,Insee
    v1,sex,F,50,Insee
    v2,sex,H,49,Insee
    v2,sex,F,51,Insee
"""
QUOTAS_2 = SMALL["quotas"].rstrip() + "\n        v2,sex,sex,hard,0,0,"


def waves(*rows):
    return {"waves": "\n".join([HEADER, *rows])}


def second_version(**changes):
    """The study with a second wave on a second version of the form."""
    form = {**changed("settings", "etude,1", "etude,2"), **changed("survey", "How often?", "How many times?")}
    return study(**{**form, **waves(FIRST, SECOND), "margins": MARGINS_2, "quotas": QUOTAS_2, **changes})


def refused(workbook):
    with pytest.raises(StudyRefused) as caught:
        store_study(workbook)
    return [str(mistake) for mistake in caught.value.mistakes]


@pytest.fixture
def wave(db):
    """The small study's wave, in the field."""
    wave = store_study(study()).waves.get()
    wave.move_to("live")
    return wave


ELSEWHERE = waves("v9,Vague 9,Wave 9,own,2026-01-05,2026-01-09,Europe/Paris,100,100,1,")
NO_PLAN = {"margins": "", "quotas": ""}


def test_a_draft_that_left_the_sheet_leaves_the_study():
    survey = store_study(study())
    store_study(study(**ELSEWHERE, **NO_PLAN))
    assert [wave.code for wave in survey.waves.all()] == ["v9"]
    assert set(QuotaCell.objects.values_list("wave__code", flat=True)) == {"v9"}


@pytest.mark.parametrize("state", ["test", "soft", "live", "paused", "closed"])
def test_a_wave_that_was_opened_cannot_leave(wave, state):
    Wave.objects.update(state=state)
    assert refused(study(**ELSEWHERE, **NO_PLAN)) == [
        "quotas:name: Quota sex of wave v1 is in the field: change its ceilings on the fieldwork screen.",
        "waves:code: Wave v1 has begun: its row cannot leave the sheet.",
    ]
    assert [wave.code for wave in Survey.objects.get().waves.all()] == ["v1"]


def test_a_wave_with_interviews_cannot_leave():
    wave = store_study(study(**waves(FIRST.removesuffix("sex")), **NO_PLAN)).waves.get()
    Interview.objects.create(
        wave=wave, questionnaire=wave.questionnaire, state="completed", language="fr", started_at=timezone.now(), saved_at=timezone.now()
    )
    assert refused(study(**ELSEWHERE, **NO_PLAN)) == ["waves:code: Wave v1 has begun: its row cannot leave the sheet."]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            FIRST.replace(",100,100,", ",100,120,"),
            "waves:2:ceiling: Wave v1 has begun: change its ceilings on the fieldwork screen.",
        ),
        (FIRST.replace(",100,100,", ",90,100,"), "waves:2:target: Wave v1 has begun: change its ceilings on the fieldwork screen."),
        (FIRST.replace(",own,", ",imported,"), "waves:2:kind: Wave v1 has begun: write own, which it is."),
    ],
    ids=["ceiling", "target", "kind"],
)
def test_what_its_places_rest_on_stays(wave, row, said):
    assert said in refused(study(**waves(row)))


@pytest.mark.parametrize(
    "quotas",
    [
        SMALL["quotas"].replace("hard,0,0,", "hard,5,3,"),
        "wave,name,variables,kind,tolerance_percent,tolerance_min,minimum_only",
        SMALL["quotas"].rstrip() + "\n        v1,age,age,hard,0,0,",
    ],
    ids=["changed", "gone", "added"],
)
def test_its_quotas_stay(wave, quotas):
    margins = SMALL["margins"].rstrip() + "\n        v1,age,jeune,40,Insee\n        v1,age,ancien,60,Insee"
    said = refused(study(quotas=quotas, margins=margins))
    assert [line.partition(" of ")[2] for line in said] == ["wave v1 is in the field: change its ceilings on the fieldwork screen."]


def test_its_words_and_margins_may_be_corrected(wave):
    store_study(
        study(
            **changed("margins", "H,50,Insee\n        v1,sex,F,50", "H,48,Insee\n        v1,sex,F,52"),
            **waves(FIRST.replace("Wave 1", "First")),
        )
    )
    wave.refresh_from_db()
    assert (wave.state, wave.labels["en"]) == ("live", "First")
    assert [int(margin.percent) for margin in wave.margins.all()] == [48, 52]
    assert set(QuotaCell.objects.values_list("target", flat=True)) == {50, 100}


def test_the_next_wave_asks_the_next_version(wave, tmp_path):
    wave.move_to("closed")
    survey = store_study(second_version())
    assert list(survey.waves.values_list("code", "questionnaire__version", "state")) == [("v1", "1", "closed"), ("v2", "2", "draft")]
    assert sorted(QuotaCell.objects.filter(wave__code="v2").values_list("target", flat=True)) == [49, 51, 100]
    export_study(survey, tmp_path / "study")
    assert read_workbook(tmp_path / "study")["waves"] == second_version()["waves"]


def test_a_wave_that_has_begun_keeps_its_version(wave):
    assert refused(second_version(**waves(FIRST.replace(",1,sex", ",2,sex")), margins=SMALL["margins"], quotas=SMALL["quotas"])) == [
        "waves:2:questionnaire_version: Wave v1 has begun with version 1: write that, and give the new version a wave of its own."
    ]


def test_categories_are_those_of_the_waves_own_version(wave):
    """Version 2 asks sex in other words: the margins and quotas of the first wave are still read with version 1's."""
    wave.move_to("closed")
    choices = SMALL["choices"].replace("sexe,F,Une femme,A woman,2,", "sexe,W,Une femme,A woman,2,")
    margins = MARGINS_2.replace("v2,sex,F", "v2,sex,W")
    survey = store_study(second_version(choices=choices, margins=margins))
    assert sorted(survey.waves.get(code="v2").margins.values_list("category", flat=True)) == ["H", "W"]
    assert "margins:3:category: “F” is not a choice of sex." not in refused(
        second_version(choices=choices.replace("A man", "Man"), margins=margins)
    )


def test_a_version_that_nobody_loaded_is_no_version():
    assert refused(second_version()) == ["waves:2:questionnaire_version: Write 2, the version of the settings sheet."]
