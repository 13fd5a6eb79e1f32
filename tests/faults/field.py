"""A field in a town: people who come through the real web form, and what they were told, kept to be held against the database."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from respondents.audit import AUDIT
from respondents.core.forms import Field
from respondents.simulation import BROKEN_OFF, Browser, Start, Stuck, fill
from respondents.tokens import sha256_of
from tests.config.houses import ROOT, environment
from tests.faults.town import Town

PLANS, PAGES = (2, 5, 8), 2
BREAK_OFF, PAGES_BEFORE = 0.12, (1, 2, 3, 4)  # the share of people who leave, and after how many pages
PLACE_MINUTES = 2
AT_ONCE = 24
ENTRANCE = "accueil"
OPEN = """
import django; django.setup()
from tests.wide import open_wide_wave
wave = open_wide_wave({plans}, {places}, {pages})
type(wave).objects.filter(pk=wave.pk).update(place_minutes={minutes})
print(wave.pk)
"""


class Passenger:
    """Somebody who agrees, and answers the rest by lot."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def looks_at(self, form) -> None:
        """Nothing on the page changes what they answer."""

    def answers(self, name: str, asked: Field) -> list[str]:
        if name == "consentement":
            return ["oui"]
        if name.endswith("__dk"):
            return []
        return [self.dice.choice(asked.values)] if asked.kind == "radio" else [str(self.dice.randrange(9))]


class Remembering(Browser):
    """A browser that remembers each page it was told is saved: the interview's token, the page and the request."""

    def __init__(self, url: str, told: list[tuple[str, str, str]]) -> None:
        super().__init__(url, threading.Event())
        self.told = told
        self.token = ""

    def _send(self, method: str, path: str, body: str) -> tuple[int, str, str]:
        status, location, text = super()._send(method, path, body)
        if method == "POST" and status == 303:
            self.token = location.split("/")[2]
            page = path.split("?")[0].split("/")[3] if path.startswith("/i/") else ENTRANCE
            self.told.append((self.token, page, parse_qs(body)["request_id"][0]))
        return status, location, text


@dataclass
class Story:
    """What people were told: pages saved, the outcome of each interview by its token, and those who got no answer."""

    saved: list[tuple[str, str, str]] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """Return how many interviews came to each outcome."""
        return Counter(self.outcomes.values())


class FieldOfTown:
    """A wave of its own in a town, with so many places."""

    def __init__(self, town: Town, places: int) -> None:
        self.town = town
        code = OPEN.format(plans=PLANS, places=places, pages=PAGES, minutes=PLACE_MINUTES)
        known = environment(town.folder, DJANGO_SETTINGS_MODULE="config.settings")
        ran = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, env=known, capture_output=True, text=True, check=True)
        self.wave = int(ran.stdout)

    def send_in(self, people: int, seed: int) -> Story:
        """Let so many people in, several at a time, until each has come to an end, has left, or gets no answer any more."""
        story, own = Story(), threading.local()

        def one(number: int) -> None:
            if not hasattr(own, "browser"):
                own.browser = Remembering(self.town.url, story.saved)
            dice = random.Random(seed * 1_000_003 + number)
            leaves = dice.choice(PAGES_BEFORE) if dice.random() < BREAK_OFF else 0
            try:
                outcome = fill(own.browser, Start("", "/s/petite-etude/", Passenger(dice), leaves))
            except Stuck as reason:
                story.stuck.append(str(reason))
            else:
                story.outcomes[own.browser.token] = outcome

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(one, range(people)):
                pass
        return story

    def differences(self) -> list[tuple]:
        """Return what the audit of places finds, as manage.py audit_quotas would."""
        with self.town.connect() as connection:
            covering = [row[0] for row in connection.execute("SELECT id FROM respondents_quota WHERE wave_id = %s", [self.wave])]
            return connection.execute(AUDIT, {"wave": self.wave, "covering": covering}).fetchall()

    def stored(self) -> set[tuple[bytes, str, str]]:
        """Return every page stored: hash of the token, page and request."""
        question = """SELECT i.token_sha256, s.page, s.request_id::text FROM respondents_submission s
                      JOIN respondents_interview i ON i.id = s.interview_id WHERE i.wave_id = %s"""
        return {(bytes(token), page, request) for token, page, request in self.town.ask(question, self.wave)}

    def states(self) -> dict[bytes, str]:
        """Return the state of each interview by the hash of its token."""
        question = "SELECT token_sha256, state FROM respondents_interview WHERE wave_id = %s"
        return {bytes(token): state for token, state in self.town.ask(question, self.wave)}

    def held(self) -> tuple[int, int, int]:
        """Return how many places are reserved, filled and allowed in all."""
        question = """SELECT reserved, filled, ceiling FROM respondents_quotacell WHERE wave_id = %s AND categories = '{}'"""
        ((reserved, filled, ceiling),) = self.town.ask(question, self.wave)
        return reserved, filled, ceiling

    def turned_away_late(self) -> int:
        """Return how many people without a place had answered more than the pages before it."""
        question = """SELECT count(DISTINCT i.id) FROM respondents_interview i JOIN respondents_submission s ON s.interview_id = i.id
                      WHERE i.wave_id = %s AND i.state IN ('quota_full', 'over') AND s.page NOT IN ('accueil', 'profil')"""
        return self.town.ask(question, self.wave)[0][0]


def not_stored(story: Story, field_of_town: FieldOfTown) -> set[tuple[bytes, str, str]]:
    """Return the pages that somebody was told are saved, and that are not there."""
    return {(sha256_of(token), page, request) for token, page, request in story.saved} - field_of_town.stored()


def told_otherwise(story: Story, field_of_town: FieldOfTown) -> dict[str, tuple[str, str]]:
    """Return the interviews whose stored state is not what their person was told: what was told and what is stored."""
    states = field_of_town.states()
    found = {token: (told, states.get(sha256_of(token), "nowhere")) for token, told in story.outcomes.items() if told != BROKEN_OFF}
    return {token: pair for token, pair in found.items() if pair[0] != pair[1]}
