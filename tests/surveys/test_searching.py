"""A long list is searched: the page comes back with what the words may mean, and one match is the answer."""

from __future__ import annotations

from functools import cache

import pytest
from django.utils.datastructures import MultiValueDict
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from surveys.form.forms import page_form
from surveys.form.pages import PageView, compile_page, live_html
from surveys.form.searching import suggestions
from tests.surveys.forms_of_every_kind import form
from tests.surveys.markup import read_markup
from tests.worlds import sheet

TOWNS = """
    name,label,postcode,region
    42218,Saint-Étienne,42000,84
    76575,Saint-Étienne-du-Rouvray,76800,28
    93066,Saint-Denis,93200,11
    97411,Saint-Denis,97400,04
    69123,Lyon,69001,84
    1,<i>Y</i>,80190,32
"""
LINES = """
    begin_group,a,Avant,,,,field-list
    text,postcode,Code postal ?,,,,postcode
    end_group
    begin_group,p,Où,,,,field-list
    select_one_from_file communes.csv,commune,Votre commune ?,yes,,,autocomplete
    select_one_from_file communes.csv,work,Où travaillez-vous ?,,,,autocomplete,,postcode = ${postcode}
    end_group
"""


@cache
def questionnaire(rows: int = 0):
    report = Report()
    towns = TOWNS + "".join(f"    t{number},Ville {number},{number % 2:05},00\n" for number in range(rows))
    read = read_questionnaire({**form(LINES), "lookups/communes.csv": sheet("lookups/communes.csv", towns)}, report)
    report.raise_if_any()
    return read


@cache
def page(rows: int = 0):
    return compile_page(questionnaire(rows), questionnaire(rows).page_by_name["p"], "fr")


def posted(rows: int = 0, earlier=None, **fields):
    return page(rows).parse({name: [value] for name, value in fields.items()}, earlier or {})


def shown(read, rows: int = 0, earlier=None):
    view = PageView("/", "r", {**(earlier or {}), **read.answers}, read.errors)
    return page(rows).html(view)


def picks(html, name="commune"):
    radios = (each.attributes for each in read_markup(html).all("input"))
    return [radio["value"] for radio in radios if radio["name"] == name and radio["type"] == "radio"]


def test_one_match_is_the_answer():
    assert posted(commune__find="st etienne").answers["commune"] == "42218"
    assert posted(commune__find="lyo").answers == {"commune": "69123", "work": ""}
    assert posted(commune__find="lyo").errors == {}


def test_several_come_back_to_pick_from():
    read = posted(commune__find="saint denis")
    assert read.errors == {"commune": "2 réponses correspondent à «\xa0saint denis\xa0»\xa0: choisissez la vôtre ci-dessous."}
    html = shown(read)
    assert 'value="saint denis"' in html
    assert picks(html) == ["93066", "97411", " "]
    assert posted(commune__find="saint denis", commune="97411").answers["commune"] == "97411"


def test_none_of_these_leads_back_to_the_search():
    read = posted(commune__find="saint denis", commune=" ")
    assert read.errors == {"commune": "Écrivez votre réponse autrement, ou seulement son début."}
    assert picks(shown(read)) == []
    assert 'value="saint denis"' in shown(read)


def test_nothing_found_says_what_to_try():
    read = posted(commune__find="tombouctou")
    assert read.errors == {
        "commune": "Rien dans la liste ne correspond à «\xa0tombouctou\xa0». Vérifiez l’orthographe, ou n’écrivez que le début."
    }
    assert picks(shown(read)) == []


def test_too_many_show_the_first_thirty():
    read = posted(100, commune__find="ville")
    assert read.errors == {
        "commune": "100 réponses correspondent à «\xa0ville\xa0». Les 30 premières sont ci-dessous\xa0: choisissez la vôtre, ou écrivez plus de lettres."
    }
    assert len(picks(shown(read, 100))) == 31


def test_words_that_are_a_code_are_no_answer():
    read = posted(commune__find="69123")
    assert (read.answers["commune"], list(read.errors)) == (" 69123", ["commune"])


