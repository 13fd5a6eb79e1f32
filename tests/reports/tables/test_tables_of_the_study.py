"""The tables of the reference study say what its note says, and what an independent count of the panel's own columns says."""

import io
import re

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from reports.aggregation import aggregate
from reports.core.typography import signed
from reports.dataset import Counted, Dataset, Earlier
from reports.models import Comparability, Estimate, Scheme
from reports.press import Press
from reports.tables.beside import beside
from reports.tables.people import people_of
from reports.tables.printing import Printer
from reports.tables.wanted import Wanted
from respondents.core.record import CODE
from respondents.models import Record
from surveys.core.codebook import NO_ANSWER
from surveys.models import Wave
from tests.reports.independent import fitted, margins, rows
from tests.reports.panel import interview, people
from tests.staff import log_in

pytestmark = pytest.mark.django_db
SEE = "reports.view_estimate"


@pytest.fixture
def full(wave):
    """The wave of 2023 with its 2,032 people."""
    interview(wave, people())
    return wave


@pytest.fixture
def some(wave):
    """The wave of 2023 with one in four of its people."""
    interview(wave, people()[::4])
    return wave


def plain(text):
    """The text with ordinary spaces."""
    return re.sub("[\u00a0\u202f]", " ", text)


def printer(wave, **wanted):
    return Printer(people_of(wave), Wanted(**wanted), Press(wave.survey, "fr"))


def texts(table, label):
    return [cell.text for cell in next(line for line in table.lines if line.label == label).cells]


def test_the_toplines_are_those_of_the_note(full):
    made = printer(full)
    services, intention = made.table("q1"), made.table("q14_recours_medecin")
    assert texts(services, "La prise de rendez-vous médical en ligne") == ["78"]
    assert plain(services.base_line) == "Base : ensemble, n = 2 032"
    assert "Total supérieur à 100, plusieurs réponses possibles." in services.notes
    assert texts(intention, "ST Oui") == ["57"]
    assert (
        plain(intention.base_line) == "Base : non-utilisateurs, y compris ceux qui ne le connaissent pas, 50 % de l’échantillon (n = 1 016)"
    )
    assert [line.label for line in intention.lines] == [
        "ST Oui", "Oui, certainement", "Oui, probablement", "ST Non", "Non, probablement pas", "Non, certainement pas",
        "Ne sait pas", "Ne souhaite pas répondre", "Total", "n brut", "n pondéré", "n efficace",
    ]  # fmt: skip
    grid = made.table("opinions-grid")
    assert (grid.number, [line.kind for line in grid.body]) == ("10", ["heading", *["answer"] * 3] * 2)


def test_a_crosstab_by_sex_equals_an_independent_count(full):
    panel = rows(2023)
    weights = fitted(panel, margins())
    line = next(line for line in printer(full, by=("sexe",)).table("q7_mes_connait").lines if line.label == "Oui")
    for at, sex in enumerate((None, "H", "F")):
        base = [(person, weight) for person, weight in zip(panel, weights, strict=True) if sex in (None, person["sex"])]
        truth = 100 * sum(w for p, w in base if p["q7_mes_connait"] == "1") / sum(w for _, w in base)
        assert line.cells[at].value == pytest.approx(truth, abs=1e-9)


