"""Plans of every kind through the sheets: their cells, what a person then belongs to, and the sheets written back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.study import check_study, store_study, stored_study
from respondents.core.quotas import NEVER_CLOSES
from respondents.models import Quota, QuotaCell
from respondents.plans import plans_of
from surveys.core.workbook import StudyRefused
from tests.worlds import SMALL, study

pytestmark = pytest.mark.django_db

QUOTAS = "wave,name,variables,kind,tolerance_percent,tolerance_min,minimum_only,merged,within,outside"
CELLS = "wave,quota,categories,target,percent,ceiling,minimum,merged"
JOINT = "v1,sex age,H jeune,20.5,Insee\nv1,sex age,H ancien,28,Insee\nv1,sex age,F jeune,21.5,Insee\nv1,sex age,F ancien,30,Insee\n"


def sheets(*plans, cells=(), margins=""):
    """Return the small study with these rows of quotas, quota_cells and further margins."""
    shares = SMALL["margins"].rstrip() + "\n" + "".join(f"        {line}\n" for line in margins.splitlines())
    more = {"quota_cells": "\n".join([CELLS, *cells])} if cells else {}
    return study(quotas="\n".join([QUOTAS, *plans]), margins=shares, **more)


def loaded(*plans, **more):
    return store_study(sheets(*plans, **more)).waves.get(code="v1")


def cells(name):
    return {" ".join(cell.categories): (cell.target, cell.ceiling) for cell in QuotaCell.objects.filter(quota__name=name)}


def refused(*plans, **more):
    with pytest.raises(StudyRefused) as caught:
        store_study(sheets(*plans, **more))
    return [(each.sheet, each.row, each.column, str(each.message)) for each in caught.value.mistakes]


def belongs_to(wave, **answers):
    """Return the cells that a person belongs to, as the respondent's path finds them."""
    made = max(QuotaCell.objects.filter(wave=wave).values_list("pk", flat=True))
    names = {cell.pk: str(cell) for cell in QuotaCell.objects.select_related("quota")}
    return [names[pk] for pk in plans_of(wave.pk, wave.questionnaire_id, made).claim_of(answers).cells]


def test_an_interlocked_plan_takes_its_targets_from_the_joint_margin():
    wave = loaded("v1,croise,sex age,hard,0,1,,,,", margins=JOINT)
    assert cells("croise") == {"H jeune": (21, 22), "H ancien": (28, 29), "F jeune": (21, 22), "F ancien": (30, 31)}
    assert belongs_to(wave, sex="F", age="ancien") == ["croise F × ancien", "total"]
    assert belongs_to(wave, sex="X", age="ancien") == ["total"]


def test_a_plan_nested_in_sex_shares_out_the_target_of_each_sex_and_divides_women_only():
    lines = ["v1,age-f,F jeune,,40,,,", "v1,age-f,F ancien,,60,,,"]
    wave = loaded("v1,sex,sex,hard,0,0,,,,", "v1,age-f,sex age,hard,0,1,,,sex,", cells=lines)
    assert cells("age-f") == {"F jeune": (20, 21), "F ancien": (30, 31), "H *": (50, 51)}
    assert belongs_to(wave, sex="H", age="jeune") == ["sex H", "age-f H × *", "total"]


def test_merged_cells_soft_ones_and_minima_hold_whom_they_say():
    wave = loaded("v1,tous,sex,soft,5,0,,H+F,,", "v1,age,age,hard,0,0,,,,interviewed", cells=["v1,age,jeune,,,,30,"])
    [everybody] = QuotaCell.objects.filter(quota__name="tous")
    assert (everybody.target, everybody.ceiling, everybody.soft_ceiling, everybody.merged) == (100, NEVER_CLOSES, 100, [["F"]])
    assert (cells("age"), QuotaCell.objects.get(quota__name="age").minimum) == ({"jeune": (30, NEVER_CLOSES)}, 30)
    assert belongs_to(wave, sex="F", age="ancien") == ["tous H + F", "total"]
    assert not Quota.objects.get(name="age").covers_everybody()


def test_a_plan_that_does_not_add_up_is_refused_with_the_numbers():
    found = refused("v1,age,age,hard,0,0,,,,", cells=["v1,age,jeune,40,,,,", "v1,age,ancien,50,,,,"])
    assert [each[:3] for each in found] == [("quotas", 2, "variables")]
    assert found[0][3].startswith("The targets of age add up to 90, 10 fewer than the wave's target of 100:")


