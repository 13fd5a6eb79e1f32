"""Those who have a link read a publication before its hour, until it ends or is closed; nobody else does."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from reports.models import ClientLink
from tests.reports.releases.test_publishing import PAGE, read
from tests.staff import history, log_in

pytestmark = pytest.mark.django_db


def test_a_link_opens_before_the_hour_until_it_is_closed(client, done):
    call_command("publish", "numerique-en-sante", "2023", public_from=timezone.now() + timedelta(days=1))
    staff = log_in(client, "reports.view_release", "reports.add_clientlink")
    made = staff.post(f"/admin/results/{done.pk}/release/links/", {"label": "DNS", "expires_at": "2090-01-01T08:00"}, follow=True)
    [address] = re.findall(r"(/results/client/[^/]+/)", made.content.decode())
    client.logout()
    page = read(client, address)
    assert "Publication n°\u00a01" in page
    assert f"{address}figures/appointment/" in page
    assert "Publication n°\u00a01" in read(client, f"{address}figures/appointment/")
    assert client.get(f"{address}figures/appointment.json").json()["release"]["number"] == 1
    assert client.get(address)["Cache-Control"] == "private, no-store"
    assert "Résultats à venir" in read(client, PAGE)
    link = ClientLink.objects.get()
    assert address.split("/")[3].encode() not in bytes(link.token_sha256)
    log_in(client, "reports.view_release", "reports.add_clientlink").post(f"/admin/results/{done.pk}/release/links/{link.pk}/")
    assert client.get(address).status_code == 404
    assert len(history(done)) == 2


def test_a_link_ends_by_itself_and_another_address_opens_nothing(client, done):
    call_command("publish", "numerique-en-sante", "2023")
    staff = log_in(client, "reports.view_release", "reports.add_clientlink")
    made = staff.post(f"/admin/results/{done.pk}/release/links/", {"label": "DNS", "expires_at": "2020-01-01T08:00"}, follow=True)
    [address] = re.findall(r"(/results/client/[^/]+/)", made.content.decode())
    assert client.get(address).status_code == 404
    assert client.get("/results/client/other/").status_code == 404


def test_making_a_link_needs_its_permission(client, done):
    log_in(client, "reports.view_release")
    assert client.post(f"/admin/results/{done.pk}/release/links/", {"label": "DNS", "expires_at": "2090-01-01T08:00"}).status_code == 403
    assert not ClientLink.objects.exists()
