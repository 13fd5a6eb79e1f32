"""Flags come and go as the rules say; nothing else ever changes."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from respondents.models import Flag, Interview, Look, QuotaCell, Record
from respondents.quality.looking import is_due, look
from respondents.quality.times import times_of_interview, times_of_wave
from tests.respondents.quality.people import completed, flags, wave_of

pytestmark = pytest.mark.django_db

QUALITY = """
    rule,name,parameters,condition,label::Français (fr),label::English (en)
    consistency,young,,${years} < 18 and ${uses} = 'oui',Trop jeune pour ce service,Too young for this service
    identical,,answers=14,,,
    speeder,,completes=5,,,
    rushing,,completes=5,,,
"""


@pytest.fixture
def wave():
    return wave_of(quality=QUALITY)


def test_a_careful_interview_has_no_flag(wave):
    careful = completed(wave)
    assert look(wave) == 1
    assert flags(careful) == []
    assert Look.objects.get(interview=careful).seconds == 150


def test_every_rule_raises_its_flag(wave):
    careful = [completed(wave, m1=str(n)) for n in range(5)]
    doubtful = {
        "speeder": completed(wave, seconds=9, m1="9"),
        "straight_line": completed(wave, v1="2", v2="2", v3="2", v4="2", v5="2"),
        "attention": completed(wave, trap="5"),
        "gibberish": completed(wave, why="hsjdufkjhosdf"),
        "rule:young": completed(wave, years="12"),
    }
    assert look(wave) == 10
    assert flags(*careful) == []
    assert {rule for rule, person in doubtful.items() if rule in {each for each, _ in flags(person)}} == set(doubtful)
    assert all(len(flags(person)) == 1 for person in doubtful.values())
    detail = Flag.objects.get(rule="speeder").detail
    assert detail == {"seconds": 45.0, "expected": 150.0}


def test_what_two_interviews_share_flags_both_even_when_the_second_comes_later(wave):
    words = "Parce que le téléphone ne répond jamais"
    first = completed(wave, why=words, device=b"d" * 32)
    look(wave)
    assert flags(first) == []
    second = completed(wave, why=words.upper(), device=b"d" * 32)
    look(wave)
    for one, other in ((first, second), (second, first)):
        assert flags(one) == [("device", ""), ("identical", ""), ("same_text", "why")]
        assert Flag.objects.get(interview=one, rule="device").detail == {"others": 1, "with": str(other.pk)}


def test_a_removed_twin_is_no_twin(wave):
    words = "Parce que le téléphone ne répond jamais"
    removed = completed(wave, why=words)
    Interview.objects.filter(pk=removed.pk).update(state="removed")
    kept = completed(wave, why=words)
    look(wave)
    assert flags(kept) == []


def test_flags_that_no_rule_raises_any_more_are_taken_back(wave):
    hasty = completed(wave, trap="5")
    look(wave)
    assert flags(hasty) == [("attention", "trap")]
    wave.survey.quality_rules.create(row=9, rule="attention", cells={"rule": "attention", "parameters": "off"})
    assert is_due(wave)  # by other rules
    assert look(wave) == 1
    assert flags(hasty) == []


def test_a_flag_keeps_its_time_when_it_is_raised_again(wave):
    hasty = completed(wave, trap="5")
    look(wave)
    made = Flag.objects.get(interview=hasty).made_at
    look(wave, everything=True)
    assert Flag.objects.get(interview=hasty).made_at == made


def test_a_device_that_was_forgotten_stays_flagged(wave):
    people = [completed(wave, device=b"d" * 32, m1=str(n)) for n in range(2)]
    look(wave)
    Interview.objects.update(device_sha256=None)
    look(wave, everything=True)
    assert [flags(person) for person in people] == [[("device", "")]] * 2


def test_nobody_is_looked_at_twice_for_nothing_and_all_again_once_the_wave_has_grown(wave):
    for n in range(4):
        completed(wave, m1=str(n))
    assert [look(wave), look(wave)] == [4, 0]
    completed(wave, m1="5")  # with five, haste can be told
    assert look(wave) == 5
    completed(wave, m1="6")
    assert look(wave) == 1


def test_tests_imports_and_those_who_are_answering_are_left_alone(wave):
    for change in ({"is_test": True}, {"imported": True}, {"state": "reserved", "expires_at": "2030-01-01T00:00Z"}, {"state": "over"}):
        Interview.objects.filter(pk=completed(wave, trap="5").pk).update(**change)
    assert look(wave) == 0
    assert not Flag.objects.exists()


def test_looking_changes_nothing_but_flags(wave):
    for n in range(3):
        completed(wave, trap="5", years="12", why="aaaaaaaa", m1=str(n), seconds=1)
    before = everything()
    look(wave)
    call_command("flag_interviews", "petite-etude", "v1")
    assert Flag.objects.count() >= 9
    assert everything() == before


def test_a_batch_costs_the_same_number_of_queries_with_one_and_with_three(wave):
    completed(wave)
    look(wave)  # the questionnaire is read once for all
    counts = []
    for size in (1, 3):
        for n in range(size):
            completed(wave, trap="5", m1=str(n), device=b"e" * 32)
        with CaptureQueriesContext(connection) as captured:
            look(wave, everything=True)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_command_says_how_many_each_rule_flags(wave, capsys):
    completed(wave, trap="5")
    completed(wave, trap="5", years="12", m1="2")
    call_command("flag_interviews", "petite-etude", "v1")
    assert capsys.readouterr().out.splitlines()[1:] == ["attention: 2", "rule:young: 1"]


def test_times_of_a_wave_are_those_of_its_people(wave):
    person = completed(wave, seconds=(10, 20, 30, 40, 50))
    completed(wave, seconds=(30, 20, 30, 40, 700))
    assert times_of_interview(person.pk) == {"usages": 10, "services": 20, "views": 30, "marks": 40, "check": 50}
    assert {page: (time.n, time.median) for page, time in times_of_wave(wave.pk).items()} == {
        "usages": (2, 20), "services": (2, 20), "views": (2, 30), "marks": (2, 40), "check": (1, 50),
    }  # fmt: skip


def everything():
    return [sorted(str(model_to_dict(row)) for row in model.objects.all()) for model in (Interview, Record, QuotaCell)]
