"""Tables of grids, rankings and numbers that share a total: a summary first, each row counted among those who were asked it."""

from dataclasses import replace

import numpy as np
import pytest

from reports.core.rows import Answered, SubTotal, content_of
from reports.core.tabulation import Banner, Head, cross, tabulated
from reports.core.topics import topics
from surveys.core.columns import Column
from surveys.core.questionnaire import Choice
from tests.surveys.forms_of_every_kind import read

SIZE = 100
EVERYBODY = np.ones(SIZE, bool)
ALONE = cross(EVERYBODY, [], np.ones(SIZE))
RANKING = "begin_group,p,Une page,,,,field-list\nrank pays,q,Dans quel ordre ?\nend_group\n"
PARTS = (
    "begin_group,p,Une page,,,,field-list\nbegin_group,b,Sur cent ?,,,,,,,,,,100\ninteger,un,Le premier\ninteger,deux,Le second\n"
    "end_group\nend_group\n"
)
GRID = "begin_group,p,Une page,,,,field-list table-list\nnote,intro,Pour chacun ?\nselect_one pays,un,Un\nselect_one pays,deux,Deux\nend_group\n"


def given(values, index, asked=EVERYBODY):
    return Answered(asked, np.where(asked, index, -1).astype(np.int16), Column(tuple(values), np.asarray(index)))


def tables_of(form):
    return {topic.code: topic for topic in topics(read(form))}


def test_a_ranking_says_who_is_first_who_is_among_three_and_the_mean_rank():
    topic = tables_of(RANKING)["q"]
    names = [choice.name for choice in topic.questions[0].choices]
    orders = [(names[0], names[1]), (names[1], names[0])]
    one = given(orders, [0] * 75 + [1] * 25)
    table = tabulated(content_of(topic, {"q": one}, []), ALONE)
    first = {line.row.name: line.column[0] for line in table.lines if line.row.kind == "answer"}
    assert (first[f"{names[0]}_1"], first[f"{names[1]}_1"]) == (75, 25)
    assert [average.value[0] for average in table.averages][:2] == [1.25, 1.75]


def test_numbers_that_share_a_total_have_the_mean_of_each_part():
    found = tables_of(PARTS)
    assert [(topic.number, code, topic.kind) for code, topic in found.items()] == [
        ("1", "b-parts", "parts"), ("1.1", "un", "number"), ("1.2", "deux", "number")
    ]  # fmt: skip
    answers = {"un": given(["70", "30"], [0] * 50 + [1] * 50), "deux": given(["30", "70"], [0] * 50 + [1] * 50)}
    table = tabulated(content_of(found["b-parts"], answers, []), ALONE)
    assert [average.value[0] for average in table.averages] == pytest.approx([50, 50])


def test_the_rows_of_a_grid_are_counted_each_among_those_who_were_asked_it():
    found = tables_of(GRID)
    assert [(topic.number, code, topic.kind) for code, topic in found.items()] == [
        ("1", "p-grid", "grid"), ("1.1", "un", "single"), ("1.2", "deux", "single")
    ]  # fmt: skip
    names = [choice.name for choice in found["un"].questions[0].choices]
    half = np.arange(SIZE) < 50
    answers = {"un": given([names[0], names[1]], [0] * 25 + [1] * 75), "deux": given([names[0], ""], [0] * 50 + [1] * 50, half)}
    table = tabulated(content_of(found["p-grid"], answers, []), ALONE)
    shares = {line.row.name: (line.column[0], line.base_n[0]) for line in table.lines if line.row.kind == "answer"}
    assert shares[f"{names[0]}_un"] == (25, 100)
    assert shares[f"{names[0]}_deux"] == (100, 50)


def test_of_a_wave_with_nobody_yet_every_column_is_hidden():
    nobody = np.zeros(0, bool)
    one = Answered(nobody, np.zeros(0, np.int16), Column(("",), np.zeros(0, np.intp)))
    content = content_of(tables_of(GRID)["un"], {"un": one}, [])
    table = tabulated(content, cross(nobody, [Banner("b", {}, (Head("h", {}, nobody),))], np.zeros(0)), with_letters=True)
    assert (table.hidden, table.share, table.tests) == ({0, 1}, 0, {})


def test_of_a_long_list_the_answers_given_most_often_have_a_row_and_nets_still_count_all():
    names = [f"c{at}" for at in range(80)]
    choices = tuple(Choice(name, {"fr": name}, at) for at, name in enumerate(names))
    topic = tables_of(GRID)["un"]
    topic = replace(topic, questions=(replace(topic.questions[0], choices=choices, list_name="long"),))
    index = np.concatenate([np.arange(80), np.full(20, 79)])
    content = content_of(topic, {"un": given(names, index)}, [SubTotal("long", "net", {}, ("c78", "c79"))])
    rows = {row.name: int(row.people.sum()) for row in content.rows}
    assert (len(content.rows), rows["net"], rows["c79"], rows["_others"]) == (62, 22, 21, 20)
