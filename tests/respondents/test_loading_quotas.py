"""The quotas sheet: the sample's targets to the person, and every mistake with its row, its column and a remedy."""

import csv
from fractions import Fraction

import pytest

from config.sample import SAMPLES, SURVEY, prepare_sample
from reports.study import load_study, store_study
from respondents.core.quotas import NEVER_CLOSES
from respondents.models import Quota, QuotaCell
from surveys.core.workbook import StudyRefused
from tests.worlds import SMALL, changed, open_wave, study

pytestmark = pytest.mark.django_db


def mistakes(**changes):
    """Return (sheet, row, column, sentence) of each mistake of the small study with these sheets."""
    with pytest.raises(StudyRefused) as refused:
        store_study(study(**changes))
    return [(each.sheet, each.row, each.column, str(each.message)) for each in refused.value.mistakes]


def quotas(*rows, header="wave,name,variables,kind,tolerance_percent,tolerance_min,minimum_only"):
    return {"quotas": "\n".join([header, *rows])}


def cells(variable):
    return {cell.categories[0]: (cell.target, cell.ceiling) for cell in QuotaCell.objects.filter(quota__name=variable)}


@pytest.fixture
def sample():
    return load_study(SAMPLES / SURVEY)


def test_the_sample_wants_953_men_and_1047_women_and_lets_five_per_cent_more_in(sample):
    assert cells("sex") == {"H": (953, 1000), "F": (1047, 1099)}


def test_the_samples_small_cells_have_room_for_three_more_and_its_minima_never_close(sample):
    assert cells("pcs")["2_artisans_commercants"] == (74, 77)
    assert cells("pcs")["1_agriculteurs"] == (16, NEVER_CLOSES)
    assert cells("region")["94"] == (11, NEVER_CLOSES)


def test_the_sample_has_a_hard_total_of_2000_that_closes_at_2040(sample):
    total = QuotaCell.objects.get(quota__name="total")
    assert (total.target, total.ceiling) == (2000, 2040)
    assert total.pk == max(QuotaCell.objects.values_list("pk", flat=True))  # locked last


