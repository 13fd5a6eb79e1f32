"""What a page does for the person who fills it: errors that lead to their question, options that exclude each other, languages."""

from __future__ import annotations

import pytest

from respondents.models import Interview
from tests.browser.visitors import Visitor

pytestmark = pytest.mark.browser


def focused(page):
    return page.evaluate("() => document.activeElement.id || document.activeElement.className")


def test_the_summary_of_errors_has_the_focus_its_links_lead_to_the_controls_and_answers_are_kept(visitor):
    visitor.walk_to("profil")
    page = visitor.page
    page.get_by_label("Quel est votre âge").fill("cent")
    page.locator("label", has_text="Une femme").click()
    visitor.go_on()
    assert focused(page) == "summary"
    assert page.title() != page.title().split(": ")[-1]
    assert page.locator(".summary li").count() == 3
    for link, control in zip(page.locator(".summary a").all(), ["id_age_years", "id_region", "id_agglo:1_rural"], strict=True):
        link.click()
        assert focused(page) == control
    assert (visitor.chosen("sex"), visitor.chosen("age_years")) == (["F"], ["cent"])
    assert page.locator("#id_age_years").get_attribute("aria-invalid") == "true"
    visitor.fill().go_on()
    assert visitor.at == "activite"


def test_a_question_that_depends_on_another_of_its_page_opens_in_place(visitor):
    visitor.walk_to("activite")
    job = visitor.page.locator("fieldset", has_text="votre profession")
    assert job.is_hidden()
    visitor.tick("situation", "chomage")
    assert job.is_visible()
    visitor.tick("situation", "retraite")
    assert job.is_hidden()
    visitor.go_on()
    assert visitor.at == "services"


def test_an_exclusive_choice_unticks_the_others_and_they_untick_it(visitor):
    visitor.walk_to("services")
    visitor.tick("q1", "rdv")
    visitor.tick("q1", "aucun")
    assert visitor.chosen("q1") == ["aucun"]
    visitor.tick("q1", "objets")
    visitor.tick("q1", "teleconsult")
    assert sorted(visitor.chosen("q1")) == ["objets", "teleconsult"]


def test_please_specify_shows_once_its_choice_is_ticked_and_after_an_error_too(visitor):
    visitor.walk_to("donnees")
    specify = visitor.page.locator('[name="q6_autre_texte"]')
    assert specify.is_hidden()
    visitor.tick("q6", "autre")
    assert specify.is_visible()
    specify.fill("La revente")
    visitor.go_on()
    assert visitor.page.locator(".summary").is_visible()
    assert specify.is_visible()
    assert specify.input_value() == "La revente"


def test_a_number_and_its_don_t_know_box_exclude_each_other(visitor):
    visitor.walk_to("fin")
    number, box = visitor.page.locator("#id_q16_consultations_12m"), visitor.page.locator("#id_q16_consultations_12m__dk")
    number.fill("4")
    visitor.page.locator("label:has(#id_q16_consultations_12m__dk)").click()
    assert (number.input_value(), box.is_checked()) == ("", True)
    number.press_sequentially("7")
    assert (number.input_value(), box.is_checked()) == ("7", False)


def test_another_language_midway_keeps_what_was_saved_and_what_is_only_ticked(visitor):
    visitor.walk_to("donnees").fill()
    page = visitor.page
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_text("My health data are particularly sensitive").is_visible()
    assert (visitor.chosen("q5_sensibles"), visitor.chosen("q6"), visitor.chosen("q6_autre_texte")) == (
        ["1"],
        ["piratage", "autre"],
        ["La <b>revente</b>"],
    )
    assert page.evaluate("() => sessionStorage.length") == 0
    visitor.go_on()
    assert visitor.at == "notoriete"
    assert page.locator("html").get_attribute("lang") == "en"
    page.go_back()
    assert visitor.chosen("q6") == ["piratage", "autre"]
    page.goto(f"{visitor.url}/i/{page.url.split('/i/')[1].split('/')[0]}/notoriete/")
    visitor.walk_to("")
    assert page.locator("html").get_attribute("lang") == "en"
    assert Interview.objects.get().language == "en"


def test_choices_keep_their_order_for_one_person(visitor):
    def order():
        return visitor.page.evaluate("() => Array.from(document.getElementsByName('q1')).map(box => box.value)")

    visitor.walk_to("services")
    first = order()
    visitor.page.reload()
    assert order() == first
    visitor.go_on()
    assert visitor.page.locator(".summary").is_visible()
    assert order() == first
    visitor.page.locator(".languages a:not([aria-current])").click()
    assert order() == first


def test_somebody_back_by_their_link_is_told_where_they_resume(visitor, browser):
    visitor.walk_to("opinions")
    link = "/".join(visitor.page.url.split("/")[:5]) + "/"
    again = Visitor(browser.new_page(), visitor.url)
    again.page.goto(link)
    assert again.at == "opinions"
    assert "8" in again.page.get_by_role("status").inner_text()
