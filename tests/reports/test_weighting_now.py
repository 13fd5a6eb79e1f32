"""The line of the fieldwork screen that says what weighting would do now."""

import pytest
from django.test import Client

from reports.aggregation import aggregate
from surveys.models import Wave
from tests.staff import log_in
from tests.worlds import Respondent, open_wave

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def wave():
    """A woman and three men completed; the population is half and half."""
    wave = open_wave(places=10)
    Respondent(Client()).finish()
    for _ in range(3):
        Respondent(Client()).finish(profil={"sex": "H", "years": "30"})
    return wave


def line(client, wave):
    return client.get(f"/admin/studies/waves/{wave.pk}/weighting/", headers={**ENGLISH, "HX-Request": "true"}).content.decode().strip()


def test_it_tells_the_weights_and_their_price(wave, admin_client):
    aggregate(wave)
    said = line(admin_client, wave)
    assert said.startswith("On all margins together, 4 interviews, at ")
    assert said.endswith(": weights from 0.67 to 2.00, efficiency 75.0%: as precise as 3 people of equal weight.")


def test_it_tells_why_nothing_can_be_weighted(wave, admin_client):
    assert line(admin_client, wave) == "Nothing is computed yet."
    wave.interviews.filter(pk=wave.interviews.order_by("started_at")[0].pk).update(state="removed")
    wave.records.filter(interview__state="removed").update(counted=False)
    aggregate(wave)
    assert "still missing: A woman" in line(admin_client, wave)
    Wave.objects.filter(pk=wave.pk).update(weighting=[])
    assert line(admin_client, wave) == "This wave is not weighted."


def test_the_screen_leads_to_it_for_those_who_may_watch(wave, client):
    assert client.get(f"/admin/studies/waves/{wave.pk}/weighting/").status_code == 302
    assert log_in(client).get(f"/admin/studies/waves/{wave.pk}/weighting/").status_code == 403
    watcher = log_in(client, "respondents.view_quotacell")
    assert f'href="/admin/studies/waves/{wave.pk}/weighting/"' in watcher.get(f"/admin/fieldwork/{wave.pk}/").content.decode()
    assert "Nothing is computed yet." in watcher.get(f"/admin/studies/waves/{wave.pk}/weighting/", headers=ENGLISH).content.decode()
