"""Plans of a wave that has begun: several cells changed at once, a plan added, replaced or taken out while people answer."""

import contextlib
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.utils import translation

from reports.study import check_stored, check_study, store_study, stored_study
from respondents import places
from respondents.audit import audit
from respondents.field.watching import read, watched
from respondents.models import Interview, Quota, QuotaCell
from respondents.quotas import remaking
from respondents.quotas.designing import drop, keep, propose, row_of_margin
from respondents.quotas.editing import Change, change_cells
from respondents.quotas.feasible import field_findings
from surveys.models import Wave
from tests.worlds import ANSWERS, SMALL, Respondent, open_wave, study

pytestmark = pytest.mark.django_db

YOUNG = {"profil": {"sex": "F", "years": "20"}}
ALL = [{"wave": "v1", "quota": "all", "categories": "* *", "target": "100"}]
AGES = SMALL["margins"].rstrip() + "\n        v1,age,jeune,40,Insee\n        v1,age,ancien,60,Insee\n"


@contextlib.contextmanager
def refused(sentence):
    with translation.override("en"), pytest.raises(ValidationError, match=sentence):
        yield


@pytest.fixture
def wave():
    return open_wave(margins=AGES)


def cells(name):
    return {"".join(cell.categories): (cell.reserved, cell.filled, cell.ceiling) for cell in QuotaCell.objects.filter(quota__name=name)}


def cell(name, *categories):
    return QuotaCell.objects.get(quota__name=name, categories=list(categories))


def age_plan(wave, **more):
    return propose(wave, {**row_of_margin(wave.code, "age"), "tolerance_percent": "0", "tolerance_min": "0", **more})


def add(wave, proposal):
    assert proposal.can_be_kept, proposal.mistakes
    with transaction.atomic():
        keep(wave, proposal)


def test_two_cells_and_the_total_change_together_or_not_at_all(client, wave):
    Respondent(client).finish()
    women, men, total = cell("sex", "F"), cell("sex", "H"), cell("total")
    assert change_cells(wave.pk, [Change(women, 60, 61), Change(men, 40, 41), Change(total, 100, 100)]) == 2
    assert cells("sex") == {"F": (0, 1, 61), "H": (0, 0, 41)}
    women.refresh_from_db()
    with refused(r"sex F: the ceiling cannot be below 1: 1 interviews are completed and 0 in progress\."):
        change_cells(wave.pk, [Change(women, 0, 0), Change(men, 30, 30)])
    with refused(r"sex H: the ceiling \(20\) must be at least the target \(30\)."):
        change_cells(wave.pk, [Change(men, 30, 20)])
    assert cells("sex") == {"F": (0, 1, 61), "H": (0, 0, 41)}


def test_a_plan_added_in_the_field_counts_those_who_are_in_and_those_who_come(wave):
    Respondent(Client()).finish()
    young = Respondent(Client()).go_to("usages", **YOUNG)
    waiting = Respondent(Client()).go_to("profil")
    add(wave, age_plan(wave))
    assert cells("age") == {"jeune": (1, 0, 40), "ancien": (0, 1, 60)}
    assert audit() == []
    young.finish(**YOUNG)
    waiting.post(**ANSWERS["profil"]).finish()
    assert cells("age") == {"jeune": (0, 1, 40), "ancien": (0, 2, 60)}
    assert cells("total") == {"": (0, 3, 100)}
    assert audit() == []
    total = cell("total")
    assert total.pk == max(QuotaCell.objects.values_list("pk", flat=True))  # locked last


def test_a_post_judged_on_the_old_plans_is_judged_again(wave, monkeypatch):
    person = Respondent(Client()).go_to("profil")
    judged, saved = [], places.save

    def save(post, **claim):
        if not judged:
            judged.append(claim["cells"])
            add(wave, age_plan(wave))
        return saved(post, **claim)

    monkeypatch.setattr(places, "save", save)
    person.post(**ANSWERS["profil"])
    assert person.interview.state == "reserved"
    assert len(judged[0]) == 2
    assert len(person.interview.cell_ids) == 3
    assert audit() == []


