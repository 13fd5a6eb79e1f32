"""The completed interviews of a wave as a CSV file, row by row."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.aggregation import aggregate
from reports.dataset import RecordsDisagree
from reports.exports import CsvOptions, export_csv, write_csv
from respondents import places
from respondents.models import Interview, Record
from surveys.core.formulas import unguard
from surveys.models import Survey
from tests.worlds import Respondent, open_wave

pytestmark = pytest.mark.django_db

HOSTILE = '=HYPERLINK("http://x")\n;=1'
HEADER = "interview,started_at,submitted_at,weight,sex,years,age,q1_site,q1_appli,q1_autre,q1_aucun,q1_texte,q2,q3"


@pytest.fixture
def wave(client):
    """Four people: satisfied; hostile and hesitant; a non-user who counts high; and one who stops half-way."""
    wave = open_wave(places=10)
    Respondent(client).finish()
    Respondent(client).finish(
        profil={"sex": "H", "years": "30"}, usages={"q1": ["appli", "autre"], "q1_texte": HOSTILE}, avis={"q2": "8"}, fin={"q3__dk": "NSP"}
    )
    Respondent(client).go_to("avis")
    Respondent(client).finish(profil={"sex": "X", "years": "61"}, usages={"q1": ["aucun"]}, fin={"q3": "70000"})
    for number, interview in enumerate(Interview.objects.order_by("id"), 1):
        day = f"2026-01-0{4 + number}T23:30:00+00:00"  # after midnight in Paris
        Interview.objects.filter(pk=interview.pk).update(started_at=day, ended_at=interview.ended_at and day.replace("30:00", "36:05"))
    return wave


def text(wave, **options) -> str:
    file = io.BytesIO()
    write_csv(wave, file, CsvOptions(**options))
    return file.getvalue().decode("utf-8")


def test_one_row_per_completed_interview_in_the_order_of_entry(wave):
    assert text(wave) == "\r\n".join([
        HEADER,
        "1,2026-01-06 00:30:00,2026-01-06 00:36:05,1.000000,F,44,ancien,1,0,0,0,,1,4",
        '2,2026-01-07 00:30:00,2026-01-07 00:36:05,1.000000,H,30,jeune,0,1,1,0,"\'=HYPERLINK(""http://x"")\n;\'=1",8,NSP',
        "4,2026-01-09 00:30:00,2026-01-09 00:36:05,1.000000,X,61,ancien,0,0,0,1,,,70000",
        "",
    ])  # fmt: skip


def test_numeric_codes(wave):
    rows = list(csv.reader(io.StringIO(text(wave, shown="codes"), newline="")))
    assert [row[4:7] + row[12:] for row in rows[1:]] == [
        ["2", "44", "2", "1", "4"],
        ["1", "30", "1", "8", "-3"],
        ["3", "61", "2", "", "70000"],
    ]


def test_labels_in_english(wave):
    rows = list(csv.reader(io.StringIO(text(wave, shown="labels", language="en"), newline="")))
    assert [row[4] for row in rows[1:]] == ["A woman", "A man", "Other"]
    assert [row[12:] for row in rows[1:]] == [["Yes", "4"], ["Don't know", "Don't know"], ["", "70000"]]


def test_a_hostile_text_is_shown_and_never_computed_and_can_be_read_back(wave):
    rows = list(csv.reader(io.StringIO(text(wave), newline="")))
    assert rows[2][11].startswith("'=")
    assert unguard(rows[2][11]) == HOSTILE


def test_separator_and_byte_order_mark(wave):
    written = text(wave, separator=";", bom=True)
    assert written.startswith("\ufeffinterview;started_at;")
    assert written.count("\r\n") == 4


def test_test_interviews_removed_ones_and_those_over_quota_are_left_out(wave):
    first, second, _, last = Interview.objects.order_by("id")
    Interview.objects.filter(pk=first.pk).update(is_test=True)
    places.remove(second.pk)
    assert [row.split(",")[0] for row in text(wave).splitlines()] == ["interview", "4"]
    Interview.objects.filter(pk=last.pk).update(state="over")
    Record.objects.filter(interview=last).update(counted=False)
    assert text(wave) == HEADER.replace("weight,", "") + "\r\n"


def test_a_removed_interview_changes_nobody_elses_number(wave):
    places.remove(Interview.objects.order_by("id")[0].pk)
    assert [row[0] for row in csv.reader(io.StringIO(text(wave), newline=""))][1:] == ["2", "4"]


def test_invented_answers_say_so_on_every_row(wave):
    Survey.objects.update(data_kind="demonstration")
    wave.refresh_from_db()
    rows = list(csv.reader(io.StringIO(text(wave), newline="")))
    assert rows[0][:5] == ["interview", "started_at", "submitted_at", "data_kind", "weight"]
    assert [row[3] for row in rows[1:]] == ["demonstration"] * 3


def test_weights_are_those_of_the_figures(wave, client):
    Respondent(client).finish()
    rows = list(csv.DictReader(io.StringIO(text(wave), newline="")))
    assert [(row["sex"], row["weight"]) for row in rows] == [
        ("F", "0.750000"), ("H", "1.500000"), ("X", "1.000000"), ("F", "0.750000"),
    ]  # fmt: skip
    weighted = 100 * sum(float(row["weight"]) for row in rows if row["q1_site"] == "1") / 4
    assert aggregate(wave).estimates.get(figure__code="site").percent == pytest.approx(weighted)


def test_without_weights_there_is_no_column_of_them(wave):
    Interview.objects.filter(pk=Interview.objects.order_by("id")[1].pk).update(is_test=True)  # the only man
    assert text(wave).splitlines()[0] == HEADER.replace("weight,", "")


def test_the_same_snapshot_gives_the_same_bytes(wave):
    assert text(wave) == text(wave)


def test_one_statement_reads_everybody(wave):
    with CaptureQueriesContext(connection) as of_three:
        text(wave)
    Interview.objects.filter(pk=Interview.objects.order_by("id")[3].pk).update(is_test=True)
    with CaptureQueriesContext(connection) as of_two:
        text(wave)
    # The savepoint and its end, the count, the code frames, the weighting’s bounds (twice), codes and margins, the time limit, one cursor.
    assert len(of_three) == len(of_two) == 10


def test_a_missing_record_stops_the_export_and_leaves_no_file(wave, tmp_path):
    Record.objects.filter(interview=Interview.objects.order_by("id")[0]).delete()
    with pytest.raises(RecordsDisagree):
        export_csv(wave, tmp_path / "interviews.csv", CsvOptions())
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_the_file_whole(wave, tmp_path, capsys):
    path = tmp_path / "interviews.csv"
    path.write_text("an earlier export")
    call_command("export", "petite-etude", "v1", output=path, format="csv", separator=";")
    assert path.read_text(encoding="utf-8").splitlines()[0] == HEADER.replace(",", ";")
    assert path.stat().st_mode & 0o077 == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["interviews.csv"]
    assert "3" in capsys.readouterr().out


def test_in_a_folder_the_file_gets_its_usual_name(wave, tmp_path):
    Survey.objects.update(data_kind="demonstration")
    call_command("export", "petite-etude", "v1", output=tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["petite-etude-v1-demonstration.csv"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"format": "sav"}, "“sav”; known: csv"),
        ({"separator": "|"}, "a comma, a semicolon or a tab"),
        ({"output": Path("/nowhere/at/all.csv")}, "/nowhere/at/all.csv cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(wave, tmp_path, options, says):
    from django.utils.translation import override

    with override("en"), pytest.raises(CommandError, match=says):
        call_command("export", "petite-etude", "v1", **{"output": tmp_path / "x.csv", **options})