def test_each_target_of_the_sample_is_the_largest_remainder_of_its_margins(sample):
    with (SAMPLES / SURVEY / "margins.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for variable in ("sex", "age", "region", "pcs", "agglo"):
        exact = {row["category"]: Fraction(row["percent"]) * 20 for row in rows if row["variable"] == variable}
        targets = {category: int(share) for category, share in exact.items()}
        for category in sorted(exact, key=lambda name: targets[name] - exact[name])[: 2000 - sum(targets.values())]:
            targets[category] += 1
        assert {name: target for name, (target, _) in cells(variable).items()} == targets


def test_the_whole_panel_fits_the_samples_ceilings(sample):
    definition = sample.waves.get(code="2023").questionnaire.definition()
    with (SAMPLES / "panel_2023.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    for variable in ("sex", "age", "region", "pcs", "agglo"):
        assert variable in definition.questions
        for category, (_, ceiling) in cells(variable).items():
            assert sum(person[variable] == category for person in people) <= ceiling


def test_preparing_the_sample_twice_leaves_the_same_cells():
    prepare_sample()
    before = list(QuotaCell.objects.values())
    prepare_sample()
    assert list(QuotaCell.objects.values()) == before


def test_a_draft_loaded_again_has_its_cells_made_anew():
    store_study(study())
    store_study(study(**quotas("v1,sex,sex,hard,10,0,")))
    assert cells("sex") == {"H": (50, 55), "F": (50, 55)}
    assert Quota.objects.count() == 2


def test_a_minimum_only_category_never_closes():
    store_study(study(**quotas("v1,sex,sex,hard,0,0,F")))
    assert cells("sex") == {"H": (50, 50), "F": (50, NEVER_CLOSES)}


def test_a_tolerance_may_be_written_with_a_comma_and_is_one_per_cent_when_left_empty():
    store_study(study(**quotas('v1,sex,sex,hard,"4,5",,')))
    assert cells("sex")["F"] == (50, 52)
    store_study(study(**quotas("v1,sex,sex,hard,,,")))
    assert cells("sex")["F"] == (50, 51)


def test_a_study_without_quotas_has_the_total_alone():
    store_study(study(quotas=""))
    assert list(QuotaCell.objects.values_list("quota__name", "target", "ceiling")) == [("total", 100, 100)]


def test_two_variables_without_any_share_of_their_combinations_are_refused_with_what_to_do():
    [(sheet, row, column, sentence)] = mistakes(**quotas("v1,croise,sex age,hard,0,0,"))
    assert (sheet, row, column) == ("quotas", 2, "variables")
    assert sentence.startswith("Nothing says how many people each combination of sex age should have: write the shares of “sex age”")


def test_every_mistake_is_told_at_once():
    found = mistakes(**quotas("v1,sex,sex,hard,-1,x,Z", "v1,sex,sex,souple,0,0,", "v9,total,q1,hard,0,0,", "v1,vide,,hard,0,0,"))
    assert [(row, column) for sheet, row, column, _ in found if sheet == "quotas"] == [
        (2, "tolerance_percent"),
        (2, "tolerance_min"),
        (2, "minimum_only"),
        (3, "name"),
        (3, "kind"),
        (4, "wave"),
        (4, "name"),
        (4, "variables"),
        (5, "variables"),
    ]


def test_a_category_without_a_share_is_refused_unless_it_stands_outside_the_quota():
    found = mistakes(**changed("choices", "outside_quota", ""))
    sentence = "sex = X has no share in the margins sheet: add it, or flag the choice outside_quota."
    assert ("quotas", 2, "variables", sentence) in found


def test_a_bad_share_is_told_once_where_it_stands():
    found = mistakes(**changed("margins", "v1,sex,H,50", "v1,sex,H,cinquante"))
    assert [each for each in found if each[2] == "percent" and each[1]] == [
        ("margins", 2, "percent", "Write a percentage from 0 to 100 with at most four decimals."),
    ]


def test_a_quota_variable_that_may_be_left_empty_is_refused():
    found = mistakes(**changed("survey", "You are…,yes,", "You are…,,"))
    assert ("quotas", 0, "variables", "sex may be left without an answer: a quota needs it to be required.") in found


def test_a_quota_variable_that_is_not_asked_of_everybody_is_refused():
    changes = changed("survey", "select_one accord3,q2,Êtes-vous satisfait ?", "select_one sexe,q2,Êtes-vous satisfait ?")
    found = mistakes(
        **changes,
        figures="",
        margins=SMALL["margins"] + "v1,q2,H,50,Insee\nv1,q2,F,50,Insee\n",
        **quotas("v1,q2,q2,hard,0,0,"),
    )
    assert ("quotas", 0, "variables", "q2 is not asked of everybody: a quota needs it on every route.") in found


def test_an_end_on_a_quota_variable_after_the_quota_page_is_refused():
    found = mistakes(**changed("survey", "integer,q3,Combien de fois ?,How often?,yes,,,,,. >= 0,,,NSP",
                               "integer,q3,Combien de fois ?,How often?,yes,,,,,. >= 0,${sex} = 'H',screened_out,NSP"))  # fmt: skip
    assert found == [("survey", 0, "ends_if", "q3 ends the interview on a quota variable after the quota page of wave v1.")]


def test_quotas_of_a_wave_without_target_are_refused():
    found = mistakes(**changed("waves", "Europe/Paris,100,100,", "Europe/Paris,,,"))
    assert ("quotas", 2, "wave", "Wave v1 has quotas and no target: fill in its target.") in found


def test_the_quotas_of_a_wave_in_the_field_only_change_on_its_screen():  # check 12
    open_wave()
    store_study(study())  # the same again changes nothing
    field = "Quota sex of wave v1 is in the field: change its ceilings on the fieldwork screen."
    assert mistakes(**quotas("v1,sex,sex,hard,5,0,")) == [("quotas", 2, "name", field)]
    assert mistakes(**quotas("v1,sexe,sex,hard,0,0,")) == [
        ("quotas", 0, "name", field),
        ("quotas", 2, "name", field.replace("Quota sex ", "Quota sexe ")),
    ]
    assert mistakes(**changed("waves", "100,100,1,sex", "100,120,1,sex")) == [
        ("waves", 2, "ceiling", "Wave v1 has begun: change its ceilings on the fieldwork screen."),
    ]
    assert cells("sex") == {"H": (100, 100), "F": (100, 100)}