def test_a_page_shows_tables_with_their_scopes_and_keeps_the_choices_in_its_address(client, some):
    log_in(client, SEE)
    response = client.get(
        f"/admin/results/{some.pk}/tables/?q=q12_confiance_securite&by=sexe&by=age&marks=letters", headers={"Accept-Language": "fr"}
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert '<th scope="colgroup" colspan="5" class="banner-title">Âge</th>' in page
    assert page.count('<th scope="col">') == 8
    assert "test de Rao–Scott" in page
    assert "?q=q1&amp;by=sexe&amp;by=age&amp;marks=letters" in page, "the index keeps the choices"


def test_three_tables_by_three_banners_ask_the_database_no_more_than_one_by_one(client, some):
    log_in(client, SEE)
    asked = []
    for address in ("q=q1&by=sexe", "q=q1&q=q2_coordination&q=q16_consultations_12m&by=sexe&by=age&by=usage"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/admin/results/{some.pk}/tables/?{address}").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_page_without_choices_is_the_index_and_a_wrong_address_says_so(client, some):
    log_in(client, SEE)
    assert "Tous les tableaux" in client.get(f"/admin/results/{some.pk}/tables/", headers={"Accept-Language": "fr"}).content.decode()
    assert client.get(f"/admin/results/{some.pk}/tables/?q=nothing").status_code == 422
    assert client.get(f"/admin/results/{some.pk}/tables/tables.xlsx").status_code == 404


def test_a_wave_with_nobody_yet_has_tables_without_numbers(client, wave):
    log_in(client, SEE)
    page = client.get(
        f"/admin/results/{wave.pk}/tables/?q=q1&q=q16_consultations_12m&q=opinions-grid&by=sexe&marks=letters",
        headers={"Accept-Language": "fr"},
    )
    assert page.status_code == 200
    assert "Moins de 30 personnes" in plain(page.content.decode())


def test_tables_are_for_those_who_may_see_results(client, some):
    assert log_in(client).get(f"/admin/results/{some.pk}/tables/").status_code == 403


def test_a_workbook_holds_numbers_and_nothing_of_a_small_base(client, some):
    log_in(client, SEE)
    address = f"/admin/results/{some.pk}/tables/tables.xlsx?q=q12_confiance_securite&by=q:region&by=sexe&base=activated"
    one, other = (client.get(address, headers={"Accept-Language": "fr"}).content for _ in range(2))
    assert one == other, "the same tables are the same bytes"
    sheet = load_workbook(io.BytesIO(one)).worksheets[1]
    grid = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6, max_col=20)]
    ns = next(row for row in grid if row[0] == "n brut")
    small = [at for at, n in enumerate(ns) if n == "<30"]
    assert small, "some region has fewer than thirty of those who activated"
    first_note = next(at for at, row in enumerate(grid) if row[0] == "n efficace") + 1
    for at in small:
        assert {row[at] for row in grid[1:first_note]} == {"…", "<30"}
    assert all(isinstance(value, int | float) for value in (grid[1][1], grid[1][16], grid[1][17]))
    assert not [text for row in grid for text in row if isinstance(text, str) and re.fullmatch(r"\d+", text)]
    notes = [row[0] for row in grid if isinstance(row[0], str)]
    assert notes[-1].startswith("Données de démonstration"), "the mention goes along"


def test_a_page_of_its_own_takes_its_style_and_the_mention_along(client, some):
    log_in(client, SEE)
    page = client.get(f"/admin/results/{some.pk}/tables/tables.html?q=q1&by=usage", headers={"Accept-Language": "fr"}).content.decode()
    assert ".crosstab" in page
    assert "Données de démonstration" in page
    assert "<link" not in page


def test_row_and_whole_per_cents_counts_and_the_unweighted_add_up(some):
    by_row = printer(some, by=("sexe",), per="row").table("q7_mes_connait")
    assert by_row.lines[0].cells[0].value == pytest.approx(100)
    assert sum(cell.value for cell in by_row.lines[0].cells[1:]) == pytest.approx(100)
    of_all = printer(some, by=("sexe",), per="cell").table("q7_mes_connait")
    assert sum(line.cells[1].value for line in of_all.body) == pytest.approx(
        next(line for line in of_all.lines if line.kind == "total").cells[1].value
    )
    counted = printer(some, per="count").table("q7_mes_connait")
    assert sum(line.cells[0].value for line in counted.body) == pytest.approx(508)


def test_answers_are_sorted_within_their_sub_totals_and_the_rest_stays_last(some):
    table = printer(some, sort="total").table("q12_confiance_securite")
    values = [(line.kind, line.level, line.cells[0].value) for line in table.body]
    nets = [value for kind, _level, value in values if kind == "net"]
    assert nets == sorted(nets, reverse=True)
    assert [kind for kind, *_ in values][-2:] == ["aside", "aside"]


def test_a_number_s_mean_has_a_decimal_and_its_median_is_one_of_the_answers(some):
    table = printer(some).table("q16_consultations_12m")
    assert (len(texts(table, "Moyenne")[0]), texts(table, "Médiane")) == (3, ["3"])


EARLIER = [{**person, "q1_rdv": person["q1_rdv"] if at % 4 else "0"} for at, person in enumerate(people()[1::4])]


