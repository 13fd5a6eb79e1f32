"""Tables of a question by banners, of a few hundred people whose answers are known."""

from math import isnan

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.core.bands import bands
from reports.core.hiding import Family, hidden_columns
from reports.core.measures import means, medians
from reports.core.precision import Thresholds, thresholds_in
from reports.core.quantities import mean, quantile
from reports.core.rows import Answered, SubTotal, content_of
from reports.core.tables import group, independence, tabulate
from reports.core.tabulation import Banner, Head, cross, tabulated
from reports.core.topics import topics
from surveys.core.columns import Column, MultipleColumn
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from tests.worlds import study

SIZE = 200
EVERYBODY = np.ones(SIZE, bool)
WOMEN = np.arange(SIZE) < 120
NAMES = ("1", "2", "8")


def answers(counts, asked=EVERYBODY):
    """A column of the answers "1", "2", "8" given by so many people, one after another; the others were not asked."""
    index = np.repeat(np.arange(len(counts)), counts)
    index = np.concatenate([index, np.full(SIZE - len(index), len(counts))])
    return Answered(asked, np.where(asked, index, -1).astype(np.int16), Column((*NAMES[: len(counts)], ""), index))


def topic_of(name, **changes):
    questionnaire = read_questionnaire(study(**changes), Report())
    return next(topic for topic in topics(questionnaire) if topic.code == name)


def by_sex():
    return cross(EVERYBODY, [Banner("sexe", {}, (Head("F", {}, WOMEN), Head("H", {}, ~WOMEN)))], np.ones(SIZE))


def test_every_question_has_its_table_in_the_study_s_order():
    found = topics(read_questionnaire(study(), Report()))
    assert [(topic.number, topic.code, topic.kind) for topic in found] == [
        ("1", "sex", "single"),
        ("2", "years", "number"),
        ("3", "age", "single"),
        ("4", "q1", "multiple"),
        ("5", "q1_texte", "open"),
        ("6", "q2", "single"),
        ("7", "q3", "number"),
    ]


def test_a_sub_total_stands_above_its_detail_and_don_t_know_last():
    net = SubTotal("accord3", "some", {"fr": "ST"}, ("1", "2"))
    content = content_of(topic_of("q2"), {"q2": answers([90, 60, 50])}, [net])
    told = [(row.name, row.kind, row.level, int(row.people.sum())) for row in content.rows]
    assert told == [("some", "net", 0, 150), ("1", "answer", 1, 90), ("2", "answer", 1, 60), ("8", "aside", 0, 50)]


def test_a_table_by_banner_has_exact_shares_bases_and_marks():
    table = tabulated(content_of(topic_of("q2"), {"q2": answers([90, 60, 50])}, []), by_sex(), with_letters=True)
    yes = table.lines[0]
    assert (yes.n.tolist(), yes.column.tolist()) == ([90, 90, 0], [45, 75, 0])
    assert yes.across.tolist() == [100, 100, 0]
    assert yes.cell.tolist() == [45, 45, 0]
    assert yes.z[1] > 1.96, "women say yes more than the others"
    assert yes.letters == ("", "B", "")
    assert table.share == 100
    assert table.tests["sexe"].p < 0.001


def test_without_those_who_have_no_opinion_the_base_is_those_who_have_one():
    content = content_of(topic_of("q2"), {"q2": answers([90, 60, 50])}, [])
    table = tabulated(content, by_sex(), valid_only=True)
    assert [line.row.name for line in table.lines] == ["1", "2"]
    assert table.lines[0].column[0] == 60
    assert table.base.base.n.tolist() == [150, 120, 30]


def test_several_answers_are_shares_of_respondents_with_at_least_one_above():
    ticked = {"site": np.arange(SIZE) < 100, "appli": np.arange(SIZE) < 50, "autre": ~EVERYBODY, "aucun": np.arange(SIZE) >= 150}
    content = content_of(topic_of("q1"), {"q1": Answered(EVERYBODY, np.zeros(SIZE, np.int16), MultipleColumn(ticked))}, [])
    table = tabulated(content, by_sex())
    assert [(line.row.name, line.row.kind, line.column[0]) for line in table.lines] == [
        ("_any", "net", 50), ("site", "answer", 50), ("appli", "answer", 25), ("autre", "answer", 0), ("aucun", "answer", 25)
    ]  # fmt: skip
    assert table.tests == {}, "answers that do not exclude one another are not tested as a whole"


