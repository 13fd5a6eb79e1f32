"""What the pages say to machines, and to a blind reader: their head, and what axe-core finds in either language."""

from __future__ import annotations

import gzip
import html
import json
import re
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.reports.page_reader import PageReader
from tests.reports.stored import store

WAVE = "/results/numerique-en-sante/2023/"
HOST = "http://results.test"
PAGES = ["/results/numerique-en-sante/", f"{WAVE}figures/appointment/", f"{WAVE}method/", f"{WAVE}figures/declared_activation/embed/"]
ASSETS = ("surveys/public.css", "reports/results.css", "reports/citing.js")


def _head(text: str, name: str) -> str:
    found = re.search(rf'<meta (?:property|name)="{name}" content="([^"]*)">', text)
    assert found, name
    return found[1]


@pytest.mark.django_db
def test_a_link_to_the_report_shows_its_lead_figure_with_its_source(client, wave, settings):
    settings.PUBLIC_URL = "https://barometre.example"
    store(wave)
    text = client.get("/results/numerique-en-sante/?lang=fr").content.decode()
    assert _head(text, "og:title").startswith("Numérique en santé")
    assert _head(text, "og:description") == (
        "90\u00a0% des personnes interrogées ont déjà utilisé au moins un outil ou service numérique en santé (Délégation au numérique "
        "en santé, du 22 au 27\u00a0novembre 2023, 2\u202f032 personnes, en ligne\u00a0; données de démonstration)"
    )
    assert _head(text, "og:image") == f"https://barometre.example{WAVE}social.png?lang=fr"
    assert _head(text, "twitter:card") == "summary_large_image"
    assert f'<link rel="alternate" hreflang="en" href="https://barometre.example{WAVE}?lang=en">' in text
    assert f'<link rel="canonical" href="https://barometre.example{WAVE}">' in text


@pytest.mark.django_db
def test_the_data_set_is_described_to_search_engines_as_what_it_is(client, wave):
    store(wave)
    text = client.get("/results/numerique-en-sante/?lang=fr").content.decode()
    described = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])
    assert (described["@type"], described["temporalCoverage"]) == ("Dataset", "2023-11-22/2023-11-27")
    assert described["description"].startswith("Données de démonstration\u00a0: réponses fictives")
    assert len(described["variableMeasured"]) == 16
    measured = {each["propertyID"]: each for each in described["variableMeasured"]}["appointment"]
    assert (measured["unitText"], measured["description"]) == ("%", "ensemble, n = 2032")


@pytest.mark.django_db
def test_no_text_of_a_study_ends_the_description_early(client, wave):
    store(wave)
    wave.survey.figures.filter(code="any_service").update(says={"fr": "</script><b>&", "en": "x"})
    text = client.get("/results/numerique-en-sante/?lang=fr").content.decode()
    assert "</script><b>" not in text
    assert PageReader(text).inline == []


@pytest.mark.django_db
def test_nothing_is_described_before_there_is_a_figure(client, wave):
    text = client.get("/results/numerique-en-sante/?lang=fr").content.decode()
    assert "ld+json" not in text
    assert "og:image" not in text
    assert _head(text, "twitter:card") == "summary"


@pytest.mark.django_db
def test_every_figure_on_the_page_has_its_survey_in_a_line_and_its_source_to_cite(client, wave):
    store(wave)
    page = PageReader(client.get("/results/numerique-en-sante/?lang=fr").content.decode())
    findings = page.html.count('<div class="finding')
    line = "Institut\u00a0: (démonstration) · Commanditaire\u00a0: Délégation au numérique en santé · Personnes âgées"
    assert page.text.count(line) == findings == page.html.count('class="survey-line"')
    assert page.html.count('class="whole"') == 16
    assert (
        "78\u00a0% des personnes interrogées ont déjà pris un rendez-vous en ligne (contre 70\u00a0% en\u00a02020) (Délégation au numérique"
        in page.text
    )
    assert f"{WAVE}figures/appointment.svg?lang=fr" in page.links


