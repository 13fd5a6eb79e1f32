"""Forms in the shapes that XLSForm documents come in, or it is said exactly what did not and why.

The shapes are those of https://xlsform.org/en/, https://docs.getodk.org/form-reference/ and of the example forms of the repository
XLSForm/pyxform (tests/example_xls: loop, specify_other, yes_or_no_question, case_insensitivity, widgets…), written anew here.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.core.foreign.xlsform import read_xlsform
from surveys.core.workbook import StudyRefused, sheet_of
from tests.surveys.core.foreign.forms import asked, kobo, row_of, said

CHOICES = """
| choices |
| | list_name | name | label | region |
| | yn | yes | Yes | |
| | yn | no | No | |
| | fruit | apple | Apple | |
| | fruit | pear | Pear | |
| | region | n | North | |
| | region | s | South | |
| | town | lille | Lille | n |
| | town | nice | Nice | s |
"""
COLUMNS = "type | name | label | required | relevant | constraint | calculation | appearance | parameters | choice_filter | repeat_count | default | read_only"


def brought(*lines: str, columns: str = COLUMNS, choices: str = CHOICES):
    rows = "\n".join(f"| | {line} |" for line in lines)
    return read_xlsform(kobo(f"| survey |\n| | {columns} |\n{rows}\n{choices.strip()}"))


# What one row says → the type and the name that it becomes, with cells to look at.
TRANSLATED = {
    "a text": ("text | q | Name?", "text", {}),
    "string, an old name of text": ("string | q | Name?", "text", {}),
    "int, an old name of integer": ("int | q | Age?", "integer", {}),
    "a decimal": ("decimal | q | Weight?", "decimal", {}),
    "a date": ("date | q | When?", "date", {}),
    "a note": ("note | q | Thank you", "note", {}),
    "select_one": ("select_one yn | q | Fine?", "select_one yn", {}),
    "select one from": ("select one from yn | q | Fine?", "select_one yn", {}),
    "select1": ("select1 yn | q | Fine?", "select_one yn", {}),
    "select_multiple": ("select_multiple fruit | q | Which?", "select_multiple fruit", {}),
    "select all that apply from": ("select all that apply from fruit | q | Which?", "select_multiple fruit", {}),
    "a ranking": ("rank fruit | q | Order?", "rank fruit", {}),
    "a range": ("range | q | 0 to 5? | | | | | | start=0 end=5 step=1", "range", {"parameters": "start=0 end=5 step=1"}),
    "a range that says nothing goes from 1 to 10": ("range | q | How? ", "range", {"parameters": "start=1 end=10 step=1"}),
    "a long range is a number": ("range | q | How? | | | | | | start=0 end=100 step=1", "integer", {"min": "0", "max": "100"}),
    "an acknowledgement": ("acknowledge | q | Read it", "select_one acknowledged", {}),
    "a time of day as a text": ("time | q | When?", "text", {}),
    "required as true": ("text | q | Name? | TRUE", "text", {"required": "yes"}),
    "required as true()": ("text | q | Name? | true()", "text", {"required": "yes"}),
    "not required": ("text | q | Name? | no", "text", {"required": ""}),
    "a constraint": ("integer | q | Age? | | | . >= 18 and . < 99", "integer", {"constraint": ". >= 18 and . < 99"}),
    "curly quotation marks": ("select_one yn | q | Fine? | | | . = ‘yes’", "select_one yn", {"constraint": ". = 'yes'"}),
    "an order by chance": ("select_one fruit | q | Which? | | | | | | randomize=true", "select_one fruit", {"parameters": "randomize=true"}),
    "a list that opens": ("select_one fruit | q | Which? | | | | | minimal", "select_one fruit", {"appearance": "minimal"}),
    "a list with search": ("select_one fruit | q | Which? | | | | | autocomplete", "select_one fruit", {"appearance": "minimal"}),
    "a look of its own": ("select_one fruit | q | Which? | | | | | quick", "select_one fruit", {"appearance": ""}),
    "a text in several lines": ("text | q | Why? | | | | | | rows=4", "text", {"appearance": "multiline"}),
    "a calculation": ("calculate | q | | | | | 1 + 1", "calculate", {"calculation": "1 + 1"}),
    "a question shown only": ("text | q | Hello | | | | | | | | | | true()", "note", {}),
    "a computed question": ("integer | q | Sum | | | | 2 * 3", "calculate", {"calculation": "2 * 3"}),
}  # fmt: skip


@pytest.mark.parametrize("shape", TRANSLATED)
def test_what_a_row_says_is_said_in_our_words(shape):
    line, kind, cells = TRANSLATED[shape]
    form = brought(line)
    row = row_of(form, "q")
    assert row["type"] == kind
    assert {column: row[column] for column in cells} == cells
    assert form.mistakes() == ()


# What cannot be asked → the exact remark.
LEFT_OUT = {
    "geopoint | g | Where?": "survey:2:type: g (geopoint) is not asked: where a person is cannot be asked of a browser without its leave, and would identify them: ask the town, from a list.",
    "image | g | Picture": "survey:2:type: g (image) is not asked: respondents send no picture, sound or file: it could identify them and could not be counted.",
    "audio | g | Sound": "survey:2:type: g (audio) is not asked: respondents send no picture, sound or file: it could identify them and could not be counted.",
    "barcode | g | Code": "survey:2:type: g (barcode) is not asked: a browser reads no barcode: ask the number as a text.",
    "deviceid | g": "survey:2:type: g (deviceid) is not asked: an opinion survey on the web records nothing about the device or its owner.",
    "username | g": "survey:2:type: g (username) is not asked: an opinion survey on the web records nothing about the device or its owner.",
    "today | g": "survey:2:type: g (today) is not asked: the survey itself keeps when each page was sent.",
    "audit | g": "survey:2:type: g (audit) is not asked: every page is kept as it was sent, with its time, without asking for it.",
    "hologram | g | ?": "survey:2:type: g: the type “hologram” is not known here.",
    "select_one nowhere | g | ?": "survey:2:type: g: its list nowhere is not in the sheet choices.",
    "select_one_from_file towns.geojson | g | ?": "survey:2:type: g: only a .csv file can be looked up; write towns.geojson as one.",
    "calculate | g | | | | | once(random())": "survey:2:calculation: The calculation g is left out: “once(random())”. once() does not exist here, because chance is drawn by the survey itself: write a calculate with a list and split = equal, or order = shuffle.",
    "calculate | g | | | | | position(..)": "survey:2:calculation: The calculation g is left out: “position(..)”. position() does not exist here, because a loop goes over a list of choices: name the turn’s own variable, as in ${q4_CHOICE}.",
    "calculate | g | | | | | jr:choice-name(${a}, '${a}')": "survey:2:calculation: The calculation g is left out: “jr:choice-name(${a}, '${a}')”. jr:choice-name() does not exist here, because write ${name} in the text itself: it shows the label of the answer.",
}  # fmt: skip


@pytest.mark.parametrize("line", LEFT_OUT)
def test_what_cannot_be_asked_is_left_out_with_its_reason(line):
    form = brought(line, "text | a | Name?")
    assert LEFT_OUT[line] in said(form)
    assert "g" not in [name for _, name in asked(form)]
    assert form.mistakes() == ()


def test_a_constraint_that_our_language_cannot_say_is_left_out_and_the_question_stays():
    form = brought("text | q | Name? | | | regex(., '[a-z]+')")
    assert row_of(form, "q")["constraint"] == ""
    assert [remark.column for remark in form.missed] == ["constraint"]


def test_what_depends_on_something_left_out_falls_with_it_and_is_said():
    form = brought("geopoint | g | Where?", "calculate | c | | | | | ${g}", "text | q | ${g}? | | ${c} != ''")
    assert asked(form) == [("begin_group", "page_1"), ("text", "q"), ("end_group", "")]
    assert "survey:4:relevant: Left out: “${c} != ''”. ${c} is not in the questionnaire, or was left out." in said(form)
    assert row_of(form, "q")["label::English (en)"] == "…?"


def test_questions_outside_any_group_share_a_page_of_ten_at_most():
    form = brought(*(f"text | q{number} | {number}?" for number in range(12)))
    pages = [name for kind, name in asked(form) if kind == "begin_group"]
    assert pages == ["page_1", "page_2"]
    assert form.mistakes() == ()


def test_a_group_is_a_page_and_a_group_within_it_a_block():
    form = brought(
        "begin group | g | Part | | | | | field-list", "text | a | A?", "begin_group | b | Block", "text | c | C?", "end_group", "end group"
    )
    assert asked(form) == [("begin_group", "g"), ("text", "a"), ("begin_group", "b"), ("text", "c"), ("end_group", ""), ("end_group", "")]
    assert form.mistakes() == ()


def test_groups_three_deep_become_sections_and_pages():
    form = brought(
        "begin group | a | A", "text | x | X?", "begin group | b | B", "begin group | c | C", "text | y | Y?",
        "end group", "end group", "end group",
    )  # fmt: skip
    assert [name for kind, name in asked(form) if kind == "begin_group"] == ["a", "a_1", "b", "c"]
    assert form.mistakes() == ()


def test_a_repeat_over_what_was_selected_is_a_loop():
    form = brought(
        "select_multiple fruit | f | Which?",
        "begin repeat | r | Each | | | | | | | | count-selected(${f})",
        "integer | n | Many?",
        "end repeat",
    )
    assert row_of(form, "r")["over"] == "${f}"
    assert form.mistakes() == ()


def test_a_repeat_without_end_is_asked_once_and_said():
    form = brought("begin repeat | r | Each", "integer | n | Many?", "end repeat")
    assert [row["name"] for row in form.workbook["choices"] if row["list_name"] == "r_turns"] == ["1"]
    assert form.missed[0].column == "repeat_count"
    assert form.mistakes() == ()


def test_the_old_loop_over_a_list_is_a_loop():
    form = brought("begin loop over fruit | l", "integer | n | How many %(label)s?", "end loop")
    assert row_of(form, "l")["over"] == "fruit"
    assert form.mistakes() == ()


def test_or_other_adds_a_choice_and_a_text_beside_it():
    form = brought("select_one fruit or_other | f | Which?")
    assert asked(form)[1:3] == [("select_one fruit_or_other", "f"), ("text", "f_other_text")]
    assert row_of(form, "f_other_text")["relevant"] == "selected(${f}, 'other')"
    assert form.mistakes() == ()


def test_choices_that_depend_on_an_answer_are_on_the_next_page():
    form = brought("select_one region | r | Where?", "select_one town | t | Town? | | | | | | | region=${r}")
    assert [name for kind, name in asked(form) if kind == "begin_group"] == ["page_1", "page_2"]
    assert row_of(form, "t")["choice_filter"] == "region=${r}"
    assert form.mistakes() == ()


def test_a_grid_in_the_old_way_is_a_grid():
    form = brought(
        "begin group | g | G | | | | | field-list", "select_one yn | head | Rate | | | | | label",
        "select_one yn | a | A | | | | | list-nolabel", "end group",
    )  # fmt: skip
    assert row_of(form, "g")["appearance"] == "field-list table-list"
    assert row_of(form, "head")["type"] == "note"
    assert form.mistakes() == ()


def test_what_is_filled_in_beforehand_or_required_under_a_condition_is_said():
    form = brought("text | a | A?", "text | q | Q? | ${a} = 'x' | | | | | | | | Paris")
    assert said(form)[-2:] == [
        "survey:3:default: Left out: “Paris”; no answer is filled in before the person gives it.",
        "survey:3:required: Required under a condition (“${a} = 'x'”): it is not required here. Ask it on a row of its own, relevant under that condition.",
    ]


def test_a_hidden_variable_is_passed_in_the_link_on_the_first_page():
    form = brought("text | q | Q?", "hidden | panel |")
    assert [row["name"] for row in form.workbook["survey"]][:4] == ["welcome", "consent", "panel", ""]
    assert form.mistakes() == ()


def test_capitals_old_columns_and_languages_without_code_are_read():
    form = read_xlsform(
        kobo("""
        | SURVEY |
        | | TYPE | NAME | label:English | LABEL::Français | bind::relevant | bind:jr:constraintMsg |
        | | select one from yn | q | Good? | Bien ? | | |
        | | text | why | Why? | Pourquoi ? | ${q} = 'no' | |
        | CHOICES |
        | | list name | VALUE | caption::English | label::Français |
        | | yn | yes | Yes | Oui |
        | | yn | no | No | Non |
        | SETTINGS |
        | | FORM_TITLE | FORM_ID | DEFAULT_LANGUAGE | style |
        | | Ma première étude | Étude_1 | Français | pages |
    """)
    )
    assert form.workbook["survey"].header[:4] == ("type", "name", "label::Français (fr)", "label::English (en)")
    assert row_of(form, "why")["relevant"] == "${q} = 'no'"
    settings = form.workbook["settings"].rows[0]
    assert (settings["form_id"], settings["default_language"], settings["version"]) == ("etude-1", "Français (fr)", "1")
    assert "settings:2:style: This setting of other programs is left out: pages." in said(form)
    assert form.mistakes() == ()


def test_a_missing_translation_is_filled_and_listed():
    form = read_xlsform(kobo("| survey |\n| | type | name | label::English (en) | label::Français (fr) |\n| | text | q | Name? | |"))
    assert row_of(form, "q")["label::Français (fr)"] == "Name?"
    assert "survey:2:label: There is no text in Français (fr): the one in another language stands there, to be translated." in said(form)
    assert form.mistakes() == ()


def test_names_that_we_cannot_hold_are_changed_everywhere():
    form = brought("text | âge réel | Age?", "text | q | ${âge réel}? | | ${âge réel} != ''", "text | q | Again?")
    assert [name for kind, name in asked(form) if kind == "text"] == ["age_reel", "q", "q_2"]
    assert row_of(form, "q")["relevant"] == "${age_reel} != ''"
    assert form.mistakes() == ()


def test_a_workbook_without_survey_is_refused_and_one_without_anything_else_is_not():
    with pytest.raises(StudyRefused, match="An XLSForm has a sheet named survey"):
        read_xlsform({"choices": sheet_of("choices", ("name",), [])})
    assert read_xlsform({"survey": sheet_of("survey", ("type",), [])}).mistakes() == ()


NASTY = ["end group | x", "begin group | x | X", "| lonely | ?", "select_one | q | ?", "range | q | ? | | | | | | start=a;end=∞", "rank | r",
         "text | ${x} | ${ ${x} | | ${x", "calculate | c | | | | | (((((", "select_one ${r} | q | ?", "begin repeat | r | | | | | | | | | ${q}",
         "text | a | A? | | ${b} = '1'", "hidden | request_id |", "text | " + "n" * 300 + " | ?", "range | q | ? | | | | | | start=1 end=9e999 step=NaN"]  # fmt: skip


@pytest.mark.parametrize("line", NASTY)
def test_no_row_crashes_and_none_is_passed_over_in_silence(line):
    form = brought(line)
    assert form.remarks
    assert all(str(mistake) for mistake in form.mistakes())


CELLS = st.sampled_from(["", "x", "text", "select_one yn", "begin group", "end group", "begin repeat", "${x}", "${x", "yes", "((", "regex(., 'a')", "é è", "range",
                         "start=0 end=9", "calculate", "hidden", "rank fruit or_other", "region=${x}", "count-selected(${x})", "${y} = 'yes'", "'"]) | st.text(max_size=5)  # fmt: skip
ROWS = st.dictionaries(st.sampled_from(COLUMNS.split(" | ")), CELLS)


@settings(max_examples=150, deadline=None)
@given(st.lists(ROWS, max_size=6))
def test_no_sheet_crashes_whatever_its_cells_hold(rows):
    header = tuple(COLUMNS.split(" | "))
    sheets = {**kobo(CHOICES), "survey": sheet_of("survey", header, enumerate(rows, 2))}
    assert all(str(mistake) for mistake in read_xlsform(sheets).mistakes())
