"""The checklist of a soft launch: what it says of its interviews, and where it asks to look twice."""

from dataclasses import replace

import pytest

from respondents.core.alerts import Page
from respondents.core.signoff import TITLES, SoftLaunch, facts

SOFT = SoftLaunch(
    entered=130, completed=100, screened_out=12, told=112, to_tell=112, median_minutes=9.84, expected_minutes=10.0,
    completes={"Panel A": 60, "Lien": 40}, pages=[Page("q6", {"fr": "Vos usages"}, 118, 4), Page("q7", {}, 114, 0)],
    texts={"q1_texte": 17}, tests=6,
)  # fmt: skip


def found(soft):
    return {fact.code: (str(fact.found), fact.judgement) for fact in facts(soft, "fr")}


def test_a_soft_launch_that_went_well_is_told_line_by_line():
    assert found(SOFT) == {
        "redirects": ("Told: 112 of 112 ended interviews.", "well"),
        "quotas": ("Differences between the counters and the interviews: 0.", "well"),
        "length": ("Median: 9.8 minutes; planned: 10.0.", "well"),
        "incidence": ("Completed: 100; screened out: 12; incidence: 89%.", "well"),
        "drop_out": ("Most on page “Vos usages”: 4 of the 118 people who saw it stopped there.", "well"),
        "open_answers": ("Open answers to read: 17.", "look"),
        "sources": ("Completed by source: Panel A 60, Lien 40.", "well"),
        "tests": ("Test interviews, counted nowhere: 6.", "well"),
    }
    assert list(found(SOFT)) == list(TITLES)


@pytest.mark.parametrize(
    ("changes", "code", "said", "judgement"),
    [
        ({"told": 111}, "redirects", "Told: 111 of 112 ended interviews.", "wrong"),
        ({"to_tell": 0, "told": 0}, "redirects", "Nobody came from a panel that wants to know.", "well"),
        ({"differences": 1}, "quotas", "Differences between the counters and the interviews: 1.", "wrong"),
        ({"median_minutes": 7.0}, "length", "Median: 7.0 minutes; planned: 10.0.", "look"),
        ({"expected_minutes": None}, "length", "Median: 9.8 minutes; no length was planned.", "look"),
        ({"median_minutes": None}, "length", "No completed interview yet.", "look"),
        ({"screened_out": 101}, "incidence", "Completed: 100; screened out: 101; incidence: 50%.", "well"),
        ({"screened_out": 103}, "incidence", "Completed: 100; screened out: 103; incidence: 49%.", "look"),
        ({"completed": 0, "screened_out": 0}, "incidence", "Nobody’s profile is known yet.", "look"),
        ({"pages": [Page("q7", {}, 100, 6)]}, "drop_out", "Most on page “q7”: 6 of the 100 people who saw it stopped there.", "look"),
        ({"pages": []}, "drop_out", "Nobody stopped on the way.", "well"),
        ({"texts": {}}, "open_answers", "Open answers to read: 0.", "well"),
        ({"completes": {"A": 100, "B": 0}}, "sources", "Completed by source: A 100, B 0.", "look"),
    ],
)
def test_what_asks_to_be_looked_at_twice(changes, code, said, judgement):
    assert found(replace(SOFT, **changes))[code] == (said, judgement)
