"""The screen of a pasted questionnaire in a browser without script: no sideways scroll, and links from each remark to its line."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tests.surveys.core.test_pasted import TEXTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser_without_script, live_server):
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("director", password="p"))
    browser_without_script.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = browser_without_script.new_page()
    page.goto(live_server.url + reverse("paste_questionnaire"))
    return page


def test_a_text_is_pasted_corrected_where_a_remark_leads_and_made_a_study(page):
    text = (TEXTS / "mobility" / "text.txt").read_text(encoding="utf-8")
    page.get_by_label("Questionnaire", exact=True).fill(text)
    page.get_by_role("button", name="Vérifier le texte").click()
    page.locator(".remarks .mistake a").wait_for()  # the page that answers, whole
    for width in (320, 360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".remarks .mistake a").click()
    assert page.evaluate("document.querySelector(':target').id") == "line-28"
    page.get_by_label("Questionnaire", exact=True).fill(text.replace("Q4 = 9", "Q4 = 1"))
    page.get_by_label("Adresse").fill("mobilite")
    page.get_by_label("La créer sans ce qui n’a pas été compris").check()
    page.get_by_role("button", name="Créer l’étude").click()
    assert page.locator(".success").inner_text() == "Étude créée\u00a0: étude mobilité - version 3 (relue par Paul) (mobilite)."
