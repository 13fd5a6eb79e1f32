"""The pages of a wave's quota plans: what they show, and what staff do there, each thing written down with its reason."""

import re

import pytest
from django.test import Client

from config.sample import SAMPLES, SURVEY
from reports.study import load_study, store_study, stored_study
from respondents.audit import audit
from respondents.models import NEVER_CLOSES, Quota, QuotaCell
from respondents.quotas import remaking
from surveys.models import Wave
from tests.staff import history, log_in
from tests.worlds import SMALL, Respondent, open_wave, study

pytestmark = pytest.mark.django_db

CHANGE = ("respondents.view_quotacell", "respondents.change_quotacell")
ENGLISH = {"Accept-Language": "en"}
AGES = SMALL["margins"].rstrip() + "\n        v1,age,jeune,40,Insee\n        v1,age,ancien,60,Insee\n"
GRID = "\tMoins de 40 ans\t40 ans et plus\tTotal\nUn homme\t20\t28\t48\nUne femme\t22\t30\t52\n"


@pytest.fixture
def staff(client):
    return log_in(client, *CHANGE)


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def get(client, wave, page="", **query):
    return client.get(f"/admin/quotas/{wave.pk}/{page}", query, headers=ENGLISH)


def post(client, wave, page, **values):
    return client.post(f"/admin/quotas/{wave.pk}/{page}", values, headers=ENGLISH)


def cells(name):
    return {" ".join(cell.categories): (cell.target, cell.ceiling) for cell in QuotaCell.objects.filter(quota__name=name)}


def test_the_samples_plans_show_shares_sources_and_how_old_they_are(staff):
    shown = text(get(staff, load_study(SAMPLES / SURVEY).waves.get(code="2023")))
    assert "47.65 953 1,000" in shown
    assert "0.56 11 11 never closes" in shown
    assert "The source of this margin dates from 2017, 71 months before the field: look for a newer one." in shown
    assert "The margins are about “Adultes, France métropolitaine”, the survey about “People aged 18 and over" in shown


def test_the_page_costs_the_same_queries_with_one_plan_and_with_three(staff, django_assert_num_queries):
    wave = open_wave(margins=AGES)
    get(staff, wave)
    with django_assert_num_queries(9):
        get(staff, wave)
    post(staff, wave, "margin/", variable="age", reason="x")
    post(staff, wave, "paste/", text=GRID, kind="soft", tolerance_percent="0", tolerance_min="1", keep="1", reason="x")
    assert Quota.objects.count() == 4
    with django_assert_num_queries(9):
        get(staff, wave)


def test_a_plan_is_made_of_a_margin_in_one_click_and_goes_out_with_the_sheets(staff):
    wave = store_study(study(margins=AGES)).waves.get()
    assert "Make the plan age" in text(get(staff, wave))
    post(staff, wave, "margin/", variable="age")
    assert cells("age") == {"jeune": (40, 41), "ancien": (60, 61)}
    assert [row["name"] for row in stored_study(wave.survey)["quotas"]] == ["sex", "age"]
    assert history(wave) == ["Plan added from the margin of age."]


def test_a_plan_that_somebody_else_makes_this_moment_is_told_and_nothing_is_half_done(staff, monkeypatch):
    wave = open_wave(margins=AGES)
    made = remaking._made

    def made_after_another(*about):
        Quota.objects.create(wave=wave, row=9, name="age", variables=["age"])
        return made(*about)

    monkeypatch.setattr(remaking, "_made", made_after_another)
    shown = staff.post(f"/admin/quotas/{wave.pk}/margin/", {"variable": "age"}, headers=ENGLISH, follow=True)
    assert "The plans of this wave have just been changed" in text(shown)
    assert (cells("age"), history(wave), audit()) == ({}, [], [])


def test_a_study_without_a_sheet_of_quotas_gets_one_with_its_first_plan(staff):
    wave = store_study(study(quotas="")).waves.get()
    post(staff, wave, "margin/", variable="sex")
    assert cells("sex") == {"H": (50, 51), "F": (50, 51)}
    book = stored_study(Wave.objects.get(pk=wave.pk).survey)
    assert book["quotas"].header == ("wave", "name", "variables", "kind")
    store_study(book)
    assert cells("sex") == {"H": (50, 51), "F": (50, 51)}


