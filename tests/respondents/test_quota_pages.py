"""Where on the route places are taken: on a page that only calculates, on the last page, and nowhere when in doubt."""

import pytest
from django.test import Client

from respondents.audit import audit
from respondents.models import Interview, QuotaCell, Record
from respondents.rebuilding import differing_records
from tests.respondents.stage import Stage
from tests.worlds import ANSWERS, SMALL, Respondent, changed, open_wave

pytestmark = pytest.mark.django_db

CALCULATED = """        end_group,,,,,,,,,,,,
        begin_group,calcul,Calcul,Computed,,,,field-list,,,,,
        calculate,age,,,,,"if(${years} < 40, 'jeune', 'ancien')",,list=age,,,,
        end_group,,,,,,,,,,,,
"""
ON_ITS_PAGE = """        calculate,age,,,,,"if(${years} < 40, 'jeune', 'ancien')",,list=age,,,,
        end_group,,,,,,,,,,,,
"""
AGE_QUOTA = {
    "margins": SMALL["margins"] + "        v1,age,jeune,40,Insee\n        v1,age,ancien,60,Insee\n",
    "quotas": SMALL["quotas"].rstrip() + "\n        v1,age,age,hard,0,0,\n",
}


def short_study() -> dict[str, str]:
    """The small study cut after its quota page: the last page takes the place and completes."""
    survey = SMALL["survey"]
    return {
        "survey": survey[: survey.index("        begin_group,usages")],
        "bases": SMALL["bases"][: SMALL["bases"].index("        users,")],
        "figures": "",
    }


def panel_member(wave, name):
    wave.sources.get_or_create(code="panel", defaults={"kind": "panel", "label": "Panel"})
    return Respondent(Client(), query=f"?source=panel&id={name}")


def test_a_quota_page_that_only_calculates_takes_the_place_before_the_next_page_is_shown(client):
    wave = open_wave(places=10, **changed("survey", ON_ITS_PAGE, CALCULATED), **AGE_QUOTA)
    person = Respondent(client).go_to("profil").post(**ANSWERS["profil"])
    assert (person.page, person.interview.state) == ("usages", "reserved")
    held = {"".join(cell.categories) or "total": cell.reserved for cell in QuotaCell.objects.filter(wave=wave)}
    assert held == {"F": 1, "H": 0, "jeune": 0, "ancien": 1, "total": 1}
    person.finish()
    assert (person.outcome, audit(wave)) == ("completed", [])


def test_a_quota_page_that_only_calculates_refuses_before_the_next_page_is_shown(client):
    wave = open_wave(places=10, **changed("survey", ON_ITS_PAGE, CALCULATED), **AGE_QUOTA)
    QuotaCell.objects.filter(wave=wave, categories=["ancien"]).update(target=0, ceiling=0)
    assert Respondent(client).go_to("profil").post(**ANSWERS["profil"]).outcome == "quota_full"


def test_a_category_without_cell_gets_no_place_although_every_other_has_room(client):
    wave = open_wave(places=10)
    QuotaCell.objects.filter(wave=wave, categories=["F"]).delete()  # as if it had never been made
    person = Respondent(client).go_to("profil").post(**ANSWERS["profil"])
    assert person.outcome == "quota_full"
    assert audit(wave) == []


def test_when_the_last_page_is_the_quota_page_it_takes_the_place_and_completes(client):
    wave = open_wave(places=10, **short_study())
    person = Respondent(client).go_to("profil").post(**ANSWERS["profil"])
    assert person.outcome == "completed"
    assert Stage(wave).held() == {"F": (0, 1), "H": (0, 0), "total": (0, 1)}
    assert (audit(wave), list(differing_records(wave))) == ([], [])


def test_a_panel_member_refused_on_the_last_page_gives_it_again_when_there_is_room():
    wave = open_wave(places=10, **short_study())
    stage = Stage(wave)
    stage.allow(F=0)
    assert panel_member(wave, "1").finish(profil=ANSWERS["profil"]).outcome == "quota_full"
    assert Record.objects.count() == 0
    assert panel_member(wave, "1").finish(profil=ANSWERS["profil"]).outcome == "quota_full"
    stage.allow(F=5)
    back = panel_member(wave, "1").open()
    back.post(**ANSWERS["accueil"])
    assert back.page == "profil"
    assert back.post(**ANSWERS["profil"]).outcome == "completed"
    assert Interview.objects.count() == Record.objects.count() == 1
    assert audit(wave) == []


def test_a_place_that_is_due_and_wanted_by_nobody_is_simply_renewed(client):
    wave = open_wave(places=10)
    person = Respondent(client).go_to("usages")
    before = person.interview.revision
    Interview.objects.update(expires_at="2020-01-01T00:00Z")
    person.post(**ANSWERS["usages"])
    assert (person.interview.state, person.interview.revision) == ("reserved", before + 1)
    assert audit(wave) == []


def test_cells_made_anew_before_anybody_came_are_the_ones_that_people_take(client):
    wave = open_wave(places=10)
    Respondent(client).finish()
    cells = QuotaCell.objects.filter(wave=wave).order_by("pk")
    Interview.objects.all().update(cell_ids=[])
    anew = [QuotaCell(wave=wave, quota=cell.quota, categories=cell.categories, target=9, ceiling=9) for cell in cells]
    cells.delete()
    QuotaCell.objects.bulk_create(anew)
    person = Respondent(client).go_to("profil").post(**ANSWERS["profil"])
    assert person.interview.state == "reserved"
