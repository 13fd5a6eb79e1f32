"""Who arrives in a simulated field: as many an hour as supposed, as long, as often leaving, and the same for the same seed."""

import itertools
import random
import statistics

import pytest

from respondents.core.arrivals import (
    CannotSuppose,
    Margins,
    Panel,
    Profile,
    Supposed,
    Table,
    Way,
    arrival_times,
    page_times,
    saves_that_matter,
    visitors,
)

SEX = Table(("sex",), {("H",): 48.0, ("F",): 52.0})
WAY = Way(("accueil", "profil", "usages", "avis", "fin"), 1)
EVENINGS = (0.0,) * 18 + (1.0,) * 4 + (0.0,) * 2


def some(count, *, seed=1, skew=None, **supposed):
    return list(itertools.islice(visitors(Supposed(**supposed), Margins([SEX], skew), [WAY], 8.0, seed), count))


def share(people, found):
    return sum(map(found, people)) / len(people)


def test_sixty_start_in_an_hour_of_an_average_day():
    people = some(6000)
    assert people[-1].arrives / 3600 == pytest.approx(100, rel=0.05)
    assert [person.arrives for person in people] == sorted(person.arrives for person in people)


def test_a_field_of_evenings_is_silent_by_day_and_has_the_same_number_a_day():
    times = list(itertools.islice(arrival_times(Supposed(by_hour=EVENINGS), 8.0, random.Random(1)), 6000))
    hours = {int(8 + at / 3600) % 24 for at in times}
    assert hours == {18, 19, 20, 21}
    assert times[-1] / 3600 == pytest.approx(100, rel=0.1)


def test_half_of_the_interviews_last_longer_than_the_median_and_a_tenth_longer_than_said():
    chance = random.Random(1)
    minutes = [page_times(Supposed(minutes=10, slow_minutes=18), 12, chance)[-1] / 60 for _ in range(4000)]
    assert statistics.median(minutes) == pytest.approx(10, rel=0.05)
    assert share(minutes, lambda each: each > 18) == pytest.approx(0.1, abs=0.02)


def test_every_page_is_saved_once_in_order_the_consent_at_once():
    for person in some(200):
        assert len(person.saved) == len(WAY.pages)
        assert person.saved[0] == 0
        assert list(person.saved) == sorted(person.saved)


def test_as_many_refuse_are_screened_out_and_break_off_as_supposed():
    people = some(6000, refusal=0.1, incidence=0.8, break_off=0.12)
    assert share(people, lambda one: one.profile.ends == "refused") == pytest.approx(0.1, abs=0.02)
    assert share(people, lambda one: one.profile.ends == "screened_out") == pytest.approx(0.9 * 0.2, abs=0.02)
    assert share(people, lambda one: one.leaves_after > 0) == pytest.approx(0.12, abs=0.02)
    assert {one.leaves_after for one in people} == {0, 1, 2, 3, 4}


def test_the_same_seed_brings_the_same_people_and_another_one_others():
    assert some(50) == some(50)
    assert some(50) != some(50, seed=2)


def test_a_skew_brings_women_twice_as_often():
    people = some(6000, skew={("sex", "F"): 2.0})
    assert share(people, lambda one: one.profile.answers == {"sex": "F"}) == pytest.approx(104 / 152, abs=0.02)


def test_a_table_keeps_to_what_a_larger_one_gave():
    both = Table(("sex", "age"), {("H", "jeune"): 1.0, ("F", "ancien"): 1.0})
    drawn = [Margins([both, SEX]).draw(random.Random(seed)).answers for seed in range(40)]
    assert {tuple(answers.values()) for answers in drawn} == {("H", "jeune"), ("F", "ancien")}


def test_a_panels_people_come_as_often_as_its_skew_says():
    panel = Panel([Profile({"sex": "H"}), Profile({"sex": "F"}), Profile({}, "screened_out")], {("sex", "H"): 0.0})
    drawn = [panel.draw(random.Random(seed)) for seed in range(40)]
    assert {(one.answers.get("sex"), one.ends) for one in drawn} == {("F", ""), (None, "screened_out")}


def test_an_unknown_category_is_named_with_the_known_ones():
    with pytest.raises(CannotSuppose, match=r"sex=femme is no category .* known: sex=F, sex=H"):
        Margins([SEX], {("sex", "femme"): 2.0})


@pytest.mark.parametrize(
    "wrong",
    [{"by_hour": (1.0,)}, {"by_hour": (0.0,) * 24}, {"per_hour": 0.0}, {"incidence": 0.0}, {"break_off": 1.0}, {"minutes": 20.0},
     {"refusal": -0.1}],
)  # fmt: skip
def test_what_no_field_can_be_is_refused(wrong):
    with pytest.raises(CannotSuppose):
        Supposed(**wrong)


def test_a_quick_interview_needs_its_quota_page_and_its_last_one():
    assert saves_that_matter((0, 10, 20, 30, 40), 1, 4, 600) == [1, 4]


def test_a_page_counts_before_every_silence_that_would_be_too_long_without_it():
    assert saves_that_matter((0, 10, 400, 500, 700), 1, 4, 600) == [1, 3, 4]


def test_a_page_counts_after_a_lapse_too():
    assert saves_that_matter((0, 10, 700, 720, 730), 1, 4, 600) == [1, 2, 4]


@pytest.mark.parametrize("seed", range(30))
def test_the_place_lapses_at_the_same_pages_with_the_saves_that_matter_as_with_all(seed):
    chance = random.Random(seed)
    saved = page_times(Supposed(minutes=20, slow_minutes=60), 12, chance)
    every = range(2, len(saved))
    kept = saves_that_matter(saved, 2, 11, 300)
    lapses = [page for before, page in itertools.pairwise(every) if saved[page] - saved[before] > 300]
    assert [page for before, page in itertools.pairwise(kept) if saved[page] - saved[before] > 300] == lapses