def test_a_plan_added_while_another_is_being_added_keeps_what_that_one_gave_the_completed(wave, monkeypatch):
    Respondent(Client()).finish()
    everybody = propose(wave, {"wave": "v1", "name": "all", "variables": "sex age", "kind": "soft"}, ALL)
    people, begun = remaking._people, []

    def people_read_before_the_other(*about):
        found = people(*about)
        if not begun:
            begun.append(True)
            add(wave, age_plan(wave))
        return found

    monkeypatch.setattr(remaking, "_people", people_read_before_the_other)
    add(wave, everybody)
    assert cells("age")["ancien"][1] == 1
    assert audit() == []
    places.remove(Interview.objects.get().pk)
    assert {(cell.reserved, cell.filled) for cell in QuotaCell.objects.all()} == {(0, 0)}
    assert audit() == []


def test_a_plan_of_a_draft_that_is_opened_this_moment_is_made_all_the_same():
    wave = store_study(study(margins=AGES)).waves.get()
    plan = age_plan(wave)
    Wave.objects.get(pk=wave.pk).move_to("live")
    add(wave, plan)
    assert Respondent(Client()).finish().outcome == "completed"
    assert cells("age") == {"jeune": (0, 0, 40), "ancien": (0, 1, 60)}
    assert audit() == []


def test_the_sheets_hold_the_plan_added_in_the_field(wave):
    add(wave, age_plan(wave))
    book = stored_study(Wave.objects.get(pk=wave.pk).survey)
    assert [row["name"] for row in book["quotas"]] == ["sex", "age"]
    draft = check_study(book)
    check_stored(draft)
    assert draft.report.mistakes == []


def test_a_plan_too_tight_for_those_who_are_in_is_refused_with_the_numbers(wave):
    Respondent(Client()).finish()
    tight = propose(
        wave,
        {**row_of_margin("v1", "age"), "outside": "interviewed"},
        [{"wave": "v1", "quota": "age", "categories": "ancien", "target": "0", "ceiling": "0"}],
    )
    with refused(r"ancien: 1 completed and 0 in progress, more than its ceiling of 0: raise it\."):
        add(wave, tight)
    assert not Quota.objects.filter(name="age").exists()
    assert audit() == []


def test_a_plan_that_has_no_cell_for_somebody_who_is_in_is_refused(wave):
    Respondent(Client()).finish()
    lines = [{"wave": "v1", "quota": "age", "categories": "jeune", "target": "100"}]
    partly = propose(wave, {**row_of_margin("v1", "age"), "outside": "refused"}, lines)
    with refused(r"Some people who were let in belong to no cell of the plan: ancien \(1\)."):
        add(wave, partly)


def test_a_quota_on_what_was_not_asked_yet_is_refused(wave):
    Respondent(Client()).go_to("usages")
    later = propose(
        wave,
        {"wave": "v1", "name": "q2", "variables": "q2", "kind": "soft", "outside": "interviewed"},
        [{"wave": "v1", "quota": "q2", "categories": "1", "target": "10"}],
    )
    assert [str(mistake.message) for mistake in later.mistakes] == ["q2 is not asked of everybody: a quota needs it on every route."]


def test_a_quota_on_what_another_version_does_not_ask_is_refused_while_people_answer_that_one(wave):
    without = SMALL["survey"].replace("""        calculate,age,,,,,"if(${years} < 40, 'jeune', 'ancien')",,list=age,,,,\n""", "")
    settings = SMALL["settings"].replace("petite-etude,1,", "petite-etude,2,")
    survey = store_study(study(survey=without, settings=settings))
    older = survey.questionnaires.get(version="2")
    Interview.objects.create(wave=wave, questionnaire=older, state="screening", language="fr",
                             started_at="2026-01-05T10:00Z", saved_at="2026-01-05T10:00Z")  # fmt: skip
    lines = [{"wave": "v1", "quota": "age", "categories": "*", "target": "100"}]
    with refused(r"Version 2 of the questionnaire, which people of this wave still answer, has no age:"):
        add(wave, propose(wave, row_of_margin("v1", "age"), lines))


