"""Panels' identifiers go when the field has been closed for long enough; the answers stay."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from respondents.audit import audit
from respondents.field import records
from respondents.models import Interview, PanelCall, Source
from tests.staff import log_in
from tests.worlds import Respondent, open_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave():
    opened = open_wave()
    Source.objects.create(wave=opened, code="panel", kind=Source.Kind.PANEL, label="Panel")
    for name in ("p1", "p2", "p3"):
        Respondent(Client(), query=f"?source=panel&id={name}").finish()
    return opened


def close(wave, days_ago=0):
    wave.move_to("closed")
    type(wave).objects.filter(pk=wave.pk).update(state_since=timezone.now() - datetime.timedelta(days=days_ago))


def linked():
    return Interview.objects.exclude(external_id=None).count()


def test_what_a_wave_keeps_is_counted(wave):
    found = {holding.code: holding.rows for holding in records.kept(wave)}
    assert (found["links"], found["records"], found["consents"], found["answers"]) == (3, 3, 3, 15)


def test_identifiers_go_sixty_days_after_the_close_and_not_before(wave):
    close(wave, days_ago=59)
    assert (records.forget_due_links(), linked()) == (0, 3)
    close_again = type(wave).objects.filter(pk=wave.pk)
    close_again.update(state_since=timezone.now() - datetime.timedelta(days=61))
    assert (records.forget_due_links(), linked()) == (3, 0)
    assert Interview.objects.filter(state="completed", record__counted=True).count() == 3
    assert audit(wave) == []


def test_a_panel_that_still_waits_to_be_told_keeps_its_identifier(wave):
    first = Interview.objects.get(external_id="p1")
    PanelCall.objects.update_or_create(interview=first, defaults={"outcome": "complete", "due_at": timezone.now()})
    assert records.forget_links(wave, dry_run=True) == 2
    assert linked() == 3, "nothing is deleted when it is only counted"
    assert (records.forget_links(wave), linked()) == (2, 1)


def test_staff_sees_the_records_and_deletes_the_identifiers_with_a_reason(wave, client):
    log_in(client, "respondents.view_quotacell", "respondents.change_interview")
    address = reverse("kept_records", args=[wave.pk])
    refused = client.post(address, {"reason": "fini"}, headers={"Accept-Language": "en"})
    assert refused.status_code == 422
    assert "Close the field first" in refused.content.decode()
    close(wave)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert "3" in client.get(address).content.decode()
    assert client.post(address, {"reason": "réconciliation faite"}).status_code == 302
    assert linked() == 0


def test_who_may_only_watch_deletes_nothing(wave, client):
    close(wave)
    log_in(client, "respondents.view_quotacell")
    page = client.post(reverse("kept_records", args=[wave.pk]), {"reason": "fini"})
    assert (page.status_code, linked()) == (403, 3)
