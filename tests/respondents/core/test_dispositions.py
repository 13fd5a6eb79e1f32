"""Every entry has one final disposition with its code, and every rate its fraction."""

from hypothesis import given
from hypothesis import strategies as st

from respondents.core.dispositions import BY_STATE, DISPOSITIONS, Rate, entries, live, rates
from respondents.models import Interview

DAY_THREE = {
    "completed": 760, "reserved": 2, "screening": 1, "refused": 46, "screened_out": 31, "quota_full": 0, "expired": 80,
    "abandoned": 38, "duplicate": 3, "removed": 5, "over": 1, "forged": 2,
}  # fmt: skip


def test_every_state_of_an_interview_has_one_disposition():
    assert [disposition.state for disposition in DISPOSITIONS] == list(BY_STATE)
    assert set(BY_STATE) == set(Interview.State.values)


def test_the_codes_are_those_of_the_standard_definitions():
    assert {state: BY_STATE[state].aapor for state in Interview.State.values} == {
        "screening": "", "reserved": "", "completed": "1.1", "screened_out": "4.1", "refused": "2.111", "quota_full": "4.8",
        "expired": "2.12", "over": "4.8", "abandoned": "2.12", "removed": "2.3", "duplicate": "4.81", "forged": "4.9",
    }  # fmt: skip


def test_entries_are_the_dispositions_and_those_who_are_answering():
    assert entries(DAY_THREE) == 969
    assert live(DAY_THREE) == 3


def test_every_rate_shows_its_fraction():
    assert [(rate.name, rate.numerator, rate.denominator) for rate in rates(DAY_THREE).all()] == [
        ("Completion", 765, 845),
        ("Break-off", 118, 883),
        ("Incidence", 848, 879),
        ("Over quota", 1, 848),
        ("Removed for quality", 5, 765),
    ]


def test_people_invited_by_name_have_a_participation():
    found = rates(DAY_THREE, invited=400, completed_by_invitation=60).participation
    assert found == Rate("Participation", 60, 400)
    assert found is not None
    assert found.share == 0.15


def test_nothing_of_nobody_is_no_rate():
    assert {rate.share for rate in rates({}).all()} == {None}


@given(st.fixed_dictionaries({}, optional={state: st.integers(0, 5000) for state in Interview.State.values}))
def test_no_rate_is_ever_more_than_everybody(counts):
    for rate in rates(counts).all():
        assert 0 <= rate.numerator <= rate.denominator <= entries(counts)
    assert entries(counts) - live(counts) == sum(n for state, n in counts.items() if BY_STATE[state].aapor)
