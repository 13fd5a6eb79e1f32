"""Evidence of bounded weights, people left out, every kind of figure and two versions: proven in Python and in R, every change caught."""

import csv
import io
import json
import shutil
import zipfile

import pytest

from reports.aggregation import aggregate
from reports.releases.evidence import NUMBERS, evidence_of_wave
from reports.releases.verify import verify
from reports.study import store_study
from tests.reports.panel import interview, people
from tests.reports.releases.test_verifying import beside_the_files, change, in_r
from tests.reports.test_measures import with_more
from tests.reports.test_two_versions import wave as two_versions  # noqa: F401 -- a fixture
from tests.worlds import sheet

pytestmark = pytest.mark.django_db
IN_R = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
BOUNDED = """
    wave,code,variables,low,high,missing
    2023,main,,0.4,2.2,left_out
"""


@pytest.fixture
def file(tmp_path):
    """The evidence of a third of the panel, bounded weights, eight people left out, figures of every kind."""
    wave = store_study({**with_more(), "weightings": sheet("weightings", BOUNDED)}).waves.get(code="2023")
    wave.move_to("live")
    some = people()[::3]
    interview(wave, [{**person, "agglo": ""} if number % 90 == 0 else person for number, person in enumerate(some)])
    assert aggregate(wave).refusal == {}
    path = tmp_path / "evidence.zip"
    path.write_bytes(evidence_of_wave(wave, "fr").content)
    return path


def differing(file):
    return [line for is_equal, line in verify(str(file)) if not is_equal and not line.startswith("file ")]


def published(file):
    with zipfile.ZipFile(file) as archive:
        return {figure["code"]: figure for figure in json.loads(archive.read("figures.json"))["figures"]}


def rewritten(text, change_row):
    """Return a sheet with its rows changed one by one; a row may be dropped by returning None."""
    header, *rows = csv.reader(io.StringIO(text))
    kept = [row for number, cells in enumerate(rows) if (row := change_row(number, dict(zip(header, cells, strict=True))))]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *(row.values() for row in kept)])
    return out.getvalue()


def drop_a_person(text):
    return rewritten(text, lambda number, row: None if number == 40 else row)


def move_weights_where_margins_and_shares_hold(text):
    """Two people of the same answers but one mark change their weights by as much: every margin of the weighting still holds."""
    rows = list(csv.DictReader(io.StringIO(text)))
    keys = [tuple(value for name, value in row.items() if name in ("sex", "age", "region", "pcs", "agglo")) for row in rows]
    first, second = next((i, j) for i in range(len(rows)) for j in range(i) if keys[i] == keys[j] and float(rows[i]["(weight)"]) > 0)
    by = {first: 0.01, second: -0.01}
    return rewritten(text, lambda number, row: {**row, "(weight)": repr(float(row["(weight)"]) + by.get(number, 0))})


def test_every_number_of_every_kind_is_proven(file):
    figures = published(file)
    assert {figure["kind"] for figure in figures.values()} == {"share", "mean", "median", "score"}
    assert differing(file) == []
    with zipfile.ZipFile(file) as archive:
        weights = [float(row["(weight)"]) for row in csv.DictReader(io.StringIO(archive.read("records.csv").decode()))]
    assert weights.count(0.0) == 8
    assert 0.4 < min(weight for weight in weights if weight) < max(weights) < 2.2


@pytest.mark.parametrize("code", ["appointment", "visits", "middle", "nps"])
def test_each_number_changed_is_caught(file, code):
    whole = file.read_bytes()
    told = [name for name in NUMBERS if published(file)[code][name] is not None]
    assert len(told) >= 7
    for name in told:

        def raise_it(text, name=name):
            content = json.loads(text)
            next(figure for figure in content["figures"] if figure["code"] == code)[name] += 0.001
            return json.dumps(content)

        file.write_bytes(whole)
        change(file, "figures.json", raise_it)
        assert any(line.startswith(f"{code}:") for line in differing(file)), name


def test_a_person_dropped_and_a_weight_moved_are_caught(file):
    whole = file.read_bytes()
    for how in (drop_a_person, move_weights_where_margins_and_shares_hold):
        file.write_bytes(whole)
        change(file, "records.csv", how)
        assert any(line.startswith(("people", "weights")) for line in differing(file))


@IN_R
def test_r_proves_the_same_and_catches_the_same(file):
    code, said = in_r(file)
    assert (code, said.splitlines()[-1], beside_the_files(said)) == (0, "All equal.", [])
    whole = file.read_bytes()

    def raise_the_margin(text):
        return rewritten(
            text, lambda _, row: {**row, "margin": repr(float(row["margin"]) + 0.001) if row["code"] == "visits" else row["margin"]}
        )

    for name, how in (
        ("records.csv", drop_a_person),
        ("records.csv", move_weights_where_margins_and_shares_hold),
        ("figures.csv", raise_the_margin),
    ):
        file.write_bytes(whole)
        change(file, name, how)
        code, said = in_r(file)
        assert code == 1
        assert beside_the_files(said) != []


def test_those_whose_version_asked_another_question_are_not_counted_in_the_proof(two_versions, tmp_path):  # noqa: F811 -- a fixture
    two_versions.survey.figures.filter(code="site").update(selection="${q3} = 12")
    aggregate(two_versions)
    path = tmp_path / "evidence.zip"
    path.write_bytes(evidence_of_wave(two_versions, "fr").content)
    assert {code: figure["n"] for code, figure in published(path).items()} == {"satisfied": 4, "site": 2}
    assert differing(path) == []
    if shutil.which("Rscript"):
        assert in_r(path)[0] == 0