def test_a_category_that_was_outside_gets_its_cell_and_its_people(wave):
    lines = [{"wave": "v1", "quota": "age", "categories": "jeune", "target": "40"}]
    row = {**row_of_margin("v1", "age"), "outside": "interviewed"}
    add(wave, propose(wave, row, lines))
    Respondent(Client()).finish()
    assert cells("age") == {"jeune": (0, 0, 41)}
    add(wave, propose(wave, row, [*lines, {"wave": "v1", "quota": "age", "categories": "ancien", "target": "60"}]))
    assert cells("age") == {"jeune": (0, 0, 41), "ancien": (0, 1, 61)}
    assert audit() == []


def test_a_plan_taken_out_leaves_the_others_and_those_it_kept_out_may_come_back(wave):
    Respondent(Client()).finish()
    drop(wave, Quota.objects.get(name="sex"))
    assert (cells("sex"), cells("total")) == ({}, {"": (0, 1, 100)})
    assert audit() == []
    assert Respondent(Client()).finish().outcome == "completed"


def test_somebody_outside_every_cell_is_interviewed_where_the_plan_says_so():  # check 19
    lines = "wave,quota,categories,target\nv1,age,jeune,40"
    quotas = "wave,name,variables,kind,outside\nv1,age,age,hard,%s"
    wave = open_wave(quotas=quotas % "interviewed", quota_cells=lines)
    assert Respondent(Client()).finish().outcome == "completed"
    assert (cells("age"), cells("total")) == ({"jeune": (0, 0, 100)}, {"": (0, 1, 100)})
    assert audit(wave) == []


def test_somebody_outside_every_cell_is_turned_away_where_the_plan_refuses():  # check 19
    wave = open_wave(
        quotas="wave,name,variables,kind,outside\nv1,age,age,hard,refused", quota_cells="wave,quota,categories,target\nv1,age,jeune,100"
    )
    person = Respondent(Client()).go_to("profil").post(**ANSWERS["profil"])
    assert (person.outcome, person.interview.cell_ids) == ("quota_full", [0])
    assert audit(wave) == []


def test_a_full_cell_that_everybody_wanted_belongs_to_is_said_with_its_name(wave):
    add(wave, age_plan(wave))
    QuotaCell.objects.filter(quota__name="sex", categories=["F"]).update(target=0, ceiling=0)
    QuotaCell.objects.filter(quota__name="sex", categories=["H"]).update(target=0, ceiling=0)
    women, old, total = cell("sex", "F").pk, cell("age", "ancien").pk, cell("total").pk
    Interview.objects.bulk_create(
        Interview(wave=wave, questionnaire=wave.questionnaire, state="quota_full", cell_ids=[women, old, total], language="fr",
                  started_at="2026-01-05T10:00Z", saved_at="2026-01-05T10:00Z", entry_request_id=uuid.uuid4()) for _ in range(30)
    )  # fmt: skip
    with translation.override("en"):
        [finding] = field_findings(wave)
    assert finding.kind == "contradiction"
    assert finding.sentence.startswith("100 still wanted as Under 40, 40 and over; all they can be is A man, A woman, which is full:")
    QuotaCell.objects.filter(quota__name="sex", categories=["H"]).update(ceiling=100)
    with translation.override("en"):
        [finding] = field_findings(wave)
    assert (finding.kind, finding.cells) == ("out_of_reach", (old,))
    assert (
        finding.sentence
        == "40 and over still lacks 60, and every one of the 30 people of it who came belongs to a full cell: A woman (30)."
    )
    assert finding.subject == f"cells:{old}"
    [watching] = watched()
    [clash] = read(watching).clashes
    assert (clash.subject, clash.text["en"]) == (finding.subject, finding.sentence)
    assert set(clash.text) == {"en", "fr"}
