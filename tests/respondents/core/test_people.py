"""People at a web form: a panel's rows as answers, refused files in one sentence, and random people who repeat themselves."""

import pytest

from config.sample import SAMPLES
from respondents.core.forms import Field, WebForm, read_form
from respondents.core.panel import PanelRefused, read_panel
from respondents.core.people import PanelMember, RandomPerson, filled
from surveys.core.files import read_workbook
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from surveys.form.pages import PageView, compile_page
from tests.worlds import study

HEADER = "resp_id,sex,years,q1_site,q1_appli,q2,q3"


@pytest.fixture
def questionnaire():
    return read_questionnaire(study(), Report())


def refusal(text, questionnaire):
    with pytest.raises(PanelRefused) as refused:
        read_panel(text if isinstance(text, bytes) else text.encode(), questionnaire)
    return str(refused.value)


def member(**row):
    return PanelMember(row, "consentement", {"q3": {"__dk": "NSP"}})


def test_a_panel_member_posts_what_the_row_says_in_the_forms_order():
    form = WebForm("/x/", {"request_id": Field("hidden", ["r"]), "consentement": Field("radio", ["oui", "non"]), "sex": Field("radio", ["H", "F"]),
                           "q1": Field("checkbox", ["site", "appli"]), "years": Field("text", [""])})  # fmt: skip
    person = member(sex="F", q1_site="1", q1_appli="0", years="44")
    assert filled(form, person) == [("request_id", "r"), ("consentement", "oui"), ("sex", "F"), ("q1", "site"), ("years", "44")]


@pytest.mark.parametrize(("said", "number", "box"), [("1", ["1"], []), ("NSP", [], ["1"]), ("", [], []), ("0", ["0"], [])])
def test_the_box_beside_a_number_is_ticked_for_the_dont_know_code_and_nothing_else(said, number, box):
    person = member(q3=said)
    assert person.answers("q3", Field("text", [""])) == number
    assert person.answers("q3__dk", Field("checkbox", ["1"])) == box


def test_an_open_text_of_letters_is_an_answer():
    assert member(q1_texte="carnet").answers("q1_texte", Field("text")) == ["carnet"]


def test_an_answer_that_is_not_offered_is_not_posted():
    assert member(sex="Z").answers("sex", Field("radio", ["H", "F"])) == []


def test_random_people_of_the_same_seed_answer_alike_and_within_what_is_offered(questionnaire):
    form = WebForm(
        "/x/", {"sex": Field("radio", ["H", "F"]), "q1": Field("checkbox", ["site", "aucun"], {"aucun"}), "years": Field("text", [""])}
    )
    assert [filled(form, RandomPerson(7, questionnaire)) for _ in range(2)] == [filled(form, RandomPerson(7, questionnaire))] * 2
    for seed in range(50):
        answers = dict(filled(form, RandomPerson(seed, questionnaire)))
        assert answers["sex"] in ("H", "F")
        assert 0 <= int(answers["years"]) <= 99


SINK = read_questionnaire(read_workbook(SAMPLES / "kitchen-sink"), Report())


@pytest.mark.parametrize("page", [page.name for page in SINK.pages[1:]])
def test_random_people_answer_every_kind_of_question_rightly(page):
    """Whatever the page asks, what they post has no error, or only a doubt that they then confirm."""
    compiled = compile_page(SINK, SINK.page_by_name[page], "fr")
    earlier = {"connus": ("voiture", "train"), "age": "40", "version": "a", "note_train": "3"}
    for seed in range(30):
        person, view = RandomPerson(seed, SINK), PageView("/x/", "1", earlier)
        post = {}
        for name, value in filled(read_form(compiled.html(view)), person):
            post.setdefault(name, []).append(value)
        posted = compiled.parse(post, earlier)
        assert set(posted.errors) <= posted.doubted
        again = PageView("/x/", "1", {**earlier, **posted.answers}, posted.errors, doubted=posted.doubted)
        assert {name for name in read_form(compiled.html(again)).fields if name.endswith("__ok")} == {
            f"{name}__ok" for name in posted.doubted
        }


def test_a_panel_is_read_in_the_files_order_and_unknown_columns_are_left_aside(questionnaire):
    people = read_panel(f"\ufeff{HEADER},lubie\nb,F,44,1,0,1,4,x\na,H,30,0,1,2,NSP,y\n".encode(), questionnaire)
    assert list(people) == ["b", "a"]
    assert people["a"].answers("q3__dk", Field("checkbox", ["1"])) == ["1"]


def test_a_panel_without_identifiers_is_refused_in_one_sentence(questionnaire):
    assert refusal("sex,years\nF,44\n", questionnaire) == "The panel file has no column resp_id: add one with each person's identifier."
    assert refusal(f"{HEADER}\na,F,44,1,0,1,4\n,F,44,1,0,1,4\n", questionnaire) == "Row 3 of the panel file has no resp_id."
    assert refusal(f"{HEADER}\na,F,44,1,0,1,4\na,F,44,1,0,1,4\n", questionnaire) == "Row 3 of the panel file: a stands above already."


def test_a_panel_that_says_nothing_of_required_questions_names_them(questionnaire):
    assert refusal("resp_id,sex\na,F\n", questionnaire) == "The panel file has no column for: years, q1_site, q2, q3."


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'resp_id,sex\n"a,F', b""])
def test_a_file_that_is_no_csv_is_refused(content, questionnaire):
    assert refusal(content, questionnaire).startswith("The panel file ")


def test_a_list_that_is_searched_is_answered_by_what_it_finds(questionnaire):
    asked = WebForm("/x/", {"sex__find": Field("text", [""]), "years": Field("text", [""])})
    found = WebForm("/x/", {"sex__find": Field("text", ["un"]), "sex": Field("radio", ["H", " "])}, has_errors=True)
    typed = dict(filled(asked, RandomPerson(1, questionnaire)))["sex__find"]
    assert typed in ("Un homme", "Une femme", "Autre")
    assert filled(found, RandomPerson(1, questionnaire)) == [("sex", "H")]
    assert filled(asked, member(sex="F", years="44")) == [("sex", "F"), ("years", "44")]
