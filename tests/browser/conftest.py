"""The reference study at a real server, its wave of 2023 in the field, and people at browsers."""

from __future__ import annotations

import pytest

from tests.browser.visitors import Visitor


@pytest.fixture
def wave(transactional_db):
    """The wave of 2023, live, with nobody interviewed yet."""
    from pathlib import Path

    from reports.study import load_study

    survey = load_study(Path(__file__).parents[2] / "surveys" / "samples" / "numerique-en-sante")
    survey.waves.get(code="2023").move_to("live")
    return survey.waves.select_related("survey", "questionnaire").get(code="2023")


@pytest.fixture
def visitor(browser, live_server, wave):
    """Somebody at the first page."""
    return Visitor(browser.new_page(), live_server.url).enter()


@pytest.fixture
def browser_without_script(_chromium):
    """A browser whose JavaScript is switched off."""
    context = _chromium.new_context(locale="fr-FR", java_script_enabled=False)
    yield context
    context.close()
