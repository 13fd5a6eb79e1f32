"""The mark of a device: the same for the same, nothing for those who would all look the same, and gone in time."""

import datetime

import pytest
from django.db.models.functions import Now
from django.test import RequestFactory

from respondents.models import DeviceSalt, Interview
from respondents.quality import devices
from respondents.quality.devices import device_sha256, forget_devices
from surveys.models import Wave
from tests.respondents.quality.people import completed, wave_of

pytestmark = pytest.mark.django_db

PHONE = {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone)", "HTTP_ACCEPT_LANGUAGE": "fr-FR", "REMOTE_ADDR": "81.2.69.142"}


@pytest.fixture
def wave():
    devices._salts.clear()
    return wave_of()


def mark(wave, **headers):
    return device_sha256(RequestFactory().post("/s/petite-etude/", **{**PHONE, **headers}), wave)


def test_the_same_device_has_the_same_mark_and_its_neighbours_address_does_not_matter(wave):
    assert mark(wave) == mark(wave) == mark(wave, REMOTE_ADDR="81.2.69.7")
    assert len(mark(wave)) == 32


@pytest.mark.parametrize("other", [{"REMOTE_ADDR": "81.2.70.142"}, {"HTTP_USER_AGENT": "Mozilla/5.0 (Android)"}, {"HTTP_ACCEPT_LANGUAGE": "en"},
                                   {"REMOTE_ADDR": "2a02:6b8::1"}])  # fmt: skip
def test_another_device_has_another_mark(wave, other):
    assert mark(wave) != mark(wave, **other)
    assert mark(wave, **other) is not None


@pytest.mark.parametrize("nobody", [{"REMOTE_ADDR": "127.0.0.1"}, {"REMOTE_ADDR": "10.0.0.8"}, {"REMOTE_ADDR": ""}, {"REMOTE_ADDR": "unix:"},
                                    {"HTTP_USER_AGENT": ""}])  # fmt: skip
def test_where_everybody_would_look_the_same_there_is_no_mark(wave, nobody):
    assert mark(wave, **nobody) is None


def test_behind_a_proxy_only_what_the_proxy_saw_counts(wave, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    seen = mark(wave, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="81.2.69.142")
    assert seen is not None
    assert (
        mark(wave, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="8.8.8.8, 81.2.69.142") == seen
    )  # what was sent before it is not believed
    assert mark(wave, REMOTE_ADDR="81.2.69.142") is None


def test_two_waves_do_not_know_each_other(wave):
    first = mark(wave)
    DeviceSalt.objects.all().delete()
    devices._salts.clear()
    assert mark(wave) != first


def test_after_the_first_the_database_is_not_asked(wave, django_assert_num_queries):
    mark(wave)
    with django_assert_num_queries(0):
        mark(wave)


def test_a_study_may_do_without():
    devices._salts.clear()
    quiet = wave_of(quality="rule,parameters\ndevice,off")
    assert mark(quiet) is None
    assert not DeviceSalt.objects.exists()


def test_salt_and_marks_are_destroyed_some_days_after_the_wave_is_closed(wave):
    person = completed(wave, device=mark(wave))
    wave.move_to("closed")
    closed_for(wave)
    assert forget_devices() == 0
    wave.move_to("live")
    closed_for(wave, days=30)
    assert forget_devices() == 0  # open again
    assert Interview.objects.get(pk=person.pk).device_sha256 is not None
    wave.move_to("closed")
    closed_for(wave, days=8)
    assert forget_devices() == 1
    assert Interview.objects.get(pk=person.pk).device_sha256 is None
    assert not DeviceSalt.objects.exists()


def closed_for(wave, days=6):
    Wave.objects.filter(pk=wave.pk).update(state_since=Now() - datetime.timedelta(days=days))
