"""What a page does for whoever reads it: another direction of writing, a way out of a scale, a form filled in by the browser, speed."""

from __future__ import annotations

import time
from decimal import Decimal

from surveys.core.expressions import parse
from surveys.core.questionnaire import Block, Choice, Page, Question, Questionnaire
from surveys.form.answers import read
from surveys.form.pages import PageView, compile_page
from tests.surveys.markup import read_markup

BUDGET = 0.002  # seconds of CPU to fill a page


def form(*pages, languages=("fr",)):
    return Questionnaire("e", "1", languages, languages[0], pages, {}, {}, {"form_title": "E"})


def page_of(questions, language="fr", blocks=None):
    page = Page("p", {language: "P"}, tuple(questions), blocks=blocks or {})
    return compile_page(form(page, languages=(language,)), page, language)


def shown(compiled, **answers):
    return read_markup(compiled.html(PageView("/", "1", answers)))


def test_an_arabic_page_is_written_from_right_to_left_and_what_is_piped_into_it_keeps_its_own_direction():
    name = Question("nom", "text", {"ar": "اسمك؟"})
    liked = Question("q", "single", {"ar": "${nom} يعجبك؟"}, choices=(Choice("1", {"ar": "${nom}"}, 1),), appearance=frozenset({"minimal"}))
    questionnaire = form(Page("a", {"ar": "أ"}, (name,)), Page("b", {"ar": "${nom}"}, (liked,)), languages=("ar",))
    markup = shown(compile_page(questionnaire, questionnaire.pages[1], "ar"), nom="Zoé")
    assert (markup.all("html")[0].attributes["dir"], markup.all("html")[0].attributes["lang"]) == ("rtl", "ar")
    assert [(element.text, element.around[-1].tag) for element in markup.all("bdi")] == [("Zoé", "h1"), ("Zoé", "label")]
    assert (markup.all("title")[0].text, markup.all("option")[1].text) == ("Zoé – E", "Zoé")  # where no element can stand
    assert markup.faults == []
    assert "dir" not in shown(page_of([Question("q", "text", {"fr": "?"})])).all("html")[0].attributes


def test_the_ways_out_of_a_scale_are_options_of_it_so_that_nothing_needs_to_be_unticked():
    scale = Question("q", "integer", {"fr": "?"}, steps=("0", "1"), dont_know="NSP", refused="REF", required=True)
    compiled = page_of([scale])
    options = [element for element in shown(compiled, q="NSP").all("input") if element.attributes.get("name") == "q"]
    assert [(each.attributes["value"], "checked" in each.attributes) for each in options] == [
        ("0", False), ("1", False), ("NSP", True), ("REF", False),
    ]  # fmt: skip
    assert {each.attributes["type"] for each in options} == {"radio"}
    assert compiled.parse({"q": ["NSP"]}, {}).answers == {"q": "NSP"}
    assert compiled.parse({"q": ["NSP"]}, {}).errors == {}
    assert set(compiled.parse({"q": ["2"]}, {}).errors) == {"q"}


def test_numbers_are_read_as_people_write_them():
    whole, decimal = Question("q", "integer"), Question("q", "decimal")
    assert read(whole, ["1 000"], language="fr").answer == "1000"
    assert read(decimal, ["1\u202f234\u00a0567,50"], language="fr").answer == "1234567.5"
    assert read(whole, ["1 00"], language="fr").mistake is not None


def test_a_browser_is_told_what_it_may_fill_in():
    questions = [
        Question("a", "text", {"fr": "?"}, appearance=frozenset({"given-name"})),
        Question("b", "text", {"fr": "?"}, format="email"),
        Question("c", "integer", {"fr": "?"}, appearance=frozenset({"bday-year"})),
        Question("d", "integer", {"fr": "?"}),
    ]
    fields = [element for element in shown(page_of(questions)).all("input") if element.attributes.get("type") != "hidden"]
    assert [field.attributes["autocomplete"] for field in fields] == ["given-name", "email", "bday-year", "off"]


def test_what_helps_with_a_block_is_tied_to_it_and_a_grid_row_opens_in_place():
    yes_no = tuple(Choice(name, {"fr": name}, code) for code, name in enumerate(["oui", "non"]))
    rows = [
        Question("q1", "single", {"fr": "1"}, list_name="l", choices=yes_no, block="g"),
        Question("q2", "single", {"fr": "2"}, list_name="l", choices=yes_no, block="g", required=True, relevant=parse("${q1} = 'oui'")),
        Question("n", "integer", {"fr": "N"}, block="s"),
    ]
    grid = Block("g", {"fr": "G"}, appearance=frozenset({"table-list"}))
    total = Block("s", {"fr": "S"}, {"fr": "Aide"}, total=Decimal(100))
    markup = shown(page_of(rows, blocks={"g": grid, "s": total}))
    opened = [row.attributes for row in markup.all("tr") if "data-opened-by" in row.attributes]
    assert [(row["data-opened-by"], "aria-required" in row) for row in opened] == [("q1=oui", False)]
    assert "hint_s" in [fieldset.attributes.get("aria-describedby") for fieldset in markup.all("fieldset")]
    assert markup.faults == []


def test_choices_that_depend_on_their_own_page_are_all_there_and_the_post_is_judged():
    towns = tuple(
        Choice(name, {"fr": name}, n, relevant=parse(f"${{region}} = '{region}'"))
        for n, (name, region) in enumerate([("brest", "b"), ("nice", "p")])
    )
    region = Question("region", "single", {"fr": "?"}, choices=(Choice("b", {"fr": "B"}, 1), Choice("p", {"fr": "P"}, 2)))
    town = Question("town", "single", {"fr": "?"}, choices=towns, required=True)
    compiled = page_of([region, town])
    assert [each.attributes["value"] for each in shown(compiled).all("input") if each.attributes.get("name") == "town"] == ["brest", "nice"]
    assert compiled.parse({"region": ["b"], "town": ["brest"]}, {}).errors == {}
    assert set(compiled.parse({"region": ["b"], "town": ["nice"]}, {}).errors) == {"town"}


def test_filling_any_page_of_two_hundred_questions_costs_less_than_two_milliseconds():
    choices = tuple(Choice(str(n), {"fr": f"Réponse {n}"}, n, relevant=parse("${q0} = '1'") if n > 5 else None) for n in range(1, 8))
    kinds = ("single", "multiple", "ranking", "text", "integer")

    def question(number):
        kind = kinds[number % 5] if number else "single"
        relevant = parse("${q0} = '1' or not(${q0} = '2')") if number else None
        return Question(f"q{number}", kind, {"fr": "Aimez-vous ${q0} ?"}, choices=choices if number % 5 < 3 else (), relevant=relevant)

    questions = [question(number) for number in range(200)]
    pages = [Page(f"p{start}", {"fr": "P"}, tuple(questions[start : start + 10])) for start in range(0, 200, 10)]
    questionnaire = form(*pages)
    answers = {each.name: "1" if each.kind == "single" else ("1", "2") if each.choices else "12" for each in questions}
    view = PageView("/", "1", answers, order_seed="p")
    for page in (pages[1], pages[-1]):
        compiled = compile_page(questionnaire, page, "fr")
        costs = []
        for _ in range(50):
            started = time.process_time()
            compiled.html(view)
            costs.append(time.process_time() - started)
        assert sorted(costs)[25] < BUDGET
