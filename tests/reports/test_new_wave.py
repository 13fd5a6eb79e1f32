"""The next wave of a study is made from one form, passes every check of a loaded study, and takes nobody along."""

import pytest

from reports.core.next_wave import NextWave
from reports.next_wave.copying import copy_wave
from reports.study import store_study, stored_study
from respondents.models import Interview, Source
from surveys.core.workbook import StudyRefused
from surveys.models import Wave
from tests.reports.panel import interview, people
from tests.staff import history, log_in

pytestmark = pytest.mark.django_db
FORM = {"code": "2027", "label_fr": "2027", "label_en": "2027", "starts": "2027-03-01", "ends": "2027-03-08", "target": "1000",
        "version": "2023.1", "is_compared": "on"}  # fmt: skip
FRENCH = {"Accept-Language": "fr"}


def cells_of(wave):
    return {(cell.quota.name, tuple(cell.categories)): (cell.target, cell.ceiling) for cell in wave.quota_cells.select_related("quota")}


def test_one_form_makes_the_next_wave_while_the_first_is_in_the_field(client, wave):
    interview(wave, people()[:3])
    Source.objects.create(wave=wave, code="panel", kind="panel", label="Un panel", secret=b"secret", id_parameter="uid")
    before = cells_of(wave)
    log_in(client, "surveys.add_wave", "respondents.view_quotacell")
    page = client.get(f"/admin/results/{wave.pk}/new-wave/", headers=FRENCH).content.decode()
    assert "Taille de l’agglomération\u00a0: source vieille de plus de 24\u00a0mois (2017, soit " in page
    assert client.post(f"/admin/results/{wave.pk}/new-wave/", FORM, headers=FRENCH).status_code == 302
    made = Wave.objects.get(code="2027")
    assert (made.state, made.target, made.ceiling, made.opens_at, made.questionnaire) == ("draft", 1000, 1020, None, wave.questionnaire)
    cells = cells_of(made)
    assert cells.keys() == before.keys()
    assert cells["total", ()] == (1000, 1020)
    for name in {quota for quota, _categories in cells}:
        assert sum(target for (quota, _categories), (target, _ceiling) in cells.items() if quota == name) == 1000, name
    assert cells_of(wave) == before
    assert made.margins.count() == wave.margins.count()
    [panel] = made.sources.filter(kind="panel")
    assert (panel.id_parameter, panel.secret, panel.interviews.count()) == ("uid", None, 0)
    assert Interview.objects.filter(wave=made).count() == 0
    assert set(wave.survey.figures.values_list("compare_with", flat=True)) == {"2023"}
    assert history(made) == ["Vague 2027 créée en brouillon, d’après la vague 2023."]


def test_the_study_with_its_new_wave_goes_out_and_comes_back_the_same(wave):
    made = copy_wave(wave, NextWave("2027", {"fr": "2027", "en": "2027"}, "2027-03-01", "2027-03-08", 1537, "2023.1"))
    book, cells = stored_study(wave.survey), cells_of(made)
    store_study(book)
    assert stored_study(wave.survey) == book
    assert cells_of(Wave.objects.get(code="2027")) == cells


def test_what_is_wrong_is_named_and_nothing_is_stored(client, wave):
    log_in(client, "surveys.add_wave")
    page = f"/admin/results/{wave.pk}/new-wave/"
    taken = client.post(page, FORM | {"code": "2020"}, headers=FRENCH)
    assert (taken.status_code, "déjà une vague" in taken.content.decode()) == (422, True)
    backwards = client.post(page, FORM | {"ends": "2027-02-01"}, headers=FRENCH)
    assert (backwards.status_code, "avant de commencer" in backwards.content.decode() or "avant" in backwards.content.decode()) == (
        422,
        True,
    )
    wave.margins.all().delete()
    with pytest.raises(StudyRefused):
        copy_wave(wave, NextWave("2027", {"fr": "a", "en": "b"}, "2027-03-01", "2027-03-08", 1000, "2023.1"))
    assert not Wave.objects.filter(code="2027").exists()
    assert log_in(client).get(page).status_code == 403
