"""What a post of the newer kinds of question becomes, and what limits, sums, boxes and soft checks say."""

from __future__ import annotations

import pytest

from surveys.form.answers import read
from surveys.form.posted import judge
from tests.surveys.forms_of_every_kind import read as read_form

PAGE = """
    begin_group,p,Une page,,,,field-list
    {}
    end_group
"""


def question(line):
    """Return the question q of a page that holds this line."""
    return read_form(PAGE.format(line)).questions["q"]


def reading(line, values, **boxes):
    """Return (answer, mistake as a sentence or None)."""
    found = read(question(line), values, {f"__{suffix}": [value] for suffix, value in boxes.items()}, language="fr")
    return found.answer, None if found.mistake is None else str(found.mistake)


def judged(lines, answers, earlier=None):
    """Return the mistakes and the doubts of a page, as sentences."""
    page = read_form(PAGE.format(lines)).page_by_name["p"]
    verdict = judge(page, answers, [], earlier or {}, "fr")
    return [{name: str(message) for name, message in found.items()} for found in (verdict.mistakes, verdict.doubts)]


RANK, DECIMAL, DATE = "rank marque,q,Ordre ?", "decimal,q,Prix ?", "date,q,Quand ?"
BOXES = "decimal,q,Prix ?" + "," * 16 + "NSP,REFUS"


@pytest.mark.parametrize(
    ("line", "values", "expected"),
    [
        (RANK, ["db", "sncf", "", ""], (("db", "sncf"), None)),
        (RANK, ["", "", "", ""], ("", None)),
        (RANK, ["db", "db"], (("db",), "Each answer can have one rank only: the same one stands twice.")),
        (RANK, ["", "db"], (("db",), "Fill in the ranks one after the other, without leaving one out.")),
        (RANK, ["tgv"], ("", "Choose among the answers offered.")),
        (DECIMAL, [" 12,50 "], ("12.5", None)),
        (DECIMAL, ["-0.0"], ("0", None)),
        (DECIMAL, ["007"], ("7", None)),
        (DECIMAL, ["1e3"], ("1e3", "Enter a number, in digits only, with a comma if need be.")),
        (DATE, ["2023-11-22"], ("2023-11-22", None)),
        (DATE, ["22/11/2023"], ("2023-11-22", None)),
        (DATE, ["29/02/2023"], ("29/02/2023", "Enter a date that exists: day, month and year, as 31/12/2023.")),
        (DATE, ["hier"], ("hier", "Enter a date that exists: day, month and year, as 31/12/2023.")),
        ("range,q,Note ?,,,,,start=0 end=10", ["7"], ("7", None)),
        ("range,q,Note ?,,,,,start=0 end=10", ["11"], ("", "Choose among the answers offered.")),
        ("text,q,Adresse ?,,,,email", ["a.b@exemple.fr"], ("a.b@exemple.fr", None)),
        ("text,q,Adresse ?,,,,email", ["a@b"], ("a@b", "Enter an e-mail address such as name@example.org.")),
        ("text,q,Adresse ?,,,,email", ["@" * 4_000], ("@" * 4_000, "Enter an e-mail address such as name@example.org.")),
        ("text,q,Code postal ?,,,,postcode", ["75 011"], ("75011", None)),
        ("text,q,Code postal ?,,,,postcode", ["2A004"], ("2A004", "Enter a postcode of five digits.")),
    ],
)
def test_values_become_an_answer_or_say_what_to_do(line, values, expected):
    assert reading(line, values) == expected


def test_two_boxes_record_two_codes_and_exclude_each_other_and_an_answer():
    assert reading(BOXES, [""], dk="1") == ("NSP", None)
    assert reading(BOXES, [""], rf="1") == ("REFUS", None)
    assert reading(BOXES, [""], dk="1", rf="1") == ("", "Tick one of the two boxes only.")
    assert reading(BOXES, ["3"], rf="1") == ("3", "Answer, or tick one of the boxes, but not both.")


