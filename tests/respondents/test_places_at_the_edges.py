"""Places at the edges of what a plan may be: no place, one place, two hundred cells, twelve plans, a tolerance under a hard total."""

from itertools import cycle, product

import pytest
from django.db.models import Sum

from respondents import places
from respondents.audit import audit
from respondents.models import Interview, QuotaCell, Submission
from respondents.plans import WavePlans
from tests.respondents.stage import QUOTA_PAGE, Stage
from tests.wide import open_wide_wave
from tests.worlds import ANSWERS, Respondent, open_wave

pytestmark = pytest.mark.django_db


def answer(client, wave, **chosen):
    """Let somebody answer the wide study through the form: category c1 of every plan that is not said otherwise."""
    plans = {quota.name: chosen.get(quota.name, "c1") for quota in wave.quotas.exclude(name="total")}
    person = Respondent(client).open()
    person.post(consentement="oui").post(**plans)
    return person if person.outcome else person.post(q3="4")


def test_a_target_of_nobody_lets_nobody_in(client):  # check 28
    wave = open_wave(places=0)
    assert Respondent(client).finish().outcome == "quota_full"
    assert Stage(wave).held() == {"F": (0, 0), "H": (0, 0), "total": (0, 0)}
    assert audit() == []


def test_a_target_of_one_lets_one_in(client):  # check 28
    wave = open_wave(places=1)
    assert [Respondent(client).finish().outcome for _ in range(3)] == ["completed", "quota_full", "quota_full"]
    assert Stage(wave).held() == {"F": (0, 1), "H": (0, 0), "total": (0, 1)}
    assert audit() == []


def test_two_hundred_cells_in_twelve_plans_take_thirteen_places_each(client):  # check 28
    wave = open_wide_wave([17] * 12, 300)
    assert wave.quota_cells.count() == 12 * 17 + 1
    assert answer(client, wave).outcome == "completed"
    assert answer(client, wave, d12="c17").outcome == "completed"
    taken = {(cell.quota.name, *cell.categories): cell.filled for cell in wave.quota_cells.filter(filled__gt=0).select_related("quota")}
    assert taken == {**{(f"d{n}", "c1"): 2 for n in range(1, 12)}, ("d12", "c1"): 1, ("d12", "c17"): 1, ("total",): 2}
    assert audit() == []


def test_one_full_cell_of_two_hundred_refuses_and_takes_nothing_in_the_others(client):  # checks 5, 28
    wave = open_wide_wave([17] * 12, 300)
    QuotaCell.objects.filter(wave=wave, quota__name="d7", categories=["c3"]).update(target=0, ceiling=0)
    assert answer(client, wave, d7="c3").outcome == "quota_full"
    assert wave.quota_cells.aggregate(Sum("reserved"), Sum("filled")) == {"reserved__sum": 0, "filled__sum": 0}


def test_a_tolerance_under_a_hard_total_ends_the_field_at_exactly_its_target():  # check 22
    wave = open_wide_wave([2, 4], 40)  # cells may hold one more than their target, the wave may not
    assert filled_up(wave, "d1", "d2", "total") == 40
    residual = {(cell.quota.name, *cell.categories): cell.target - cell.filled for cell in wave.quota_cells.select_related("quota")}
    assert [sum(left for (plan, *_), left in residual.items() if plan == name) for name in ("d1", "d2", "total")] == [0, 0, 0]
    assert min(residual.values()) >= -1
    assert audit() == []


def test_claims_that_leave_the_total_out_pass_it():  # check 22: the control
    wave = open_wide_wave([2, 4], 40)
    assert filled_up(wave, "d1", "d2") == 42
    assert {difference.check for difference in audit()} == {"total"}


def filled_up(wave, *plans: str) -> int:
    """Let people of every kind complete until eight in a row are refused; return how many did."""
    stage, answers = Stage(wave), []
    cells = [list(wave.quota_cells.filter(quota__name=name).values_list("pk", flat=True)) for name in plans]
    for wanted in cycle(product(*cells)):
        person = stage.enter()
        answers.append(places.save(stage.post(person, QUOTA_PAGE), takes=True, cells=sorted(wanted)).state)
        if answers[-1] == "reserved":
            places.complete(stage.post(person), codes=b"", extra={})
        if answers[-8:] == ["quota_full"] * 8:
            return answers.count("reserved")
    raise AssertionError


def test_what_the_quota_code_cannot_say_is_no_place(client, monkeypatch):  # check 18
    wave = open_wave(places=10)
    person = Respondent(client).go_to("profil")

    def fail(*arguments):
        raise RuntimeError

    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(WavePlans, "claim_of", fail)
        action, fields = person.form(**ANSWERS["profil"])
        assert client.post(action, fields).status_code == 500
    assert (person.interview.state, Submission.objects.filter(page="profil").count()) == ("screening", 0)
    assert Stage(wave).held()["total"] == (0, 0)
    assert person.send((action, fields)).page == "usages"  # the same press again, once it is mended


def test_no_answer_of_a_plan_that_covers_everybody_is_no_place(client):  # check 19
    wave = open_wave(places=10)
    QuotaCell.objects.filter(wave=wave, categories=["F"]).delete()
    assert Respondent(client).finish().outcome == "quota_full"
    assert Interview.objects.get().state == "quota_full"
    assert Stage(wave).held() == {"H": (0, 0), "total": (0, 0)}
