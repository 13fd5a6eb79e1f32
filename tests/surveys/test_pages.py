"""What a page shows of each kind of question: the reference study's pages, and small ones made for the purpose."""

from __future__ import annotations

import pytest

from surveys.core.expressions import parse
from surveys.core.questionnaire import Choice, Page, Question, Questionnaire
from surveys.form.controls import choice_order, control_of, grid_runs, opening_answers, scale_ends
from surveys.form.pages import PageView, compile_page
from tests.surveys.markup import read_markup
from tests.surveys.questionnaires import NASTY, reference


def shown(name, language="fr", **state):
    """The markup of a page of the reference study."""
    page = reference().page_by_name[name]
    view = PageView(**{"action": "/", "request_id": "1", "answers": {}, **state})
    return read_markup(compile_page(reference(), page, language).html(view))


def seen_by(seed):
    """The state of a page seen by the person with this seed."""
    return PageView("/", "1", {}, order_seed=seed)


def controls(markup, name):
    return [element for element in markup.elements if element.attributes.get("name") == name]


def test_every_question_of_the_study_has_the_control_that_suits_it():
    assert {question.name: control_of(question) for question in reference().questions.values() if question.is_asked} == {
        **dict.fromkeys(["sex", "agglo", "situation", "emploi", "q1", "q6", "q10"], "choices"),
        **dict.fromkeys(["consentement", "q7_mes_connait", "q8_mes_utilise", "q9_mes_active"], "choices"),
        **dict.fromkeys(["q2_coordination", "q3_demarches", "q4_deshumanisation", "q5_sensibles", "q11_droit_acces"], "choices"),
        **dict.fromkeys(["q12_confiance_securite", "q13_conseiller", "q14_recours_medecin"], "choices"),
        **dict.fromkeys(["q6_autre_texte", "q10_autre_texte"], "line"),
        **dict.fromkeys(["age_years", "q16_consultations_12m"], "number"),
        "region": "list",
        "q15_note_0_10": "scale",
    }


def test_a_single_question_is_a_radio_group_whose_legend_is_its_wording():
    markup = shown("profil")
    fieldset = next(element for element in markup.all("fieldset") if "Vous êtes…" in element.text)
    assert fieldset.attributes["role"] == "radiogroup"
    assert fieldset.attributes["aria-required"] == "true"
    assert [option.attributes["value"] for option in controls(markup, "sex")] == ["H", "F", "X"]
    assert {option.attributes["type"] for option in controls(markup, "sex")} == {"radio"}


def test_the_region_is_a_drop_down_that_starts_empty_and_keeps_its_answer():
    markup = shown("profil", answers={"region": "94"})
    assert controls(markup, "region")[0].tag == "select"
    options = markup.all("option")
    assert (options[0].attributes["value"], len(options)) == ("", 15)
    assert [option.text for option in options if "selected" in option.attributes] == ["Corse"]


def test_a_grid_is_a_table_of_radio_groups_named_by_row_and_column():
    markup = shown("opinions", answers={"q3_demarches": "2"})
    assert "Êtes-vous tout à fait" in markup.all("caption")[0].text
    assert [row.attributes["role"] for row in markup.all("tr")[1:]] == ["radiogroup"] * 3
    assert len(markup.all("th")) == 6 + 3
    ticked = [option for option in controls(markup, "q3_demarches") if "checked" in option.attributes]
    assert [option.attributes["aria-labelledby"] for option in ticked] == ["row_q3_demarches col_q2_coordination:2"]


def test_a_scale_shows_its_eleven_steps_its_ends_and_the_way_out():
    markup = shown("satisfaction")
    assert [option.attributes["value"] for option in controls(markup, "q15_note_0_10")] == [*map(str, range(11)), "98", "99"]
    assert "0\u00a0: très mauvais" in markup.by_id()["hint_q15_note_0_10"].text


