"""Every link of the field's rooms leads to a page that exists and that whoever sees the link may open."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from respondents.models import Interview, QuotaCell
from tests.staff import log_in
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db

PEOPLE = {
    "watches": ["respondents.view_quotacell"],
    "changes cells": ["respondents.change_quotacell"],
    "signs off": ["respondents.view_quotacell", "respondents.add_signoff"],
    "sees panels": ["respondents.view_source"],
    "sees invitations": ["respondents.view_invitation"],
    "sends": ["respondents.change_invitation"],
    "imports contacts": ["respondents.add_panelist"],
    "purges": ["respondents.delete_panelist"],
    "sees flags": ["respondents.view_flag"],
    "reviews": ["respondents.view_flag", "respondents.add_review"],
    "removes": ["respondents.view_flag", "respondents.add_review", "respondents.change_interview"],
    "reconciles": ["respondents.change_interview"],
    "runs": ["respondents.view_quotacell", "surveys.change_wave"],
}
LINK = re.compile(r'<(?:a|form)\s[^>]*(?:href|action|hx-get)="([^"#]*)')


@pytest.fixture
def wave(db):
    """A wave in the field, with its quotas."""
    return open_wave(places=10)


@pytest.fixture
def pages(wave):
    """Its rooms; people came by a panel and by the open link."""
    panel = wave.sources.create(code="lucid", kind="panel", label="Lucid")
    for source in (panel, wave.sources.get_or_create(code="open", defaults={"kind": "open", "label": "Ouvert"})[0]):
        person = Interview.objects.create(
            wave=wave, questionnaire=wave.questionnaire, source=source, state="completed", started_at=Now(), saved_at=Now(), ended_at=Now()
        )
    rooms = ("fieldwork", "run_field", "kept_records", "fieldwork_audit", "quota_plan", "change_quota_cells", "paste_quota", "invitations",
             "prepare_invitations", "letters", "contacts", "bounces", "contact", "purge_contacts", "quality_review", "quality_removals")  # fmt: skip
    cell = QuotaCell.objects.filter(wave=wave).first()
    return [
        reverse("admin:index"),
        *(reverse(room, args=[wave.pk]) for room in rooms),
        reverse("change_cell", args=[wave.pk, cell.pk]),
        *(reverse(room, args=[panel.pk]) for room in ("provider", "provider_rules", "reconcile")),
        reverse("remove_interview", args=[person.pk]),
        reverse("quality_case", args=[wave.pk, person.pk]),
    ]


@pytest.mark.parametrize("person", PEOPLE)
def test_nobody_is_shown_a_way_that_is_closed_to_them(pages, client, person):
    log_in(client, *PEOPLE[person])
    opened = {page: response for page in pages if (response := client.get(page)).status_code == 200}
    assert len(opened) > 1, "besides the index"
    ways = {(page, urljoin(page, unescape(link))) for page, response in opened.items() for link in LINK.findall(response.content.decode())}
    inside = sorted(
        (page, way) for page, way in ways if way.startswith("/admin/") and not way.startswith(("/admin/logout/", "/admin/setlang/"))
    )
    dead = [(page, way, status) for page, way in inside if (status := client.get(way).status_code) in (403, 404)]
    assert dead == []


def test_the_screen_of_a_wave_that_nobody_is_interviewed_for_does_not_exist(wave, client):
    type(wave).objects.filter(pk=wave.pk).update(kind="external")
    log_in(client, "respondents.view_quotacell")
    assert client.get(reverse("fieldwork", args=[wave.pk])).status_code == 404
