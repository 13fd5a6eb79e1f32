"""A publication's evidence proves it, in Python and in R; one flipped answer, figure or weight is caught by both."""

import json
import re
import shutil
import subprocess
import zipfile

import pytest
from django.core.management import CommandError, call_command

from reports.aggregation import aggregate
from reports.models import Release, ReleaseEvent
from reports.releases.checking import evidence_in, remember_what_is_gone
from reports.releases.evidence import HERE
from reports.tasks import catch_up
from tests.reports.releases.test_publishing import read, remove_some

pytestmark = pytest.mark.django_db
WAVE = ("numerique-en-sante", "2023")


@pytest.fixture
def file(done, tmp_path):
    """The evidence of the wave's first publication, as a file."""
    call_command("publish", *WAVE)
    path = tmp_path / "evidence.zip"
    path.write_bytes(evidence_in(Release.objects.get()))
    return path


def change(file, name, how):
    with zipfile.ZipFile(file) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    files[name] = how(files[name].decode()).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for each, content in files.items():
            archive.writestr(each, content)


def first_person(change_cell):
    """Return a change of the first person's cells, given by name."""

    def how(text):
        header, first, *rest = text.split("\n")
        cells = dict(zip(header.split(","), first.split(","), strict=True))
        change_cell(cells)
        return "\n".join([header, ",".join(cells.values()), *rest])

    return how


def flip(cells):
    cells["q7_mes_connait"] = "0" if cells["q7_mes_connait"] == "1" else "1"


def make_heavier(cells):
    cells["(weight)"] = repr(1.5 * float(cells["(weight)"]))


def print_another(text):
    return re.sub("[0-9]+(?=\u00a0%)", "99", text, count=1)


# What is changed, in the file that Python reads and in the one that R reads.
CHANGES = (
    ("records.csv", "records.csv", first_person(flip)),
    ("records.csv", "records.csv", first_person(make_heavier)),
    ("figures.json", "figures.csv", print_another),
)


def verified(capsys, file, *options):
    capsys.readouterr()
    try:
        call_command("verify_release", str(file), *options)
    except SystemExit as ended:
        return ended.code, capsys.readouterr().out
    return 0, capsys.readouterr().out


def beside_the_files(said):
    """Return what differs by computation, whatever the fingerprints say."""
    return [
        line for line in said.splitlines() if line.startswith("DIFFERS") and not line.startswith(("DIFFERS file", "DIFFERS fingerprint"))
    ]


def in_r(file):
    script = file.with_name("verify.R")
    script.write_bytes((HERE / "verify.R").read_bytes())
    done = subprocess.run(["Rscript", str(script), str(file)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_evidence_of_a_publication_is_proven(capsys, file):
    code, said = verified(capsys, file, "--sha256", Release.objects.get().sha256)
    assert (code, said.splitlines()[-1]) == (0, "All equal.")


def test_another_file_is_not_the_one_that_was_published(capsys, file):
    code, said = verified(capsys, file, "--sha256", "0" * 64)
    assert code == 1
    assert said.startswith("DIFFERS fingerprint")


def test_each_change_is_caught_by_what_is_computed(capsys, file):
    whole = file.read_bytes()
    for name, _, how in CHANGES:
        file.write_bytes(whole)
        change(file, name, how)
        code, said = verified(capsys, file)
        assert code == 1
        assert beside_the_files(said) != []


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r_finds_the_same_and_the_same_changes(file):
    code, said = in_r(file)
    assert (code, said.splitlines()[-1]) == (0, "All equal.")
    assert said.count("equal ") > 50
    whole = file.read_bytes()
    for _, name, how in CHANGES:
        file.write_bytes(whole)
        change(file, name, how)
        code, said = in_r(file)
        assert code == 1
        assert beside_the_files(said) != []


def test_what_is_no_evidence_is_said_to_be_none(tmp_path):
    with pytest.raises(CommandError):
        call_command("verify_release", str(tmp_path / "nothing.zip"))
    with pytest.raises(CommandError):
        call_command("verify_release", "a", "b")


def test_a_stored_publication_is_held_against_the_interviews_of_today(capsys, client, done):
    call_command("publish", *WAVE)
    capsys.readouterr()
    call_command("verify_release", *WAVE, "1")
    assert "donnent les mêmes chiffres" in capsys.readouterr().out
    assert not ReleaseEvent.objects.exists()


def test_people_erased_since_reopen_nothing_and_the_page_says_so(capsys, client, done):
    call_command("publish", *WAVE)
    figures = json.dumps(Release.objects.get().figures)
    remove_some(done, 5)
    catch_up()
    assert ReleaseEvent.objects.get().people == 5
    capsys.readouterr()
    call_command("verify_release", *WAVE, "1")
    call_command("verify_release", *WAVE, "1")
    said = capsys.readouterr().out
    assert "5 de celles publiées ne sont plus conservées telles quelles" in said
    assert "appointment" in said
    assert ReleaseEvent.objects.get().people == 5
    assert json.dumps(Release.objects.get().figures) == figures
    assert "parmi les personnes interrogées\u00a0: 5." in read(client)


def test_a_question_that_a_new_figure_brings_in_makes_nobody_look_erased(client, done):
    call_command("publish", *WAVE)
    figure = done.survey.figures.get(code="appointment")
    figure.pk, figure.code, figure.row, figure.selection = None, "situated", 99, "${situation} = '1'"
    figure.save()
    aggregate(done)
    remember_what_is_gone(done)
    assert not ReleaseEvent.objects.exists()
    remove_some(done, 2)
    aggregate(done)
    remember_what_is_gone(done)
    assert ReleaseEvent.objects.get().people == 2