def test_a_number_has_a_numeric_keyboard_its_unit_and_a_box_for_those_who_do_not_know():
    age, visits = controls(shown("profil"), "age_years")[0], controls(shown("fin"), "q16_consultations_12m")[0]
    assert (age.attributes["inputmode"], age.attributes["aria-describedby"]) == ("numeric", "hint_age_years")
    assert "required" in age.attributes
    assert "required" not in visits.attributes
    assert controls(shown("fin"), "q16_consultations_12m__dk")[0].attributes["type"] == "checkbox"
    ticked = shown("fin", answers={"q16_consultations_12m": "NSP"})
    assert "checked" in controls(ticked, "q16_consultations_12m__dk")[0].attributes
    assert controls(ticked, "q16_consultations_12m")[0].attributes["value"] == ""


def test_each_mention_says_what_must_be_answered():
    legends = {element.text.split(" (")[0][:20]: element.text.rsplit("(", 1)[1] for element in shown("donnees", "en").all("legend")}
    assert set(legends.values()) == {"required)", "optional)"}
    assert "(required if it applies to you)" in shown("activite", "en").all("legend")[1].text


def test_errors_are_summed_up_with_links_and_tied_to_their_control():
    markup = shown("profil", errors={"age_years": "Indiquez un âge.", "sex": "Choisissez."}, answers={"age_years": "abc"})
    summary = next(element for element in markup.elements if element.attributes.get("role") == "alert")
    assert "Indiquez un âge." in summary.text
    links = [link.attributes["href"] for link in markup.all("a") if link.inside("li")]
    assert links == ["#id_sex:H", "#id_age_years"]
    age = controls(markup, "age_years")[0]
    assert age.attributes["aria-describedby"] == "hint_age_years error_age_years"
    assert (age.attributes["aria-invalid"], age.attributes["value"]) == ("true", "abc")
    assert "Indiquez un âge." in markup.by_id()["error_age_years"].text
    assert markup.all("title")[0].text.startswith(("Erreur\u00a0: ", "Error: "))


def test_the_link_of_a_shuffled_question_leads_to_the_choice_that_stands_first():
    markup = shown("services", errors={"q1": "Cochez."}, order_seed="personne")
    first = controls(markup, "q1")[0].attributes["id"]
    assert [link.attributes["href"] for link in markup.all("a") if link.inside("li")] == [f"#{first}"]


def test_shuffled_choices_stay_put_for_one_person_and_differ_between_people():
    q1 = reference().questions["q1"]
    names = [choice.name for choice in q1.choices]
    orders = {seed: [names[position] for position in choice_order(q1)(seen_by(seed))] for seed in map(str, range(200))}
    assert len({tuple(order) for order in orders.values()}) > 150
    assert all(order[-3:] == ["aucun", "nsp", "refus"] for order in orders.values())
    assert {order[0] for order in orders.values()} == set(names[:6])
    assert list(choice_order(q1)(seen_by(""))) == list(range(9))
    for state in ({}, {"errors": {"q1": "Cochez."}}, {"answers": {"q1": ("rdv",)}}):
        for language in ("fr", "en"):
            options = controls(shown("services", language, order_seed="7", **state), "q1")
            assert [option.attributes["value"] for option in options] == orders["7"]


def test_a_note_shows_only_where_the_earlier_answers_call_for_it():
    assert "service public" in shown("confiance", answers={"q7_mes_connait": "0"}).all("main")[0].text
    assert "service public" not in shown("confiance", answers={"q7_mes_connait": "1"}).all("main")[0].text


def test_the_demonstration_mention_stands_on_every_page_in_its_language():
    for page in reference().pages:
        assert "5 February 2024" in shown(page.name, "en").all("aside")[0].text


