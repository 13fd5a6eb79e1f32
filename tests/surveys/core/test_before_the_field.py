"""What is wrong or odd in a questionnaire before anybody answers it, each with its place."""

from __future__ import annotations

import pytest

from surveys.core.checks import categories_without_answer, check_workbook
from tests.worlds import sheet, study

LONG = " ".join(["mot"] * 81)
COLUMNS = ("type", "name", "label::Français (fr)", "required", "relevant", "constraint", "soft_constraint", "calculation", "ends_if", "ends_as",
           "choice_filter", "min", "max", "order", "total", "over", "appearance", "parameters")  # fmt: skip
CHOICES = """
    list_name,name,label::Français (fr),code,flags,relevant
    yn,yes,Oui,1,,
    yn,no,Non,2,,
    tools,site,Un site,1,,
    tools,app,Une application,2,,
    tools,none,Aucun,9,exclusive,
    age,young,Jeune,1,,
    age,old,Vieux,2,,
    age,ancient,Ancien,3,,
    odd,a,A,1,,${sex} = 'yes' and ${sex} = 'no'
    odd,b,B,2,,
    nothing,nsp,Ne sait pas,1,dont_know,
    late,a,A,1,,${q9} = 'yes'
    late,b,B,2,,
"""


def line(kind, name="", label="", **cells):
    return {"type": kind, "name": name, "label::Français (fr)": label or (name and f"Texte de {name}"), **cells}


def page(name, *lines, **cells):
    return [line("begin_group", name, **cells), *lines, line("end_group")]


CONSENT = page("welcome", line("select_one yn", "consent", required="yes", ends_if=". = 'no'", ends_as="refused", appearance="consent"))
PROFILE = page(
    "profile",
    line("select_one yn", "sex", required="yes"),
    line("integer", "years", required="yes", min="0", max="120", ends_if=". < 18", ends_as="screened_out"),
    line("select_multiple tools", "tools", required="yes"),
)


def checked(*lines, bases=""):
    """Check a form that begins with a consent (rows 2 to 4) and a profile (rows 5 to 9); the next row is 10."""
    from surveys.core.workbook import sheet_of

    survey = sheet_of("survey", COLUMNS, enumerate([*CONSENT, *PROFILE, *lines], 2))
    base = "code,condition,subject::Français (fr),base_line::Français (fr)\nall,,des gens,Ensemble\n" + bases
    settings = "form_title,form_id,version,default_language\nÉtude,etude,1,Français (fr)"
    book = {"settings": sheet("settings", settings), "survey": survey, "choices": sheet("choices", CHOICES), "bases": sheet("bases", base)}
    return check_workbook(book)


def errors(*lines, bases=""):
    return [(mistake.sheet, mistake.row, mistake.column) for mistake in checked(*lines, bases=bases)[1].mistakes]


def warnings(*lines):
    report = checked(*lines)[1]
    assert report.mistakes == []
    return [(mistake.sheet, mistake.row, mistake.column) for mistake in report.warnings]


def test_a_sound_questionnaire_has_neither_errors_nor_warnings():
    sound = page("more", line("text", "why", relevant="${years} > 40"), relevant="selected(${tools}, 'site')")
    assert errors(*sound) == warnings(*sound) == []


@pytest.mark.parametrize(
    "condition",
    ["${years} < 18", "${years} > 120", "${sex} = 'yes' and ${sex} = 'no'", "selected(${tools}, 'none') and selected(${tools}, 'app')"],
)
def test_a_page_that_nobody_reaches(condition):
    assert errors(*page("more", line("text", "why"), relevant=condition)) == [("survey", 10, "relevant")]


def test_a_question_whose_filter_contradicts_that_of_its_page():
    lines = page("more", line("text", "why", relevant="${sex} = 'no'"), line("text", "how"), relevant="${sex} = 'yes'")
    report = checked(*lines)[1]
    assert [(mistake.row, mistake.column) for mistake in report.mistakes] == [(11, "relevant")]
    assert "contradicts that of its page, ${sex} = 'yes'" in str(report.mistakes[0])


def test_a_filter_that_contradicts_the_one_under_which_its_question_was_asked():
    lines = [
        *page("more", line("select_one yn", "use"), relevant="${sex} = 'yes'"),
        *page("end", line("text", "why"), relevant="${use} = 'yes' and ${sex} = 'no'"),
    ]
    assert errors(*lines) == [("survey", 13, "relevant")]


def test_choices_that_are_never_on_offer():
    assert warnings(*page("more", line("select_one odd", "q1"))) == [("survey", 11, "type")]
    assert warnings(*page("more", line("select_one tools", "q1", choice_filter="selected(${tools}, name) and name != 'app'"))) == [
        ("survey", 11, "choice_filter")
    ]


def test_a_choice_filter_that_leaves_nothing():
    assert errors(*page("more", line("select_one tools", "q1", choice_filter="name = ${sex}"))) == [("survey", 11, "choice_filter")]