def test_nets_of_several_answers_are_any_all_or_so_many_of_them():
    ticked = {"site": np.arange(SIZE) < 100, "appli": np.arange(SIZE) < 50, "autre": np.arange(SIZE) < 20, "aucun": np.arange(SIZE) >= 150}
    one = Answered(EVERYBODY, np.zeros(SIZE, np.int16), MultipleColumn(ticked))
    nets = [SubTotal("outils", counts or "any", {}, ("site", "appli", "autre"), counts) for counts in ("", "all", "1", "2", "2+")]
    rows = content_of(topic_of("q1"), {"q1": one}, nets).rows
    told = [(row.name, row.kind, row.level, int(row.people.sum())) for row in rows]
    assert told[:6] == [("all", "net", 0, 20), ("1", "net", 0, 50), ("2", "net", 0, 30), ("2+", "net", 0, 50), ("any", "net", 0, 100),
                        ("site", "answer", 1, 100)]  # fmt: skip


def test_a_number_has_its_bands_its_mean_and_its_median_by_column():
    values = np.arange(SIZE) % 5
    one = Answered(EVERYBODY, values.astype(np.int16), Column(tuple("01234"), values))
    table = tabulated(content_of(topic_of("q3"), {"q3": one}, []), by_sex())
    assert [line.column[0] for line in table.lines] == [20, 20, 20, 20, 20]
    assert [average.value.tolist() for average in table.averages] == [[2, 2, 2], [2, 2, 2]]


def test_of_fewer_than_thirty_people_no_mean_is_told():
    asked = np.arange(SIZE) < 140
    values = np.full(SIZE, 4)
    one = Answered(asked, np.where(asked, 4, -1).astype(np.int16), Column(tuple("01234"), values))
    table = tabulated(content_of(topic_of("q3"), {"q3": one}, []), by_sex())
    assert table.hidden == {1, 2}
    assert [isnan(value) for value in table.averages[0].value] == [False, True, True]


def test_a_column_under_thirty_is_hidden_with_company_until_no_subtraction_tells_of_it():
    assert hidden_columns([200, 171, 29], [Family(0, (1, 2))]) == {1, 2}, "200 − 171 would tell of 29 people"
    assert hidden_columns([200, 170, 30], [Family(0, (1, 2))]) == set()
    assert hidden_columns([200, 141, 29, 30], [Family(0, (1, 2, 3))]) == {2, 3}
    assert hidden_columns([200, 143, 28, 29], [Family(0, (1, 2, 3))]) == {2, 3}, "57 people who cannot be told apart"
    assert hidden_columns([200, 100, 91, 9], [Family(0, (1, 2, 3))]) == {2, 3}, "200 − 100 − 91 would tell of nine people"
    assert hidden_columns([200, 100, 91, 9], []) == {3}, "columns that overlap do not subtract"
    assert hidden_columns([200, 200, 0], [Family(0, (1, 2))]) == {2}
    assert hidden_columns([29, 20, 9], [Family(0, (1, 2))]) == {0, 1, 2}


def test_a_few_people_are_protected_from_the_net_that_holds_them():
    seats = np.arange(SIZE)
    heads = (Head("net", {}, seats < 100, is_net=True), Head("a", {}, seats < 92), Head("b", {}, (seats >= 92) & (seats < 100)),
             Head("c", {}, seats >= 100))  # fmt: skip
    table = tabulated(
        content_of(topic_of("q2"), {"q2": answers([90, 60, 50])}, []), cross(EVERYBODY, [Banner("x", {}, heads)], np.ones(SIZE))
    )
    assert table.hidden == {2, 3}, "100 in the net less 92 would tell of eight"
    assert table.tests.keys() == {"x"}


def test_what_is_outside_a_net_is_not_told_by_the_net():
    seats = np.arange(SIZE)
    heads = (Head("yes", {}, seats < 180, is_net=True), Head("a", {}, seats < 100), Head("b", {}, (seats >= 100) & (seats < 180)),
             Head("no", {}, seats >= 180))  # fmt: skip
    crossing = cross(EVERYBODY, [Banner("x", {}, heads)], np.ones(SIZE))
    table = tabulated(content_of(topic_of("q2"), {"q2": answers([90, 60, 50])}, []), crossing)
    assert table.hidden == {1, 3, 4}, "200 less 180 of the net would tell of twenty"


def test_answers_that_overlap_do_not_tell_of_the_few_who_gave_none():
    seats = np.arange(SIZE)
    heads = (Head("some", {}, seats < 180), Head("more", {}, seats < 100), Head("none", {}, seats >= 180))
    crossing = cross(EVERYBODY, [Banner("x", {}, heads)], np.ones(SIZE))
    table = tabulated(content_of(topic_of("q2"), {"q2": answers([90, 60, 50])}, []), crossing)
    assert (crossing.families, table.hidden) == ({}, {1, 3})