@pytest.mark.parametrize("text", [*NASTY, "= 1+1", "a\nb"])
def test_an_open_answer_is_shown_literally_where_it_is_kept_and_where_it_is_piped(text):
    town = Question("town", "text", {"fr": "Ville ?"}, appearance=frozenset({"multiline"}))
    liked = Question("liked", "single", {"fr": "Aimez-vous ${town} ?"}, choices=(Choice("1", {"fr": "Oui, ${town}"}, 1),))
    pages = (Page("a", {"fr": "A"}, (town,)), Page("b", {"fr": "Parlons de ${town}"}, (liked,)))
    questionnaire = Questionnaire("e", "1", ("fr",), "fr", pages, {}, {}, {"form_title": "E"})
    view = PageView("/", "1", {"town": text}, errors={"liked": "Choisissez."})
    first, second = (read_markup(compile_page(questionnaire, page, "fr").html(view)) for page in pages)
    assert first.all("textarea")[0].text.removeprefix("\n") == text
    assert second.all("h1")[0].text == f"Parlons de {text}"
    assert second.all("title")[0].text.startswith(("Erreur\u00a0: ", "Error: "))
    assert f"Aimez-vous {text}\u00a0?" in second.all("legend")[0].text
    assert f"Oui, {text}" in second.all("label")[0].text
    assert second.faults == first.faults == []


def test_piped_choices_are_told_by_their_label_and_an_unknown_name_stays_as_written():
    tools = (Choice("s", {"en": "the site"}, 1), Choice("a", {"en": "the app"}, 2))
    pages = (
        Page("a", {"en": "A"}, (Question("q", "multiple", choices=tools), Question("n", "integer", dont_know="NSP"))),
        Page("b", {"en": "${q}, ${n}, ${nobody}"}, (Question("r", "text"),)),
    )
    questionnaire = Questionnaire("e", "1", ("en",), "en", pages, {}, {}, {"form_title": "E"})
    html = compile_page(questionnaire, pages[1], "en").html(PageView("/", "1", {"q": ("s", "a"), "n": "NSP"}))
    assert read_markup(html).all("h1")[0].text == "the site, the app, Don't know, ${nobody}"


def test_the_announcement_of_closing_stands_before_the_button():
    sentence = "After this page, the answers given so far can no longer be changed."
    assert sentence in shown("activite", "en", closing=True).all("form")[0].text
    assert sentence not in shown("activite", "en").all("main")[0].text


def test_a_grid_page_gathers_consecutive_single_questions_on_one_list():
    a, b, c = (Question(name, "single", list_name=name[0]) for name in ("x1", "x2", "y1"))
    page = Page("p", {}, (a, b, c, Question("t", "text")), appearance=frozenset({"table-list"}))
    assert [[question.name for question in run] for run in grid_runs(page, page.questions)] == [["x1", "x2"], ["y1"], ["t"]]


def test_the_ends_of_a_scale_are_read_from_its_hint():
    listed, steps = Question("q", "single"), Question("q", "integer", steps=("0", "1", "2"))
    assert scale_ends(listed, "0 : très mauvais ; 10 : excellent") == ("0 : très mauvais", "10 : excellent")
    assert scale_ends(listed, "0: poor; 10: great") == ("0: poor", "10: great")
    assert scale_ends(listed, "Bon marché ; Cher") is None
    assert scale_ends(steps, "Bon marché ; Cher") == ("Bon marché", "Cher")
    assert scale_ends(steps, "Réfléchissez bien.") is None


@pytest.mark.parametrize(
    ("condition", "opens"),
    [
        ("selected(${q}, 'autre')", "q=autre"),
        ("${q} = '1' or ${r} = '2'", "q=1 r=2"),
        ("not(${q} = '1')", ""),
        ("${q} = '1' and ${r} = '2'", ""),
    ],
)
def test_simple_conditions_open_a_question_in_place(condition, opens):
    assert opening_answers(Question("t", "text", relevant=parse(condition))) == opens


def test_names_of_questions_and_choices_never_make_the_same_identifier():
    lists = {"l": (Choice("autre", {"fr": "Autre"}, 1), Choice("b_c", {"fr": "B"}, 2))}
    lines = (
        Question("q6", "single", {"fr": "?"}, list_name="l", choices=lists["l"]),
        Question("q6_autre", "text", {"fr": "?"}),
        Question("q6_b", "single", {"fr": "?"}, choices=(Choice("c", {"fr": "C"}, 1),)),
    )
    page = Page("p", {"fr": "P"}, lines)
    questionnaire = Questionnaire("e", "1", ("fr",), "fr", (page,), lists, {}, {"form_title": "E"})
    assert read_markup(compile_page(questionnaire, page, "fr").html(PageView("/", "1", {}))).faults == []
