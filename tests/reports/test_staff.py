"""A study comes in whole or not at all, goes out as it came, and interviews leave by the export page."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reports.study import store_study
from respondents.models import Record
from surveys.core.files import read_workbook, write_workbook
from surveys.models import Questionnaire, Survey
from tests.staff import history, log_in
from tests.worlds import Respondent, changed, open_wave, study

pytestmark = pytest.mark.django_db

LOAD = ("surveys.add_survey", "surveys.change_survey", "surveys.view_survey")
ENGLISH = {"Accept-Language": "en"}


def upload(client, tmp_path, name="etude.xlsx", **changes):
    path = tmp_path / "study.xlsx"
    write_workbook(study(**changes), path)
    return client.post("/admin/studies/load/", {"workbook": SimpleUploadedFile(name, path.read_bytes())}, headers=ENGLISH)


def test_a_study_is_loaded_from_its_workbook(client, tmp_path):
    response = upload(log_in(client, *LOAD), tmp_path)
    survey = Survey.objects.get()
    assert response.url == f"/admin/surveys/survey/{survey.pk}/change/"
    assert survey.slug == "petite-etude"
    assert history(survey) == ["Loaded from a workbook."]


def test_every_mistake_is_listed_with_its_place_and_nothing_is_loaded(client, tmp_path):
    sheets = {**changed("figures", "${q2} = '1'", "${q9} = '1'"), **changed("waves", "2026-01-05", "soon")}
    response = upload(log_in(client, *LOAD), tmp_path, **sheets)
    assert response.status_code == 422
    assert {mistake[:3] for mistake in response.context["mistakes"]} == {("figures", 2, "selection"), ("waves", 2, "starts")}
    assert "Write a date as 2023-11-22 or 2023-11-22T08:00." in response.content.decode()
    assert "Nothing was loaded: 2 mistakes to mend in the workbook." in response.content.decode()
    assert Survey.objects.count() == Questionnaire.objects.count() == 0


def test_what_a_mistaken_workbook_says_is_shown_literally(client, tmp_path):
    sheets = changed(
        "figures",
        "utilisent un site,use a site,\"selected(${q1}, 'site')\",all",
        "utilisent un site,use a site,\"selected(${q1}, 'site')\",<script>x</script>",
    )
    page = upload(log_in(client, *LOAD), tmp_path, **sheets).content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page


@pytest.mark.parametrize(("name", "content"), [("etude.csv", b"a,b"), ("etude.xlsx", b"not a workbook"), ("etude.xlsx", b"")])
def test_what_is_no_workbook_is_refused(client, name, content):
    response = log_in(client, *LOAD).post("/admin/studies/load/", {"workbook": SimpleUploadedFile(name, content)})
    assert response.status_code == 422
    assert Survey.objects.count() == 0


def test_the_study_is_given_back_as_it_was_loaded(client, tmp_path):
    survey = store_study(study())
    response = log_in(client, *LOAD).get(f"/admin/studies/{survey.pk}/workbook/")
    assert response["Content-Disposition"] == 'attachment; filename="petite-etude.xlsx"'
    path = tmp_path / "back.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    given = {name: [dict(row.cells) for row in sheet] for name, sheet in read_workbook(path).items()}
    assert given == {name: [dict(row.cells) for row in sheet] for name, sheet in study().items()}


def test_loading_is_for_those_who_may_add_and_change_studies(client, tmp_path):
    assert upload(client, tmp_path).url.startswith("/admin/login/")
    assert upload(log_in(client, "surveys.view_survey"), tmp_path).status_code == 403
    assert upload(log_in(client, "surveys.add_survey"), tmp_path).status_code == 403
    assert upload(log_in(Client(enforce_csrf_checks=True), *LOAD), tmp_path).status_code == 403
    assert Survey.objects.count() == 0


def export(client, wave, **options):
    return client.post(f"/admin/studies/waves/{wave.pk}/export/", {"shown": "names", "separator": ";", **options}, headers=ENGLISH)


def test_the_export_page_gives_the_file_and_writes_down_who_took_it(client):
    wave = open_wave(places=10)
    Respondent(Client()).finish()
    response = export(log_in(client, "respondents.view_record"), wave, bom="on")
    assert response["Content-Disposition"] == 'attachment; filename="petite-etude-v1.csv"'
    assert "no-store" in response["Cache-Control"]
    lines = io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")).readlines()
    assert lines[0].startswith("interview;started_at;submitted_at;sex;")
    assert len(lines) == 2
    assert history(wave) == ["1 interviews exported."]


def test_records_that_disagree_are_said_and_nothing_is_exported(client):
    wave = open_wave(places=10)
    Respondent(Client()).finish()
    Record.objects.all().delete()
    response = export(log_in(client, "respondents.view_record"), wave)
    assert response.status_code == 422
    assert "Nothing was written: the stored records disagree." in response.content.decode()
    assert history(wave) == []


def test_exporting_needs_the_permission_and_a_post(client):
    wave = open_wave(places=10)
    page = f"/admin/studies/waves/{wave.pk}/export/"
    assert export(client, wave).url == f"/admin/login/?next={page}"
    assert export(log_in(client, "respondents.view_quotacell"), wave).status_code == 403
    assert export(log_in(Client(enforce_csrf_checks=True), "respondents.view_record"), wave).status_code == 403
    assert log_in(client, "respondents.view_record").get(page)["Content-Type"].startswith("text/html")
    assert export(log_in(client, "respondents.view_record"), wave, separator="|").status_code == 422
    assert history(wave) == []
