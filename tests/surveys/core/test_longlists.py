"""Lists of choices from a table: read with their labels, narrowed down by index, recorded, and refused when they are wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from respondents.core.record import pack, unpack
from surveys.core.codebook import codebook_of
from surveys.core.expressions import holds, parse
from surveys.core.longlists import LongList, comparisons_of
from surveys.core.offering import offered, only_offered
from surveys.core.questionnaire import Choice
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from tests.surveys.forms_of_every_kind import form
from tests.worlds import sheet

COMMUNES = """
    name,label,postcode,region
    42218,Saint-Étienne,42000,84
    42187,La Ricamarie,42150,84
    42186,Rive-de-Gier,42800,84
    42207,Saint-Chamond,42400,84
    69123,Lyon,69001,84
    75056,Paris,75001,11
    97411,Saint-Denis,97400,04
    93066,Saint-Denis,93200,11
"""
PAGE = """
    begin_group,p,Une page,,,,field-list
    text,postcode,Votre code postal ?,,,,postcode
    end_group
    begin_group,q,Une autre,,,,field-list
    select_one_from_file communes.csv,commune,Votre commune ?,yes,,,,,{filter}
    end_group
"""


def read(choice_filter: str = "", table: str = COMMUNES):
    report = Report()
    book = {**form(PAGE.format(filter=choice_filter)), "lookups/communes.csv": sheet("lookups/communes.csv", table)}
    return read_questionnaire(book, report), [str(mistake) for mistake in report.mistakes]


def names(choices):
    return [choice.name for choice in choices]


def test_a_table_is_a_list_of_choices_with_their_labels_and_columns():
    questionnaire, mistakes = read()
    question = questionnaire.questions["commune"]
    assert mistakes == []
    assert (question.kind, question.lookup, len(question.choices)) == ("single", "communes.csv", 8)
    assert question.choices[0] == Choice(
        "42218", {"fr": "Saint-Étienne"}, 1, attributes={"name": "42218", "label": "Saint-Étienne", "postcode": "42000", "region": "84"}
    )
    assert names(offered(question, {})) == names(question.choices)


def test_labels_may_stand_in_each_language():
    questionnaire, mistakes = read(table="name,label::Français (fr),label::English (en)\nlon,Londres,London\n")
    assert mistakes == []
    assert questionnaire.questions["commune"].choices[0].labels == {"fr": "Londres", "en": "London"}


@pytest.mark.parametrize(
    ("choice_filter", "answers", "found"),
    [
        ("postcode = ${postcode}", {"postcode": "42000"}, ["42218"]),
        ("${postcode} = postcode", {"postcode": "42800"}, ["42186"]),
        ("postcode = ${postcode}", {"postcode": "99999"}, []),
        ("postcode = ${postcode}", {}, []),
        ("region = '84' and not(name = '69123')", {}, ["42218", "42187", "42186", "42207"]),
        ("region = 4", {}, ["97411"]),  # a number is written as one, 04 too
        ("region = '84' and postcode = ${postcode}", {"postcode": "69001"}, ["69123"]),
        ("starts-with(postcode, ${postcode})", {"postcode": "42"}, ["42218", "42187", "42186", "42207"]),
        ("region = '11' or postcode = ${postcode}", {"postcode": "97400"}, ["75056", "97411", "93066"]),
        ("region = pulldata('communes', 'region', 'name', ${postcode})", {"postcode": "97411"}, ["97411"]),
    ],
)
def test_a_choice_filter_narrows_the_list_down(choice_filter, answers, found):
    questionnaire, mistakes = read(f'"{choice_filter}"')
    question = questionnaire.questions["commune"]
    assert mistakes == []
    assert names(offered(question, answers)) == found
    for choice in question.choices:
        assert only_offered(question, choice.name, answers) == (choice.name if choice.name in found else "")


cells = st.sampled_from(["", "1", "01", "2", "a", "a b"])
conditions = st.sampled_from([
    "x = ${q}", "${q} = x", "x = 1", "x = ${q} and y = ${q}", "x = '1' and (y = ${q} or y = 'a')", "not(x = ${q})", "x = y", "x = true()",
    "x = ${q} and contains(y, 'a')", "x = ${q} + 1", "x != ${q} and y = '2'", "x = ${m}", "x = concat(${q}, y)", "'1' = '1' and x = ${q}",
])  # fmt: skip


@given(condition=conditions, rows=st.lists(st.tuples(cells, cells), max_size=12), q=cells, m=st.lists(cells, max_size=2))
def test_an_index_finds_what_going_through_the_list_would(condition, rows, q, m):
    choices = LongList(Choice(f"n{number}", {}, number, attributes={"x": x, "y": y}) for number, (x, y) in enumerate(rows))
    expression = parse(condition, frozenset({"x", "y"}))
    answers = {"q": q, "m": tuple(m)}
    through = {choice.name for choice in choices if holds(expression.bound(choice.attributes), answers)}
    assert set(names(choices.where(expression, answers))) == through


def test_only_a_comparison_with_a_column_is_answered_by_index():
    found = comparisons_of(parse("x = ${q} and (y = '1' or y = '2')", frozenset({"x", "y"})))
    assert [column for column, _ in found.compared] == ["x"]
    assert found.rest is not None


def test_a_long_list_that_a_filter_would_go_through_is_refused():
    table = "name,label,postcode\n" + "".join(f"{number},C{number},{number:05}\n" for number in range(1_001))
    assert read('"starts-with(postcode, ${postcode})"', table)[1] == [
        "survey:9:choice_filter: This list is too long to be gone through for each person: compare one of its columns, as in region = ${region}."
    ]
    assert read('"postcode = ${postcode} and starts-with(name, 1)"', table)[1] == []


def test_a_name_beyond_the_codes_of_a_record_is_kept_in_its_json():
    table = "name,label\n" + "".join(f"c{number},Commune {number}\n" for number in range(1, 35_001))
    questionnaire, _ = read(table=table)
    codebook = codebook_of(questionnaire)
    for name, extra in (("c1", {}), ("c32767", {}), ("c32768", {"commune": "c32768"}), ("c35000", {"commune": "c35000"})):
        codes, kept = pack(codebook, {"commune": name}, {"commune"})
        assert kept == extra
        assert unpack(codebook, codes, kept) == {"commune": name}


@pytest.mark.parametrize(
    ("table", "mistakes"),
    [
        ("name,nom\n1,Un", ["lookups/communes.csv:1: A list of choices needs the columns name and label (or label::Français (fr)…)."]),
        ("name,label\n1,", ["lookups/communes.csv:2:label: This cell must be filled in."]),
        ("name,label::en\n1,One", ["lookups/communes.csv:2:label::fr: The text is missing in this language."]),
        ("name,label\na b,Un", ["lookups/communes.csv:2:name: A choice needs a name of 1 to 64 characters without blank or quotation mark."]),
        ("id,name,label\n1,a,Un\n2,a,Deux", ["lookups/communes.csv:3:name: “a” stands twice in this list."]),
        ("name,label,flags\na,Un,loud", ["lookups/communes.csv:2:flags: “loud” is not a flag; known: anchored, dont_know, exclusive, other, outside_quota, refused."]),
    ],
)  # fmt: skip
def test_a_table_that_is_no_list_of_choices_is_refused(table, mistakes):
    assert [mistake for mistake in read(table=table)[1] if mistake.startswith("lookups")] == mistakes


def test_a_file_that_is_not_there_is_a_mistake():
    report = Report()
    read_questionnaire(form(PAGE.format(filter="")), report)
    assert [str(mistake) for mistake in report.mistakes] == ["survey:9:type: There is no file lookups/communes.csv; there is: –"]