def test_a_margin_that_does_not_exist_makes_no_plan_and_says_why(staff):
    wave = store_study(study()).waves.get()
    staff.post(f"/admin/quotas/{wave.pk}/margin/", {"variable": "<b>x</b>"}, headers=ENGLISH)
    assert "“&lt;b&gt;x&lt;/b&gt;” is not a single question nor a calculation with a list of choices." in get(staff, wave).content.decode()
    assert Quota.objects.exclude(name="total").count() == 1


def test_a_pasted_grid_is_shown_then_kept_as_an_interlocked_plan(staff):
    wave = store_study(study()).waves.get()
    asked = {"text": GRID, "name": "croise", "kind": "hard", "tolerance_percent": "0", "tolerance_min": "1", "outside": ""}
    shown = text(post(staff, wave, "paste/", **asked, check="1"))
    assert "sex × age · numbers of people · 2 totals found and right" in shown
    assert "Une femme × 40 ans et plus 30 31" in shown.replace("A woman", "Une femme").replace("40 and over", "40 ans et plus")
    assert not Quota.objects.filter(name="croise").exists()
    assert post(staff, wave, "paste/", **asked, keep="1").url == f"/admin/quotas/{wave.pk}/"
    assert cells("croise") == {"H jeune": (20, 21), "H ancien": (28, 29), "F jeune": (22, 23), "F ancien": (30, 31)}
    book = stored_study(Wave.objects.get(pk=wave.pk).survey)
    assert [row["target"] for row in book["quota_cells"]] == ["20", "28", "22", "30"]
    store_study(book)
    assert cells("croise")["F ancien"] == (30, 31)


def test_shares_inside_each_sex_are_kept_as_a_plan_nested_in_the_quota_on_sex(staff):
    wave = store_study(study()).waves.get()
    grid = "\tUnder 40\t40 and over\tTotal\nA man\t40 %\t60 %\t100 %\nA woman\t45,5\t54,5\t100"
    asked = {"text": grid, "name": "emboite", "kind": "hard", "tolerance_percent": "0", "tolerance_min": "1"}
    assert "sex × age · nested in sex · shares in per cent" in text(post(staff, wave, "paste/", **asked, check="1"))
    post(staff, wave, "paste/", **asked, keep="1")
    assert cells("emboite") == {"H jeune": (20, 21), "H ancien": (30, 31), "F jeune": (23, 24), "F ancien": (27, 28)}


def test_plans_that_contradict_each_other_are_told_before_anybody_comes(staff):
    wave = store_study(study()).waves.get()
    grid = GRID.replace("20\t28\t48", "30\t28\t58").replace("22\t30\t52", "12\t30\t42")
    post(staff, wave, "paste/", text=grid, kind="hard", tolerance_percent="0", tolerance_min="1", keep="1")
    sentence = "50 still wanted as A woman; all they can be is A woman × Under 40, A woman × 40 and over, where only 44 may still enter."
    assert sentence in text(get(staff, wave))


def test_a_grid_with_problems_is_not_kept_and_each_is_named(staff):
    wave = store_study(study()).waves.get()
    asked = {"text": GRID.replace("30", "31"), "name": "croise", "kind": "hard", "tolerance_percent": "0", "tolerance_min": "1"}
    shown = text(post(staff, wave, "paste/", **asked, keep="1"))
    assert "Line 3: The total says 52, and what it sums makes 53." in shown
    assert "The targets of croise add up to 101, 1 more than the wave's target of 100." in shown.replace("&#x27;", "'")
    assert not Quota.objects.filter(name="croise").exists()


def test_a_grid_pasted_in_the_field_needs_a_reason_and_counts_who_is_in(staff):
    wave = open_wave()
    Respondent(Client()).finish()
    asked = {"text": GRID, "kind": "hard", "tolerance_percent": "0", "tolerance_min": "1"}
    assert "The wave has begun: say why its plans change." in text(post(staff, wave, "paste/", **asked, keep="1"))
    post(staff, wave, "paste/", **asked, keep="1", reason="the client asks")
    assert QuotaCell.objects.get(categories=["F", "ancien"]).filled == 1
    assert history(wave) == ["Plan sex_age made from a pasted grid. Reason: the client asks"]
    assert audit() == []


