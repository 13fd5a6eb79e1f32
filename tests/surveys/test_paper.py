"""The paper version of questionnaires: what is printed, in which words."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from reports.study import load_study, store_study
from surveys.core.files import read_workbook
from surveys.workshop.paper import paper_of, printed
from tests.surveys.questionnaires import REFERENCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink():
    """The questionnaire that has everything."""
    book = read_workbook(REFERENCE.parent / "kitchen-sink")
    return store_study({name: sheet for name, sheet in book.items() if name != "figures"}).questionnaires.get()


@pytest.fixture
def reference():
    """The reference study's questionnaire."""
    return load_study(REFERENCE).questionnaires.get()


def _questions(paper):
    return {question.name: question for page in paper.pages for item in page.items for question in item.questions}


def test_questions_keep_their_numbers_and_say_to_whom_they_are_put(reference):
    questions = _questions(paper_of(reference, "fr"))
    assert (questions["q6_autre_texte"].number, questions["q6_autre_texte"].filter) == (
        "Q6.1",
        "Si «\u00a0Une autre situation\u00a0» cité à Q6",
    )
    assert (questions["emploi"].number, questions["emploi"].filter) == (
        "A6",
        "Si «\u00a0En emploi\u00a0» ou «\u00a0Au chômage, ayant déjà travaillé\u00a0» à A5",
    )
    assert (
        questions["age_years"].screen
        == "Si la réponse à A2 est de moins de 18\u00a0: fin de l’entretien, hors de la population interrogée."
    )
    assert [(choice.code, choice.text) for choice in questions["q7_mes_connait"].choices][:2] == [(1, "Oui"), (0, "Non")]


def test_pages_say_who_is_led_to_them(reference):
    filters = [page.filter for page in paper_of(reference, "fr").pages if page.filter]
    assert filters == [
        "Si «\u00a0Oui\u00a0» à Q7",
        "Si «\u00a0Oui\u00a0» à Q8",
        "Si «\u00a0Non\u00a0» à Q9",
        "Si «\u00a0Oui\u00a0» à Q9",
        "Si réponse autre que «\u00a0Oui\u00a0» à Q8 (ou question non posée)",
    ]


def test_a_loop_is_printed_once(sink):
    paper = paper_of(sink, "en")
    page = next(page for page in paper.pages if page.opens)  # the loop over what they use; another goes over a list
    assert page.opens == ("“moyen”: once for each answer given at Q7. The turns come in an order drawn for each person.",)
    assert page.filter == "If “None” not selected at Q7"
    assert [question.number for item in page.items for question in item.questions] == ["Q12", "Q13"]
    assert page.closes == ("End of “moyen”",)


def test_every_kind_of_answer_has_its_place(sink):
    answers = {question.answer for question in _questions(paper_of(sink, "fr")).values()}
    assert answers == {"boxes", "ticks", "ranks", "scale", "number", "date", "line", "area", "note", "computed"}
    layouts = [item.layout for page in paper_of(sink, "fr").pages for item in page.items]
    assert (layouts.count("grid"), layouts.count("sum")) == (2, 1)


def test_choices_carried_forward_are_said_once_for_all(sink):
    [question] = [each for each in _questions(paper_of(sink, "fr")).values() if each.number == "Q10"]
    assert (
        "Réponses proposées seulement si\u00a0: la modalité n’a pas été citée à Q7 et la modalité n’est pas «\u00a0autre\u00a0»."
        in question.remarks
    )
    assert {choice.text: choice.filter for choice in question.choices if choice.filter} == {
        "La trottinette": "Si la réponse à Q2 est de moins de 65"
    }


def test_the_page_is_in_the_language_asked_for_and_escapes_what_authors_write(sink):
    html = printed(sink, "fr", standalone=True)
    assert '<html lang="fr">' in html
    assert "break-inside: avoid" in html
    assert "<link" not in html
    assert '<link rel="stylesheet"' in printed(sink, "en")


def test_the_command_writes_a_file_and_names_what_could_have_been_asked(reference, tmp_path):
    file = tmp_path / "paper.html"
    call_command("print_questionnaire", "numerique-en-sante", "--version", "2023.1", "--language", "en", "--output", str(file))
    assert '<html lang="en">' in file.read_text(encoding="utf-8")
    with override("en"), pytest.raises(CommandError, match=r"^de is not a language of this questionnaire; write one of: fr, en\.$"):
        call_command("print_questionnaire", "numerique-en-sante", "--language", "de", "--output", str(file))
    with override("en"), pytest.raises(CommandError, match=r"has no version “9”; known: 2023\.1\.$"):
        call_command("print_questionnaire", "numerique-en-sante", "--version", "9", "--output", str(file))
