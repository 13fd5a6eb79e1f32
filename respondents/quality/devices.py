"""The mark of a device: a salted hash that tells "again the same" and nothing else, and is forgotten soon after the wave."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import time

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from respondents.core.quality.rules import Device
from respondents.models import DeviceSalt
from respondents.quality.loading import rules_of
from surveys.models import Wave

HEADERS = ("User-Agent", "Accept-Language", "Sec-CH-UA-Platform")
NETWORKS = {4: 24, 6: 48}  # bits of the address that are kept: a neighbourhood of addresses, not a line
REMEMBERED = 600.0  # seconds that a process keeps a wave's salt

SALT = """
WITH made AS (
  INSERT INTO respondents_devicesalt (wave_id, salt, made_at) VALUES (%(wave)s, %(salt)s, now()) ON CONFLICT DO NOTHING RETURNING salt)
SELECT salt FROM made UNION ALL SELECT salt FROM respondents_devicesalt WHERE wave_id = %(wave)s LIMIT 1
"""

DESTROY = """
DELETE FROM respondents_devicesalt s USING surveys_wave w
WHERE s.wave_id = %s AND w.id = s.wave_id AND w.state = 'closed' AND coalesce(w.state_since, s.made_at) < now() - make_interval(days => %s)
"""
FORGET = """
UPDATE respondents_interview i SET device_sha256 = NULL
WHERE device_sha256 IS NOT NULL AND NOT EXISTS (SELECT FROM respondents_devicesalt s WHERE s.wave_id = i.wave_id)
"""

_salts: dict[int, tuple[float, bytes | None]] = {}


def device_sha256(request: HttpRequest, wave: Wave) -> bytes | None:
    """Return the mark of the device of a request: HMAC-SHA256, under the wave's random salt, of its coarse headers and network.

    None where the study's rule is off, the browser does not say what it is, or the address is not one of the internet: all
    would then look the same. Neither the address nor the headers are kept. Asks the database once in ten minutes per wave.
    """
    network = _network(_address(request))
    if network is None or not request.headers.get("User-Agent"):
        return None
    salt = _salt(wave)
    seen = "\n".join([str(network), *(request.headers.get(name, "") for name in HEADERS)])
    return None if salt is None else hmac.new(salt, seen.encode(), hashlib.sha256).digest()


def forget_devices() -> int:
    """Destroy the salts of waves closed for long enough, and the marks whose salt is gone; return how many marks."""
    with connection.cursor() as cursor:
        for wave in Wave.objects.filter(state=Wave.State.CLOSED).filter(pk__in=DeviceSalt.objects.values("wave")).select_related("survey"):
            cursor.execute(DESTROY, [wave.pk, (rules_of(wave.survey).device or Device()).days])
        cursor.execute(FORGET)
        return int(cursor.rowcount)


def _address(request: HttpRequest) -> str:
    """Behind a proxy, the address that it saw itself is the last one; whatever stands before it anybody may have written."""
    if settings.SECURE_PROXY_SSL_HEADER:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    return ipaddress.ip_network((address, NETWORKS[address.version]), strict=False) if address.is_global else None


def _salt(wave: Wave) -> bytes | None:
    until, salt = _salts.get(wave.pk, (0.0, None))
    if time.monotonic() >= until:
        salt = _stored_salt(wave) if rules_of(wave.survey).device else None
        _salts[wave.pk] = (time.monotonic() + REMEMBERED, salt)
    return salt


def _stored_salt(wave: Wave) -> bytes:
    row = None
    with connection.cursor() as cursor:
        while row is None:  # made by another process since the statement began: the next one sees it
            cursor.execute(SALT, {"wave": wave.pk, "salt": secrets.token_bytes(32)})
            row = cursor.fetchone()
    return bytes(row[0])
