"""A wave whose interviews were made with two versions of its questionnaire, and waves compared across versions."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import models

from reports.aggregation import aggregate
from reports.composition import counted, unanswered
from reports.dataset import read, snapshot
from reports.exports import CsvOptions, write_csv
from reports.models import Estimate
from surveys.core.fingerprint import fingerprint
from surveys.versions import Switch
from tests.worlds import Respondent, open_wave

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
    edit(second, "questions", "q3", **{"label::Français (fr)": "Combien de fois en 12 mois ?", "label::English (en)": "How often in 12 months?"})
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


def test_the_file_holds_everybody_in_the_columns_of_the_wave_s_version(wave):
    file = io.BytesIO()
    assert write_csv(wave, file, CsvOptions()) == 5
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode())))
    assert [row["q1_montre"] for row in rows] == ["0", "0", "0", "1", "1"]
    assert [row["q1_autre"] for row in rows] == ["0", "1", "0", "0", "0"]
    assert [row["q3"] for row in rows] == ["", "", "", "12", "4"]
    assert len({row["weight"] for row in rows}) == 2
