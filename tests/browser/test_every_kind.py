"""Every kind of question in every state at a browser: nothing that axe-core finds, nothing that axe-core lets pass."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.contrib.staticfiles import finders

from respondents.core.forms import read_form
from respondents.core.people import RandomPerson, filled
from respondents.core.route import follow
from surveys.core.files import read_workbook
from surveys.core.questionnaire import Questionnaire
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from surveys.form.pages import PageView, compile_page
from tests.browser.test_every_page import SIDEWAYS, SMALL_TARGETS, TARGET, WIDTHS

pytestmark = pytest.mark.browser
SAMPLE = Path(__file__).parents[2] / "surveys" / "samples" / "kitchen-sink"
WEIGHT = 30_000  # bytes, gzipped: page, style and script
PERSON = 4  # one who goes through every page
HOST = "http://survey.test"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><circle cx="48" cy="48" r="40"/></svg>'

# What a person with a screen reader or a keyboard would stumble over, and axe-core does not say.
STUMBLES = """() => {
  const found = [], say = (what, element) => found.push(`${what}: ${element.outerHTML.slice(0, 160)}`);
  const controls = [...document.querySelectorAll("main form :is(input, select, textarea)")].filter((one) => one.type !== "hidden");
  for (const one of controls) {
    const group = one.closest("fieldset"), row = one.closest("tr[aria-labelledby]");
    if (!row && !group?.querySelector(":scope > legend")?.textContent.trim()) say("no legend", one);
    if (one.name.includes("__")) continue; // a box beside the answer has its own words
    const told = [one, row, group].flatMap((each) => (each?.getAttribute("aria-describedby") || "").split(" "));
    const error = row ? row.querySelector(".error") : group?.querySelector(":scope > .error");
    if (error && !told.includes(error.id)) say("error not tied", one);
    const hint = row ? row.querySelector(".hint") : group?.querySelector(":scope > .hint[id]");
    if (hint && !told.includes(hint.id)) say("hint not tied", one);
    const named = (one.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean).map((id) => document.getElementById(id));
    const words = named.map((each) => each.textContent).join(" ");
    for (const label of one.labels) if (named.length && !words.includes(label.textContent.trim())) say("label outside the name", one);
  }
  for (const link of document.querySelectorAll(".summary a")) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) { say("leads nowhere", link); continue; }
    target.focus();
    if (document.activeElement !== target) say("leads to what takes no focus", link);
  }
  for (const image of document.images) if (!image.hasAttribute("alt")) say("no alt", image);
  return found;
}"""


@cache
def sink() -> Questionnaire:
    """The bundled study of every kind of question."""
    report = Report()
    questionnaire = read_questionnaire(read_workbook(SAMPLE), report)
    report.raise_if_any()
    return questionnaire


def states(language: str):
    """Yield (name, document) for each page: as first shown, as sent back empty, as sent back wrong, and as answered."""
    saved, person = {}, RandomPerson(PERSON, sink())
    for _ in sink().pages:
        route = follow(sink(), saved)
        if not route.current:
            return
        page = sink().page_by_name[route.current]
        compiled = compile_page(sink(), page, language)
        frame = {"action": "/", "request_id": "1", "order_seed": "p", "back": "/", "progress": 40, "languages": {"fr": "/", "en": "/?l"}}
        blank = compiled.html(PageView(answers=route.answers, **frame))
        yield f"{page.name} as first shown", blank
        wrong = {name: ["?", "?"] if field.times > 1 else ["?"] for name, field in read_form(blank).fields.items() if "__" not in name}
        for sent in ({}, wrong):
            posted = compiled.parse(sent, route.answers)
            view = PageView(answers={**route.answers, **posted.answers}, errors=posted.errors, doubted=posted.doubted, **frame)
            yield f"{page.name} as sent back", compiled.html(view)
        for _ in range(100):
            posted = compiled.parse(parse_qs(urlencode(filled(read_form(blank), person))), route.answers)
            if not posted.errors and not follow(sink(), {**saved, page.name: posted.answers}).ends_as:
                break
        saved[page.name] = posted.answers
        yield f"{page.name} as answered", compiled.html(PageView(answers={**route.answers, **posted.answers}, **frame))


@pytest.fixture
def shown(browser):
    """Show a document at a browser, with its style, script and pictures, and return the browser's page."""
    page, document = browser.new_page(), [""]

    def answer(route):
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            route.fulfill(path=finders.find(path.removeprefix("/static/")))
        elif "/media/" in path:
            route.fulfill(body=DRAWING, content_type="image/svg+xml")
        else:
            route.fulfill(body=document[0], content_type="text/html; charset=utf-8")

    page.route("**/*", answer)

    def show(html):
        document[0] = html
        page.goto(HOST)
        return page

    return show


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nobody_stumbles_over_any_kind_of_question_in_any_state(shown, language):
    faults, seen = [], 0
    for name, html in states(language):
        page = shown(html)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate(SIDEWAYS) > 0:
                faults.append(f"{name} scrolls sideways at {width} px")
            if width <= 360:
                faults += [f"{name}: small at {width} px: {target}" for target in page.evaluate(SMALL_TARGETS, TARGET)]
        faults += [f"{name}: {stumble}" for stumble in page.evaluate(STUMBLES)]
        seen += 1
    assert not faults, "\n".join(faults)
    assert seen >= 4 * 8


@pytest.mark.skipif(find_spec("axe_playwright_python") is None, reason="axe-core is missing: pip install -r requirements/dev.txt")
def test_axe_core_finds_nothing_in_any_kind_of_question_in_any_state(shown):
    from axe_playwright_python.sync_playwright import Axe

    axe, faults = Axe(), []
    for name, html in states("fr"):
        page = shown(html)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            found = axe.run(page).response["violations"]
            faults += [f"{name} at {width} px: {each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]
    assert not faults, "\n".join(faults)


def test_a_ranking_is_put_in_order_with_two_buttons_that_say_what_moved(shown):
    page = shown(next(html for name, html in states("fr") if name == "preference as answered"))
    ranks = page.locator('select[name="criteres"]')
    before = [rank.input_value() for rank in ranks.all()]
    page.get_by_role("button", name="Rang 1").last.focus()
    page.keyboard.press("Enter")
    assert [rank.input_value() for rank in ranks.all()] == [before[1], before[0], *before[2:]]
    label = ranks.nth(1).locator("option:checked").inner_text()
    assert f"Rang 2: {label}" in page.locator("[aria-live]").inner_text()
    page.keyboard.press("Enter")  # the focus went along
    assert [rank.input_value() for rank in ranks.all()] == [before[1], before[2], before[0], *before[3:]]


def test_the_heaviest_page_weighs_little_with_its_style_and_script():
    shared = sum(len(gzip.compress(Path(finders.find(f"surveys/{name}")).read_bytes())) for name in ("public.css", "page.js", "icon.svg"))
    pages = {name: len(gzip.compress(html.encode())) for name, html in states("fr")}
    heaviest = max(pages, key=pages.__getitem__)
    assert pages[heaviest] + shared <= WEIGHT, heaviest
