"""An oversample in what is published: it comes back to its true share before the raking, and the evidence proves it."""

import json
import shutil
import subprocess
import sys
import zipfile

import pytest

from reports.aggregation import aggregate
from reports.exports import CsvOptions, write_csv
from reports.models import Estimate
from reports.releases.evidence import evidence_of_wave
from reports.study import check_study
from reports.tables.people import people_of
from tests.worlds import SMALL, Respondent, open_wave, study

MARGINS = (
    SMALL["margins"].rstrip()
    + """
        v1,age,jeune,50,Insee
        v1,age,ancien,50,Insee
    """
)
WEIGHTINGS = """
    wave,code,variables,low,high,design,missing,imported
    v1,main,,,,age,,
"""


@pytest.fixture
def wave(client):
    """Thirty-two people, half of each sex: twenty-four young, who use an application, and eight others, who use a site."""
    wave = open_wave(margins=MARGINS, weightings=WEIGHTINGS)
    for place in range(32):
        sex, years, tool = "FH"[place % 2], *(("25", "appli") if place < 24 else ("60", "site"))
        Respondent(type(client)()).finish(profil={"sex": sex, "years": years}, usages={"q1": [tool]})
    return wave


@pytest.mark.django_db
def test_an_oversample_comes_back_to_its_share_everywhere_and_the_evidence_proves_it(wave, tmp_path):
    aggregation = aggregate(wave)
    site = Estimate.objects.get(figure__code="site")
    assert (site.raw_percent, round(site.percent, 10)) == (25.0, 50.0)
    assert (round(aggregation.min_weight, 10), round(aggregation.max_weight, 10)) == (round(2 / 3, 10), 2.0)
    assert people_of(wave).weights.max() == pytest.approx(2.0)
    with (tmp_path / "people.csv").open("wb") as file:
        write_csv(wave, file, CsvOptions())
    assert (tmp_path / "people.csv").read_text().count(",2.000000,") == 8

    found, path = evidence_of_wave(wave, "fr"), tmp_path / "evidence.zip"
    path.write_bytes(found.content)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    assert json.loads((tmp_path / "study.json").read_text())["weighting"]["design"]["weights"] == {"jeune": 0.5 / 0.75, "ancien": 2.0}
    for verifier in ([sys.executable, "verify.py"], *([["Rscript", "verify.R"]] if shutil.which("Rscript") else [])):
        done = subprocess.run([*verifier, path], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.django_db
def test_the_receipt_says_that_the_oversample_was_brought_back(client, wave):
    aggregate(wave)
    page = client.get("/results/petite-etude/v1/figures/site/", headers={"Accept-Language": "en"}, follow=True).content.decode()
    assert "the oversample first brought back to its share (" in page


@pytest.mark.parametrize(("design", "said"), [
    ("sex", "is not a single question"), ("q3", "is not a single question"), ("nowhere", "is not a single question"), ("age", "has no row"),
])  # fmt: skip
def test_what_a_published_weight_cannot_start_from_is_refused(design, said):
    draft = check_study(study(weightings=WEIGHTINGS.replace("age", design)))
    assert [said in str(mistake) for mistake in draft.report.mistakes] == [True]
