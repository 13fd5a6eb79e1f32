"""Past interviews brought into an imported wave: the reference study's 2020 wave, as microdata."""

from __future__ import annotations

import sys
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from reports.aggregation import aggregate
from reports.comparing.ledger import NOTHING_CONFIRMED, ledger_of
from reports.edition import Edition
from reports.models import Estimate
from reports.results import Comparison, results_of
from reports.study import store_study
from respondents.audit import audit
from respondents.core.importing import read_person
from respondents.core.record import unpack
from respondents.importing import ImportRefused, import_interviews
from respondents.models import Interview, Record, Submission
from surveys.core.codebook import codebook_of
from surveys.core.files import read_workbook
from surveys.core.workbook import Row, Sheet, Workbook
from surveys.models import Survey, Wave
from tests.reports.panel import PANEL_2020, SAMPLE
from tests.reports.stored import store
from tests.reports.test_aggregation import UNROUNDED
from tests.surveys.forms_of_every_kind import read as read_form

pytestmark = pytest.mark.django_db


def _with_2020_as_microdata() -> Workbook:
    """The reference study with its 2020 wave imported instead of external, weighted on the margins of 2023."""
    book = dict(read_workbook(SAMPLE))
    waves = [
        {**row.cells, "kind": "imported", "questionnaire_version": "2023.1", "weighting": "sex age region pcs agglo"}
        if row["code"] == "2020"
        else row.cells
        for row in book["waves"]
    ]
    book["waves"] = _rows(book["waves"], waves)
    book["margins"] = _rows(
        book["margins"], [*(row.cells for row in book["margins"]), *({**row.cells, "wave": "2020"} for row in book["margins"])]
    )
    book.pop("external_figures")
    return book


def _rows(sheet: Sheet, lines: list) -> Sheet:
    return replace(sheet, rows=tuple(Row(number, cells) for number, cells in enumerate(lines, 2)))


@pytest.fixture
def past(db):
    """The imported wave of 2020, empty."""
    return store_study(_with_2020_as_microdata()).waves.select_related("survey", "questionnaire").get(code="2020")


