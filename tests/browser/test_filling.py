"""The reference questionnaire filled in a real browser: by keyboard, without JavaScript, back and forth, twice at once."""

from __future__ import annotations

import pytest

from respondents.models import Interview, Record, Submission
from tests.browser.visitors import KeyboardVisitor, Visitor

pytestmark = pytest.mark.browser
USER_ROUTE = ["accueil", "profil", "activite", "services", "opinions", "donnees", "notoriete", "usage", "activation",
              "satisfaction", "confiance", "fin"]  # fmt: skip


def route_of(interview):
    return [submission.page for submission in interview.submissions.order_by("seq")]


def record_of(wave):
    from respondents.core.record import unpack

    record = Record.objects.get()
    return unpack(wave.questionnaire.codebook(), record.codes, record.extra)


def test_the_whole_questionnaire_by_keyboard_alone(browser, live_server, wave):
    somebody = KeyboardVisitor(browser.new_page(), live_server.url).enter()
    somebody.page.keyboard.press("Tab")
    assert somebody.page.evaluate("() => document.activeElement.getAttribute('href')") == "#content"
    somebody.page.keyboard.press("Enter")
    assert somebody.page.evaluate("() => document.activeElement.id") == "content"
    somebody.walk_to("")
    assert somebody.outcome == "completed"
    assert route_of(Interview.objects.get()) == USER_ROUTE
    answers = record_of(wave)
    assert (answers["region"], answers["pcs"], answers["age"]) == ("53", "3_cadres", "35-49")
    assert (answers["q1"], answers["q6"], answers["q6_autre_texte"]) == (("rdv", "documents"), ("piratage", "autre"), "La <b>revente</b>")
    assert (answers["q4_deshumanisation"], answers["q15_note_0_10"], answers["q16_consultations_12m"]) == ("8", "7", "4")


def test_the_whole_questionnaire_without_javascript(browser_without_script, live_server, wave):
    somebody = Visitor(browser_without_script.new_page(), live_server.url).enter().walk_to("donnees")
    assert somebody.page.locator('[name="q6_autre_texte"]').is_visible()  # always there; ignored unless its choice is ticked
    somebody.fill()
    somebody.tick("q6", "autre")  # no longer ticked
    somebody.go_on().walk_to("")
    assert somebody.outcome == "completed"
    answers = record_of(wave)
    assert answers["q6"] == ("piratage",)
    assert "q6_autre_texte" not in answers


def test_back_three_times_then_another_answer_takes_the_other_route(visitor, wave):
    visitor.walk_to("satisfaction")
    for expected in ("activation", "usage", "notoriete"):
        visitor.page.go_back()
        assert visitor.at == expected
    assert visitor.chosen("q7_mes_connait") == ["1"]
    visitor.answers["notoriete"] = {"q7_mes_connait": "0"}
    visitor.fill().go_on()
    assert visitor.at == "confiance"
    visitor.fill().go_on()
    assert visitor.at == "intention"
    visitor.walk_to("")
    assert visitor.outcome == "completed"
    answers = record_of(wave)
    assert answers["q7_mes_connait"] == "0"
    assert not {"q8_mes_utilise", "q9_mes_active"} & answers.keys()
    assert Submission.objects.filter(page="usage").exists()  # kept in the log


def test_the_page_s_own_back_link_shows_what_was_answered(visitor):
    visitor.walk_to("notoriete")
    visitor.page.locator("a.back").click()
    assert visitor.at == "donnees"
    assert (visitor.chosen("q6"), visitor.chosen("q6_autre_texte")) == (["piratage", "autre"], ["La <b>revente</b>"])


def test_reloading_every_page_changes_nothing(visitor):
    while visitor.at:
        here = visitor.at
        visitor.page.reload()
        assert visitor.at == here
        visitor.fill().go_on()
    visitor.page.reload()
    assert visitor.outcome == "completed"
    assert (Interview.objects.count(), Record.objects.count()) == (1, 1)
    assert route_of(Interview.objects.get()) == USER_ROUTE


def test_two_tabs_of_one_interview_lead_to_one_completion(visitor, browser, live_server):
    visitor.walk_to("notoriete")
    other = Visitor(browser.new_page(), live_server.url, {"notoriete": {"q7_mes_connait": "0"}})
    other.page.goto(visitor.page.url)
    visitor.fill().go_on()
    other.fill().go_on()
    assert (visitor.at, other.at) == ("usage", "confiance")
    visitor.fill().go_on()  # its page left the route when the other tab answered
    assert visitor.at == "confiance"
    other.walk_to("")
    visitor.page.reload()
    assert (visitor.outcome, other.outcome) == ("completed", "completed")
    assert (Interview.objects.count(), Record.objects.count()) == (1, 1)


def test_a_double_click_on_every_continue_makes_one_interview(visitor):
    while visitor.at:
        visitor.fill()
        with visitor.page.expect_navigation():
            visitor.page.get_by_role("button").dblclick()
    assert visitor.outcome == "completed"
    assert (Interview.objects.count(), Record.objects.count()) == (1, 1)
    assert route_of(Interview.objects.get()) == USER_ROUTE
