"""The first two people of a wave come in at the same moment, through two processes: both find the salt of its devices."""

import pytest
from django.test import RequestFactory

from respondents.models import DeviceSalt
from respondents.quality import devices
from tests.respondents.calls import Call, other
from tests.respondents.quality.people import wave_of
from tests.respondents.quality.test_devices import PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_whoever_comes_while_the_salt_is_being_made_has_a_mark_with_that_salt():
    devices._salts.clear()
    wave = wave_of()
    request = RequestFactory().post("/s/petite-etude/", **PHONE)
    with other() as first, Call(devices.device_sha256, request, wave) as second:
        first.execute("INSERT INTO respondents_devicesalt (wave_id, salt, made_at) VALUES (%s, %s, now())", [wave.pk, b"s" * 32])
        second.start_and_wait_for_a_lock()
        first.commit()
        mark = second.result()
    assert len(mark) == 32
    assert bytes(DeviceSalt.objects.get(wave=wave).salt) == b"s" * 32
    assert devices.device_sha256(request, wave) == mark
