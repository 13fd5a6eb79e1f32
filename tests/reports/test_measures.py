"""Figures of every kind through their whole path: means, medians, scores, bases of those asked or who answered, nets."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.translation import override

from reports.aggregation import aggregate
from reports.edition import Edition
from reports.evidence import figures_of
from reports.models import Figure
from reports.receipts import receipt_of
from reports.releases.evidence import evidence_of_wave
from reports.releases.verify import verify
from reports.results import results_of
from reports.study import store_study, stored_study
from surveys.core.files import read_workbook
from surveys.core.workbook import Sheet, StudyRefused, sheet_of
from tests.reports.panel import SAMPLE, interview, people
from tests.worlds import sheet, study

pytestmark = pytest.mark.django_db

R = Path(__file__).parents[1] / "data" / "r_survey.csv"
MORE = {
    "mark": {"kind": "mean", "measure": "q15_note_0_10", "base": "all", "says": "Note moyenne"},
    "middle": {"kind": "median", "measure": "q16_consultations_12m", "base": "all", "says": "Consultations en douze mois"},
    "visits": {"kind": "mean", "measure": "q16_consultations_12m", "base": "all", "says": "Consultations en douze mois"},
    "nps": {"kind": "score", "measure": "q15_note_0_10", "base": "all", "says": "Recommandation nette"},
    "used_asked": {"selection": "${q8_mes_utilise} = '1'", "base": "all", "base_kind": "asked", "says": "ont utilisé « Mon espace santé »"},
    "trust_valid": {"selection": "${q12_confiance_securite} = '1' or ${q12_confiance_securite} = '2'", "base": "all", "base_kind": "valid", "says": "ont confiance"},
    "three": {"selection": "count-selected(${q1}) = 3", "base": "all", "says": "ont utilisé trois services"},
    "two_of": {"selection": "selected(${q1}, 'rdv') and selected(${q1}, 'mail_sms')", "base": "all", "says": "ont utilisé les deux"},
    "band": {"selection": "${q16_consultations_12m} >= 3 and ${q16_consultations_12m} <= 5", "base": "all", "says": "consultent de trois à cinq fois"},
}  # fmt: skip


def with_more() -> dict[str, Sheet]:
    book = read_workbook(SAMPLE)
    sheet = book["figures"]
    rows = [(row.number, dict(row.cells)) for row in sheet.rows]
    for number, (code, cells) in enumerate(MORE.items(), len(rows) + 2):
        says = cells.pop("says") if "says" in cells else ""
        rows.append((number, {"code": code, "says::Français (fr)": says, "says::English (en)": says, **cells}))
        cells["says"] = says
    header = [*sheet.header, "kind", "measure", "base_kind"]
    return {
        **book,
        "figures": sheet_of("figures", header, [(n, {column: cells.get(column, "") for column in header}) for n, cells in rows]),
    }


@pytest.fixture
def measured():
    """The reference study with nine figures more, its panel interviewed and computed."""
    survey = store_study(with_more())
    wave = survey.waves.get(code="2023")
    wave.move_to("live")
    interview(wave, people())
    aggregate(wave)
    return wave


def by_r(statistic: str, what: str) -> float:
    with R.open(encoding="utf-8", newline="") as file:
        return next(float(number) for name, of, number in csv.reader(file) if (name, of) == (statistic, what))


def test_every_kind_of_figure_is_computed_printed_and_told(measured):
    with override("fr"):
        edition = Edition(results_of(measured), "fr")
        found = {result.figure.code: result for result in edition.results}
        mark, visits, nps, middle = (found[code].estimate for code in ("mark", "visits", "nps", "middle"))
        assert mark.value == pytest.approx(by_r("mean", "q15_note_0_10"), abs=1e-6)
        assert mark.standard_error == pytest.approx(by_r("mean_se", "q15_note_0_10"), abs=1e-6)
        assert visits.value == pytest.approx(by_r("mean", "q16_consultations_12m"), abs=1e-6)
        assert nps.value == pytest.approx(by_r("mean", "nps"), abs=1e-6)
        assert visits.n < 2032, "those who do not know how often count for nothing"
        assert middle.low <= middle.value <= middle.high
        assert middle.margin is None

        asked, trust = found["used_asked"].estimate, found["trust_valid"].estimate
        assert (asked.n, asked.not_asked, asked.selected) == (1666, 0, 1016)
        assert trust.n == sum(person["q12_confiance_securite"] in ("1", "2", "3", "4") for person in people())

        persons = people()
        ticks = [[person[name] for name in person if name.startswith("q1_")] for person in persons]
        assert found["three"].estimate.selected == sum(row.count("1") == 3 for row in ticks)
        assert found["two_of"].estimate.selected == sum(p["q1_rdv"] == p["q1_mail_sms"] == "1" for p in persons)
        visited = [int(p["q16_consultations_12m"]) for p in persons if p["q16_consultations_12m"].isdigit()]
        assert found["band"].estimate.selected == sum(3 <= times <= 5 for times in visited)
        assert found["band"].estimate.n == 2032

        printed = {code: (edition.printed(found[code]), edition.margin(found[code])) for code in MORE}
        assert printed["visits"][0] == f"{visits.value:.1f}".replace(".", ",")
        assert printed["visits"][1].startswith("±\u00a00,")
        assert printed["nps"][0][0] in "+−0"
        assert printed["middle"][1] == ""
        assert (
            edition.sentence(found["visits"])
            == f"Consultations en douze mois\u00a0: {printed['visits'][0]} (base\u00a0: Ensemble (réponses exprimées))."
        )
        assert edition.sentence(found["used_asked"]).startswith(
            "61\u00a0% des personnes interrogées à qui la question a été posée ont utilisé"
        )
        receipt = receipt_of(edition, found["visits"])
        assert receipt.percent == printed["visits"][0]
        assert [wording.name for wording in receipt.wordings] == ["q16_consultations_12m"]
        told = {figure["code"]: figure for figure in figures_of(edition)["figures"]}
        assert told["visits"]["value"] == visits.value
        assert told["visits"]["interval"] == "linearised error, 95%"
        assert "percent" not in told["visits"]
        assert told["used_asked"]["base"]["counted"] == "asked"


def test_pages_and_commands_show_them(measured, client, capsys, tmp_path):
    page = client.get("/results/numerique-en-sante/2023/figures/visits/?lang=fr")
    assert page.status_code == 200
    assert "Personnes ayant donné un nombre" in page.content.decode()
    evidence = client.get("/results/numerique-en-sante/2023/figures/nps.json").json()
    assert (evidence["kind"], evidence["measure"]) == ("score", "q15_note_0_10")
    file = tmp_path / "evidence.zip"
    file.write_bytes(evidence_of_wave(measured, "fr").content)
    assert [line for is_equal, line in verify(str(file)) if not is_equal] == []
    call_command("figures", "numerique-en-sante", "2023", format="json")
    assert {figure["kind"] for figure in json.loads(capsys.readouterr().out)["figures"]} == {"share", "mean", "median", "score"}


def test_the_sheet_comes_back_as_it_was(measured):
    assert stored_study(measured.survey)["figures"].rows == with_more()["figures"].rows
    assert Figure.objects.get(code="used_asked").base_kind == "asked"


SMALL_FIGURES = """
    code,published_as,says::Français (fr),says::English (en),kind,measure,selection,base,base_kind,not_asked,compare_with
    {row}
