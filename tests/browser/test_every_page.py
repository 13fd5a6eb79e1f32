"""Every page of the reference study as a browser lays it out: no sideways scroll, large targets, its language, its weight."""

from __future__ import annotations

import gzip
from urllib.parse import urlsplit

import pytest

from respondents.models import QuotaCell
from tests.browser.visitors import Visitor

pytestmark = pytest.mark.browser
WIDTHS = (320, 360, 768, 1280)
PHONE = 360
TARGET = 44  # pixels
FIRST_VISIT = 30_000  # bytes, gzipped, in all
NON_USER = {"activation": {"q9_mes_active": "0"}}
STRANGER = {"notoriete": {"q7_mes_connait": "0"}, "activite": {"situation": "retraite"}}

SMALL_TARGETS = """least => Array.from(document.querySelectorAll("main a, main button, main select, main textarea, main input[type=text], label.option, header a"))
  .filter(target => target.checkVisibility() && !target.closest(".note, legend"))
  .filter(target => target.getBoundingClientRect().height < least - 0.5).map(target => target.outerHTML.slice(0, 120))"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Inspector:
    """Watches a visitor's browser, and looks at each page at every width."""

    def __init__(self, visitor, language: str) -> None:
        self.visitor, self.page, self.language = visitor, visitor.page, language
        self.seen: set[str] = set()
        self.faults: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", self._follow)

    def look(self, name: str) -> None:
        """Look at the page shown."""
        self.seen.add(name)
        assert self.page.locator("html").get_attribute("lang") == self.language
        assert self.page.locator("h1").count() == 1
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            if self.page.evaluate(SIDEWAYS) > 0:
                self.faults.append(f"{name} scrolls sideways at {width} px")
            if width <= PHONE:
                self.faults += [f"{name}: small at {width} px: {target}" for target in self.page.evaluate(SMALL_TARGETS, TARGET)]

    def walk(self, query: str) -> None:
        """Look at every page of the visitor's route, and at each once more with all its errors."""
        self.visitor.enter(query)
        while self.visitor.at:
            name = self.visitor.at
            if name not in self.seen:
                self.look(name)
                self.visitor.go_on()
                assert self.page.locator(".summary").is_visible()
                self.look(name)
            self.visitor.fill().go_on()
        self.look(self.visitor.outcome)

    def _hear(self, message) -> None:
        # Chromium tells every answer that is not 200 as an error; a page with errors is 422.
        if message.type in ("error", "warning") and "422" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _follow(self, request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.visitor.url).netloc:
            self.faults.append(f"request to another host: {request.url}")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_and_ending_at_every_width(browser, live_server, wave, language):
    page = browser.new_page()
    inspector = Inspector(Visitor(page, live_server.url), language)
    inspector.walk(f"?lang={language}")
    for changes in (NON_USER, STRANGER):
        inspector.visitor.answers.update(changes)
        inspector.walk(f"?lang={language}")
    inspector.visitor.answers["accueil"] = {"consentement": "2"}
    inspector.walk(f"?lang={language}")
    inspector.visitor.answers["accueil"] = {"consentement": "1"}
    QuotaCell.objects.filter(wave=wave, quota__name="total").update(target=0, ceiling=3)
    inspector.walk(f"?lang={language}")
    assert inspector.faults == []
    assert inspector.seen == {page.name for page in wave.questionnaire.definition().pages} | {"completed", "refused", "quota_full"}


def test_the_first_visit_weighs_little(browser, live_server, wave):
    page = browser.new_page()
    weights = {}
    page.on("response", lambda response: weights.update({urlsplit(response.url).path: len(gzip.compress(response.body()))}))
    page.goto(f"{live_server.url}/s/numerique-en-sante/", wait_until="networkidle")
    icon = page.locator("link[rel=icon]").get_attribute("href")
    weights[icon] = len(gzip.compress(page.request.get(live_server.url + icon).body()))
    assert {path.rsplit("/", 1)[1] or "page" for path in weights} == {"page", "public.css", "page.js", "icon.svg"}
    assert sum(weights.values()) <= FIRST_VISIT
    print(f"first visit, gzipped: {weights}")
