"""The fieldwork screen: its numbers, its one query, who may see it."""

import re

import pytest
from django.utils.translation import override

from respondents.field.fieldwork import fieldwork
from respondents.models import Interview, QuotaCell
from tests.staff import log_in
from tests.worlds import SMALL, Respondent, open_wave, study

pytestmark = pytest.mark.django_db

NO_QUOTAS = {"quotas": "", "margins": "", "waves": SMALL["waves"].replace(",sex\n", ",\n")}


@pytest.fixture
def wave(client):
    """Two women completed, a man in progress, a minor screened out, somebody who refused; a test apart."""
    wave = open_wave(places=10)
    Respondent(client).finish()
    Respondent(client).finish()
    Respondent(client).go_to("usages", profil={"sex": "H", "years": "30"})
    Respondent(client).finish(profil={"sex": "F", "years": "17"})
    Respondent(client).finish(accueil={"consentement": "non"})
    Respondent(client).go_to("usages")
    Interview.objects.filter(pk=Interview.objects.order_by("-id")[0].pk).update(is_test=True, cell_ids=[])
    QuotaCell.objects.filter(categories=["F"]).update(reserved=0)
    QuotaCell.objects.filter(quota__name="total").update(reserved=1)
    return wave


def shown(wave, language="en"):
    with override(language):
        return fieldwork(wave.pk)


def test_entries_are_the_sum_of_what_became_of_them_and_tests_stand_apart(wave):
    field = shown(wave)
    assert {state.value: count for state, count, _said in field.outcomes if count} == {
        "completed": 2, "reserved": 1, "screened_out": 1, "refused": 1,
    }  # fmt: skip
    assert (field.entries, field.head.tests) == (5, 1)


def test_the_whole_and_its_cells_are_the_counters(wave):
    field = shown(wave)
    whole = field.whole.progress
    assert (whole.filled, whole.target, whole.reserved, whole.to_do) == (2, 10, 1, 8)
    assert [(cell.label, cell.progress.filled, cell.progress.reserved) for cell in field.dimensions[0].cells] == [
        ("A man", 0, 1),
        ("A woman", 2, 0),
    ]


def test_cells_are_named_in_the_readers_language(wave):
    assert [cell.label for cell in shown(wave, "fr").dimensions[0].cells] == ["Un homme", "Une femme"]
    assert shown(wave, "fr").wave_label == "Vague 1"
    assert shown(wave, "en").wave_label == "Wave 1"


def test_the_title_of_a_quota_is_its_label_or_its_variables(client):
    wave = open_wave(quotas="""
        wave,name,label::Français (fr),label::English (en),variables,kind,tolerance_percent,tolerance_min,minimum_only
        v1,sex,sexe,sex,sex,hard,0,0,
    """)  # fmt: skip
    assert [shown(wave, language).dimensions[0].title for language in ("fr", "en")] == ["Sexe", "Sex"]
    wave.quotas.filter(name="sex").update(cells={})
    assert shown(wave).dimensions[0].title == "Sex"


@pytest.mark.parametrize("cells", [3, 1])
def test_everything_comes_from_one_query_whatever_the_number_of_cells(wave, cells, django_assert_num_queries):
    QuotaCell.objects.filter(wave=wave, pk__in=QuotaCell.objects.order_by("pk")[: 3 - cells]).delete()
    wave.questionnaire.definition()  # a published questionnaire is read once per process
    with django_assert_num_queries(1):
        field = shown(wave)
    assert sum(len(dimension.cells) for dimension in field.dimensions) + field.has_total == cells


@pytest.mark.parametrize("cells", [3, 1])
def test_a_refresh_costs_the_session_the_person_and_one_query(wave, admin_client, cells, django_assert_num_queries):
    QuotaCell.objects.filter(wave=wave, pk__in=QuotaCell.objects.order_by("pk")[: 3 - cells]).delete()
    wave.questionnaire.definition()
    with django_assert_num_queries(3):
        response = admin_client.get(f"/admin/fieldwork/{wave.pk}/live/")
    assert response.status_code == 200


def test_a_wave_without_quotas_shows_what_came(client):
    from reports.study import store_study

    wave = store_study(study(**NO_QUOTAS)).waves.get(code="v1")
    wave.quotas.all().delete()
    wave.move_to("live")
    Respondent(client).finish()
    field = shown(wave)
    assert (field.whole.progress.filled, field.whole.progress.target, field.dimensions) == (1, 100, ())


def test_the_first_response_is_complete_and_the_refresh_is_a_part_of_it(wave, admin_client):
    whole = admin_client.get(f"/admin/fieldwork/{wave.pk}/").content.decode()
    part = admin_client.get(f"/admin/fieldwork/{wave.pk}/live/").content.decode()
    clock = re.compile(r"\d\d:\d\d:\d\d")
    assert clock.sub("", part).strip() in clock.sub("", whole)
    assert f'hx-get="/admin/fieldwork/{wave.pk}/live/" hx-trigger="every 5s' in whole
    assert "aria-live" not in whole
    assert "<script>" not in whole
    assert "style=" not in whole


def test_a_closed_wave_does_not_refresh_itself(wave, admin_client):
    wave.move_to("closed")
    page = admin_client.get(f"/admin/fieldwork/{wave.pk}/").content.decode()
    assert "hx-get" not in page
    assert "htmx" not in page


def test_numbers_are_written_as_each_language_writes_them(wave, admin_client):
    QuotaCell.objects.filter(quota__name="total").update(target=2_032, ceiling=2_040)
    page = f"/admin/fieldwork/{wave.pk}/live/"
    french, english = (admin_client.get(page, headers={"Accept-Language": language}).content.decode() for language in ("fr", "en"))
    assert "2\N{NARROW NO-BREAK SPACE}032" in french
    assert "20\N{NO-BREAK SPACE}%" in french
    assert "2,032" in english
    assert "20%" in english


def test_what_authors_write_is_shown_literally(wave, admin_client):
    wave.survey.title = "<script>alert(1)</script>"
    wave.survey.save()
    page = admin_client.get(f"/admin/fieldwork/{wave.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_audit_is_a_request_of_its_own_and_tells_what_differs(wave, admin_client):
    page = f"/admin/fieldwork/{wave.pk}/audit/"
    english = {"Accept-Language": "en"}
    QuotaCell.objects.filter(wave=wave, categories=["H"]).update(reserved=1)
    assert ": 0 difference." in admin_client.get(page, headers=english).content.decode()
    QuotaCell.objects.filter(wave=wave, categories=["F"]).update(filled=3)
    told = admin_client.get(page, headers=english).content.decode()
    assert "2 differences between" in told  # the cell, and a plan that holds more than the wave
    assert "filled 3 for 2" in told


def test_no_such_wave(admin_client):
    assert admin_client.get("/admin/fieldwork/999/").status_code == 404


@pytest.mark.parametrize("part", ["", "live/", "audit/"])
def test_it_is_for_staff_with_the_permission(wave, client, part):
    address = f"/admin/fieldwork/{wave.pk}/{part}"
    assert client.get(address).url == f"/admin/login/?next={address}"
    assert log_in(client).get(address).status_code == 403
    assert log_in(client, "respondents.view_quotacell").get(address).status_code == 200
    assert client.post(address).status_code == 405


def test_who_may_only_watch_gets_no_way_to_change(wave, client):
    page = log_in(client, "respondents.view_quotacell").get(f"/admin/fieldwork/{wave.pk}/").content.decode()
    assert "cells/" not in page
    assert "/move/" not in page
    assert "/export/" not in page