"""


@pytest.mark.parametrize(("row", "column", "sentence"), [
    ("often,,Fréquence,Frequency,average,q3,,all,,,", "kind", "Write one of: share, mean, median, score."),
    ("often,,Fréquence,Frequency,mean,,,all,,,", "measure", "Write the question whose number is measured."),
    ("often,,Fréquence,Frequency,mean,q1,,all,,,", "measure", "“q1” is not a question whose answers are numbers."),
    ("often,,Fréquence,Frequency,score,q3,,all,,,", "measure", "A score needs marks from 0 to 10; “q3” gives other answers."),
    ("often,,Fréquence,Frequency,mean,q3,,all,,counts_as_no,", "not_asked", "A number is measured of those who gave one: leave this empty."),
    ("often,,Fréquence,Frequency,,q3,${q2} = '1',users,,,", "measure", "A percentage measures no number: leave this empty, or write mean, median or score as kind."),
    ("often,,sont,are,,,${q2} = '1',all,asked,counts_as_no,", "not_asked", "Those not asked are outside this base (asked): leave this empty."),
    ("often,,sont,are,,,${q2} = '1',all,,,", "not_asked", "The base holds people not asked q2 (asked when not(selected(${q1}, 'aucun'))): write counts_as_no, or choose the base of those asked."),
])  # fmt: skip
def test_a_wrong_figure_is_told_where(row, column, sentence):
    with pytest.raises(StudyRefused) as refused, override("en"):
        store_study(study(figures=SMALL_FIGURES.format(row=row)))
    [mistake] = [mistake for mistake in refused.value.mistakes if mistake.column == column]
    assert (mistake.sheet, mistake.row, str(mistake.message)) == ("figures", 2, sentence)


@pytest.mark.parametrize(("row", "sentence"), [
    ("outils,two,site appli,3", "Write any, all, a number of these choices such as 2, or such a number and more: 2+."),
    ("outils,two,site appli,some", "Write any, all, a number of these choices such as 2, or such a number and more: 2+."),
    ("accord3,two,1 2,all", "The list accord3 has a question of one answer, which nobody gives several of: write any, or nothing."),
])  # fmt: skip
def test_a_wrong_net_is_told_where(row, sentence):
    with pytest.raises(StudyRefused) as refused, override("en"):
        store_study({**study(), "nets": sheet("nets", f"list_name,name,choices,counts\n{row}")})
    assert [(mistake.sheet, mistake.column, str(mistake.message)) for mistake in refused.value.mistakes] == [("nets", "counts", sentence)]


@pytest.mark.parametrize(("smallest", "weak", "column", "sentence"), [
    ("ten", "", "smallest_base", "Write a whole number of people from 11 to 1000."),
    ("10", "100", "smallest_base", "Write a whole number of people from 11 to 1000."),
    ("50", "40", "weak_base", "A base is weak before it is too small: write at least 50."),
])  # fmt: skip
def test_a_wrong_threshold_is_told_where(smallest, weak, column, sentence):
    sheets = study()
    [row] = sheets["settings"].rows
    cells = {**row.cells, "smallest_base": smallest, "weak_base": weak}
    with pytest.raises(StudyRefused) as refused, override("en"):
        store_study({**sheets, "settings": sheet_of("settings", list(cells), [(2, cells)])})
    assert [(mistake.column, str(mistake.message)) for mistake in refused.value.mistakes] == [(column, sentence)]


def test_a_study_withholds_what_it_finds_too_small(measured):
    measured.survey.settings |= {"smallest_base": "800", "weak_base": "1100"}
    measured.survey.save(update_fields=["settings"])
    edition = Edition(results_of(measured), "fr")
    told = {result.figure.code: (edition.value(result) is None, edition.view(result).is_weak) for result in edition.results}
    assert (told["recommend"], told["doctor"], told["know"]) == ((True, False), (False, True), (False, False))