def test_endings_that_concern_nobody_or_everybody():
    assert warnings(*page("more", line("integer", "q1", min="18", required="yes", ends_if=". < 18", ends_as="screened_out"))) == [
        ("survey", 11, "ends_if")
    ]
    assert errors(*page("more", line("integer", "q1", min="18", required="yes", ends_if=". >= 18", ends_as="screened_out"))) == [
        ("survey", 11, "ends_if")
    ]
    aside = page(
        "more", line("integer", "q1", min="18", required="yes", ends_if=". >= 18", ends_as="screened_out"), relevant="${sex} = 'no'"
    )
    assert errors(*aside) == []


def test_constraints_that_no_answer_meets():
    assert errors(*page("more", line("integer", "q1", constraint=". > 5 and . < 6"))) == [("survey", 11, "constraint")]
    soft = page("more", line("integer", "q1", max="9", soft_constraint=". > 10"))
    assert warnings(*soft) == [("survey", 11, "soft_constraint_message"), ("survey", 11, "soft_constraint")]


def test_limits_that_cross():
    assert errors(*page("more", line("integer", "q1", min="5", max="4"))) == [("survey", 11, "min")]
    assert errors(*page("more", line("date", "q1", min="2024-01-02", max="2024-01-01"))) == [("survey", 11, "min")]
    assert errors(*page("more", line("select_multiple tools", "q1", min="4"))) == [("survey", 11, "min")]


@pytest.mark.parametrize(("total", "wrong"), [("100", False), ("130", True)])
def test_rows_that_cannot_add_up_to_their_total(total, wrong):
    rows = [line("integer", f"q{number}", min="0", max="60", required="yes") for number in (1, 2)]
    lines = [
        line("begin_group", "more", appearance="field-list"),
        line("begin_group", "sum", total=total),
        *rows,
        line("end_group"),
        line("end_group"),
    ]
    assert errors(*lines) == ([("survey", 11, "total")] if wrong else [])


def test_a_total_outside_of_any_block_of_a_page():
    lines = [line("begin_group", "more", total="100"), line("integer", "q1"), line("end_group")]
    assert errors(*lines) == [("survey", 10, "total")]


def test_a_loop_over_nothing():
    lines = [line("begin_repeat", "turn", over="nothing"), *page("more", line("text", "q1")), line("end_repeat")]
    assert errors(*lines) == [("survey", 10, "over")]


def test_pages_that_change_places_and_depend_on_each_other():
    first = page("one", line("select_one yn", "q1"), order="shuffle A")
    second = page("two", line("text", "q2"), relevant="${q1} = 'yes'", order="shuffle A")
    assert errors(*first, *second) == [("survey", 13, "order")]
    between = page("two", line("text", "q2"), relevant="${q1} = 'yes'")
    last = page("three", line("text", "q3"), order="shuffle A")
    assert errors(*first, *between, *last) == [("survey", 13, "order")]
    assert errors(*first, *page("three", line("text", "q3"), order="shuffle A"), *between) == []


def test_a_base_that_nobody_can_be_in():
    assert errors(bases="few,${years} < 15,des gens,Peu") == [("bases", 3, "condition")]
    assert errors(bases="few,${years} < 25,des gens,Peu") == []


def test_a_choice_that_depends_on_a_later_answer():
    lines = [*page("more", line("select_one late", "q1")), *page("end", line("select_one yn", "q9"))]
    assert errors(*lines) == [("choices", 13, "relevant")]


def test_what_people_would_not_read_or_would_be_asked_twice():
    twice = page("more", line("text", "q1", label="Pourquoi ?"), line("text", "q2", label="pourquoi  ?"))
    assert warnings(*twice) == [("survey", 12, "label")]
    assert warnings(*page("more", line("text", "q1", label=LONG))) == [("survey", 11, "label")]
    grid = [line("select_one yn", f"q{number}") for number in range(11)]
    assert warnings(*page("more", *grid, appearance="table-list")) == [("survey", 10, "appearance")]


def test_choices_without_code_are_warned_of_list_by_list():
    report = check_workbook(study())[1]
    assert report.mistakes == []
    assert [(warning.row, warning.column) for warning in report.warnings] == [(9, "code")]  # the list of q1; the consent's is not kept


def test_a_category_that_no_answer_gives():
    lines = page("more", line("calculate", "age", calculation="if(${years} < 40, 'young', 'old')", parameters="list=age"))
    questionnaire, report = checked(*lines)
    assert report.mistakes == []
    assert categories_without_answer(questionnaire, "age") == ["ancient"]
    assert categories_without_answer(questionnaire, "sex") == []


def test_a_category_below_the_age_of_those_screened_out():
    lines = page("more", line("calculate", "age", calculation="if(${years} < 18, 'young', 'old')", parameters="list=age"))
    assert categories_without_answer(checked(*lines)[0], "age") == ["young", "ancient"]


def test_warnings_keep_nothing_from_being_loaded():
    report = check_workbook(study())[1]
    assert report.warnings
    report.raise_if_any()
    assert {warning.severity for warning in report.warnings} == {"warning"}
