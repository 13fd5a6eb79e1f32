"""Open answers that people coded: they count in figures and tables, and the record stays as it was answered."""

import subprocess
import sys
import zipfile

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from reports.aggregation import aggregate
from reports.models import CodeFrame, Coding, Estimate
from reports.releases.evidence import evidence_of_wave
from reports.tables.people import people_of
from respondents.models import Record
from tests.worlds import SMALL, Respondent, open_wave

pytestmark = pytest.mark.django_db

CODES = [{"code": "prix", "label": {"fr": "Le prix", "en": "The price"}, "choice": ""},
         {"code": "mobile", "label": {"fr": "Un mobile", "en": "A phone"}, "choice": "appli"}]  # fmt: skip
FIGURES = (
    SMALL["figures"].rstrip()
    + """
        app,F3,utilisent une application,use an app,"selected(${q1}, 'appli')",all,,
        price,F4,parlent du prix,speak of the price,"selected(${q1_texte}, 'prix')",all,counts_as_no,
    """
)
SAID = ("Mon téléphone", "mon  TELEPHONE", "C’est trop cher")


@pytest.fixture
def wave(client):
    """Five people: two use a site, three something else of which they say what it is."""
    wave = open_wave(figures=FIGURES)
    for sex in ("F", "H"):
        Respondent(type(client)()).finish(profil={"sex": sex, "years": "44"})
    for text, sex in zip(SAID, ("H", "F", "H"), strict=True):
        person = Respondent(type(client)())
        person.finish(profil={"sex": sex, "years": "44"}, usages={"q1": ["autre"], "q1_texte": text})
    return wave


@pytest.fixture
def frame(wave):
    return CodeFrame.objects.create(survey=wave.survey, question="q1_texte", codes=CODES)


def code(frame, text, *codes, by=None):
    coder = by or User.objects.get_or_create(username="ana")[0]
    who = Record.objects.get(extra__q1_texte=text).interview
    return Coding.objects.create(frame=frame, interview=who, codes=list(codes), by=coder, at=timezone.now())


def estimates(wave):
    aggregate(wave)
    return {each.figure.code: (each.selected, each.n) for each in Estimate.objects.select_related("figure")}


def test_coded_answers_count_and_the_records_stay_as_they_were_answered(wave, frame):
    before = sorted(bytes(each) for each in Record.objects.values_list("codes", flat=True))
    assert estimates(wave)["app"] == (0, 5)
    code(frame, SAID[0], "mobile")
    code(frame, SAID[1], "mobile")
    code(frame, SAID[2], "prix")
    found = estimates(wave)
    assert found["app"] == (2, 5)
    assert found["price"] == (1, 5)
    assert found["site"] == (2, 5)
    assert sorted(bytes(each) for each in Record.objects.values_list("codes", flat=True)) == before


def test_two_who_disagree_count_for_nothing_until_it_is_settled(wave, frame):
    other = User.objects.create(username="ben")
    code(frame, SAID[2], "prix")
    code(frame, SAID[2], "mobile", by=other)
    assert estimates(wave)["price"] == (0, 5)
    Coding.objects.filter(by=other).delete()
    assert estimates(wave)["price"] == (1, 5)


def test_a_table_counts_the_codes_of_an_open_question(wave, frame):
    code(frame, SAID[2], "prix")
    people = people_of(wave, weighted=False)
    assert [choice.name for choice in people.questionnaire.questions["q1_texte"].choices] == ["prix", "mobile"]
    assert people.dataset.columns(["q1_texte"])["q1_texte"].ticked["prix"].sum() == 1


def test_the_evidence_proves_coded_figures_and_holds_no_text_of_anybody(wave, frame, tmp_path):
    code(frame, SAID[0], "mobile")
    code(frame, SAID[2], "prix")
    aggregate(wave)
    found = evidence_of_wave(wave, "fr")
    path = tmp_path / "evidence.zip"
    path.write_bytes(found.content)
    with zipfile.ZipFile(path) as archive:
        assert not any(
            word in archive.read(name).lower() for name in archive.namelist() for word in (b"trop cher", b"telephone", b'phone"')
        )
        (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
        assert b"prix" in archive.read("records.csv")
    done = subprocess.run([sys.executable, tmp_path / "verify.py", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_coding_is_never_changed_and_goes_with_the_record(wave, frame):
    made = code(frame, SAID[2], "prix")
    with pytest.raises(IntegrityError), transaction.atomic():
        Coding.objects.update(codes=["mobile"])
    Record.objects.filter(interview=made.interview_id).delete()
    assert not Coding.objects.exists()