@pytest.fixture
def file(tmp_path):
    """Return a file of these lines."""

    def write(*lines: str, name: str = "past.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def faults(wave, path):
    """Return (row, column, sentence) of every mistake for which the file is refused."""
    with pytest.raises(ImportRefused) as refused:
        import_interviews(wave, path)
    assert not Interview.objects.exists()
    return [(fault.row, fault.column, str(fault.message)) for fault in refused.value.faults]


def test_the_2100_people_of_2020_give_its_published_percentages_once_weighted(past):
    imported = import_interviews(past, PANEL_2020)
    assert imported.people == 2100
    assert imported.ignored == ("wave", "status")
    aggregate(past)
    weighted = {estimate.figure.code: estimate for estimate in Estimate.objects.select_related("figure")}
    for code, published, identifier in (("appointment", 70, "F03"), ("insurer", 48, "F05"), ("messages", 32, "F07")):
        assert weighted[code].raw_percent == pytest.approx(UNROUNDED[identifier]["raw"], abs=1e-9)
        assert weighted[code].percent == pytest.approx(UNROUNDED[identifier]["raked"], abs=1e-9)
        assert round(weighted[code].percent) == published
    assert set(weighted) == {"any_service", "appointment", "insurer", "messages"}, "what was not asked in 2020 is not estimated"


def test_the_figures_of_2023_are_compared_with_the_imported_ones(past):
    import_interviews(past, PANEL_2020)
    aggregate(past)
    comparison = results_of(past.survey.waves.select_related("survey", "questionnaire").get(code="2023"))["appointment"].comparison
    assert (comparison.wave.code, round(comparison.percent), comparison.n) == ("2020", 70, 2100)
    assert comparison.is_indicative


@pytest.mark.parametrize(
    ("institute", "comparability", "is_indicative"), [("", {}, False), ("OpinionWay", {}, True), ("", {"fr": "Par téléphone."}, True)]
)
def test_an_imported_wave_of_another_institute_or_made_otherwise_is_compared_as_an_indication(institute, comparability, is_indicative):
    survey = Survey(institute="Notre institut")
    wave = Wave(survey=survey, kind=Wave.Kind.IMPORTED, institute=institute, comparability=comparability)
    assert ledger_of(Wave(survey=survey, kind=Wave.Kind.OWN), wave, [], NOTHING_CONFIRMED).is_indicative == is_indicative
    assert Comparison(wave, 70.0, 2_100, 2_100, {}).is_indicative, "what nobody judged is no more than an indication"


def test_a_percentage_of_29_people_is_withheld_in_a_comparison_too(past):
    now = past.survey.waves.select_related("survey", "questionnaire").get(code="2023")
    store(now)
    for people, compared in ((29, False), (30, True)):
        store(past, {"appointment": (60.0, people, 17.0)}, n=1_200)
        edition = Edition(results_of(now), "en")
        assert (edition.gap(edition.results["appointment"]) is not None) == compared
        assert ("60%" in edition.sentence(edition.results["appointment"])) == compared
    assert edition.results["appointment"].comparison.interviewed == 1_200, "everybody, and not the base alone"


def test_each_person_has_an_interview_a_submission_and_a_record(past):
    import_interviews(past, PANEL_2020)
    first = Interview.objects.get(external_id="2020-00001")
    assert (first.state, first.imported, first.is_test) == ("completed", True, False)
    assert first.started_at.isoformat() == "2020-07-17T06:02:06+00:00", "08:02 in Paris in summer"
    record = Record.objects.get(interview=first)
    answers = unpack(past.questionnaire.codebook(), bytes(record.codes), record.extra)
    assert answers["q1"] == ("rdv", "services", "mail_sms", "documents", "teleconsult", "objets")
    assert (answers["age"], answers["q16_consultations_12m"]) == ("18-24", "0")
    assert "q7_mes_connait" not in answers
    assert Submission.objects.get(interview=first).answers["q1"] == list(answers["q1"])
    assert (Interview.objects.count(), Submission.objects.count(), Record.objects.count()) == (2100, 2100, 2100)
    assert audit() == []


def test_a_dry_run_checks_everything_and_keeps_nothing(past):
    assert import_interviews(past, PANEL_2020, dry_run=True).people == 2100
    assert not Interview.objects.exists()
    past.questionnaire.refresh_from_db()
    assert past.questionnaire.published_at is None


def test_every_bad_cell_is_named_at_once_and_nothing_is_kept(past, file):
    path = file(
        "resp_id,started_at,submitted_at,sex,age_years,q1_rdv,q1_aucun,unknown",
        "1,2020-07-17T08:00,2020-07-17T08:10,F,44,1,0,x",
        "2,2020-07-17T08:00,2020-07-17T07:00,Z,44,2,0,x",
        "1,yesterday,,F,quarante,1,,x",
        ",,,F,130,,,x",
        "5,,,F",
    )
    assert faults(past, path) == [
        (3, "submitted_at", "The interview ends before it starts."),
        (3, "sex", "“Z” is not a choice of sex; its choices are: H, F, X."),
        (3, "q1_rdv", "“2” is neither 1 (ticked), 0 (not ticked) nor empty (not asked)."),
        (4, "resp_id", "“1” stands in row 2 too."),
        (4, "started_at", "“yesterday” is no date: write it as 2020-07-17T08:15:00."),
        (4, "age_years", "“quarante” is not a whole number of at most 9 digits."),
        (4, "q1_aucun", "Some choices of q1 are empty in this row and others are not: write 0 where it was not ticked."),
        (5, "resp_id", "This person has no identifier."),
        (5, "age_years", "“130” is not possible for age_years: . >= 0 and . <= 120."),
        (6, "", "This row has 4 cells and the header 8: is a separator outside quotation marks?"),
    ]


def test_a_row_is_numbered_as_a_spreadsheet_does_after_a_text_of_several_lines(past, file):
    path = file("resp_id,sex,remark", '1,F,"one', "two", 'three"', "", "2,Z,")
    assert [(row, column) for row, column, _ in faults(past, path)] == [(4, "sex")]


def test_what_the_database_cannot_hold_is_named_before_it_is_tried(past, file):
    path = file("resp_id,sex,q6_autre_texte", f"{'x' * 201},F,", f"{'x' * 200},F,", "3,F,a\0b")
    if sys.version_info < (3, 11):
        pytest.skip("the csv module of Python 3.10 refuses the whole file")
    assert faults(past, path) == [
        (2, "resp_id", "At most 200 characters."),
        (4, "q6_autre_texte", "This cell holds a character that is no text (U+0000): take it out."),
    ]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["sex", "F"], "There is no column resp_id: each person needs an identifier of their own."),
        (["resp_id,sex,sex", "1,F,F"], "This column stands twice."),
        (["resp_id,sex"], "The file holds no interview."),
        (["resp_id,colour", "1,red"], "No column is a variable of version 2023.1; its variables are: sex, age_years, age, region, agglo, situation, emploi, pcs, q1_rdv, q1_services…"),
        (['resp_id,sex', '1,"F'], "past.csv is not a well-formed CSV file (unexpected end of data): check the quotation marks."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_of_interviews_is_refused(past, file, lines, sentence):
    assert [message for _, _, message in faults(past, file(*lines))] == [sentence]


def test_somebody_already_there_is_refused(past, file):
    import_interviews(past, file("resp_id,sex", "1,F"))
    with pytest.raises(ImportRefused, match="“1” is already in the wave"):
        import_interviews(past, file("resp_id;sex", "2;H", "1;F"))
    assert Interview.objects.count() == 1


def test_only_a_wave_of_imported_interviews_takes_them(past, file):
    own = past.survey.waves.get(code="2023")
    with pytest.raises(ImportRefused, match="Wave 2023 is not a wave of imported interviews"):
        import_interviews(own, file("resp_id,sex", "1,F"))


def test_the_command_says_what_it_did(past, file):
    said = StringIO()
    path = str(file("resp_id,sex,colour", "1,F,red", "2,H,blue"))
    with override("en"):
        call_command("import_interviews", "numerique-en-sante", "2020", path, "--dry-run", stdout=said)
        call_command("import_interviews", "numerique-en-sante", "2020", path, stdout=said)
    assert said.getvalue().splitlines() == [
        "The file is right: 2 people and 1 variables for wave 2020. Nothing was imported.",
        "Columns that are no variable, left out: colour.",
        "Imported into wave 2020: 2 people, 1 variables.",
        "Columns that are no variable, left out: colour.",
    ]
    assert Interview.objects.count() == 2


def test_the_command_lists_mistakes_and_fails(past, file):
    with pytest.raises(CommandError) as refused:
        call_command("import_interviews", "numerique-en-sante", "2020", str(file("resp_id,sex", *(f"{n},Z" for n in range(60)))))
    lines = str(refused.value).splitlines()
    assert len(lines) == 52, "fifty mistakes, how many more, and the verdict"


def test_every_kind_of_question_is_read_from_a_file_as_the_form_reads_it():
    codebook = codebook_of(read_form("""
        begin_group,p,Une page,,,,field-list
        rank marque,ordre,Dans quel ordre ?,,,,,,,,2
        decimal,prix,Combien ?,,,,,,,0,99,,,,,,,,NSP,REFUS
        date,jour,Quand ?
        text,mail,Adresse ?,,,,email
        end_group
    """))  # fmt: skip
    columns = [variable.name for variable in codebook.variables]

    def read(*cells):
        answers, wrong = read_person(dict(zip(columns, cells, strict=True)), codebook, columns)
        return answers, [(cell.column, str(cell.message)) for cell in wrong]

    assert read("2", "1", "0", "0", "12,50", "22/11/2023", "a@b.fr") == (
        {"ordre": ("db", "sncf"), "prix": "12.5", "jour": "2023-11-22", "mail": "a@b.fr"}, [])  # fmt: skip
    assert read("", "", "", "", "REFUS", "", "") == ({"prix": "REFUS"}, [])
    left = "no_answer"  # as our own files say it
    assert read(left, left, left, left, left, left, left) == ({"ordre": "", "prix": "", "jour": "", "mail": ""}, [])
    assert read("1", "1", "0", "x", "100", "hier", "a@b")[1] == [
        ("ordre_db", "The ranks of ordre are not 1, 2, 3…, each once."),
        ("ordre_aucune", "“x” is no rank: write 1 for the first, 2 for the next…, and 0 for what has none."),
        ("jour", "“hier” is not a date written 2023-11-22."),
        ("mail", "“a@b” is not possible for mail: Enter an e-mail address such as name@example.org."),
        ("prix", "“100” is not possible for prix: Enter a number from 0 to 99."),
    ]
    assert read("1", "3", "2", "0", "1", "", "")[1] == [
        ("ordre_sncf", "“sncf autre db” is not possible for ordre: Rank at most 2 answers.")
    ]
