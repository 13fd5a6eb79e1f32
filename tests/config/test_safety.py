"""What production refuses."""

from __future__ import annotations

import pytest

from config.safety import refusals

SAFE = {
    "secret_key": "k" * 50,
    "hosts": ["enquete.fr"],
    "debug": False,
    "hsts_seconds": 3600,
    "url": "https://enquete.fr",
}


def test_a_complete_installation_is_accepted():
    assert refusals(**SAFE) == []


@pytest.mark.parametrize(
    ("unsafe", "named"),
    [
        ({"secret_key": ""}, "BAROMETRE_SECRET_KEY is missing"),
        ({"secret_key": "k" * 49}, "BAROMETRE_SECRET_KEY is too weak"),
        ({"secret_key": "django-insecure" + "k" * 50}, "BAROMETRE_SECRET_KEY is too weak"),
        ({"hosts": []}, "BAROMETRE_HOSTS is missing"),
        ({"hosts": ["enquete.fr", "*"]}, "BAROMETRE_HOSTS may not hold *"),
        ({"debug": True}, "BAROMETRE_DEBUG is on"),
        ({"hsts_seconds": 0}, "BAROMETRE_HSTS_SECONDS is 0"),
        ({"url": "http://enquete.fr"}, "BAROMETRE_URL must be the public address"),
    ],
)
def test_an_unsafe_setting_is_refused_by_name(unsafe, named):
    (sentence,) = refusals(**SAFE | unsafe)
    assert sentence.startswith(named)
