"""A quota on a group that nobody is asked: each person is given the one that lags furthest behind, with their place."""

import datetime
from collections import Counter

import pytest
from django.db.models import F
from django.test import Client

from reports.study import store_study
from respondents import places
from respondents.audit import audit
from respondents.models import Interview, QuotaCell, Record
from respondents.rebuilding import differing_records
from surveys.core.workbook import StudyRefused
from tests.worlds import SMALL, Respondent, open_wave, study

pytestmark = pytest.mark.django_db

KNOWS = "select_multiple marques,q0,Que connaissez-vous ?,What do you know?,yes,,,,,,,,,,\n"
BLOCK = 'calculate,bloc,,,,,,,list=marques,,,,,least-filled,"selected(${q0}, name)"\n'
MINE = "select_one accord3,qa,Que pensez-vous de A ?,What do you think of A?,yes,${bloc} = 'a',,,,,,,,,\n"


def with_blocks():
    lines = [line.strip() for line in SMALL["survey"].strip().splitlines()]
    header, *rows = [f"{line},split,choice_filter" if line.startswith("type,") else f"{line},," for line in lines]
    text = "\n".join([header, *rows]) + "\n"
    text = text.replace("select_one sexe,", KNOWS + "select_one sexe,", 1).replace(
        "select_multiple outils", BLOCK + "select_multiple outils", 1
    )
    text = text.replace("select_one accord3,q2,", MINE + "select_one accord3,q2,", 1)
    choices = SMALL["choices"] + "".join(f"        marques,{name},Marque {name},Brand {name},,\n" for name in "abc")
    quotas = SMALL["quotas"] + "        v1,bloc,bloc,hard,0,0,\n"
    return {"survey": text, "choices": choices, "quotas": quotas}


@pytest.fixture
def wave():
    """Twelve people are wanted, in three groups of equal size that nobody is asked about."""
    opened = open_wave(**with_blocks(), places=12)
    QuotaCell.objects.filter(quota__name="bloc").update(target=4, ceiling=4)
    return opened


def somebody(*known):
    person = Respondent(Client()).go_to("profil")
    return person.post(sex="F", years="44", q0=list(known))


def finish(person):
    while person.page:
        answers = {"usages": {"q1": ["site"]}, "avis": {"q2": "1", "qa": "1"}, "fin": {"q3": "4"}}
        person.post(**answers[person.page])
    return person


def group(person):
    held = QuotaCell.objects.filter(pk__in=person.interview.cell_ids, quota__name="bloc").values_list("categories", flat=True)
    return "".join(name for categories in held for name in categories)


def filled(wave):
    return {cell.categories[0]: (cell.reserved, cell.filled) for cell in QuotaCell.objects.filter(wave=wave, quota__name="bloc")}


def test_people_who_may_get_any_group_fill_them_evenly(wave):
    given = Counter(group(finish(somebody("a", "b", "c"))) for _ in range(9))
    assert given == {"a": 3, "b": 3, "c": 3}
    assert audit(wave) == []


def test_somebody_gets_a_group_that_is_open_to_them_and_the_others_make_up_for_it(wave):
    assert [group(somebody("a")) for _ in range(3)] == ["a", "a", "a"]
    assert Counter(group(somebody("a", "b")) for _ in range(3)) == {"b": 3}
    assert filled(wave) == {"a": (3, 0), "b": (3, 0), "c": (0, 0)}


def test_nobody_is_turned_away_while_one_of_their_groups_has_room_and_somebody_is_once_none_has(wave):
    QuotaCell.objects.filter(wave=wave, categories=["a"]).update(filled=4)
    assert group(somebody("a", "b")) == "b"
    assert somebody("a").outcome == "quota_full"
    assert filled(wave) == {"a": (0, 4), "b": (1, 0), "c": (0, 0)}


def test_somebody_to_whom_no_group_is_open_gets_no_place(wave):
    person = Respondent(Client()).go_to("profil")
    person.post(sex="F", years="44", q0=["a"])
    assert group(person) == "a"
    QuotaCell.objects.filter(wave=wave, categories=["c"]).delete()
    assert somebody("c").outcome == "quota_full"


def test_what_follows_is_asked_of_the_group_alone_and_recorded(wave):
    of_a, of_b = (somebody(name).post(q1=["site"]) for name in "ab")
    assert "Marque A" not in of_b.response.content.decode()
    assert 'name="qa"' in of_a.response.content.decode()
    assert 'name="qa"' not in of_b.response.content.decode()
    finish(of_a)
    finish(of_b)
    assert Record.objects.filter(wave=wave, counted=True).count() == 2
    assert list(differing_records(wave)) == []


def test_a_place_that_expired_comes_back_with_the_same_group(wave):
    person = somebody("a", "b", "c")
    before = group(person)
    Interview.objects.filter(pk=person.interview.pk).update(expires_at=F("saved_at") - datetime.timedelta(hours=1))
    places.expire()
    assert filled(wave)[before] == (0, 0)
    finish(person.open())
    assert group(person) == before
    assert filled(wave)[before] == (0, 1)


def test_whoever_was_turned_away_gets_a_group_once_one_is_free(wave):
    QuotaCell.objects.filter(wave=wave, quota__name="bloc").update(filled=4)
    person = somebody("a", "b")
    assert person.outcome == "quota_full"
    QuotaCell.objects.filter(wave=wave, categories=["b"]).update(filled=3)
    interview = Interview.objects.get()
    cells = {cell.categories[0]: cell.pk for cell in QuotaCell.objects.filter(wave=wave, quota__name="bloc")}
    assert places.retake(interview.pk, 10, [[cells["a"], cells["b"]]]) == "reserved"
    assert filled(wave) == {"a": (0, 4), "b": (1, 3), "c": (0, 4)}


def test_a_test_interview_gets_a_group_by_chance_and_no_place(wave):
    wave.move_to("closed")
    Interview.objects.all().delete()
    type(wave).objects.filter(pk=wave.pk).update(state="test")
    people = [somebody("a", "b", "c").post(q1=["site"]) for _ in range(8)]
    assert {group(person) for person in people} == {""}
    assert {("qa" in person.response.content.decode()) for person in people} == {True, False}
    assert filled(wave) == {"a": (0, 0), "b": (0, 0), "c": (0, 0)}


def refused(**changes):
    with pytest.raises(StudyRefused) as told:
        open_wave(**{**with_blocks(), **changes}, state="draft")
    return [str(mistake.message) for mistake in told.value.mistakes]


def test_groups_without_shares_are_of_equal_size():
    loaded = store_study(study(**with_blocks())).waves.get(code="v1").quota_cells.filter(quota__name="bloc")
    assert [(cell.categories[0], cell.target) for cell in loaded.order_by("position")] == [("a", 34), ("b", 33), ("c", 33)]


def test_a_group_is_given_before_the_last_page():
    survey = with_blocks()["survey"]
    profile_last = survey[: survey.index("begin_group,usages")] + BLOCK.strip() + "\n"
    profile_last = profile_last.replace("end_group,,,,,,,,,,,,,,\n" + BLOCK, BLOCK + "end_group,,,,,,,,,,,,,,\n")
    assert "bloc is given on the quota page: a later page must ask something of everybody." in refused(
        survey=profile_last, figures="", bases=""
    )


def test_a_group_has_a_quota_of_its_own():
    quotas = SMALL["quotas"] + "        v1,bloc,sex bloc,hard,0,0,\n"
    assert "bloc is given with the place: it needs a quota of its own, without another variable." in refused(quotas=quotas)