def test_an_answer_comes_back_ticked_and_other_words_do_not_pass_unseen():
    html = page().html(PageView("/", "r", {"commune": "69123"}))
    assert picks(html) == ["69123", " "]
    assert "checked" in html
    read = posted(commune="69123", commune__find="saint denis")
    assert list(read.errors) == ["commune"]
    assert picks(shown(read)) == ["93066", "97411", " "]


def test_a_required_search_left_empty_is_missing_and_a_value_from_nowhere_is_refused():
    assert posted().errors == {"commune": "Choisissez une réponse."}
    assert posted(commune="nowhere").errors == {"commune": "Choisissez parmi les réponses proposées."}


def test_few_on_offer_are_shown_at_once():
    earlier = {"postcode": "97400"}
    html = page().html(PageView("/", "r", {**earlier}))
    assert picks(html, "work") == ["97411"]
    assert "work__find" not in html
    assert posted(earlier=earlier, commune__find="lyon", work="97411").errors == {}


def test_many_on_offer_are_searched_among_those_on_offer():
    earlier = {"postcode": "00001"}
    html = page(200).html(PageView("/", "r", {**earlier}))
    assert "work__find" in html
    assert "data-source" in html
    assert html.count("data-source") == 1  # a filtered list gives no suggestions: their address would hold an answer
    assert posted(200, earlier, commune__find="lyon", work__find="ville 3").answers["work"] == "t3"
    assert list(posted(200, earlier, commune__find="lyon", work__find="ville 4").errors) == ["work"]


def test_suggestions_are_names_and_labels():
    question = questionnaire().questions["commune"]
    assert suggestions(question, "st-et", "fr") == [("42218", "Saint-Étienne"), ("76575", "Saint-Étienne-du-Rouvray")]
    assert suggestions(question, "", "fr") == []
    assert len(suggestions(questionnaire(200).questions["commune"], "ville", "fr")) == 8


values = st.sampled_from(["", "42218", "93066", "1", " ", " saint denis", "  saint denis", " <i>", " ville", "nowhere", " x\0"])


@settings(deadline=None, max_examples=60)
@given(
    commune=values,
    work=values,
    postcode=st.sampled_from(["", "97400", "00001", "42000"]),
    wrong=st.sets(st.sampled_from(["commune", "work"])),
)
@pytest.mark.parametrize("rows", [0, 200])
def test_the_compiled_page_is_the_live_one_in_any_state(rows, commune, work, postcode, wrong):
    view = PageView("/", "r", {"commune": commune, "work": work, "postcode": postcode}, dict.fromkeys(wrong, "Un <mot>"))
    printed = page(rows).html(view)
    assert printed == live_html(questionnaire(rows), questionnaire(rows).page_by_name["p"], "fr", view)
    assert read_markup(printed).faults == []


typed = st.sampled_from(["", "st denis", "lyon", "<i>", "ville", "ville 3", "x" * 101, "\0", "\ud800", "42218"])
sent = st.sampled_from([None, "", " ", "42218", "97411", "nowhere", "t3"])


@settings(deadline=None, max_examples=80)
@given(commune=sent, find=typed, work=sent, work_find=typed, postcode=st.sampled_from([None, "", "97400", "00001"]))
def test_the_compiled_page_reads_a_post_as_its_form_does(commune, find, work, work_find, postcode):
    post = {"commune": commune, "commune__find": find, "work": work, "work__find": work_find}
    post = {name: [value] for name, value in post.items() if value is not None}
    earlier = {} if postcode is None else {"postcode": postcode}
    read = page(200).parse(post, earlier)
    live = page_form(questionnaire(200), questionnaire(200).page_by_name["p"], "fr")(MultiValueDict(post), earlier=earlier)
    assert live.is_valid() == (not read.errors)
    assert {name: next(iter(messages)) for name, messages in live.errors.items()} == read.errors
    if live.is_valid():
        assert live.cleaned_data == read.answers
