"""The workshop in a real browser: a filter checked as it is typed, a preview that follows, everything by keyboard."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import expect

from reports.study import store_study
from surveys.models import Questionnaire
from tests.worlds import study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft():
    return store_study(study()).questionnaires.get()


@pytest.fixture
def screen(draft, browser, live_server, admin_client):
    """A page at the workshop, logged in; ``complaints`` are what the browser's console holds against it."""
    cookie = admin_client.cookies[settings.SESSION_COOKIE_NAME].value
    browser.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": f"{live_server.url}/admin/"}])
    page = browser.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.at = lambda path: page.goto(f"{live_server.url}/admin/workshop/{draft.pk}/{path}")
    return page


def test_a_filter_is_checked_as_it_is_typed_and_written_by_the_picker(screen, draft):
    screen.at(f"lines/{draft.questions.get(name='q2').row}/")
    field, verdict = screen.locator("#id_relevant"), screen.locator(".way-condition:has(#id_relevant) .verdict")
    field.fill("${sex} = 'Z'")
    expect(verdict).to_contain_text("Z")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("")
    screen.locator(".picker summary").click()
    screen.locator(".insert", has_text="Une femme").click()
    expect(field).to_have_value("${sex} = 'F'")
    expect(verdict).to_contain_text("Une femme")
    screen.locator("button.default").click()
    expect(screen.locator(".messagelist .success")).to_be_visible()
    assert Questionnaire.objects.get().definition().questions["q2"].relevant.text == "${sex} = 'F'"
    assert screen.complaints == []


def test_the_preview_follows_what_is_typed_before_it_is_saved(screen, draft):
    screen.at(f"lines/{draft.questions.get(name='q2').row}/")
    shown = screen.frame_locator("iframe[name=preview]")
    expect(shown.locator("legend")).to_contain_text("Êtes-vous satisfait")
    screen.locator("#id_label__fr").fill("Êtes-vous heureux ?")
    expect(shown.locator("legend")).to_contain_text("Êtes-vous heureux")
    assert Questionnaire.objects.get().fingerprint == draft.fingerprint
    assert screen.complaints == []


def test_a_question_moves_by_keyboard_alone(screen, draft):
    screen.at("")
    screen.locator("#line-q1_texte button[name=up]").focus()
    screen.keyboard.press("Enter")
    screen.wait_for_url("**/#line-q1_texte")
    assert [q.name for q in Questionnaire.objects.get().definition().page_by_name["usages"].questions] == ["q1_texte", "q1"]


@pytest.mark.parametrize("width", [320, 768])
def test_nothing_runs_off_a_narrow_screen(screen, draft, width):
    screen.set_viewport_size({"width": width, "height": 800})
    for path in ("", f"lines/{draft.questions.get(name='q1').row}/", "lists/", "lists/outils/", "bases/", "settings/", "preview/", "try/"):
        screen.at(path)
        assert screen.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_preview_goes_from_page_to_page(screen):
    screen.at("preview/?page=profil")
    shown = screen.frame_locator("iframe[name=preview]")
    shown.locator("input[value=F]").check()
    shown.locator("input[name=years]").fill("44")
    shown.locator("button[type=submit]").click()
    expect(shown.locator("h1")).to_have_text("Vos usages")
