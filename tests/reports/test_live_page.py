"""The results page in a real browser: it follows the fieldwork by itself, and leaves alone what the reader holds."""

from __future__ import annotations

import pytest

from surveys.models import Wave
from tests.reports.stored import store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/results/numerique-en-sante/"
SOON = 10_000  # milliseconds


@pytest.fixture
def page(live_server, wave, browser):
    """A reader's page, opened before anybody was interviewed; what the console says is kept in ``page.complaints``."""
    page = browser.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{live_server.url}{PAGE}")
    yield page
    assert page.complaints == []
    page.close()


def _percent(page, code):
    return page.locator(f"#{code} a.percent").first


def _shown(page, code, percent):
    """Wait until the figure's percentage is this one."""
    page.locator(f"#{code} a.percent", has_text=percent).first.wait_for(timeout=SOON)


def test_the_page_goes_from_nobody_to_figures_without_being_loaded_again(page, wave):
    page.evaluate("window.wasNotReloaded = true")
    assert page.get_by_text("Personne n’a encore été interrogé.").is_visible()
    store(wave)
    _percent(page, "appointment").wait_for(timeout=SOON)
    assert _percent(page, "appointment").inner_text() == "78\u00a0%"
    store(wave, {"appointment": (61.0, 2032, 2.1)})
    _shown(page, "appointment", "61\u00a0%")
    assert page.evaluate("window.wasNotReloaded")


def test_an_opened_table_stays_open_and_the_focus_where_it_is(page, wave):
    store(wave)
    _percent(page, "know").wait_for(timeout=SOON)
    page.locator("#appointment summary").click()
    _percent(page, "know").focus()
    store(wave, {"appointment": (61.0, 2032, 2.1), "know": (50.0, 2032, 2.2)} | {"used": (40.0, 2032, 2.2)})
    _shown(page, "appointment", "61\u00a0%")
    assert page.locator("#appointment details").get_attribute("open") is not None
    assert page.evaluate("document.activeElement === document.querySelector('#know a.percent')")
    assert _percent(page, "know").inner_text() == "82\u00a0%"
    page.evaluate("document.activeElement.blur()")
    _shown(page, "know", "50\u00a0%")


def test_the_page_stops_asking_when_the_fieldwork_closes(page, wave):
    store(wave)
    page.clock.install()
    page.reload()
    Wave.objects.filter(pk=wave.pk).update(state="closed")
    page.clock.run_for(2_100)
    page.get_by_text("Terrain terminé").wait_for(timeout=SOON)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(60_000)
    assert asked == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_screen(page, wave, live_server, width):
    store(wave)
    page.set_viewport_size({"width": width, "height": 800})
    for address in (PAGE, f"{PAGE}method/", f"{PAGE}2023/figures/declared_activation/", f"{PAGE}2020/"):
        page.goto(f"{live_server.url}{address}")
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_keyboard_reaches_every_percentage_and_shows_where_it_is(page, wave):
    store(wave)
    _percent(page, "any_service").wait_for(timeout=SOON)
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.closest('.finding')?.id"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert {"any_service", "appointment", "insurer"} <= reached