@pytest.mark.django_db
def test_a_receipt_gives_the_code_to_embed_and_its_height(client, wave, settings):
    settings.PUBLIC_URL = "https://barometre.example"
    store(wave)
    text = client.get(f"{WAVE}figures/appointment/?lang=fr").content.decode()
    code = re.search(r"<textarea[^>]*>(.*?)</textarea>", text)[1]
    assert f"&lt;iframe src=&quot;https://barometre.example{WAVE}figures/appointment/embed/?lang=fr&quot;" in code
    assert re.search(r"height=&quot;\d{3}&quot;", code)


def _print(article, route):
    route.fulfill(body=article, content_type="text/html")


@pytest.fixture
def shown(browser, client, wave):
    """Opens one of our pages in a browser as this site serves it."""
    store(wave)

    def answer(route):
        address = route.request.url.removeprefix(HOST)
        if address.startswith("/static/"):
            name = address.removeprefix("/static/")
            kind = "text/css" if name.endswith("css") else "text/javascript" if name.endswith("js") else "image/svg+xml"
            route.fulfill(body=Path(finders.find(name)).read_bytes(), content_type=kind)
            return
        response = client.get(address)
        route.fulfill(status=response.status_code, body=response.content, headers=dict(response.headers))

    def show(address, *, width=1280, scheme="light"):
        page = browser.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.route("**/*", answer)
        page.goto(f"{HOST}{address}")
        return page

    return show


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(find_spec("axe_playwright_python") is None, reason="axe-core is missing: pip install -r requirements/dev.txt")
def test_axe_core_finds_nothing_in_either_language_on_paper_white_or_in_the_dark(shown):
    from axe_playwright_python.sync_playwright import Axe

    faults = []
    for address in PAGES:
        for language, width, scheme in (("fr", 360, "light"), ("en", 1280, "dark")):
            page = shown(f"{address}?lang={language}", width=width, scheme=scheme)
            page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
            found = Axe().run(page).response["violations"]
            faults += [f"{address} {language} {scheme}: {each['id']}: {each['nodes'][0]['html'][:300]}" for each in found]
            is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            faults += [f"{address} at {width} px scrolls sideways"] if is_wide else []
            page.close()
    assert not faults, "\n".join(faults)


@pytest.mark.django_db(transaction=True)
def test_an_embedded_chart_is_read_whole_in_its_frame_on_a_phone_and_in_a_column(shown, client, settings):
    settings.PUBLIC_URL = HOST
    for code in ("appointment", "declared_activation"):
        receipt = client.get(f"{WAVE}figures/{code}/?lang=fr").content.decode()
        pasted = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", receipt)[1])
        for window, margin in ((360, 20), (1280, 390)):
            page = shown(f"{WAVE}method/", width=window)
            article = f'<!DOCTYPE html><meta name="viewport" content="width=device-width"><body style="margin: {margin}px">{pasted}'
            page.route("http://newspaper.test/", partial(_print, article))
            page.goto("http://newspaper.test/")
            page.frame_locator("iframe").locator("h1").wait_for()
            given = page.locator("iframe").bounding_box()["height"]
            needed = page.frames[1].evaluate("document.querySelector('main').getBoundingClientRect().height")
            assert needed <= given <= 1.35 * needed, (code, window, needed, given)
            page.close()


@pytest.mark.django_db(transaction=True)
def test_a_copied_sentence_takes_its_source_along_without_its_footnote(shown):
    page = shown("/results/numerique-en-sante/?lang=fr")
    copied = page.evaluate(
        """() => new Promise((done) => {
          getSelection().selectAllChildren(document.querySelector("#appointment .say"));
          document.addEventListener("copy", (event) => done(event.clipboardData.getData("text/plain")), { once: true });
          document.execCommand("copy");
        })"""
    )
    assert copied == (
        "78\u00a0% ont déjà pris un rendez-vous en ligne (contre 70\u00a0% en\u00a02020) (Délégation au numérique en santé, "
        "du 22 au 27\u00a0novembre 2023, 2\u202f032 personnes, en ligne\u00a0; données de démonstration)."
    )


@pytest.mark.django_db
def test_a_report_travels_in_less_than_a_third_of_what_it_may_weigh(client, wave):
    store(wave)
    parts = [client.get("/results/numerique-en-sante/").content, *(Path(finders.find(name)).read_bytes() for name in ASSETS)]
    assert sum(len(gzip.compress(part)) for part in parts) < 33_000
