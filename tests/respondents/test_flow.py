"""The flow of an interview over the web: groups, hidden variables, closed pages, old tabs, F5, and records made anew."""

import threading
from collections import Counter

import pytest
from django.db import connections

from reports.study import store_study
from respondents.models import Interview, Record, Submission
from respondents.rebuilding import differing_records
from tests.respondents.forms_of_flow import study_of
from tests.worlds import Respondent

pytestmark = pytest.mark.django_db(transaction=True)

LINES = """
    hidden,origine,,,,,,list=pays
    begin_group,tirage,Tirage,,,,field-list
    calculate,groupe,,,,,,list=groupe,,,,,,,,equal
    integer,qt,Votre groupe est ${groupe}.,yes
    end_group
    begin_group,a,A,,,,field-list,,,,,shuffle P
    select_one pays,qa,Qa,yes,,,,,,,,shuffle
    end_group
    begin_group,b,B,,,,field-list,,,,,shuffle P
    integer,qb,Qb,yes,,,,,,,,,,,,,,,,,. <= 10,Êtes-vous sûr ?
    end_group
    begin_group,fin,Fin,,,,field-list,,,,,,,,no
    integer,qf,Qf,yes
    end_group
"""
ANSWERS = {"tirage": {"qt": "1"}, "a": {"qa": "de"}, "b": {"qb": "2"}, "fin": {"qf": "3"}}


@pytest.fixture
def wave():
    wave = store_study(study_of(LINES)).waves.get(code="v1")
    wave.move_to("live")
    return wave


def enter(client, query=""):
    person = Respondent(client, "trains", query)
    person.open(person.door)
    return person.post(consentement="oui")


def finish(person):
    while not person.outcome:
        person.post(**ANSWERS[person.page])
    return person


def test_hidden_variables_come_from_the_entry_link_and_nobody_changes_them_later(client, wave):
    person = enter(client, "?origine=fr&autre=x")
    finish(person.post(qt="1", origine="de"))
    assert Submission.objects.filter(page="accueil").get().answers == {"origine": "fr", "consentement": "oui"}
    record = Record.objects.get()
    assert list(differing_records(wave)) == []
    assert wave.questionnaire.codebook().position["origine"] == 0
    assert record.codes[:2] == (1).to_bytes(2, "little")


@pytest.mark.parametrize("query", ["?origine=nulle-part", "?origine=fr&origine=de", "?origine=" + "x" * 201])
def test_a_value_that_cannot_be_used_is_left_out_and_logged_without_it(client, wave, query, caplog):
    enter(client, query)
    assert Submission.objects.get().answers == {"consentement": "oui"}
    assert "origine" in caplog.text
    assert "nulle-part" not in caplog.text


def test_the_group_is_shown_on_its_own_page(client, wave):
    people = [enter(client), enter(client)]
    shown = [person.response.content.decode() for person in people]
    assert sorted("A" if "est <bdi>A</bdi>." in page else "B" for page in shown) == ["A", "B"]


def test_an_order_stays_the_same_after_f5_and_is_stored(client, wave):
    person = enter(client).post(qt="1")
    first = person.page
    assert person.open().page == first
    finish(person)
    extra = Record.objects.get().extra
    assert extra["pages(P)"].split() == ([first, "b"] if first == "a" else [first, "a"])
    assert sorted(extra["order(qa)"].split()) == ["de", "fr"]


def test_a_confirmed_unusual_answer_is_kept_with_the_record(client, wave):
    person = enter(client).post(qt="1")
    while person.page != "b":
        person.post(**ANSWERS[person.page])
    person.post(qb="40")
    assert (person.response.status_code, "qb__ok" in person.response.content.decode()) == (422, True)
    person.post(qb="40", qb__ok="1")
    finish(person)
    assert Record.objects.get().extra["qb__ok"] == "1"
    assert list(differing_records(wave)) == []


def test_a_page_without_way_back_keeps_a_late_edit_apart(client, wave):
    person = enter(client).post(qt="1")
    other_tab = person.form(**ANSWERS[person.page])
    changed = (other_tab[0], {**other_tab[1], **({"qa": "fr"} if person.page == "a" else {"qb": "7"})})
    while person.page != "fin":
        person.post(**ANSWERS[person.page])
    person.send(changed)
    assert person.page == "fin"
    assert 'role="status"' in person.response.content.decode()
    assert Submission.objects.filter(late=True).count() == 1
    finish(person)
    assert list(differing_records(wave)) == []


def test_an_old_tab_is_told_that_others_came_after_it(client, wave):
    person = enter(client)
    old_tab = person.form(qt="5")
    person.post(qt="1")
    person.post(**ANSWERS[person.page])
    person.send(old_tab)
    assert "after=stale" in person.at
    assert "vérifi" in person.response.content.decode() or "check the pages" in person.response.content.decode()


def test_forty_entries_at_once_fall_into_groups_as_equal_as_can_be(wave, live_server):
    from respondents.core.route import follow
    from respondents.simulation import Browser, Start, fill
    from respondents.visits import draw_of

    class Agrees:
        def looks_at(self, form):
            pass

        def answers(self, name, field):
            return ["oui"]

    def ten():
        for _ in range(10):
            fill(Browser(live_server.url, threading.Event()), Start("x", "/s/trains/", Agrees(), leaves_after=1))
        connections.close_all()

    crowd = [threading.Thread(target=ten) for _ in range(4)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    numbers = sorted(Interview.objects.values_list("entry_number", flat=True))
    assert numbers == list(range(40))
    definition = wave.questionnaire.definition()
    groups = Counter(follow(definition, {"accueil": {"consentement": "oui"}}, draw_of(pk, number)).answers["groupe"] for pk, number in Interview.objects.values_list("pk", "entry_number"))  # fmt: skip
    assert groups == {"a": 20, "b": 20}