def test_a_minimum_follows_its_target(staff):
    open_wave(quotas="wave,name,variables,kind,minimum_only\nv1,sex,sex,hard,F", places=100)
    women = QuotaCell.objects.get(categories=["F"])
    QuotaCell.objects.filter(pk=women.pk).update(ceiling=NEVER_CLOSES, target=50)
    post(staff, women.wave, "cells/", **{f"target_{women.pk}": "30", f"seen_{women.pk}": "50/", "reason": "enough"})
    women.refresh_from_db()
    assert (women.target, women.minimum, women.ceiling, women.soft_ceiling) == (30, 30, NEVER_CLOSES, None)


def test_ticked_cells_are_raised_together_and_the_total_stays(staff):
    wave = open_wave()
    women, men = QuotaCell.objects.get(categories=["F"]), QuotaCell.objects.get(categories=["H"])
    post(staff, wave, "cells/", **{f"tick_{women.pk}": "on", f"tick_{men.pk}": "on", "more": "8", "reason": "short of people"})
    assert cells("sex") == {"H": (108, 108), "F": (108, 108)}
    said = "A man: target 100 → 108, ceiling 100 → 108; A woman: target 100 → 108, ceiling 100 → 108. Ceiling of the whole 100, as before."
    assert history(wave) == [f"{said} Reason: short of people"]


def test_a_cell_left_as_it_was_keeps_what_somebody_else_gave_it(staff):
    wave = open_wave()
    women, men = QuotaCell.objects.get(categories=["F"]), QuotaCell.objects.get(categories=["H"])
    QuotaCell.objects.filter(pk=men.pk).update(target=70, ceiling=70)
    form = {f"target_{women.pk}": "90", f"ceiling_{women.pk}": "95", f"seen_{women.pk}": "100/100",
            f"target_{men.pk}": "100", f"ceiling_{men.pk}": "100", f"seen_{men.pk}": "100/100", "reason": "because"}  # fmt: skip
    post(staff, wave, "cells/", **form)
    assert cells("sex") == {"H": (70, 70), "F": (90, 95)}


def test_a_ceiling_below_the_places_taken_is_refused_with_the_numbers(staff):
    wave = open_wave()
    Respondent(Client()).finish()
    women = QuotaCell.objects.get(categories=["F"])
    refused = post(
        staff, wave, "cells/", **{f"target_{women.pk}": "0", f"ceiling_{women.pk}": "0", f"seen_{women.pk}": "100/100", "reason": "x"}
    )
    assert refused.status_code == 422
    assert "the ceiling cannot be below 1: 1 interviews are completed and 0 in progress." in text(refused)
    assert cells("sex")["F"] == (100, 100)
    assert history(wave) == []


def test_places_are_held_as_long_as_staff_choose_and_why_is_kept(staff):
    wave = open_wave()
    assert "10 minutes now 8" in text(get(staff, wave))
    post(staff, wave, "places/", place_minutes="20", reason="long pages")
    assert Wave.objects.get(pk=wave.pk).place_minutes == 20
    assert history(wave) == ["Minutes a place is held: 10 → 20. Reason: long pages"]
    post(staff, wave, "places/", place_minutes="1", reason="x")
    assert Wave.objects.get(pk=wave.pk).place_minutes == 20


def test_the_field_to_expect_is_computed_when_asked(staff):
    wave = store_study(study()).waves.get()
    assert "starts for 100 completed interviews" in text(get(staff, wave, incidence="50", drop_out="10"))


def test_a_plan_is_taken_out_with_a_reason(staff):
    wave = open_wave()
    quota = Quota.objects.get(name="sex")
    post(staff, wave, f"plans/{quota.pk}/take-out/", reason="no longer wanted")
    assert not Quota.objects.filter(name="sex").exists()
    assert history(wave) == ["Plan sex taken out. Reason: no longer wanted"]


@pytest.mark.parametrize("page", ["cells/", "paste/"])
def test_who_may_only_watch_changes_nothing(client, page):
    wave = open_wave()
    watcher = log_in(client, "respondents.view_quotacell")
    assert get(watcher, wave).status_code == 200
    assert "Change cells" not in text(get(watcher, wave))
    assert get(watcher, wave, page).status_code == 403
