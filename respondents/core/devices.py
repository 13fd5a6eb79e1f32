"""Which class of device somebody answers on, from what their browser says of itself: a phone, a tablet or a computer."""

from __future__ import annotations

import re
from typing import Literal

Device = Literal["", "phone", "tablet", "computer"]

_TABLET = re.compile(r"iPad|Tablet|PlayBook|Silk/|Kindle|Android(?!.*\bMobile\b)")
_PHONE = re.compile(r"\bMobi|iPhone|iPod|Opera Mini|Windows Phone|BlackBerry")
_COMPUTER = re.compile(r"Windows NT|Macintosh|X11|CrOS|Linux")


def device_of(user_agent: str, mobile_hint: str = "") -> Device:
    """Return the class of device, '' when the browser tells none.

    ``user_agent`` is its User-Agent header, ``mobile_hint`` its Sec-CH-UA-Mobile ("?1" on a phone). A browser that asks for
    the pages of a computer passes for one, and so do most tablets of Apple since 2019: the shares are indications.
    """
    if mobile_hint == "?1":
        return "phone"
    if _TABLET.search(user_agent):
        return "tablet"
    if _PHONE.search(user_agent):
        return "phone"
    return "computer" if _COMPUTER.search(user_agent) else ""
