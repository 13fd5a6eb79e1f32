"""LimeSurvey surveys come in: every type of question, filters, limits, both layouts; what has no place here is said."""

import pytest

from surveys.core.foreign.limesurvey import read_limesurvey
from surveys.core.workbook import StudyRefused
from tests.surveys.core.foreign.forms import asked, row_of, said
from tests.surveys.core.foreign.lime import lss

YN = (("A1", "Yes"), ("A2", "No"))
SUBS = (("SQ001", "Site"), ("SQ002", "App"))
LIST = {"type": "L", "code": "Q1", "answers": YN}
MULTIPLE = {"type": "M", "code": "Q2", "subs": SUBS}

# A type with what it needs → the rows that it becomes.
TYPES = {
    "L": ({"answers": YN}, [("select_one Q", "Q")]),
    "!": ({"answers": YN}, [("select_one Q", "Q")]),
    "Z": ({"answers": YN}, [("select_one Q", "Q")]),
    "W": ({"answers": YN}, [("select_one Q", "Q")]),
    "O": ({"answers": YN}, [("select_one Q", "Q"), ("text", "Q_comment")]),
    "5": ({}, [("select_one Q", "Q")]),
    "Y": ({}, [("select_one Q", "Q")]),
    "G": ({}, [("select_one Q", "Q")]),
    "M": ({"subs": SUBS}, [("select_multiple Q", "Q")]),
    "P": ({"subs": SUBS}, [("select_multiple Q", "Q"), ("text", "Q_SQ001comment"), ("text", "Q_SQ002comment")]),
    "R": ({"answers": YN}, [("rank Q", "Q")]),
    "F": ({"subs": SUBS, "answers": YN}, [("begin_group", "Q_rows"), ("select_one Q", "Q_SQ001"), ("select_one Q", "Q_SQ002"), ("end_group", "")]),
    "H": ({"subs": SUBS, "answers": YN}, [("begin_group", "Q_rows"), ("select_one Q", "Q_SQ001"), ("select_one Q", "Q_SQ002"), ("end_group", "")]),
    "A": ({"subs": SUBS}, [("begin_group", "Q_rows"), ("select_one Q", "Q_SQ001"), ("select_one Q", "Q_SQ002"), ("end_group", "")]),
    "B": ({"subs": SUBS}, [("begin_group", "Q_rows"), ("select_one Q", "Q_SQ001"), ("select_one Q", "Q_SQ002"), ("end_group", "")]),
    "C": ({"subs": SUBS}, [("begin_group", "Q_rows"), ("select_one Q", "Q_SQ001"), ("select_one Q", "Q_SQ002"), ("end_group", "")]),
    "E": ({"subs": SUBS}, [("begin_group", "Q_rows"), ("select_one Q", "Q_SQ001"), ("select_one Q", "Q_SQ002"), ("end_group", "")]),
    "1": ({"subs": SUBS[:1], "answers": (("1", "Good"), ("1", "Big", "1"))},
          [("begin_group", "Q_scale0"), ("select_one Q_0", "Q_SQ001_0"), ("end_group", ""), ("begin_group", "Q_scale1"), ("select_one Q_1", "Q_SQ001_1"), ("end_group", "")]),
    ":": ({"subs": (("R1", "Row"), ("C1", "Col", "1"))}, [("begin_group", "Q_C1"), ("integer", "Q_R1_C1"), ("end_group", "")]),
    ";": ({"subs": (("R1", "Row"), ("C1", "Col", "1"))}, [("begin_group", "Q_C1"), ("text", "Q_R1_C1"), ("end_group", "")]),
    "K": ({"subs": SUBS[:1]}, [("begin_group", "Q_rows"), ("decimal", "Q_SQ001"), ("end_group", "")]),
    "Q": ({"subs": SUBS[:1]}, [("begin_group", "Q_rows"), ("text", "Q_SQ001"), ("end_group", "")]),
    "N": ({}, [("decimal", "Q")]),
    "S": ({}, [("text", "Q")]),
    "T": ({}, [("text", "Q")]),
    "U": ({}, [("text", "Q")]),
    "D": ({}, [("date", "Q")]),
    "X": ({}, [("note", "Q")]),
}  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("apart", [True, False], ids=["version 6", "version 3"])
def test_each_type_becomes_rows_of_ours(kind, apart):
    parts, rows = TYPES[kind]
    brought = read_limesurvey(lss({"type": kind, "code": "Q", **parts}, apart=apart))
    assert asked(brought)[1:-1] == rows
    assert brought.mistakes() == ()


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("I", "people change the language at any page"), ("|", "respondents send no file: it could identify them and could not be counted")],
)
def test_what_cannot_be_asked_says_why(kind, reason):
    brought = read_limesurvey(lss({"type": kind, "code": "Q"}, {"type": "S", "code": "R"}))
    assert f"Q:type: Q is not asked: {reason}." in said(brought)
    assert brought.mistakes() == ()


