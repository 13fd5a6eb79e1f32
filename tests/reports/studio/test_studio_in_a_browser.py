"""A figure made in a real browser: found, picked, seen, kept, put in its place; and what axe-core finds on the way."""

import os
from importlib.util import find_spec

import pytest
from django.conf import settings
from playwright.sync_api import expect

from reports.aggregation import aggregate
from reports.models import Figure
from reports.study import load_study
from tests.reports.panel import SAMPLE, interview, people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def some():
    """The wave of 2023 with one in four of its people, computed."""
    wave = load_study(SAMPLE).waves.get(code="2023")
    wave.move_to("live")
    interview(wave, people()[::4])
    aggregate(wave)
    return wave


@pytest.fixture
def screen(some, browser, live_server, admin_client):
    """A page of somebody who may do everything; ``complaints`` are what the browser's console holds against it."""
    cookie = admin_client.cookies[settings.SESSION_COOKIE_NAME].value
    browser.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": f"{live_server.url}/admin/"}])
    page = browser.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(f"{live_server.url}/admin/results/{some.pk}/")
    return page


def test_a_figure_is_found_picked_seen_kept_and_moved(screen, some):
    screen.get_by_role("link", name="Chiffres", exact=True).click()
    screen.get_by_role("link", name="Nouveau chiffre").click()
    screen.get_by_label("Chercher une question").fill("confiance securite")
    question = screen.get_by_label("Question", exact=True)
    expect(question.locator("option")).to_have_count(2)
    question.select_option("q12_confiance_securite")
    screen.get_by_label("les deux premières").check()
    expect(screen.locator(".proof-number").first).to_contain_text("73", timeout=10_000)
    expect(screen.locator(".proof")).to_have_count(2)
    screen.get_by_label("La suite de la phrase, en français").fill("font confiance")
    screen.get_by_label("La suite de la phrase, en anglais").fill("trust it")
    expect(screen.locator(".proof-sentence").last).to_contain_text("of respondents trust it.", timeout=10_000)
    screen.get_by_label("Code, dans son adresse").fill("confident")
    screen.get_by_role("button", name="Enregistrer le chiffre").click()
    expect(screen.get_by_text("« confident » est enregistré")).to_be_visible()
    assert Figure.objects.get(code="confident").selection == "${q12_confiance_securite} = '1' or ${q12_confiance_securite} = '2'"
    screen.locator(".note-line", has_text="confident").get_by_role("button", name="Monter").click()
    assert some.survey.note_items.order_by("-position")[1].cells["figure"] == "confident"
    assert screen.complaints == []


@pytest.mark.skipif(find_spec("axe_playwright_python") is None, reason="axe-core is missing: pip install -r requirements/dev.txt")
def test_axe_core_finds_nothing_at_the_desk_nor_in_the_studio(screen, some):
    from axe_playwright_python.sync_playwright import Axe

    faults, here = [], screen.url
    for place in ("", "studio/", "studio/figures/declared_activation/", "studio/new/"):
        for width in (360, 768, 1280):
            screen.set_viewport_size({"width": width, "height": 900})
            screen.goto(f"{here}{place}")
            if folder := os.environ.get("BAROMETRE_SCREENSHOTS"):
                screen.screenshot(path=f"{folder}/{place.replace('/', '_') or 'desk'}-{width}.png", full_page=True)
            found = Axe().run(screen).response["violations"]
            faults += [f"{place} at {width}: {each['id']}: {each['nodes'][0]['html'][:300]}" for each in found]
            is_wide = screen.evaluate("document.documentElement.scrollWidth > innerWidth")
            faults += [f"{place} at {width} px scrolls sideways"] if is_wide else []
    assert not faults, "\n".join(faults)
