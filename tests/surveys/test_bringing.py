"""Questionnaires of other programs come in by a command and a screen, with their report; ours go out to Kobo and ODK."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils.translation import override

from reports.study import load_study, store_study
from surveys.core.files import read_workbook, write_workbook
from surveys.models import Questionnaire, Survey, Wave
from tests.staff import history, log_in
from tests.surveys.core.foreign.forms import kobo
from tests.surveys.core.foreign.lime import lss
from tests.worlds import study

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


STAFF = ("surveys.add_survey", "surveys.change_survey", "surveys.view_survey", "surveys.view_questionnaire")
ENGLISH = {"Accept-Language": "en"}
FORM = {
    "title": "About <b>trains</b>",
    "pages": [{"name": "p", "elements": [
        {"type": "radiogroup", "name": "q", "title": "<script>alert(1)</script>Fine?", "choices": ["a", "b"]},
        {"type": "signaturepad", "name": "<i>sign</i>"},
        {"type": "text", "name": "why", "visibleIf": "{q} = 'a'"},
    ]}],
}  # fmt: skip
SURVEYJS = json.dumps(FORM).encode()


def look(client, content=SURVEYJS, name="form.json"):
    return client.post("/admin/workshop/bring/", {"file": SimpleUploadedFile(name, content)}, headers=ENGLISH)


def create(client, page, **changes):
    form = page.context["create"]
    given = {"title": form.initial["title"], "address": form.initial["address"], "study": form.initial["study"], "create": "1", **changes}
    return client.post("/admin/workshop/bring/", given, headers=ENGLISH)


def test_a_form_is_looked_at_and_then_made_a_study_in_draft(client):
    log_in(client, *STAFF)
    page = look(client)
    assert page.status_code == 200
    assert Survey.objects.count() == 0
    assert page.context["asked"] == 3
    assert {place[0] for place in page.context["missed"]} == {"<i>sign</i>", "q"}
    response = create(client, page, title="About trains", address="trains")
    survey = Survey.objects.get()
    assert response.url == f"/admin/surveys/survey/{survey.pk}/change/"
    assert (survey.title, survey.slug, survey.waves.get().state) == ("About trains", "trains", Wave.State.DRAFT)
    assert list(survey.questionnaires.get().definition().questions) == ["consent", "q", "why"]
    assert history(survey) == ["Brought in from another program."]


def test_what_the_file_says_is_shown_literally(client):
    page = look(log_in(client, *STAFF)).content.decode()
    assert "<script>alert" not in page
    assert "<i>sign" not in page
    assert "&lt;i&gt;sign&lt;/i&gt;" in page


def test_a_workbook_of_kobo_and_a_survey_of_limesurvey_come_in_too(client, tmp_path):
    log_in(client, *STAFF)
    file = tmp_path / "kobo.xlsx"
    write_workbook(kobo("| survey |\n| | type | name | label |\n| | text | q | Name? |\n| | geopoint | g | Where? |"), file)
    page = look(client, file.read_bytes(), "kobo.xlsx")
    assert [place[:3] for place in page.context["missed"]] == [("survey", "3", "type")]
    page = look(client, lss({"type": "Y", "code": "Q1"}), "limesurvey.lss")
    assert create(client, page, address="lime").status_code == 302


def test_its_sheets_can_be_downloaded_and_loaded(client, tmp_path):
    page = look(log_in(client, *STAFF))
    response = client.post(
        "/admin/workshop/bring/", {"title": "T", "address": "t", "study": page.context["create"].initial["study"], "download": "1"}
    )
    file = tmp_path / "t.xlsx"
    file.write_bytes(b"".join(response.streaming_content))
    assert load_study(file).slug == "t"


@pytest.mark.parametrize(("name", "content"), [("a.xls", b"x"), ("a.json", b"{"), ("a.lss", b"<a"), ("a.xlsx", b"PK"), ("a.json", b"[" * 100_000), ("a.lss", b"")])  # fmt: skip
def test_what_is_not_readable_is_refused_in_a_sentence(client, name, content):
    page = look(log_in(client, *STAFF), content, name)
    assert page.status_code == 422
    assert Survey.objects.count() == 0


def test_a_study_is_not_made_from_a_page_that_was_changed_nor_at_an_address_that_is_taken(client):
    log_in(client, *STAFF)
    page = look(client)
    changed = create(client, page, study=page.context["create"].initial["study"] + "x")
    assert (changed.status_code, "This page is too old: bring the file in again." in changed.content.decode()) == (422, True)
    assert create(client, page).status_code == 302
    again = create(client, page)
    assert (again.status_code, Survey.objects.count()) == (422, 1)


def test_only_those_who_may_add_a_study_bring_one_in(client):
    assert look(log_in(client, "surveys.view_survey")).status_code == 403
    log_in(client, "surveys.add_survey")
    assert create(client, look(client)).status_code == 403


def test_a_questionnaire_is_downloaded_for_kobo_and_comes_back_as_it_is(client, tmp_path):
    from pyxform.xls2xform import convert

    store_study(study())
    questionnaire = Questionnaire.objects.get()
    log_in(client, *STAFF)
    assert f"/admin/workshop/questionnaires/{questionnaire.pk}/xlsform/" in client.get(f"/admin/surveys/questionnaire/{questionnaire.pk}/change/").content.decode()  # fmt: skip
    response = client.get(f"/admin/workshop/questionnaires/{questionnaire.pk}/xlsform/")
    file = tmp_path / "kobo.xlsx"
    file.write_bytes(b"".join(response.streaming_content))
    assert convert(file).xform.startswith("<?xml")
    assert response["Content-Disposition"] == 'attachment; filename="petite-etude-1-xlsform.xlsx"'


def test_the_commands_bring_in_and_take_out(tmp_path):
    store_study(study())
    call_command("export_xlsform", "petite-etude", str(tmp_path / "out.xlsx"), stdout=io.StringIO())
    said = io.StringIO()
    call_command("import_study", str(tmp_path / "out.xlsx"), "--output", str(tmp_path / "back"), stdout=said)
    assert said.getvalue().splitlines() == [f"Written: {tmp_path / 'back'}"]
    back = read_workbook(tmp_path / "back")
    assert {name: (back[name].header, back[name].rows) for name in ("survey", "choices", "bases", "waves", "margins")} == {
        name: (sheet.header, sheet.rows) for name, sheet in study().items() if name in ("survey", "choices", "bases", "waves", "margins")
    }


def test_the_command_guesses_the_format_and_says_what_was_left_out(tmp_path):
    (tmp_path / "form").write_bytes(SURVEYJS)
    said = io.StringIO()
    call_command("import_study", str(tmp_path / "form"), "--output", str(tmp_path / "study"), stdout=said)
    assert "Left out:" in said.getvalue()
    assert "  <i>sign</i>, type: <i>sign</i> (signaturepad) is not asked" in said.getvalue()
    assert load_study(tmp_path / "study").title == "About trains"
    (tmp_path / "noise").write_bytes(b"noise")
    with pytest.raises(CommandError, match="Not a format that is known here"):
        call_command("import_study", str(tmp_path / "noise"), "--output", str(tmp_path / "x"))
