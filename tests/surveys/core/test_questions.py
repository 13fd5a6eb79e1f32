"""A row of the survey sheet: the kinds of question, their limits, boxes and orders."""

from __future__ import annotations

import pytest

from surveys.core.offering import offered, only_offered
from tests.surveys.forms_of_every_kind import mistakes, read

PAGE = "begin_group,p,Une page,,,,field-list\n{}\nend_group\n"


def question(line):
    """Return the question q of a page that holds this line."""
    return read(PAGE.format(line)).questions["q"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("select_one pays,q,Où ?", "single"),
        ("select_multiple pays,q,Où ?", "multiple"),
        ("rank pays,q,Dans quel ordre ?", "ranking"),
        ("integer,q,Combien ?", "integer"),
        ("decimal,q,Combien ?", "decimal"),
        ("date,q,Quand ?", "date"),
        ("text,q,Pourquoi ?", "text"),
        ("note,q,Bonjour.", "note"),
        ("calculate,q,,,,1 + 1", "calculate"),
        ("hidden,q", "hidden"),
        ("range,q,Quelle note ?,,,,,start=0 end=10 step=1", "integer"),
        ("range,q,Quelle note ?,,,,,start=0 end=1 step=0.25", "decimal"),
    ],
)
def test_each_type_has_its_kind(line, kind):
    assert question(line).kind == kind


def test_the_steps_of_a_range():
    assert question("range,q,Note ?").steps == tuple(str(step) for step in range(1, 11))
    assert question("range,q,Note ?,,,,,start=-1 end=1 step=0.5").steps == ("-1", "-0.5", "0", "0.5", "1")


def test_limits_boxes_and_formats():
    asked = question("decimal,q,Combien ?,,,,,,,0.5,99.9,,,,,,,,NSP,REFUS")
    assert (asked.minimum, asked.maximum, asked.dont_know, asked.refused, asked.boxes) == ("0.5", "99.9", "NSP", "REFUS", {"NSP", "REFUS"})
    assert question("text,q,Adresse ?,,,,email").format == "email"
    assert question("text,q,Code postal ?,,,,postcode").format == "postcode"


def test_the_order_of_choices():
    assert question("select_one pays,q,Où ?,,,,,randomize=true").choice_order == "shuffle"
    assert question("select_one pays,q,Où ?,,,,,,,,,rotate").choice_order == "rotate"
    assert question("select_one pays,q,Où ?,,,,,randomize=true,,,,flip A").choice_order == "shuffle"


def test_choices_carried_forward_from_those_selected_earlier():
    form = read("""
        begin_group,p1,Un,,,,field-list
        select_multiple marque,q1,Lesquelles ?
        end_group
        begin_group,p2,Deux,,,,field-list
        select_one marque,q2,Laquelle préférez-vous ?,,,,,,"selected(${q1}, name)"
        select_one marque,q3,Laquelle de France ?,,,,,,"pays = 'fr' and not(selected(${q1}, name))"
        end_group
    """)
    answers = {"q1": ("sncf", "autre")}
    assert [choice.name for choice in offered(form.questions["q2"], answers)] == ["sncf", "autre"]
    assert [choice.name for choice in offered(form.questions["q3"], answers)] == []
    assert [choice.name for choice in offered(form.questions["q3"], {})] == ["sncf"]
    assert only_offered(form.questions["q2"], "db", answers) == ""
    assert only_offered(form.questions["q2"], "sncf", answers) == "sncf"
    assert form.questions["q2"].needs == {"q1"}
    assert form.questions["q2"].choices[0].image == "sncf.png"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("select_one pays,q,Où ?,,,,,,,1", "min: This type of question has no limits: empty the cell."),
        ("integer,q,Combien ?,,,,,,,1.5", "min: Write a whole number."),
        ("decimal,q,Combien ?,,,,,,,,beaucoup", "max: Write a number."),
        ("date,q,Quand ?,,,,,,,2023-02-29", "min: Write a date as 2023-11-22."),
        ("select_multiple pays,q,Où ?,,,,,,,,deux", "max: Write a whole number: of choices, or of characters of a text."),
        ("range,q,Note ?,,,,,start=10 end=0", "parameters: A scale goes upwards and has at most 21 steps."),
        ("range,q,Note ?,,,,,start=0 end=100", "parameters: A scale goes upwards and has at most 21 steps."),
        ("range,q,Note ?,,,,,start=bas end=haut", "parameters: Write the ends of the scale in numbers: start=0 end=10 step=1."),
        ("select_one pays,q,Où ?" + "," * 17 + "REFUS", "refused: Only a number, a date or a text has this box: give a list a choice flagged refused."),
        ("integer,q,Combien ?" + "," * 16 + "NSP,NSP", "refused: Don’t know and refused need two different words."),
        ("calculate,q,,,,'a',,list=groupe,,,,,,,,equal",
         "split: Write equal, or least-filled, beside a calculate without calculation whose list gives the groups (parameters: list=…)."),
        ("select_one pays,q,Où ?,,,,,,names = 'x'",
         "choice_filter: At character 1: found “names” where this was expected: a question ${name}, a text in quotation marks, a number or a function such as selected()"),
    ],
)  # fmt: skip
def test_what_stands_wrong_in_a_row_is_said(line, said):
    assert f"survey:6:{said}" in mistakes(PAGE.format(line))
