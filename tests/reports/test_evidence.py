"""The evidence of the reference study proves every figure, and one flipped answer is caught."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile

import pytest

from reports.aggregation import aggregate
from reports.dataset import RecordsDisagree
from reports.releases.evidence import evidence_of_wave
from reports.releases.verify import verify
from respondents.models import Interview
from tests.reports.panel import interview, people

MADE = []  # the evidence made twice: bringing 2,032 people in costs seconds, and what is read of it needs no database


@pytest.fixture
def made(request, db):
    """The evidence of the reference study, made twice; figures of other interviews than those stored are no evidence."""
    if not MADE:
        wave = request.getfixturevalue("wave")
        interview(wave, people())
        aggregate(wave)
        MADE[:] = [evidence_of_wave(wave, "fr"), evidence_of_wave(wave, "fr")]
        Interview.objects.filter(pk=Interview.objects.filter(wave=wave).values("pk")[:1]).update(revision=99)
        with pytest.raises(RecordsDisagree):
            evidence_of_wave(wave, "fr")
    return MADE


@pytest.fixture
def evidence(made, tmp_path):
    file = tmp_path / "evidence.zip"
    file.write_bytes(made[0].content)
    return made[0], file


def changed(file, name, change):
    """Write the evidence anew with one file changed."""
    with zipfile.ZipFile(file) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    files[name] = change(files[name])
    with zipfile.ZipFile(file, "w") as archive:
        for each, content in files.items():
            archive.writestr(each, content)


def differing(file):
    return [line for is_equal, line in verify(str(file)) if not is_equal]


def test_every_figure_comes_out_of_the_evidence_alone(evidence, tmp_path):
    made, file = evidence
    assert differing(file) == []
    with zipfile.ZipFile(file) as archive:
        archive.extract("verify.py", tmp_path)
        assert hashlib.sha256(archive.read("manifest.json")).hexdigest() == made.sha256
    alone = subprocess.run([sys.executable, "-I", "verify.py", "evidence.zip"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (alone.returncode, alone.stdout.splitlines()[-1]) == (0, "All equal.")


def test_one_flipped_answer_is_caught_by_its_file_and_by_its_figures(evidence):
    _, file = evidence

    def flip(content):
        header, first, *rest = content.decode().splitlines()
        cells = dict(zip(header.split(","), first.split(","), strict=True))
        cells["q7_mes_connait"] = "0" if cells["q7_mes_connait"] == "1" else "1"
        return "\n".join([header, ",".join(cells.values()), *rest, ""]).encode()

    changed(file, "records.csv", flip)
    found = differing(file)
    assert any(line.startswith("file records.csv") for line in found)
    assert any(line.startswith("know:") for line in found)


def test_one_figure_printed_otherwise_is_caught(evidence):
    _, file = evidence

    def raise_by_one(content):
        figures = json.loads(content)
        figures["figures"][1]["printed"] = "79\u00a0%"
        return json.dumps(figures).encode()

    changed(file, "figures.json", raise_by_one)
    assert "appointment: printed 79\u00a0%" in differing(file)


def test_weights_that_are_not_the_margins_are_caught(evidence):
    _, file = evidence

    def heavier(content):
        header, first, *rest = content.decode().splitlines()
        *cells, weight = first.split(",")
        return "\n".join([header, ",".join([*cells, str(float(weight) * 1.5)]), *rest, ""]).encode()

    changed(file, "records.csv", heavier)
    assert any(line.startswith("margin sex") for line in differing(file))
    assert any(line.startswith("weights:") for line in differing(file))


def test_the_same_interviews_give_the_same_bytes(made):
    first, again = made
    assert first.content == again.content


def test_nothing_tells_who_came_when(evidence):
    _, file = evidence
    with zipfile.ZipFile(file) as archive:
        header, *people = csv.reader(archive.read("records.csv").decode().splitlines())
    assert people == sorted(people)
    assert not {"interview", "started_at", "resp_id"} & set(header)


def test_the_archive_reads_by_itself(evidence):
    made, _ = evidence
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        texts = ["README.txt", "figures.csv", "figures.json", "manifest.json", "margins.csv", "records.csv", "study.json"]
        assert sorted(archive.namelist()) == [*texts, "verify.R", "verify.py"]
        assert json.loads(archive.read("figures.json"))["n"] == 2032