FILTERS = {
    '((Q1.NAOK == "A1"))': "${Q1} = 'A1'",
    "Q1.NAOK != 'A1'": "${Q1} != 'A1'",
    "Q1.NAOK eq 'A1' or Q1.NAOK ne 'A2'": "(${Q1} = 'A1') or (${Q1} != 'A2')",
    "!is_empty(Q1.NAOK)": "not(${Q1} = '')",
    "is_empty(Q2.NAOK)": "count-selected(${Q2}) = 0",
    'Q2_SQ001.NAOK == "Y" && Q2_SQ002.NAOK != "Y"': "(selected(${Q2}, 'SQ001')) and (not(selected(${Q2}, 'SQ002')))",
    "count(Q2_SQ001, Q2_SQ002) >= 1": "(if(selected(${Q2}, 'SQ001'), 1, 0) + if(selected(${Q2}, 'SQ002'), 1, 0)) >= 1",
    '((1X1X100.NAOK == "A1"))': "${Q1} = 'A1'",
    "1": "",
}


@pytest.mark.parametrize("theirs", FILTERS)
def test_a_filter_is_said_in_our_language(theirs):
    brought = read_limesurvey(lss(LIST, MULTIPLE, {"type": "S", "code": "Q3", "relevance": theirs}))
    assert row_of(brought, "Q3")["relevant"] == FILTERS[theirs]
    assert brought.mistakes() == ()


UNSAID = {
    'regexMatch("/a/", Q1)': "the function regexMatch() does not exist here",
    "Q9.NAOK == 1": "Q9.NAOK is no question that came along",
    "((((": "“…” is not understood",
    "Q2_SQ001 == 'maybe'": "Q2_SQ001 is ticked or not: it is not “maybe”",
    "Q1 == 'A1' ? 1 : 0": "“?” is not understood",
    "(" * 200 + "Q1" + ")" * 200: "it is nested too deeply",
}


@pytest.mark.parametrize("theirs", UNSAID)
def test_a_filter_that_our_language_cannot_say_is_left_out_with_its_reason(theirs):
    brought = read_limesurvey(lss(LIST, MULTIPLE, {"type": "S", "code": "Q3", "relevance": theirs}))
    assert f"Q3:relevant: Left out: “{theirs}”. {UNSAID[theirs]}." in said(brought)
    assert row_of(brought, "Q3")["relevant"] == ""


def test_the_old_table_of_conditions_is_a_filter():
    rows = [{"qid": "200", "scenario": "1", "cfieldname": "1X1X100", "method": "==", "value": value} for value in ("A1", "A2")]
    brought = read_limesurvey(lss(LIST, {"type": "S", "code": "Q3"}, conditions=rows))
    assert row_of(brought, "Q3")["relevant"] == "(${Q1} = 'A1') or (${Q1} = 'A2')"