def earlier(now, **differs):
    """Another wave of the study, on the same questionnaire, whose people booked less often online."""
    then = Wave.objects.create(
        survey=now.survey, questionnaire=now.questionnaire, code="2019", kind="imported", labels={"fr": "2019"}, row=99, **differs
    )
    interview(then, EARLIER)
    return then


def test_an_earlier_wave_stands_beside_with_its_change_in_printed_points(some):
    then = earlier(some)
    Comparability.objects.create(
        wave=some, other=then, aspect="weighting", computed="different", confirmed="same", reason="Pareils une fois redressés."
    )
    made = Printer(people_of(some), Wanted(by=("sexe",)), Press(some.survey, "fr"), [beside(some, then, weighted=True)])
    table = made.table("q1")
    line = next(line for line in table.lines if line.label == "La prise de rendez-vous médical en ligne")
    before = 100 * sum(person["q1_rdv"] == "1" for person in EARLIER) / len(EARLIER)
    now, past = line.cells[0], line.cells[-1]
    assert past.value == pytest.approx(before)
    assert past.after == f"({signed(int(now.text) - int(past.text))})"
    assert past.mark == "▲", "and the test says that it is no accident"
    assert (table.banners[-1], table.columns[-1].title) == (("Autres vagues", 1), "2019")


def test_another_institute_s_wave_is_indicative_and_has_no_mark(some):
    then = earlier(some, institute="Un autre institut")
    made = Printer(people_of(some), Wanted(), Press(some.survey, "fr"), [beside(some, then, weighted=True)])
    table = made.table("q1")
    assert not [cell for line in table.lines for cell in line.cells if cell.mark]
    assert "≈ 2019 : comparaison indicative." in [plain(note) for note in table.notes]


def test_each_other_wave_keeps_its_own_column_where_one_has_nothing_to_compare(some):
    nobody = Wave.objects.create(survey=some.survey, questionnaire=some.questionnaire, code="2021", kind="imported", row=98)
    others = [beside(some, wave, weighted=True) for wave in (nobody, earlier(some))]
    table = Printer(people_of(some), Wanted(), Press(some.survey, "fr"), others).table("q16_consultations_12m")
    assert {len(line.cells) for line in table.lines} == {len(table.columns)} == {3}
    assert [cell.text for cell in table.foot[1].cells] == ["508", "…", "502"]
    assert next(line.cells[1].text for line in table.lines if line.label == "Moyenne") == "…"


def test_answers_are_not_sorted_by_a_column_that_is_not_shown(client, some):
    log_in(client, SEE)
    page = f"/admin/results/{some.pk}/tables/"
    assert client.get(page, {"q": "q1", "by": "sexe", "sort": "sexe.F"}).status_code == 200
    refused = client.get(page, {"q": "q1", "by": "sexe", "sort": "age.65+"}, headers={"Accept-Language": "en"})
    assert (refused.status_code, "This column is not in the table" in refused.content.decode()) == (422, True)


def test_people_left_out_of_the_weighting_are_in_no_table_as_in_no_figure(some):
    Scheme.objects.create(wave=some, code="main", missing="left_out", row=2)
    sex = some.questionnaire.codebook().positions_of["sex"].start
    for record in Record.objects.filter(wave=some).order_by("interview_id")[:20]:
        codes = np.frombuffer(record.codes, CODE).copy()
        codes[sex] = NO_ANSWER
        Record.objects.filter(pk=record.pk).update(codes=codes.tobytes())
    aggregate(some)
    assert Estimate.objects.get(aggregation__wave=some, figure__code="appointment").n == 488
    table = printer(some).table("q1")
    assert [line.cells[0].text for line in table.foot] == ["488", "488", texts(table, "n efficace")[0]]
    assert table.base_line.endswith("488")


def test_a_dataset_of_some_records_keeps_what_belongs_to_each():
    earlier = (Earlier("1", range(2, 4), frozenset({"q"})),)
    dataset = Dataset(None, Counted(4, 0), np.arange(4)[:, None], [{"at": "0"}, {"at": "1"}, {"at": "2"}, {"at": "3"}], earlier)
    kept = dataset.only(np.array([False, True, True, False]))
    assert (kept.matrix.tolist(), kept.extras) == ([[1], [2]], [{"at": "1"}, {"at": "2"}])
    assert kept.measured({"q"}).tolist() == [True, False]
