"""The review by keyboard: V keeps, R and a reason remove, the arrows go along; nobody is decided on twice."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from respondents.models import QuotaCell, Review
from respondents.quality.looking import look
from tests.respondents.quality.people import completed, wave_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people():
    """Four flagged interviews, all in the same wave."""
    wave = wave_of()
    cell = QuotaCell.objects.get(wave=wave)
    found = [completed(wave, trap="5", m1=str(n)) for n in range(4)]
    wave.interviews.update(cell_ids=[cell.pk])
    QuotaCell.objects.filter(pk=cell.pk).update(filled=4)
    look(wave)
    return found


@pytest.fixture
def screen(people, browser, live_server, admin_client):
    """The first of them, opened by somebody logged in; ``complaints`` are what the browser's console holds against it."""
    cookie = admin_client.cookies[settings.SESSION_COOKIE_NAME].value
    browser.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": f"{live_server.url}/admin/"}])
    page = browser.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(f"{live_server.url}/admin/quality/{people[0].wave_id}/")
    page.locator(".tools a.button").click()
    return page


def shows(screen, interview):
    expect(screen.locator(".case-head code")).to_have_text(str(interview.pk)[-12:])
    screen.wait_for_load_state()  # and its script hears the keys


def verdicts():
    return list(Review.objects.order_by("at").values_list("interview", "verdict", "reason"))


def test_all_are_judged_without_a_mouse(screen, people):
    first, second, third, fourth = people
    shows(screen, first)
    screen.keyboard.press("v")
    shows(screen, second)
    screen.keyboard.press("ArrowRight")
    shows(screen, third)
    screen.keyboard.press("ArrowLeft")
    shows(screen, second)
    screen.keyboard.press("r")
    screen.keyboard.type("very vague")  # in the reason, v is a letter
    screen.keyboard.press("Enter")
    shows(screen, third)
    screen.keyboard.press("v")
    shows(screen, fourth)
    screen.keyboard.press("v")
    expect(screen.locator(".statuses")).to_be_visible()  # nobody is left to judge
    assert verdicts() == [(first.pk, "kept", ""), (second.pk, "removed", "very vague"), (third.pk, "kept", ""), (fourth.pk, "kept", "")]
    assert screen.complaints == []


def test_enter_without_a_reason_removes_nobody(screen, people):
    shows(screen, people[0])
    screen.keyboard.press("r")
    screen.keyboard.press("Enter")
    expect(screen.locator("#decide .errorlist")).to_be_visible()
    shows(screen, people[0])
    assert verdicts() == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_fits_the_screen(screen, people, width):
    screen.set_viewport_size({"width": width, "height": 800})
    assert screen.evaluate("document.documentElement.scrollWidth") <= width
