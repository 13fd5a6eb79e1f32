"""SurveyJS forms come in: every type of question, conditions, validators; what has no place here is said."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.core.foreign.surveyjs import read_surveyjs
from surveys.core.workbook import StudyRefused
from tests.surveys.core.foreign.forms import asked, row_of, said


def js(*elements: dict, **form) -> bytes:
    return json.dumps({"title": "A form", "pages": [{"name": "p1", "elements": list(elements)}], **form}).encode()


AB = ["a", {"value": "b", "text": "Bee"}]
SINGLE = {"type": "radiogroup", "name": "one", "choices": AB}
MULTIPLE = {"type": "checkbox", "name": "many", "choices": AB}
TYPES = {
    "radiogroup": ({"choices": AB}, [("select_one q", "q")]),
    "dropdown": ({"choices": AB}, [("select_one q", "q")]),
    "buttongroup": ({"choices": AB}, [("select_one q", "q")]),
    "imagepicker": ({"choices": AB, "multiSelect": True}, [("select_multiple q", "q")]),
    "checkbox": ({"choices": AB}, [("select_multiple q", "q")]),
    "tagbox": ({"choices": AB}, [("select_multiple q", "q")]),
    "ranking": ({"choices": AB}, [("rank q", "q")]),
    "rating": ({"rateMax": 10, "rateMin": 0}, [("range", "q")]),
    "boolean": ({}, [("select_one q", "q")]),
    "text": ({}, [("text", "q")]),
    "comment": ({}, [("text", "q")]),
    "html": ({"html": "<p>Hello</p>"}, [("note", "q")]),
    "expression": ({"expression": "1 + 1"}, [("calculate", "q")]),
    "multipletext": ({"items": [{"name": "x"}]}, [("begin_group", "q_items"), ("text", "q_x"), ("end_group", "")]),
    "matrix": ({"columns": AB, "rows": ["r"]}, [("begin_group", "q_rows"), ("select_one q", "q_r"), ("end_group", "")]),
    "matrixdropdown": (
        {"columns": [{"name": "c", "cellType": "text"}], "rows": ["r"]},
        [("begin_group", "q_r"), ("text", "q_r_c"), ("end_group", "")],
    ),
    "panel": ({"elements": [{"type": "text", "name": "x"}]}, [("begin_group", "q"), ("text", "x"), ("end_group", "")]),
}


@pytest.mark.parametrize("kind", TYPES)
def test_each_type_becomes_rows_of_ours(kind):
    parts, rows = TYPES[kind]
    brought = read_surveyjs(js({"type": kind, "name": "q", **parts}))
    assert asked(brought)[1:-1] == rows
    assert brought.mistakes() == ()


@pytest.mark.parametrize(("kind", "input_type"), [("decimal", "number"), ("date", "date"), ("text", "email"), ("text", "tel")])
def test_a_field_is_what_its_input_says(kind, input_type):
    assert row_of(read_surveyjs(js({"type": "text", "name": "q", "inputType": input_type})), "q")["type"] == kind


@pytest.mark.parametrize("kind", ["file", "signaturepad", "matrixdynamic", "image", "hologram"])
def test_what_cannot_be_asked_is_said(kind):
    brought = read_surveyjs(js({"type": kind, "name": "q"}, SINGLE))
    assert [(remark.place.sheet, remark.column) for remark in brought.missed] == [("q", "type")]
    assert brought.mistakes() == ()


CONDITIONS = {
    "{one} = 'a'": "${one} = 'a'",
    "{one} <> 'a' or {many} notempty": "(${one} != 'a') or (not(count-selected(${many}) = 0))",
    "{many} contains 'a'": "selected(${many}, 'a')",
    "{many} anyof ['a', 'b']": "(selected(${many}, 'a') or selected(${many}, 'b'))",
    "{many} noneof ['a']": "not(selected(${many}, 'a'))",
    "{many} = ['a']": "(selected(${many}, 'a') and count-selected(${many}) = 1)",
    "{yes} = true": "${yes} = 'true'",
    "{yes} && !({one} = 'a')": "${yes} = 'true' and (not(${one} = 'a'))",
    "{one} empty": "${one} = ''",
    "{grid.r} == 'b'": "${grid_r} = 'b'",
    "iif({one} = 'a', 1, 2) >= 2": "if(${one} = 'a', 1, 2) >= 2",
}


@pytest.mark.parametrize("theirs", CONDITIONS)
def test_a_condition_is_said_in_our_language(theirs):
    grid = {"type": "matrix", "name": "grid", "columns": AB, "rows": ["r"]}
    brought = read_surveyjs(
        js(SINGLE, MULTIPLE, {"type": "boolean", "name": "yes"}, grid, {"type": "text", "name": "q", "visibleIf": theirs})
    )
    assert row_of(brought, "q")["relevant"] == CONDITIONS[theirs]
    assert brought.mistakes() == ()


def test_a_condition_that_our_language_cannot_say_is_left_out_with_its_reason():
    brought = read_surveyjs(js(SINGLE, {"type": "text", "name": "q", "visibleIf": "age({one}) > 3"}))
    assert said(brought)[0] == "q:visibleIf: Left out: “age({one}) > 3”. the function age() does not exist here."


def test_properties_are_our_columns():
    regex = {"type": "regex", "regex": "x"}
    brought = read_surveyjs(
        js(
            {
                **MULTIPLE,
                "isRequired": True,
                "showOtherItem": True,
                "showNoneItem": True,
                "maxSelectedChoices": 2,
                "choicesOrder": "random",
            },
            {"type": "text", "name": "n", "inputType": "number", "min": 0, "validators": [{"type": "numeric", "maxValue": 9}, regex]},
            {
                "type": "text",
                "name": "v",
                "validators": [{"type": "expression", "expression": "{v} != 'x'", "text": "Not x"}],
                "defaultValue": "y",
            },
        )
    )
    many = row_of(brought, "many")
    assert (many["required"], many["max"], many["parameters"]) == ("yes", "2", "randomize=true")
    assert {row["name"]: row["flags"] for row in brought.workbook["choices"] if row["list_name"] == "many"} == {
        "a": "",
        "b": "",
        "none": "exclusive",
        "other": "other",
    }
    assert (row_of(brought, "n")["min"], row_of(brought, "n")["max"]) == ("0", "9")
    assert (row_of(brought, "v")["constraint"], row_of(brought, "v")["constraint_message::English (en)"]) == (". != 'x'", "Not x")
    assert [str(remark) for remark in brought.missed] == [
        "n:validators: Left out: patterns of characters (x) are not checked.",
        "v:defaultValue: The setting defaultValue = y is left out.",
    ]
    assert brought.mistakes() == ()


def test_choices_are_carried_forward():
    follow = {"type": "radiogroup", "name": "best", "choicesFromQuestion": "many", "choicesFromQuestionMode": "selected"}
    town = {"type": "dropdown", "name": "town", "choices": AB, "choicesVisibleIf": "{many} contains {item}"}
    brought = read_surveyjs(
        json.dumps({"pages": [{"name": "p", "elements": [MULTIPLE]}, {"name": "r", "elements": [follow, town]}]}).encode()
    )
    assert row_of(brought, "best")["choice_filter"] == "selected(${many}, name)"
    assert row_of(brought, "town")["choice_filter"] == "selected(${many}, name)"
    assert brought.mistakes() == ()


def test_languages_names_with_blanks_and_answers_in_texts():
    name = {"type": "text", "name": "first name", "title": {"default": "Prénom ?", "en": "Name?"}}
    hello = {
        "type": "html",
        "name": "hello",
        "html": {"default": "<b>Bonjour</b> {first name}", "en": "Hello {first name}"},
        "visibleIf": "{first name} notempty",
    }
    brought = read_surveyjs(js(name, hello, name, locale="fr"))
    assert [name for kind, name in asked(brought) if kind == "text"] == ["first_name", "first_name_2"]
    assert row_of(brought, "hello")["label::Français (fr)"] == "Bonjour ${first_name}"
    assert row_of(brought, "hello")["relevant"] == "not(${first_name} = '')"
    assert brought.mistakes() == ()


def test_a_panel_without_end_is_asked_once_and_said():
    brought = read_surveyjs(js({"type": "paneldynamic", "name": "kids", "templateElements": [{"type": "text", "name": "age"}]}))
    assert row_of(brought, "kids")["over"] == "kids_turns"
    assert brought.missed[0].column == "type"
    assert brought.mistakes() == ()


DEEP = b'{"pages":' + b"[" * 100_000
NESTED = b'{"pages":[' + b'{"elements":[' * 80 + b"]}" * 80 + b"]}"
NASTY = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "another object": b'{"a": 1}',
    "too deep": DEEP,
    "nested": NESTED,
    "no text": b"\xff\xfe\x00",
    "too much": b" " * 20_000_001,
}


@pytest.mark.parametrize("name", NASTY)
def test_what_is_no_form_is_refused_in_a_sentence(name):
    with pytest.raises(StudyRefused):
        read_surveyjs(NASTY[name])


VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(["a", "{q} = 1", "checkbox", "{q"]),
                      lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "text", "name", "type", "default", "fr"]), inner, max_size=3), max_leaves=6)  # fmt: skip
PROPERTIES = ("title", "choices", "rows", "columns", "items", "visibleIf", "validators", "min", "max", "rateValues", "rateMax", "rateStep", "elements", "name",
              "choicesFromQuestion", "templateElements", "panelCount", "hasOther", "choicesVisibleIf", "inputType", "multiSelect")  # fmt: skip
ELEMENTS = st.fixed_dictionaries({"type": st.sampled_from([*TYPES, "paneldynamic", "x"])}, optional=dict.fromkeys(PROPERTIES, VALUES))


@settings(max_examples=150, deadline=None)
@given(st.lists(ELEMENTS, max_size=4))
def test_no_form_crashes_whatever_its_properties_hold(elements):
    brought = read_surveyjs(json.dumps({"pages": [{"elements": elements}]}).encode())
    assert all(str(mistake) for mistake in brought.mistakes())