def test_the_sheets_come_back_cell_by_cell():
    lines = ["v1,croise,H *,40,,45,,", "v1,croise,F jeune,20,,none,,F ancien"]
    book = sheets("v1,croise,sex age,hard,,1,,,,interviewed", cells=lines, margins=JOINT)
    back = stored_study(store_study(book))
    for name in ("quotas", "quota_cells", "margins"):
        assert (back[name].header, [row.cells for row in back[name]]) == (book[name].header, [row.cells for row in book[name]])
    store_study(back)
    assert cells("croise") == {"H *": (40, 45), "F jeune": (20, NEVER_CLOSES)}


def test_a_line_of_no_plan_and_categories_that_do_not_exist_are_named():
    lines = ["v1,autre,H jeune,40,,,,", "v1,croise,H,40,,,,", "v1,croise,X jeune,1,,,,", "v1,croise,Z jeune,1,,,,"]
    assert [each[:3] for each in refused("v1,croise,sex age,hard,0,0,,,,", cells=lines)] == [
        ("quota_cells", 2, "quota"),
        ("quota_cells", 3, "categories"),
        ("quota_cells", 4, "categories"),
        ("quota_cells", 5, "categories"),
    ]


def test_checking_a_study_proposes_what_to_do_with_a_small_cell_and_names_plans_that_contradict():
    few = SMALL["margins"].replace("v1,sex,H,50", "v1,sex,H,0.5").replace("v1,sex,F,50", "v1,sex,F,99.5")
    waves = SMALL["waves"].replace("100,100", "1000,1000")
    warned = check_study(study(margins=few, waves=waves)).report.warnings
    assert [str(each) for each in warned if each.sheet == "quotas"] == [
        "quotas:2:merged: sex = H has a target of 5, less than 1 % of the wave: merge it with F, or make it a minimum only."
    ]
    lines = ["v1,croise,H *,70,,,,", "v1,croise,F *,30,,,,"]
    warned = check_study(sheets("v1,sex,sex,hard,0,0,,,,", "v1,croise,sex age,hard,0,0,,,,", cells=lines)).report.warnings
    assert [str(each) for each in warned if each.sheet == "quotas"] == [
        "quotas:2:variables: sex wants 50 people as F; croise has room for only 30 of them (F *): correct one of the two."
    ]


@st.composite
def plans(draw):
    """A plan over sex and age, its cells shared out at random, some merged, some never closing: (row, lines)."""
    groups = [draw(st.integers(0, 3)) for _ in range(4)]
    people = ["H jeune", "H ancien", "F jeune", "F ancien"]
    own = {group: [name for name, each in zip(people, groups, strict=True) if each == group] for group in dict.fromkeys(groups)}
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=len(own) - 1, max_size=len(own) - 1)))
    targets = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    ceilings = [draw(st.sampled_from(["", "none", str(target + 3)])) for target in targets]
    lines = [
        f"v1,croise,{names[0]},{target},,{ceiling},,{' + '.join(names[1:])}"
        for names, target, ceiling in zip(own.values(), targets, ceilings, strict=True)
    ]
    kind, outside = draw(st.sampled_from(["hard", "soft"])), draw(st.sampled_from(["", "refused", "interviewed"]))
    return f"v1,croise,sex age,{kind},{draw(st.integers(0, 9))},{draw(st.integers(0, 9))},,,,{outside}", lines


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans())
def test_whatever_the_plan_what_goes_out_is_what_came_in_and_loads_into_the_same_cells(plan):
    row, lines = plan
    book = sheets(row, cells=lines)
    back = stored_study(store_study(book))
    assert {name: [each.cells for each in back[name]] for name in ("quotas", "quota_cells")} == {
        name: [each.cells for each in book[name]] for name in ("quotas", "quota_cells")
    }
    before = list(QuotaCell.objects.order_by("quota__row", "position").values("categories", "merged", "target", "ceiling", "soft_ceiling"))
    store_study(back)
    assert (
        list(QuotaCell.objects.order_by("quota__row", "position").values("categories", "merged", "target", "ceiling", "soft_ceiling"))
        == before
    )
    assert sum(cell["target"] for cell in before if cell["categories"]) == 100
