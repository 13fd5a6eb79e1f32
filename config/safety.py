"""What production refuses: each unsafe setting, as a sentence."""

from __future__ import annotations

from collections.abc import Sequence

SHORTEST_KEY = 50


def refusals(*, secret_key: str, hosts: Sequence[str], debug: bool, hsts_seconds: int, url: str) -> list[str]:
    """The sentences that say why these settings cannot serve respondents; none when they can."""
    found = []
    if not secret_key:
        found.append("BAROMETRE_SECRET_KEY is missing: give a random key of 50 characters or more.")
    elif len(secret_key) < SHORTEST_KEY or secret_key.startswith("django-insecure"):
        found.append("BAROMETRE_SECRET_KEY is too weak: give a random key of 50 characters or more.")
    if not hosts:
        found.append("BAROMETRE_HOSTS is missing: give the names this site answers to, separated by commas.")
    if any(host.startswith("*") for host in hosts):
        found.append("BAROMETRE_HOSTS may not hold *: give the names this site answers to.")
    if debug:
        found.append("BAROMETRE_DEBUG is on: it shows answers and settings to anyone, leave it out.")
    if hsts_seconds <= 0:
        found.append("BAROMETRE_HSTS_SECONDS is 0: browsers would accept plain HTTP, leave it out or give a duration.")
    if not url.startswith("https://"):
        found.append("BAROMETRE_URL must be the public address of this site, starting with https://.")
    return found