def test_bands_are_round_and_open_at_the_top():
    assert [str(band.words) for band in bands(np.array([0.0, 1.0, 3.0]))] == ["0", "1", "3"]
    told = [str(band.words) for band in bands(np.arange(100.0))]
    assert told == ["0 to 19", "20 to 39", "40 to 59", "60 to 79", "80 or more"]
    assert bands(np.array([])) == []


def test_a_scale_from_0_to_10_has_its_groups_its_mean_and_its_score():
    steps = "\n".join(f"        accord3,{step},{step},{step},," for step in range(11))
    choices = study()["choices"]
    kept = "\n".join(",".join(row.cells[column] for column in choices.header) for row in choices if row["list_name"] != "accord3")
    topic = topic_of("q2", choices=f"{','.join(choices.header)}\n{kept}\n" + steps.replace("        ", ""))
    assert topic.kind == "scale"
    values = np.where(WOMEN, 10, 5)
    names = tuple(str(step) for step in range(11))
    content = content_of(topic, {"q2": Answered(EVERYBODY, values.astype(np.int16), Column(names, values))}, [])
    table = tabulated(content, by_sex())
    nets = [(line.row.name, line.column.tolist()) for line in table.lines if line.row.kind == "net"]
    assert nets == [("_0_6", [40, 0, 100]), ("_7_8", [0, 0, 0]), ("_9_10", [60, 100, 0])]
    assert [(average.measure.kind, average.value.tolist()) for average in table.averages] == [
        ("mean", [8, 10, 5]),
        ("score", pytest.approx([20, 100, -100])),
    ]


SLOWLY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
people = st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.floats(0.2, 4)), min_size=3, max_size=60)


@SLOWLY
@given(people)
def test_answers_that_exclude_one_another_add_up_and_a_sub_total_is_its_detail(persons):
    index = np.array([answer for answer, _, _ in persons])
    women = np.array([is_woman for _, is_woman, _ in persons])
    weights = np.array([weight for *_, weight in persons])
    everybody = np.ones(len(persons), bool)
    one = Answered(everybody, np.where(index == 3, -2, index).astype(np.int16), Column((*NAMES, ""), index))
    content = content_of(topic_of("q2"), {"q2": one}, [SubTotal("accord3", "net", {}, ("1", "2"))])
    banner = Banner("sexe", {}, (Head("F", {}, women), Head("H", {}, ~women)))
    table = tabulated(content, cross(everybody, [banner], weights))
    lines = {line.row.name: line for line in table.lines}
    assert sum(line.n for line in table.lines if line.row.kind != "net").tolist() == table.base.base.n.tolist()
    assert lines["net"].w.tolist() == pytest.approx((lines["1"].w + lines["2"].w).tolist())
    assert table.base.base.w[0] == pytest.approx(table.base.base.w[1] + table.base.base.w[2])
    whole = independence([row.people for row in content.rows if row.kind != "net"], [women, ~women], everybody, weights)
    assert (table.tests["sexe"].f if table.tests else None) == pytest.approx(whole.f if whole else None)


@SLOWLY
@given(people)
def test_means_and_medians_by_column_are_those_of_the_people_one_by_one(persons):
    values = np.array([float(answer) for answer, _, _ in persons])
    women = np.array([is_woman for _, is_woman, _ in persons])
    weights = np.array([weight for *_, weight in persons])
    everybody = np.ones(len(persons), bool)
    grouping = group([everybody, women], weights)
    found, middle = means(grouping, everybody, values), medians(grouping, everybody, values)
    for at, base in enumerate((everybody, women)):
        truth = mean(values, base, weights)
        assert (None if isnan(found.value[at]) else found.value[at]) == pytest.approx(truth.value)
        if truth.standard_error is not None:
            assert found.standard_error[at] == pytest.approx(truth.standard_error, abs=1e-6)
        if base.any():
            assert middle[at] == quantile(values, base, weights).value
    assert tabulate(grouping, everybody, [women]).base.n.tolist() == [len(persons), women.sum()]


def test_a_study_sets_under_which_base_nothing_is_shown():
    table = tabulated(content_of(topic_of("q2"), {"q2": answers([90, 60, 50])}, []), cross(EVERYBODY, by_sex().banners, np.ones(SIZE), 90))
    assert table.hidden == {1, 2}, "80 men, and the women who would tell of them"
    assert thresholds_in({}) == Thresholds(30, 100)
    assert thresholds_in({"smallest_base": "50", "weak_base": ""}) == Thresholds(50, 100)
    assert thresholds_in({"smallest_base": "200"}) == Thresholds(200, 200)
