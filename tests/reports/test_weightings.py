"""The weightings of a wave: schemes side by side, what stays of them, what is too costly, and weights made elsewhere."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.translation import override

from reports.aggregation import aggregate
from reports.core.computation import Combinations
from reports.core.weighting import rake
from reports.models import Estimate, ImportedWeight, Weighting
from reports.study import store_study, stored_study
from reports.weightings.raking import Plan, raked
from respondents.models import Record
from surveys.core.files import read_workbook
from surveys.core.workbook import StudyRefused
from tests.reports.independent import margins
from tests.reports.panel import SAMPLE, interview, people
from tests.staff import log_in
from tests.worlds import Respondent, open_wave, sheet, study

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}
SCHEMES = """
    wave,code,label::Français (fr),label::English (en),variables,low,high,design,missing,imported
    2023,main,,,,0.5,2,,,
    2023,sexe-age,Sexe et âge,Sex and age,sex age,,,,,
    2023,plan,Poids de sondage,Design weight,sex,,,age_years,,
    2023,absents,Poids absents,Missing weights,sex,,,q16_consultations_12m,,
    2023,ailleurs,Calculés ailleurs,Made elsewhere,,,,,,yes
"""


@pytest.fixture
def wave():
    """The reference study with five schemes, and three hundred of its panel interviewed."""
    wave = store_study({**read_workbook(SAMPLE), "weightings": sheet("weightings", SCHEMES)}).waves.get(code="2023")
    wave.move_to("live")
    interview(wave, people())
    wave.move_to("closed")
    return wave


def rows(wave):
    return {row.scheme: row for row in Weighting.objects.filter(wave=wave)}


def test_each_scheme_leaves_what_it_gave_for_the_screen_and_the_command(wave, client, capsys, django_assert_max_num_queries):
    aggregate(wave)
    kept = rows(wave)
    assert set(kept) == {"main", "sexe-age", "plan", "absents", "ailleurs"}
    main = kept["main"]
    assert (main.n, main.low, main.high, main.variables) == (2032, 0.5, 2.0, ["sex", "age", "region", "pcs", "agglo"])
    for _variable, _category, _people, _raw, target, weighted in main.margins:
        assert weighted == pytest.approx(target, abs=0.01), "to a hundredth of a point"
    assert sum(count for _low, _high, count in main.histogram) == 2032
    assert main.figures["appointment"]["number"] == Estimate.objects.get(figure__code="appointment").percent

    persons, targets = people(), margins()
    by_hand = rake(
        {name: [person[name] for person in persons] for name in ("sex", "age")}, {name: targets[name] for name in ("sex", "age")}
    )
    chosen = np.array([person["q1_rdv"] == "1" for person in persons])
    assert kept["sexe-age"].figures["appointment"]["number"] == pytest.approx(100 * by_hand.weights[chosen].sum() / 2032)
    ages = np.array([float(person["age_years"]) for person in persons])
    designed = rake({"sex": [person["sex"] for person in persons]}, {"sex": targets["sex"]}, start=ages)
    assert kept["plan"].max_weight == pytest.approx(designed.max_weight)
    assert kept["plan"].figures["appointment"]["number"] == pytest.approx(100 * designed.weights[chosen].sum() / 2032)
    assert "have no design weight above 0" in kept["absents"].refusal["en"]
    assert kept["ailleurs"].refusal["en"] == "Not every completed interview has an imported weight: import the weights again."

    aggregate(wave)
    assert Weighting.objects.count() == 5, "nothing changed"

    looking = log_in(client, "reports.view_weighting")
    with django_assert_max_num_queries(24):
        page = looking.get(f"/admin/results/{wave.pk}/weighting/?scheme=sexe-age", headers=ENGLISH).content.decode()
    for words in (
        "Sex and age",
        "Made elsewhere",
        "0.50 to 2.00",
        "Margins before and after",
        "47.65%",
        '<rect class="weight"',
        "design weight: ",
    ):
        assert words in page
    call_command("weights", "numerique-en-sante", "2023", scheme="main", format="json")
    [main] = json.loads(capsys.readouterr().out)
    assert (main["bounds"], main["n"]) == ([0.5, 2.0], 2032)
    call_command("weights", "numerique-en-sante", "2023", format="csv")
    assert capsys.readouterr().out.startswith("scheme,variable,category,people,raw,target,weighted\nmain,sex,")

    with_bounds = {**stored_study(wave.survey), "weightings": sheet("weightings", SCHEMES.replace("0.5,2", "0.4,3"))}
    store_study(with_bounds)
    aggregate(wave)
    assert sorted(Weighting.objects.values_list("scheme", flat=True)).count("main") == 2


def test_the_sheet_comes_back_as_it_was(db):
    survey = store_study({**read_workbook(SAMPLE), "weightings": sheet("weightings", SCHEMES)})
    assert stored_study(survey)["weightings"].rows == sheet("weightings", SCHEMES).rows


def test_imported_weights_are_taken_whole_or_not_at_all(wave, tmp_path, capsys):
    aggregate(wave)
    file = tmp_path / "weights.csv"

    def written(weights):
        with file.open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["interview", "weight"])
            writer.writerows(weights)
        return ["import_weights", "numerique-en-sante", "2023", "ailleurs", str(file)]

    good = [(number, 2 if number % 2 else 6) for number in range(1, 2033)]
    wrong = [(1, 0), (1, 3), ("x", "y"), *good[2:-1]]
    with override("en"), pytest.raises(CommandError) as refused:
        call_command(*written(wrong))
    assert str(refused.value).splitlines() == [
        "row 2: “0” is no weight: write a number above 0.", "row 3: Interview 1 stands above.",
        "row 4: “x” is no completed interview of this wave.", "row 4: “y” is no weight: write a number above 0.",
        "Interview 2 has no weight in the file.", "Interview 2032 has no weight in the file.", "Nothing was imported.",
    ]  # fmt: skip
    with override("en"):
        call_command(*written(good), dry_run=True)
    assert "2032 weights from 2.0000 to 6.0000, of mean 4.0000" in capsys.readouterr().out
    assert not ImportedWeight.objects.exists()
    call_command(*written(good))
    aggregate(wave)
    row = Weighting.objects.filter(wave=wave, scheme="ailleurs").order_by("-pk")[0]
    assert (row.min_weight, row.max_weight, row.efficiency) == pytest.approx((0.5, 1.5, 0.8))
    codebook = wave.questionnaire.codebook()
    rdv = next(at for at, variable in enumerate(codebook.variables) if variable.name == "q1_rdv")
    records = Record.objects.filter(wave=wave).order_by("interview_id").values_list("codes", flat=True)
    chosen = sum((0.5 if number % 2 else 1.5) for number, codes in enumerate(records, 1) if np.frombuffer(codes, "<i2")[rdv] == 1)
    assert row.figures["appointment"]["number"] == pytest.approx(100 * chosen / 2032)


@pytest.fixture
def lopsided():
    """A woman and nine men completed; the population is half and half."""
    wave = open_wave(places=20)
    Respondent(Client()).finish()
    for _ in range(9):
        Respondent(Client()).finish(profil={"sex": "H", "years": "30"})
    return wave


def test_weights_too_costly_wait_for_a_named_person_and_a_reason(lopsided, client):
    address = f"/admin/results/{lopsided.pk}/weighting/"
    assert "These weights keep only 36.0 % of the precision" in aggregate(lopsided).refusal["en"]
    assert not Estimate.objects.exclude(percent=None).exists()
    assert client.get(address).status_code == 302
    looking = log_in(client, "reports.view_weighting")
    page = looking.get(address, headers=ENGLISH).content.decode()
    assert "These weights are not used" in page
    assert "The efficiency is 36.0 %, under 80 %" in page
    assert "Allow these weights" not in page
    assert looking.post(address, {"reason": "The client was told."}).status_code == 403

    allowing = log_in(Client(), "reports.view_weighting", "reports.change_weighting")
    assert allowing.post(address, {"reason": "ok"}, headers=ENGLISH).status_code == 422
    assert allowing.post(address, {"reason": "The client was told."}, headers=ENGLISH).status_code == 302
    site = Estimate.objects.get(figure__code="site")
    assert site.percent == 100.0
    assert Weighting.objects.latest("pk").allowed_because == "The client was told."
    assert "The client was told." in LogEntry.objects.latest("pk").change_message
    assert "Allowed by staff1: The client was told." in looking.get(address, headers=ENGLISH).content.decode()
    Respondent(Client()).finish(profil={"sex": "H", "years": "30"})
    assert aggregate(lopsided).refusal == {}, "it holds for the same variables and bounds"


@pytest.mark.parametrize(("leaves_out", "weights"), [(False, [1.0, 0.75, 1.5]), (True, [0.0, 0.75, 1.5])])
def test_people_without_an_answer_keep_their_share_or_are_left_out(leaves_out, weights):
    wave = store_study(study()).waves.get(code="v1")
    answers = Combinations({"sex": ("", "F", "H")}, np.array([[0], [1], [2]]), np.array([3, 4, 2]), np.arange(3))
    found, _refusal = raked(wave, Plan("main", ("sex",), leaves_out=leaves_out), wave.questionnaire.definition(), answers)
    assert found.combination_weights.tolist() == pytest.approx(weights)


HEAD = "wave,code,variables,low,high,design,missing,imported"


@pytest.mark.parametrize(("row", "column", "sentence"), [
    ("v2,a,sex,,,,,", "wave", "“v2” is not a wave with interviews of the waves sheet."),
    ("v1,main,sex,,,,,", "variables", "The scheme main weights on the variables of the waves sheet: leave this empty, or give the scheme another code."),
    ("v1,a,,,,,,", "variables", "Write the variables to weight on, a design weight, or yes in the column imported."),
    ("v1,a,q1,,,,,", "variables", "“q1” is not a single question nor a calculation with a list of choices."),
    ("v1,a,age,,,,,", "variables", "The margins sheet has no row for age in this wave."),
    ("v1,a,sex,0.5,,,,", "high", "Write both bounds, or none."),
    ("v1,a,sex,1.2,3,,,", "high", "The bounds of the weights must stand on both sides of 1."),
    ("v1,a,sex,,,q2,,yes", "design", "Imported weights are taken as they are: leave this empty."),
    ("v1,a,sex,,,q1,,", "design", "“q1” is not a question whose answers are numbers."),
    ("v1,a,sex,,,,gone,", "missing", "Write one of: kept, left_out."),
])  # fmt: skip
def test_a_wrong_scheme_is_told_where(row, column, sentence):
    with pytest.raises(StudyRefused) as refused, override("en"):
        store_study({**study(), "weightings": sheet("weightings", f"{HEAD}\n{row}")})
    assert sentence in [
        str(mistake.message) for mistake in refused.value.mistakes if (mistake.sheet, mistake.column) == ("weightings", column)
    ]
