"""Whatever people do, the entries are the final dispositions and those who are still answering."""

import datetime

import pytest
from django.db import transaction
from django.db.models import Count, F
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from respondents import places
from respondents.core.dispositions import BY_STATE, entries, live
from respondents.models import Interview, QuotaCell
from tests.worlds import ANSWERS, Respondent, open_wave

pytestmark = pytest.mark.django_db

MINOR = {"profil": {"sex": "F", "years": "16"}}
WEEK = datetime.timedelta(days=7)
PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"


def refuses(person):
    person.open().post(consentement="non")


def is_too_young(person):
    person.finish(**MINOR)


def leaves_before_the_quota_questions(person):
    person.go_to("profil")


def leaves_in_the_middle(person):
    person.go_to("profil").post(**ANSWERS["profil"])


def finishes(person):
    person.finish()


def clicks_twice_to_enter(person):
    entry = person.open().form(consentement="oui")
    person.send(entry)
    person.send(entry)


def is_removed_afterwards(person):
    person.finish()
    if person.outcome == "completed":
        places.remove(person.interview.pk)


def is_silent_for_a_week(person):
    leaves_in_the_middle(person)
    Interview.objects.filter(pk=person.interview.pk).update(saved_at=F("saved_at") - WEEK, expires_at=F("expires_at") - WEEK)


BEHAVIOURS = (refuses, is_too_young, leaves_before_the_quota_questions, leaves_in_the_middle, finishes, clicks_twice_to_enter,
              is_removed_afterwards, is_silent_for_a_week)  # fmt: skip


@pytest.fixture
def wave():
    return open_wave()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(st.sampled_from(BEHAVIOURS), max_size=8), places_left=st.integers(0, 4))
def test_entries_are_the_dispositions_and_those_who_are_live(wave, people, places_left):
    with transaction.atomic():
        QuotaCell.objects.filter(wave=wave).update(target=places_left, ceiling=places_left)
        for behave in people:
            behave(Respondent(Client()))
        places.expire()
        places.abandon()
        counts = dict(Interview.objects.filter(wave=wave).order_by().values_list("state").annotate(n=Count("pk")))
        assert entries(counts) == len(people)
        assert sum(n for state, n in counts.items() if BY_STATE[state].aapor) + live(counts) == len(people)
        transaction.set_rollback(True)


def test_the_class_of_the_device_is_kept_and_no_address(wave):
    Respondent(Client(headers={"user-agent": PHONE})).go_to("profil")
    Respondent(Client()).go_to("profil")
    assert sorted(Interview.objects.values_list("device", flat=True)) == ["", "phone"]
