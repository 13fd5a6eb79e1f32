"""A wave whose interviews were made with two versions of its questionnaire, and waves compared across versions."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import models
from django.utils import timezone
from django.utils.translation import override

from reports.aggregation import aggregate
from reports.composition import counted, unanswered
from reports.dataset import read, snapshot
from reports.edition import Edition
from reports.exports import CsvOptions, write_csv
from reports.models import Aggregation, Estimate
from reports.notices import notice_of
from reports.results import results_of
from reports.study import store_study
from surveys.core.fingerprint import fingerprint
from surveys.versions import Switch
from tests.worlds import SMALL, Respondent, changed, open_wave, study

pytestmark = pytest.mark.django_db


def edit(questionnaire, rows: str, name: str, **cells):
    """Change cells of a row of an unpublished version, as the editor would."""
    row = getattr(questionnaire, rows).get(name=name)
    row.cells = {**row.cells, **cells}
    row.save()
    questionnaire.fingerprint = fingerprint(questionnaire.workbook())
    questionnaire.save()


def new_version(wave):
    """The second version: one more tool in the middle of q1, q3 about another period, which no figure uses."""
    second = wave.questionnaire.copy_as("2")
    tool = second.choices.get(list_name="outils", name="appli")
    added = {**tool.cells, "name": "montre", "label::Français (fr)": "Une montre", "label::English (en)": "A watch"}
    second.choices.filter(row__gt=tool.row).update(row=models.F("row") + 1)
    second.choices.create(row=tool.row + 1, cells=added, list_name="outils", name="montre")
    edit(
        second,
        "questions",
        "q3",
        **{"label::Français (fr)": "Combien de fois en 12 mois ?", "label::English (en)": "How often in 12 months?"},
    )
    return second


@pytest.fixture
def wave(client):
    """Three people of the first version, two of the second."""
    wave = open_wave()
    Respondent(client).finish()
    Respondent(client).finish(usages={"q1": ["autre"]}, avis={"q2": "2"}, fin={"q3": "70000"})
    Respondent(client).finish(profil={"sex": "H", "years": "30"}, usages={"q1": ["aucun"]})
    Switch(wave, new_version(wave)).make()
    Respondent(client).finish(usages={"q1": ["site", "montre"]}, fin={"q3": "12"})
    Respondent(client).finish(profil={"sex": "H", "years": "50"}, usages={"q1": ["montre"]}, avis={"q2": "2"})
    wave.refresh_from_db()
    return wave


def test_an_interview_that_is_open_keeps_its_version_and_new_entrants_get_the_new_one(client):
    wave = open_wave()
    before = Respondent(client).go_to("usages")
    Switch(wave, new_version(wave)).make()
    assert before.open().response.content.count(b"montre") == 0
    before.finish()
    after = Respondent(client).go_to("usages")
    assert b'value="montre"' in after.response.content
    assert [before.interview.questionnaire.version, after.interview.questionnaire.version] == ["1", "2"]
    assert before.interview.state == "completed"


def test_each_record_is_read_by_its_own_version_and_joined_by_name(wave):
    with snapshot():
        dataset = read(wave, wave.questionnaire.codebook(), ["q1", "q3"])
    ticks = dataset.columns(["q1"])["q1"].ticked
    assert {name: sorted(ticked.tolist()) for name, ticked in ticks.items()} == {
        "site": [False, False, False, True, True],
        "appli": [False] * 5,
        "montre": [False, False, False, True, True],
        "autre": [False, False, False, False, True],
        "aucun": [False, False, False, False, True],
    }
    assert sorted(dataset.not_asked("q3").tolist()) == [False, False, True, True, True]
    assert [(each.version, len(each.rows), each.unmeasured) for each in dataset.earlier] == [("1", 3, {"q3"})]


def test_figures_are_computed_over_both_versions(wave):
    aggregate(wave)
    estimates = {estimate.figure.code: (estimate.n, estimate.selected) for estimate in Estimate.objects.select_related("figure")}
    assert estimates == {"satisfied": (4, 2), "site": (5, 2)}


def test_a_figure_on_a_question_that_changed_leaves_out_those_who_were_asked_another(wave):
    wave.survey.figures.filter(code="site").update(selection="${q3} = 12")
    aggregate(wave)
    estimate = Estimate.objects.get(figure__code="site")
    assert (estimate.n, estimate.selected, estimate.not_asked) == (2, 1, 0)


def test_the_notice_counts_as_asked_those_alone_who_were_asked_the_question_of_this_version(wave):
    asked = {row.question.name: row.asked for row in unanswered(counted(wave))}
    assert (asked["q3"], asked["q2"], asked["q1"]) == (2, 4, 5)


def test_the_notice_says_how_many_answered_the_other_version_and_what_is_not_put_together(wave):
    aggregate(wave)
    with override("en"):
        facts = {fact.name: fact.says for fact in notice_of(Edition(results_of(wave), "en")).questionnaire}
    told = "3; not put together, since the question is another: How often in 12 months?"
    assert facts["Interviews made with version 1"] == told


def test_the_file_holds_everybody_in_the_columns_of_the_wave_s_version(wave):
    file = io.BytesIO()
    assert write_csv(wave, file, CsvOptions()) == 5
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode())))
    assert [row["q1_montre"] for row in rows] == ["0", "0", "0", "1", "1"]
    assert [row["q1_autre"] for row in rows] == ["0", "1", "0", "0", "0"]
    assert [row["q3"] for row in rows] == ["", "", "", "12", "4"]
    assert len({row["weight"] for row in rows}) == 2


WAVES = """
    code,label::Français (fr),label::English (en),kind,starts,ends,time_zone,target,ceiling,questionnaire_version,weighting
    v1,Vague 1,Wave 1,own,2026-01-05,2026-01-09,Europe/Paris,100,100,1,sex
    v2,Vague 2,Wave 2,own,2026-03-05,2026-03-09,Europe/Paris,100,100,2,sex