@pytest.mark.parametrize(
    ("line", "answer", "said"),
    [
        ("select_multiple pays,q,Où ?,,,,,,,2", ("fr",), "Tick at least 2 answers."),
        ("select_multiple marque,q,Où ?,,,,,,,2,2", ("sncf", "db", "autre"), "Tick at most 2 answers."),
        ("select_multiple marque,q,Où ?,,,,,,,2,2", ("aucune",), ""),  # none of these is enough
        ("rank marque,q,Ordre ?,,,,,,,3,3", ("sncf",), "Rank at least 3 answers."),
        ("integer,q,Combien ?,,,,,,,1,5", "6", "Enter a number from 1 to 5."),
        ("integer,q,Combien ?,,,,,,,1", "0", "Enter a number of at least 1."),
        ("decimal,q,Combien ?,,,,,,,,0.5", "0.6", "Enter a number of at most 0.5."),
        ("date,q,Quand ?,,,,,,,2023-01-01,2023-12-31", "2024-01-01", "Enter a date from 01/01/2023 to 31/12/2023."),
        ("date,q,Quand ?,,,,,,,2023-01-01", "2022-12-31", "Enter a date from 01/01/2023 on."),
        ("text,q,Pourquoi ?,,,,,,,10,20", "court", "Write at least 10 characters: you have written 5."),
        ("text,q,Pourquoi ?,,,,,,,,4", "court", "Write at most 4 characters: you have written 5."),
        ("integer,q,Combien ?,yes" + "," * 15 + "NSP,REFUS", "", "Answer, or tick one of the boxes."),
        ("date,q,Quand ?,yes" + "," * 15 + "NSP", "", "Enter a date, or tick “Don't know”."),
        ("rank marque,q,Ordre ?,yes", "", "Choose at least what comes first."),
    ],
)
def test_limits_say_what_is_possible(line, answer, said):
    assert judged(line, {"q": answer}) == [{"q": said} if said else {}, {}]


SUM = """
    begin_group,b,Répartissez,,,,,,,,,,100
    integer,un,Un{0}
    decimal,deux,Deux
    end_group
"""


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"un": "60", "deux": "40"}, ""),
        ({"un": "99.5", "deux": "0.5"}, ""),
        ({"un": "100", "deux": ""}, ""),
        ({"un": "", "deux": ""}, ""),
        ({"un": "60", "deux": "30.5"}, "These numbers add up to 90.5: they must add up to 100."),
        ({"un": "NSP", "deux": "30"}, ""),
    ],
)
def test_a_constant_sum_is_told_at_its_first_number(answers, said):
    assert judged(SUM.format("," * 16 + "NSP"), answers) == [{"un": said} if said else {}, {}]


def test_a_choice_that_was_not_selected_earlier_is_refused_when_it_is_carried_forward():
    line = 'select_one marque,q,Laquelle ?,,,,,,"selected(${consentement}, name)"'
    assert judged(line, {"q": "db"}, {"consentement": "sncf"}) == [{"q": "Choose among the answers offered."}, {}]
    assert judged(line, {"q": "sncf"}, {"consentement": "sncf"}) == [{}, {}]


def test_a_required_question_that_has_nothing_to_offer_is_not_asked():
    line = 'select_one marque,q,Laquelle ?,yes,,,,,"selected(${consentement}, name)"'
    assert judged(line, {"q": ""}, {"consentement": "oui"}) == [{}, {}]


def test_a_soft_check_doubts_an_answer_that_is_possible():
    line = "integer,q,Combien d’heures ?,,,,,,,,24" + "," * 10 + ". <= 12,Plus de douze heures ?"
    assert judged(line, {"q": "10"}) == [{}, {}]
    assert judged(line, {"q": "13"}) == [{}, {"q": "Plus de douze heures ?"}]
    assert judged(line, {"q": "25"}) == [{"q": "Enter a number of at most 24."}, {}]
