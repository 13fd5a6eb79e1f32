"""The staff's page of publications: what is missing in red, one button, files and a dossier for those who may have them."""

import csv
import io
import json
import zipfile

import pytest
from django.core.management import call_command

from reports.models import Release
from tests.staff import history, log_in

pytestmark = pytest.mark.django_db
PUBLISH = ("reports.view_release", "reports.add_release")
QUERIES = 23
FRENCH = {"Accept-Language": "fr"}


def test_one_button_publishes_and_it_is_written_down(client, done):
    log_in(client, *PUBLISH)
    page = f"/admin/results/{done.pk}/release/"
    call_command("aggregate", "numerique-en-sante", "2023")
    read = client.get(page, headers=FRENCH).content.decode()
    assert read.count("<li>La nature et la valeur de la gratification") == 1
    assert '<li class="blocking">' not in read
    assert client.post(page, {"number": "1"}, headers=FRENCH).status_code == 302
    assert Release.objects.get().by.username == "staff0"
    assert history(done)[-1] == "Publié\u00a0: n°\u00a01, /results/numerique-en-sante/2023/releases/1/"
    again = client.post(page, {"number": "1"}, headers=FRENCH)  # a double click, or somebody else's page from before
    assert (again.status_code, Release.objects.count()) == (422, 1)
    missing = client.post(page, {"number": "2"}, headers=FRENCH)
    assert "Une correction dit pourquoi" in missing.content.decode()


def test_what_is_missing_stands_in_red_and_the_button_is_off(client, done):
    done.survey.electoral_scope, done.survey.sponsor = "undecided", ""
    done.survey.save()
    page = log_in(client, *PUBLISH).get(f"/admin/results/{done.pk}/release/", headers=FRENCH).content.decode()
    assert page.count('<li class="blocking">') == 4  # nobody was computed yet, no sponsor, no reward, and nobody decided on the law
    assert page.count("Le commanditaire (feuille settings, colonne sponsor)") == 1
    assert 'value="Publier" disabled' in page


def test_who_may_only_look_publishes_nothing(client, done):
    page = f"/admin/results/{done.pk}/release/"
    assert log_in(client).get(page).status_code == 403
    log_in(client, "reports.view_release")
    assert client.get(page).status_code == 200
    assert client.post(page, {"number": "1"}).status_code == 403
    assert client.get(f"{page}dossier/").status_code == 403


def test_the_evidence_is_for_those_who_may_see_answers(client, done):
    call_command("publish", "numerique-en-sante", "2023")
    file = Release.objects.get().files.get(is_public=False)
    address = f"/admin/results/{done.pk}/release/1/{file.name}"
    assert log_in(client, "reports.view_release").get(address).status_code == 403
    response = log_in(client, "reports.view_release", "respondents.view_record").get(address, headers=FRENCH)
    assert (response.content, response["X-Content-SHA256"]) == (bytes(file.content), file.sha256)
    assert history(done)[-1] == "Preuves de la publication n°\u00a01 téléchargées."


def test_the_dossier_holds_everything_behind_the_figures(client, done):
    call_command("publish", "numerique-en-sante", "2023")
    log_in(client, "reports.download_dossier")
    response = client.get(f"/admin/results/{done.pk}/release/dossier/", headers=FRENCH)
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    named = ["README.txt", "codebook.csv", "history.csv", "manifest.json", "microdata.csv", "numerique-en-sante-2023-evidence.zip",
             "releases.json", "study.xlsx"]  # fmt: skip
    assert sorted(files) == named
    people = list(csv.DictReader(io.StringIO(files["microdata.csv"].decode())))
    assert len(people) == 678
    assert "weight" in people[0]
    assert json.loads(files["releases.json"])[0]["evidence_sha256"] == Release.objects.get().sha256
    assert set(json.loads(files["manifest.json"])["files"]) == set(named) - {"manifest.json"}
    assert history(done)[-1] == "Dossier de l’enquête téléchargé."


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_number_of_publications(client, done, django_assert_num_queries, count):
    for number in range(count):
        call_command("publish", "numerique-en-sante", "2023", reason="encore" if number else "")
    log_in(client, *PUBLISH)
    with django_assert_num_queries(QUERIES):
        client.get(f"/admin/results/{done.pk}/release/")


def test_a_withdrawal_says_why_and_stays_at_its_address(client, done):
    call_command("publish", "numerique-en-sante", "2023")
    page = f"/admin/results/{done.pk}/release/1/withdraw/"
    assert log_in(client, "reports.view_release").post(page, {"reason": "erreur"}).status_code == 403
    log_in(client, *PUBLISH).post(page, {"reason": " "})
    assert not Release.objects.get().events.exists()
    client.post(page, {"reason": "erreur de saisie"})
    read = client.get("/results/numerique-en-sante/", headers=FRENCH).content.decode()
    assert "Retirée le " in read
    assert "\u00a0: erreur de saisie" in read
    assert client.get("/results/numerique-en-sante/2023/releases/1.json").json()["release"]["events"][0]["text"] == "erreur de saisie"
