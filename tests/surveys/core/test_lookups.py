"""What a table beside the questionnaire knows of an answer, and the mistakes that a table or a pulldata() can hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.checks import check_questionnaire
from surveys.core.columns import Column, evaluate_column
from surveys.core.expressions import as_text, evaluate, holds, parse
from surveys.core.lookups import LookupMistake, bound_to_tables, read_lookups
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from tests.surveys.forms_of_every_kind import CHOICES, form
from tests.worlds import sheet

COMMUNES = """
    code,label,postcode,region,size
    42218,Saint-Étienne,42000,84,3
    42095,Firminy,42700,84,2
    69123,Lyon,69001,84,3
    75056,Paris,75001,11,3
    35238,Rennes,35000,53,3
"""
PAGE = """
    begin_group,p,Une page,,,,field-list
    text,code,Quel code ?
    calculate,region,,,,{calculation},,list=region
    end_group
"""
REGIONS = CHOICES + "    region,84,Auvergne-Rhône-Alpes,,,,,\n    region,11,Île-de-France,,,,,\n    region,53,Bretagne,,,,,\n"
PULL = "\"pulldata('communes', 'region', 'code', ${code})\""


def lookups(text: str = COMMUNES):
    report = Report()
    found = read_lookups({"lookups/communes.csv": sheet("lookups/communes.csv", text)}, report)
    return found, [str(mistake) for mistake in report.mistakes]


def bound(text: str, table: str = COMMUNES):
    return bound_to_tables(parse(text), lookups(table)[0])


def read(calculation: str = PULL, table: str = COMMUNES, **sheets):
    report = Report()
    book = {**form(PAGE.format(calculation=calculation)), "choices": sheet("choices", REGIONS), **sheets}
    book["lookups/communes.csv"] = sheet("lookups/communes.csv", table)
    questionnaire = read_questionnaire(book, report)
    check_questionnaire(questionnaire, book, report)
    return questionnaire, [str(mistake) for mistake in report.mistakes]


@pytest.mark.parametrize(
    ("text", "answers", "value"),
    [
        ("pulldata('communes', 'region', 'code', ${commune})", {"commune": "42218"}, "84"),
        ("pulldata('communes.csv', 'label', 'code', ${commune})", {"commune": "75056"}, "Paris"),
        ("pulldata('communes', 'code', 'postcode', ${postcode})", {"postcode": "35000"}, "35238"),
        ("pulldata('communes', 'region', 'code', ${commune})", {"commune": "nowhere"}, ""),
        ("pulldata('communes', 'region', 'code', ${commune})", {}, ""),
        ("pulldata('communes', 'size', 'code', pulldata('communes', 'code', 'postcode', ${postcode}))", {"postcode": "42700"}, "2"),
        ("if(pulldata('communes', 'size', 'code', ${commune}) > 2, 'town', 'village')", {"commune": "69123"}, "town"),
        ("pulldata('communes', 'label', 'code', 75056)", {}, "Paris"),
    ],
)
def test_a_table_is_looked_up_by_any_column_whose_values_stand_once(text, answers, value):
    assert evaluate(bound(text), answers) == value


def test_a_place_known_by_its_table_can_be_a_condition():
    condition = bound("pulldata('communes', 'region', 'code', ${commune}) = '84'")
    assert holds(condition, {"commune": "42218"})
    assert not holds(condition, {"commune": "75056"})
    assert not holds(condition, {})


TABLE = lookups()[0]
known = st.sampled_from(["42218", "42095", "69123", "75056", "35238", "", "NSP", "84", "Paris"])
columns = st.sampled_from(["code", "label", "postcode", "size", "region"])


@st.composite
def conditions(draw) -> str:
    pulled = f"pulldata('communes', '{draw(columns)}', '{draw(st.sampled_from(['code', 'postcode', 'label']))}', ${{{draw(st.sampled_from('ab'))}}})"
    forms = [
        pulled,
        f"{pulled} = '84'",
        f"{pulled} > 2",
        f"not({pulled} != ${{a}})",
        f"concat({pulled}, ${{b}})",
        f"coalesce({pulled}, 'x')",
    ]
    return draw(st.sampled_from([*forms, f"if({forms[1]}, {pulled}, ${{a}})", f"count-selected({pulled})"]))


@given(condition=conditions(), people=st.lists(st.tuples(known, known), min_size=1, max_size=30))
def test_one_interview_and_whole_columns_look_up_alike(condition, people):
    expression = bound_to_tables(parse(condition), TABLE)
    one = [as_text(evaluate(expression, {"a": a, "b": b})) for a, b in people]
    coded = {}
    for position, name in enumerate("ab"):
        said = [person[position] for person in people]
        values = tuple(dict.fromkeys(said))
        coded[name] = Column(values, np.array([values.index(text) for text in said], dtype=np.intp))
    column = evaluate_column(expression, coded, len(people))
    assert [as_text(column.values[index]) for index in column.index] == one


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("pulldata('towns', 'region', 'code', ${a})", "there is no file lookups/towns.csv; there is: communes.csv"),
        ("pulldata('communes', 'land', 'code', ${a})", "has no column “land”; its columns are: code, label, postcode, region, size"),
        ("pulldata('communes', 'region', 'id', ${a})", "has no column “id”"),
        ("pulldata('communes', 'label', 'region', ${a})", "“84” stands several times in column region of lookups/communes.csv: look up by a column"),
        ("pulldata(${a}, 'label', 'region', ${a})", "names its table and its two columns in quotation marks"),
        ("pulldata('communes', 1, 'code', ${a})", "names its table and its two columns in quotation marks"),
    ],
)  # fmt: skip
def test_a_pulldata_that_can_look_nothing_up_says_why(text, reason):
    with pytest.raises(LookupMistake) as mistake:
        bound(text)
    assert reason in str(mistake.value)


def test_where_no_table_can_be_used_a_pulldata_is_refused():
    with pytest.raises(LookupMistake, match="name what it gives with a calculate"):
        bound_to_tables(parse("pulldata('communes', 'region', 'code', ${a}) = '84'"), None)


@pytest.mark.parametrize(
    ("table", "mistakes"),
    [
        ("code,label\n1,Un\n1,Une", ["lookups/communes.csv:3:code: “1” stands in row 2 too: in the first column each value stands once."]),
        ("code,label\n,Un", ["lookups/communes.csv:2:code: This cell must be filled in."]),
        (",label\n1,Un", ["lookups/communes.csv:1: The first row of a table names its columns, and its first column is a key."]),
        ("code,label\n1 ,Un\n 2,Deux", []),
    ],
)
def test_a_table_needs_a_key(table, mistakes):
    assert lookups(table)[1] == mistakes


def test_ten_mistakes_of_a_table_are_enough():
    assert len(lookups("code,label\n" + "1,Un\n" * 500)[1]) == 10


def test_a_calculation_may_give_what_its_table_holds_if_its_list_names_all_of_it():
    questionnaire, mistakes = read()
    assert mistakes == []
    calculation = questionnaire.questions["region"].calculation
    assert evaluate(calculation, {"code": "35238"}) == "53"
    assert read(table=COMMUNES + "    13055,Marseille,13001,93,3\n")[1] == [
        "survey:7:calculation: “93” is not a choice of region; its choices are: 84, 11, 53."
    ]


def test_a_mistake_in_a_pulldata_is_told_with_its_place():
    assert read("\"pulldata('towns', 'region', 'code', ${code})\"")[1] == [
        "survey:7:calculation: pulldata(): there is no file lookups/towns.csv; there is: communes.csv"
    ]
