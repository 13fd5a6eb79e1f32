"""A study checked before the field: from the command line, in the admin, and when it would be published."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from reports.study import store_study
from surveys.core.files import write_workbook
from surveys.core.fingerprint import fingerprint
from surveys.core.workbook import StudyRefused
from surveys.models import Questionnaire
from tests.staff import log_in
from tests.worlds import changed, study

pytestmark = pytest.mark.django_db

NEVER = ("not(selected(${q1}, 'aucun'))", "${years} < 12")
IMPOSSIBLE_PAGE = changed("survey", *NEVER)


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def run(*arguments):
    out = StringIO()
    try:
        call_command("check_study", *map(str, arguments), stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def spoil(questionnaire):
    """Give the page of q2 a condition that nobody meets, as an edit would."""
    page = questionnaire.pages.get(name="avis")
    page.cells["relevant"] = NEVER[1]
    page.save()
    Questionnaire.objects.filter(pk=questionnaire.pk).update(fingerprint=fingerprint(questionnaire.workbook()))


def test_a_sound_folder_is_checked_without_being_stored(tmp_path):
    write_workbook(study(), tmp_path / "study")
    code, said = run(tmp_path / "study")
    assert code == 0
    assert "0 error(s), 1 warning(s)." in said
    assert "Longest path found: accueil → profil → usages → avis → fin." in said
    assert not Questionnaire.objects.exists()


def test_an_error_is_named_with_its_place_and_the_command_fails(tmp_path):
    write_workbook(study(**IMPOSSIBLE_PAGE), tmp_path / "study.xlsx")
    code, said = run(tmp_path / "study.xlsx", "--format", "json")
    found = json.loads(said)
    assert code == 1
    mistakes = {(error["sheet"], error["row"], error["column"]): error["message"] for error in found["errors"]}
    assert mistakes["survey", 14, "relevant"] == "Nobody reaches this page: its condition can never hold there."
    assert found["lengths"] == {}


def test_a_stored_study_is_checked_as_it_stands():
    store_study(study())
    code, said = run("petite-etude", "--format", "json")
    found = json.loads(said)
    assert (code, found["errors"]) == (0, [])
    assert found["lengths"]["fr"]["longest"]["questions"] == 7
    assert found["longest_path"] == ["accueil", "profil", "usages", "avis", "fin"]


def test_a_study_with_an_error_is_not_loaded():
    with pytest.raises(StudyRefused, match="Nobody reaches this page"):
        store_study(study(**IMPOSSIBLE_PAGE))
    assert not Questionnaire.objects.exists()


def test_a_quota_on_a_category_that_no_answer_gives_is_refused():
    sheets = changed("survey", "${years} < 40, 'jeune'", "${years} < 18, 'jeune'")
    margins = "wave,variable,category,percent,source\nv1,age,jeune,50,Insee\nv1,age,ancien,50,Insee"
    quotas = "wave,name,variables,kind,tolerance_percent,tolerance_min,minimum_only\nv1,age,age,hard,0,0,"
    with pytest.raises(StudyRefused, match="Nobody who ends the interview can be age = jeune"):
        store_study(study(**sheets, margins=margins, quotas=quotas))


def test_a_figure_whose_selection_contradicts_its_base_is_refused():
    with pytest.raises(StudyRefused, match="Nobody in the base users can be selected"):
        store_study(study(**changed("figures", "${q2} = '1',users", "\"selected(${q1}, 'aucun')\",users")))


def test_an_error_keeps_a_version_from_being_published():
    wave = store_study(study()).waves.get(code="v1")
    spoil(wave.questionnaire)
    with pytest.raises(ValidationError) as refused:
        wave.move_to("live")
    assert refused.value.messages[0] == "This questionnaire cannot be published yet:"
    assert "row 14, column relevant: Nobody reaches this page" in refused.value.messages[1]
    wave.refresh_from_db()
    assert (wave.state, wave.questionnaire.published_at) == ("draft", None)


def test_the_admin_shows_errors_warnings_minutes_and_who_reaches_what(client):
    questionnaire = store_study(study()).questionnaires.get()
    address = reverse("admin:surveys_questionnaire_check", args=[questionnaire.pk])
    log_in(client, "surveys.view_questionnaire")
    assert address in client.get(reverse("admin:surveys_questionnaire_change", args=[questionnaire.pk])).content.decode()
    shown = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "No error: this version can be published." in shown
    assert "1 warning" in shown
    assert "by everybody" in shown
    spoil(questionnaire)
    shown = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "1 error: it keeps this version from being published" in shown
    assert "It is estimated once there is no error." in shown


def test_only_those_who_may_see_questionnaires_see_their_check(client):
    questionnaire = store_study(study()).questionnaires.get()
    assert (
        log_in(client, "surveys.view_margin").get(reverse("admin:surveys_questionnaire_check", args=[questionnaire.pk])).status_code == 403
    )
