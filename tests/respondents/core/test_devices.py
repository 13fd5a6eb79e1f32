"""Phones, tablets and computers are told from what browsers say of themselves."""

import pytest

from respondents.core.devices import device_of

BROWSERS = [
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1", "phone"),
    ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36", "phone"),
    ("Opera/9.80 (J2ME/MIDP; Opera Mini/4.2/28.3590; U; fr) Presto/2.8.119 Version/11.10", "phone"),
    ("Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "tablet"),
    ("Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 Version/12.1.2 Mobile/15E148 Safari/604.1", "tablet"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "computer"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15", "computer"),
    ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36", "computer"),
    ("curl/8.8.0", ""),
    ("", ""),
]


@pytest.mark.parametrize(("user_agent", "device"), BROWSERS)
def test_the_class_of_a_device_is_told_from_its_browser(user_agent, device):
    assert device_of(user_agent) == device


def test_a_browser_that_says_to_be_mobile_is_on_a_phone():
    assert device_of("Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0", "?1") == "phone"