"""
BOTH = {
    "settings": changed("settings", "petite-etude,1", "petite-etude,2")["settings"],
    "waves": WAVES,
    "margins": SMALL["margins"] + "    v2,sex,H,50,Insee\n        v2,sex,F,50,Insee\n",
    "quotas": SMALL["quotas"] + "    v2,sex,sex,hard,0,0,\n",
    "figures": SMALL["figures"].replace("users,,", "users,,v1").replace("all,,", "all,,v1"),
}


def second_wave(old: str, new: str, **changes: str):
    """Wave 1 with version 1, wave 2 with a version in which a piece of the survey sheet is another; figures 60 % then, 70 % now."""
    store_study(study())
    assert old in SMALL["survey"]
    survey = store_study(study(**BOTH, **changes, survey=SMALL["survey"].replace(old, new)))
    for code, percent in {"v1": 60.0, "v2": 70.0}.items():
        wave = survey.waves.get(code=code)
        aggregation = Aggregation.objects.create(
            wave=wave, n=1000, revisions=1000, computed_at=timezone.now(), effective_n=950, design_effect=1.05
        )
        for figure in survey.figures.all():
            Estimate.objects.create(aggregation=aggregation, figure=figure, n=1000, selected=600, raw_percent=percent, percent=percent,
                                    weighted_n=1000, effective_n=950, standard_error=1.5, margin=3, low=percent - 3, high=percent + 3)  # fmt: skip
    return survey.waves.select_related("survey", "questionnaire").get(code="v2")


def said(wave, code, language="fr"):
    with override(language):
        edition = Edition(results_of(wave), language)
        view = edition.view(edition.results[code])
        return view.gap, view.remarks


def test_an_unchanged_question_is_compared_across_versions():
    wave = second_wave("Combien de fois ?,How often?", "Combien de fois en 12 mois ?,How often in 12 months?")
    assert said(wave, "satisfied") == ("+10\u00a0points depuis Vague 1", ())


def test_a_reworded_question_is_compared_with_the_mention_of_it():
    wave = second_wave("Êtes-vous satisfait ?,Are you satisfied?", "En êtes-vous satisfait ?,Are you satisfied with it?")
    assert said(wave, "satisfied") == ("+10\u00a0points depuis Vague 1, comparaison indicative", ())
    assert said(wave, "site") == ("+10\u00a0points depuis Vague 1", ())


def test_a_question_that_became_another_is_not_compared_and_the_page_says_why(client):
    wave = second_wave("Êtes-vous satisfait ?,Are you satisfied?", "Êtes-vous satisfait ?,Are you not satisfied?")
    reason = "Pas de comparaison avec Vague 1, où le questionnaire ne mesurait pas la même chose\u00a0: «\u00a0Êtes-vous satisfait\u00a0?\u00a0» — une négation est apparue ou a disparu\u00a0: le sens peut être inversé."
    assert said(wave, "satisfied") == ("", (reason,))
    page = client.get("/results/petite-etude/v2/?lang=fr").content.decode()
    assert page.count("Pas de comparaison avec Vague 1") == 1
    receipt = client.get("/results/petite-etude/v2/figures/satisfied/?lang=fr")
    assert "une négation est apparue" in receipt.content.decode()


def test_a_base_that_holds_other_people_is_not_compared():
    sites = changed("bases", "\"not(selected(${q1}, 'aucun'))\"", "\"selected(${q1}, 'site')\"")
    wave = second_wave("\"not(selected(${q1}, 'aucun'))\"", "\"selected(${q1}, 'site')\"", **sites)
    gap, [remark] = said(wave, "satisfied", "en")
    assert gap == ""
    assert remark == (
        "Not compared with Wave 1, where the questionnaire did not measure the same: “users” — the percentages on it are about other "
        "people; “Are you satisfied?” — asked of other people, or not of all those it was asked of."
    )