def test_attributes_are_our_columns():
    brought = read_limesurvey(
        lss(
            {**MULTIPLE, "attributes": {"max_answers": "2", "min_answers": "1", "exclude_all_others": "SQ002", "random_order": "1", "array_filter_style": "1"},
             "cells": {"mandatory": "Y", "other": "Y"}},
            {"type": "M", "code": "Q3", "subs": SUBS, "gid": "2", "attributes": {"array_filter": "Q2"}},
            {"type": "F", "code": "Q4", "subs": SUBS, "answers": YN, "gid": "2", "attributes": {"array_filter_exclude": "Q2"}},
            {"type": "N", "code": "Q5", "gid": "2", "attributes": {"num_value_int_only": "1", "min_num_value_n": "0", "max_num_value_n": "Q1 + 1", "hidden": "1"}},
            {"type": "K", "code": "Q6", "subs": SUBS, "gid": "2", "attributes": {"equals_num_value": "100"}},
            {"type": "*", "code": "Q7", "gid": "2", "text": "{Q5.NAOK * 2}"},
            {"type": "S", "code": "Q8", "gid": "3", "text": "<p>So <b>{Q7.NAOK}</b>?</p>", "attributes": {"em_validation_q": "strlen(self) > 2"}},
        )
    )  # fmt: skip
    two = row_of(brought, "Q2")
    assert (two["min"], two["max"], two["order"], two["required"]) == ("1", "2", "shuffle", "yes")
    flags = {row["name"]: row["flags"] for row in brought.workbook["choices"] if row["list_name"] == "Q2"}
    assert flags == {"SQ001": "", "SQ002": "exclusive", "other": "other"}
    assert row_of(brought, "Q2_other_text")["relevant"] == "selected(${Q2}, 'other')"
    assert row_of(brought, "Q3")["choice_filter"] == "selected(${Q2}, name)"
    assert row_of(brought, "Q4_SQ001")["relevant"] == "not(selected(${Q2}, 'SQ001'))"
    assert (row_of(brought, "Q5")["type"], row_of(brought, "Q5")["min"], row_of(brought, "Q5")["max"]) == ("integer", "0", "")
    assert row_of(brought, "Q6_rows")["total"] == "100"
    assert row_of(brought, "Q7")["calculation"] == "${Q5} * 2"
    assert (row_of(brought, "Q8")["label::English (en)"], row_of(brought, "Q8")["constraint"]) == ("So ${Q7}?", "string-length(.) > 2")
    assert "Q5:max_num_value_n: Left out: the limit “Q1 + 1” is no number." in said(brought)
    assert any(sentence.startswith("Q5:hidden: Q5 was hidden") for sentence in said(brought))
    assert brought.mistakes() == ()


def test_languages_come_along():
    brought = read_limesurvey(lss(LIST, languages="fr en", title="L’enquête"))
    assert row_of(brought, "Q1")["label::English (en)"] == "Question? (en)"
    assert brought.workbook["settings"].rows[0]["default_language"] == "Français (fr)"
    assert brought.mistakes() == ()


NASTY = {
    "nothing": b"", "no XML": b"hello", "half a file": lss(LIST)[:-40], "another document": b"<html/>",
    "entities": b'<!DOCTYPE d [<!ENTITY a "b">]><document><LimeSurveyDocType>Survey</LimeSurveyDocType>&a;</document>',
    "an unknown encoding": b'<?xml version="1.0" encoding="x-none"?><document/>', "a label set": b"<document><LimeSurveyDocType>Label set</LimeSurveyDocType></document>",
    "too much": b" " * 20_000_001, "zeros": b"\0" * 100,
}  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_what_is_no_survey_is_refused_in_a_sentence(name):
    with pytest.raises(StudyRefused):
        read_limesurvey(NASTY[name])


def test_an_empty_survey_and_one_with_holes_are_read():
    empty = b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>"
    assert read_limesurvey(empty).mistakes() == ()
    holes = b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType><questions><rows><row><qid>1</qid></row><row/></rows></questions><groups><rows><row/></rows></groups></document>"
    assert read_limesurvey(holes).remarks


def test_other_tables_and_questions_without_group_are_said():
    content = lss(LIST, quota=[{"id": "1"}]).replace(b"<gid>1</gid><type>", b"<gid>9</gid><type>").replace(b"</qid><parent_qid>0</parent_qid><sid>1</sid><gid>1", b"</qid><parent_qid>0</parent_qid><sid>1</sid><gid>9")  # fmt: skip
    brought = read_limesurvey(content)
    assert "survey:quota: The table quota is left out: quotas are written in the sheet quotas." in said(brought)
    assert "Q1:gid: Q1 belongs to no group: it stands at the end." in said(brought)
    assert row_of(brought, "Q1")["type"] == "select_one Q1"


def test_what_a_survey_says_beside_its_questions_is_said():
    content = lss(LIST, themes=[{"sid": "1"}], survey_url_parameters=[{"id": "1"}]).replace(b"<additional_languages>", b"<format>S</format><allowprev>N</allowprev><additional_languages>")  # fmt: skip
    remarks = said(read_limesurvey(content))
    assert (
        "survey:survey_url_parameters: The table survey_url_parameters is left out: what the link passes is a question of type hidden."
        in remarks
    )
    assert "survey: Tables that say nothing of the questions are left out: themes." in remarks
    assert [remark.split(":")[1] for remark in remarks if remark.startswith(("survey:format", "survey:allowprev"))] == [
        "format",
        "allowprev",
    ]
